using System.Globalization;
using EdgeAI.Compiler.Tests.Import.Fuzz;

// Arguments: number of cases, seed or seed:first case, folders with models; files over 300 KB are left out. Failures are printed as they are found;
// the file of a single case is written to case.bin.
int count = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 1000;
int[] start = [.. (args.Length > 1 ? args[1] : "1").Split(':').Select(word => int.Parse(word, CultureInfo.InvariantCulture))];
(int seed, int first) = (start[0], start.Length > 1 ? start[1] : 0);
string[] folders = args.Length > 2 ? args[2..] : ["tests/Assets"];
const long MostBytes = 300_000;
List<(string Name, byte[] Bytes)> corpus =
[
    .. folders.SelectMany(folder => Directory.GetFiles(folder, "*", SearchOption.AllDirectories))
        .Where(file => Path.GetExtension(file) is ".onnx" or ".tflite" && new FileInfo(file).Length <= MostBytes)
        .Order(StringComparer.Ordinal).Select(file => (Path.GetFileName(file), File.ReadAllBytes(file))),
];
Console.WriteLine($"{corpus.Count} models, seed {seed}, {count} cases");
if (count == 1)
{
    File.WriteAllBytes("case.bin", ImportFuzz.Case(corpus, seed, first).Bytes);
}

(IReadOnlyList<string> failures, int models) = ImportFuzz.Run(corpus, seed, first, count, Console.WriteLine);
Console.WriteLine($"{count} cases, {models} of them models still, {failures.Count} failures");
return failures.Count == 0 ? 0 : 1;
