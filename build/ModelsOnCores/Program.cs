using System.Globalization;
using ModelsOnCores;

// Arguments: cores and models to keep (a word each, matched inside the name; none keeps all). The target run is compared with the managed run
// byte for byte, and both with the golden outputs. A line a run, then the totals; ends with 1 when bytes differ or a run fails.
string[] cores = ["cortex-m0", "cortex-m0plus", "cortex-m3", "cortex-m4", "cortex-m7", "cortex-m33", "cortex-m55", "rv32imc"];
string data = Environment.GetEnvironmentVariable("EDGEAI_CONFORMANCE") is { Length: > 0 } folder ? folder : Data.Find();
GoldenModel[] models = [.. GoldenModel.In(data)];
string[] Kept(string[] names) => args.Any(word => names.Any(name => name.Contains(word, StringComparison.Ordinal)))
    ? [.. names.Where(name => args.Any(word => name.Contains(word, StringComparison.Ordinal)))]
    : names;

string[] keptCores = Kept(cores);
string[] keptModels = Kept([.. models.Select(model => model.Name).Distinct()]);
int same = 0, refused = 0, skipped = 0, wrong = 0;
foreach (GoldenModel model in models.Where(model => keptModels.Contains(model.Name)))
{
    foreach (string core in keptCores)
    {
        (string outcome, string text) = CoreRun.Of(model, core);
        _ = outcome switch
        {
            "same" => same++,
            "refused" => refused++,
            "skipped" => skipped++,
            _ => wrong++,
        };
        Console.WriteLine($"{model.Name,-36} {core,-13} {outcome,-8} {text}");
    }
}

Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{same} the same, {wrong} wrong, {refused} refused with a code, {skipped} not run"));
return wrong == 0 ? 0 : 1;
