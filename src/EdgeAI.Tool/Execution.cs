using System.Globalization;
using EdgeAI.Compiler.Data;
using EdgeAI.Compiler.Diagnostics;
using EdgeAI.Compiler.Execution;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Passes;
using EdgeAI.Compiler.Pipeline;
using EdgeAI.Compiler.Settings;
using EdgeAI.Simulator;

namespace EdgeAI.Tool;

/// <summary>Runs one model on data and compares it with expected outputs, and with a reference of what lies between.</summary>
internal static class Execution
{
    private const int ShownValues = 8;

    /// <summary>
    /// Runs the planned model inside its arena on every case, prints the first values of each output, and the accuracy where cases have labels; writes the outputs as .npy where
    /// a folder is given.
    /// </summary>
    public static void Run(ToolModel model, string? folder, TextWriter output, ICollection<Diagnostic> diagnostics, CancellationToken cancellation)
    {
        RequireFolder(folder);
        ImportedModel imported = model.Import([], cancellation);
        Tensor[] inputs = [.. imported.Graph.Inputs];
        IReadOnlyList<TestCase> cases = Cases(model, inputs, [.. imported.Graph.Outputs], diagnostics, out bool areReal);
        PlannedModel planned = model.Plan(diagnostics, cancellation);
        Graph graph = planned.Quantized.Graph;
        int right = 0;
        output.WriteLine(areReal ? $"{cases.Count} cases" : "1 case of synthetic inputs (name data with --data)");
        var executor = new ArenaExecutor(graph, planned.Plan);
        for (int number = 0; number < cases.Count; number++)
        {
            for (int i = 0; i < graph.Inputs.Count; i++)
            {
                executor.SetInput(i, BorderValues.Encode(cases[number].Inputs[i], inputs[i], graph.Inputs[i], planned.Quantized.Border.InputPermutations[i]).Span);
            }

            executor.Run(cancellation);
            for (int i = 0; i < graph.Outputs.Count; i++)
            {
                Tensor tensor = graph.Outputs[i];
                double[] values = BorderValues.Decode(executor.Output(i), tensor, planned.Quantized.Border.OutputPermutations[i]);
                right += i == 0 && TopClass.Of(values) == cases[number].Label ? 1 : 0;
                string shown = string.Join(", ", values.Take(ShownValues).Select(value => value.ToString("G6", CultureInfo.InvariantCulture)));
                output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"case {number}, {tensor}: {shown}{(values.Length > ShownValues ? ", …" : "")}"));
                if (folder is not null)
                {
                    TextFile.MakeFolder(folder);
                    TextFile.Write(Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"case_{number}_output_{i}.npy")),
                        NpyFormat.Write(new NumericArray(tensor.Type, tensor.Shape, executor.Output(i).ToArray())));
                }
            }
        }

        if (cases.Count(test => test.Label is not null) is > 0 and var labelled)
        {
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"accuracy {Percent((double)right / labelled)}: {right} of {labelled} cases have the class of their label"));
        }
    }

    /// <summary>
    /// Runs every engine of the machine against the expected outputs of the data; with a reference of intermediate values by name, names the first that
    /// differs and writes it beside what was expected. Returns whether everything agrees.
    /// </summary>
    public static bool Compare(
        ToolModel model, string? reference, string? folder, TextWriter output, ICollection<Diagnostic> diagnostics, CancellationToken cancellation)
    {
        RequireFolder(folder);
        string? inside = ToolModel.Existing("--reference", reference, Path.GetFileName(model.Path));
        PlannedModel planned = model.Plan(diagnostics, cancellation);
        string work = Directory.CreateTempSubdirectory("edgeai-compare-").FullName;
        bool agrees;
        try
        {
            SimulationResult result = SimulateStage.Run(
                new SimulationRequest(model.Import([], cancellation), planned, model.Generate(planned, diagnostics, cancellation), model.Settings,
                    SimulationLevel.Available, Toolchain.Find(Environment.GetEnvironmentVariable("PATH")), work)
                {
                    EvidenceFolder = Path.Combine(folder ?? ".", "kernel-check"),
                    ReadModel = model.Request,
                    ArrayPrefix = folder is null ? null : "output_difference_",
                    Progress = model.Progress,
                },
                diagnostics, cancellation);
            bool isMadeInteger = planned.Quantized.Scheme is not (nameof(QuantizationScheme.None) or nameof(QuantizationScheme.Float32));
            foreach (EngineRun run in result.Engines)
            {
                string told = isMadeInteger && run.Engine == "managed"
                    ? string.Create(CultureInfo.InvariantCulture, $"managed: {run.Cases} cases, {Noise(result.Accuracy)}")
                    : string.Create(CultureInfo.InvariantCulture,
                        $"{run.Engine}: {run.Cases - run.Mismatches} of {run.Cases} cases agree, largest error {run.MaxAbsError:G4}");
                output.WriteLine(told + (run.Engine == "managed" ? Share(result.Accuracy) : ""));
            }

            agrees = result.Engines.All(run => run.Mismatches == 0) && result.Divergence?.Output is null;
            foreach ((string name, byte[] bytes) in result.Arrays)
            {
                TextFile.MakeFolder(folder!);
                TextFile.Write(Path.Combine(folder!, "output_difference_" + name), bytes);
            }
        }
        finally
        {
            Directory.Delete(work, recursive: true);
        }

        return (inside is null || Trace(model, planned, inside, folder, output, diagnostics, cancellation)) && agrees;
    }

    private static string Noise(AccuracyFigures? accuracy) => accuracy is { SqnrDb: { } ratio }
        ? string.Create(CultureInfo.InvariantCulture, $"outputs {ratio:F1} dB above their quantization noise")
        : accuracy is { NoiseFree: true } ? "outputs without quantization noise" : "outputs not compared with the float model";

    private static string Share(AccuracyFigures? accuracy) => accuracy?.Quantized is not { } share ? ""
        : $", accuracy {Percent(share)}{(accuracy.Float is { } inFloat ? $", in float {Percent(inFloat)}" : "")}";

    private static string Percent(double share) => string.Create(CultureInfo.InvariantCulture, $"{100 * share:0.##} %");

    private static void RequireFolder(string? folder)
    {
        if (folder is not null)
        {
            TextFile.RequireFolder(folder);
        }
    }

    private static bool Trace(
        ToolModel model, PlannedModel planned, string reference, string? folder, TextWriter output, ICollection<Diagnostic> diagnostics, CancellationToken cancellation)
    {
        Graph file = ImportStage.ReadAsWritten(model.Request(), cancellation);
        var known = ReferenceValues.Read(reference, Path.GetFileName(reference), [.. file.Inputs]);
        IReadOnlyList<ReadOnlyMemory<byte>> inputs = known.Inputs ?? Cases(model, [.. file.Inputs], [.. file.Outputs], [], out _)[0].Inputs;
        DivergenceFound search = DivergenceSearch.Run(model.Request(), planned.Quantized, [inputs], known.Values, cancellation);
        (string stage, Divergence? found, int compared) = search;
        if (compared == 0)
        {
            throw DiagnosticCatalog.SettingNotValid.Throw(
                null, "--reference", Path.GetFileName(reference), Path.GetFileName(model.Path), $"an .npz whose arrays have names and sizes of the model's tensors, as {DivergenceSearch.SomeNames(file)}, not {search.NotComparedList}");
        }

        if (search.NotCompared.Length > 0)
        {
            diagnostics.Add(DiagnosticCatalog.ReferenceNotWhole.With(
                null, $"--reference '{Path.GetFileName(reference)}'", model.Settings.Name, search.NotCompared.Length, search.NotComparedList));
        }

        if (found is null)
        {
            output.WriteLine($"none of {compared} intermediate values differs from {Path.GetFileName(reference)}");
            return true;
        }

        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"first divergence, from {stage}: '{found.Tensor}', made by {found.Operator} of '{found.Node}', is {found.LargestError:G4} off in a range of {found.Range:G4}"));
        if (folder is not null)
        {
            TextFile.MakeFolder(folder);
            TextFile.Write(Path.Combine(folder, "divergence_expected.npy"), NpyFormat.Write(found.Expected));
            TextFile.Write(Path.Combine(folder, "divergence_actual.npy"), NpyFormat.Write(found.Actual));
        }

        return false;
    }

    private static IReadOnlyList<TestCase> Cases(ToolModel model, Tensor[] inputs, Tensor[] outputs, ICollection<Diagnostic> diagnostics, out bool areReal)
    {
        areReal = model.Settings.TestData is not null;
        if (areReal)
        {
            return LabelledCases.Read(model.Settings, inputs, outputs, diagnostics);
        }

        if (model.Settings.TestLabels is not null)
        {
            throw DiagnosticCatalog.LabelsWithoutData.Throw(null, model.Settings.Name);
        }

        var made = new TestInputs(seed: 1);
        return [new TestCase([.. inputs.Select(input => (ReadOnlyMemory<byte>)made.Next(input))], [], null)];
    }
}
