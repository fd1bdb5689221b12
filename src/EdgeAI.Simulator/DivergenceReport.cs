using System.Collections.Immutable;
using System.Globalization;
using EdgeAI.Compiler.Data;
using EdgeAI.Compiler.Diagnostics;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Passes;
using EdgeAI.Compiler.Pipeline;

namespace EdgeAI.Simulator;

/// <summary>
/// What a build tells of values that are not what they should be.
/// <list type="bullet">
/// <item>With <c>TestReference</c> the model is always followed by that file's values: with the inputs in it, or on the first test case.</item>
/// <item>Else, where outputs are not as the test data expects, the graph as the model file writes it is the reference, on the first case that differs: a pass that changed
/// numbers is found. Where none did, the difference is in an operator of the model or in the expected outputs.</item>
/// <item>The graph that runs is looked at too, but not where a float model was made integer: there every value differs by its rounding.</item>
/// </list>
/// </summary>
internal static class DivergenceReport
{
    /// <summary>Searches, and adds the diagnostics. Throws <see cref="DiagnosticException"/> where the reference cannot be read or compared.</summary>
    public static (DivergenceFigures? Figures, ImmutableArray<(string Name, byte[] Bytes)> Arrays) Make(
        SimulationRequest request, ExpectedOutputs expected, DeviceCases cases, bool isMadeInteger, ICollection<Diagnostic> diagnostics, CancellationToken cancellation)
    {
        string? path = request.Settings.TestReference;
        if (expected.First is null && path is null)
        {
            return (null, []);
        }

        string? reference = path is null ? null : request.Settings.Display(path);
        (DivergenceFound? found, int? number) = request.ReadModel is not { } read ? (null, expected.First?.Case)
            : reference is null ? AsWritten(request, read(), cases, expected.First!.Case, isMadeInteger, cancellation)
            : ByReference(request, read(), cases, path!, reference, isMadeInteger, cancellation);
        if (found is { NotCompared.Length: > 0 })
        {
            diagnostics.Add(DiagnosticCatalog.ReferenceNotWhole.With(null, $"TestReference '{reference}'", request.Settings.Name, found.NotCompared.Length, found.NotComparedList));
        }

        var arrays = ImmutableArray<(string, byte[])>.Empty;
        if (found?.First is { } first && request.ArrayPrefix is not null)
        {
            arrays = [("expected.npy", NpyFormat.Write(first.Expected)), ("actual.npy", NpyFormat.Write(first.Actual))];
        }

        var figures = new DivergenceFigures(reference, number, found?.Compared ?? 0, First(found, arrays.IsEmpty ? null : request.ArrayPrefix), expected.First);
        string where = Sentences(figures);
        if (expected.First is not null)
        {
            diagnostics.Add(DiagnosticCatalog.ExpectedDiffers.With(
                null, request.Settings.Name, isMadeInteger ? ", still in float," : "", expected.Mismatches, cases.File.Count, expected.LargestError, expected.WorstOutput,
                expected.WorstCase, where));
        }
        else if (figures.First is not null)
        {
            diagnostics.Add(DiagnosticCatalog.ReferenceDiffers.With(null, request.Settings.Name, where));
        }

        return (figures, arrays);
    }

    private static (DivergenceFound Found, int? Case) AsWritten(
        SimulationRequest request, ImportRequest model, DeviceCases cases, int number, bool isMadeInteger, CancellationToken cancellation) =>
        (DivergenceSearch.Run(model, isMadeInteger ? null : request.Planned.Quantized, Until(request, cases, number), null, cancellation), number);

    private static (DivergenceFound Found, int? Case) ByReference(
        SimulationRequest request, ImportRequest model, DeviceCases cases, string path, string reference, bool isMadeInteger, CancellationToken cancellation)
    {
        var values = ReferenceValues.Read(path, reference, [.. request.Imported.Graph.Inputs]);
        if (values.Inputs is null && !cases.AreReal)
        {
            throw DiagnosticCatalog.ReferenceNotUsable.Throw(null, reference, request.Settings.Name, "does not hold the model's inputs, and there is no test data to run",
                $"Add the inputs ({Names(request.Imported.Graph.Inputs)}) to it under their names, or set TestData to them.");
        }

        DivergenceFound found = DivergenceSearch.Run(
            model, isMadeInteger ? null : request.Planned.Quantized, values.Inputs is { } inputs ? [inputs] : Until(request, cases, 0), values.Values, cancellation);
        if (found.Compared == 0)
        {
            Graph file = ImportStage.ReadAsWritten(model, cancellation);
            throw DiagnosticCatalog.ReferenceNotUsable.Throw(null, reference, request.Settings.Name, $"has no array with the name and the size of a tensor of the model: {found.NotComparedList}",
                $"Name its arrays as the model file names its tensors: {DivergenceSearch.SomeNames(file)}.");
        }

        return (found, values.Inputs is null ? 0 : null);
    }

    private static string Names(IEnumerable<Tensor> tensors) => string.Join(", ", tensors.Take(3).Select(tensor => $"'{tensor.Name}'"));

    /// <summary>The case, behind those before it where the model has states.</summary>
    private static ImmutableArray<IReadOnlyList<ReadOnlyMemory<byte>>> Until(SimulationRequest request, DeviceCases cases, int number) =>
        [.. cases.File.Skip(request.Planned.Plan.StateBytes > 0 ? 0 : number).Take(request.Planned.Plan.StateBytes > 0 ? number + 1 : 1).Select(test => test.Inputs)];

    private static FirstDifference? First(DivergenceFound? found, string? prefix) => found?.First is not { } first
        ? null
        : new(found.Stage, first.Tensor, first.Node, first.Operator, double.IsFinite(first.LargestError) ? first.LargestError : null, first.Range,
            prefix is null ? null : prefix + "expected.npy", prefix is null ? null : prefix + "actual.npy");

    private static string Sentences(DivergenceFigures figures)
    {
        string reference = figures.Reference is { } file ? $"'{file}'" : "the graph as the file writes it";
        if (figures.First is { } first)
        {
            string error = first.LargestError is { } finite ? string.Create(CultureInfo.InvariantCulture, $"{finite:G4} off in a range of {first.Range:G4}") : "not finite";
            string files = first.ExpectedFile is null ? "" : $" Both are in '{first.ExpectedFile}' and '{first.ActualFile}'.";
            string wayOut = first.Stage == "import"
                ? "Check that the reference comes from this very model file and these inputs; if it does, report it with the model."
                : PassList.Import.Any(pass => first.Stage == $"pass {pass.Name}" && pass.Effect == PassEffect.IntegerRounding)
                ? "From there on integers are rounded by fixed-point arithmetic, as TensorFlow Lite does: a step of the quantization here or there is meant, and Quantization=\"Float32\" computes as the file writes. More is a defect of EdgeAI.Sdk; report it with the model."
                : "This is a defect of EdgeAI.Sdk; report it with the model.";
            return $"The first tensor that differs from {reference} is '{first.Tensor}', made by {first.Operator} of '{first.Node}', {Of(first.Stage)}: it is {error}.{files} {wayOut}";
        }

        string agree = figures.Compared == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"None of {figures.Compared} tensors differs from {reference}: ");
        string element = figures.Output is { } output
            ? string.Create(CultureInfo.InvariantCulture, $"the first element that differs is {output.Place} of '{output.Output}' in case {output.Case}, expected {Text(output.Expected)}, computed {Text(output.Actual)}. ")
            : "";
        string cause = figures.Compared == 0 ? "" : figures.Reference is null
            ? "it comes from an operator of the model or from the expected outputs; "
            : "the expected outputs are not those of the reference; ";
        string advice = figures.Reference is null
            ? " Check that the expected outputs come from this very model file; values inside the model, given as TestReference, show the operator."
            : " Check that both come from this very model file and the same inputs.";
        string text = agree + cause + element;
        return (text.Length == 0 ? "" : char.ToUpperInvariant(text[0]) + text[1..].TrimEnd()) + advice;
    }

    private static string Of(string stage) => stage switch
    {
        "import" => "already in the graph as the file writes it",
        "quantization" => "in the graph that runs",
        _ => $"behind {stage}",
    };

    private static string Text(double? value) => value is { } finite ? finite.ToString("G6", CultureInfo.InvariantCulture) : "a value that is not finite";
}
