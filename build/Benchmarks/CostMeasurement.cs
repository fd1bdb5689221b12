using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using EdgeAI.Compiler.Diagnostics;
using EdgeAI.Compiler.Emission;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators;
using EdgeAI.Compiler.Pipeline;
using EdgeAI.Compiler.Planning.Kernels;
using EdgeAI.Compiler.Settings;
using EdgeAI.Compiler.Targets;
using EdgeAI.Simulator;
using EdgeAI.Simulator.Native;

namespace Benchmarks;

/// <summary>
/// Measures what kernels cost on a core and writes the table that the compiler carries: every kernel runs every synthetic layer
/// that it can on the emulator; instructions are fitted to the layers' work, code bytes read from the objects.
/// </summary>
internal static class CostMeasurement
{
    /// <summary>Cores that are emulated here.</summary>
    public static IEnumerable<string> Cores => TargetCatalog.Names.Where(name => TargetCatalog.Get(name).Core == name && EmulatedBoard.For(name) is not null);

    /// <summary>Measures a core and writes its table; tells how well each kernel is met.</summary>
    public static void Run(string core, string folder)
    {
        TargetDescription target = TargetCatalog.Get(core);
        InstructionSet set = InstructionSets.Of(core);
        Node[] nodes = [.. SyntheticLayers.All().SelectMany(node => Alternatives(node, set))];
        (string Function, string File, Node Node, long Instructions)[] measured =
            [.. nodes.GroupBy(node => (node.Kernel, node.Input(0).Type, node.Operator)).SelectMany(group => Measure([.. group], target))]; // together they need not fit on the board
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{{\n  \"core\": \"{core}\",\n  \"kernels\": {{\n");
        string[] functions = [.. measured.Select(row => row.Function).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        foreach (string function in functions)
        {
            (string Function, string File, Node Node, long Instructions)[] rows = [.. measured.Where(row => row.Function == function && row.Instructions > 0)];
            double[] coefficients = [.. CostFit.Solve([.. rows.Select(row => LayerWork.Of(row.Node).Factors())], [.. rows.Select(row => (double)row.Instructions)]).Select(Rounded)];
            var cost = new KernelCost([.. coefficients], rows.Length, 0);
            double[] errors = [.. rows.Select(row => ((double)cost.Instructions(LayerWork.Of(row.Node)) / row.Instructions) - 1)];
            double largest = Rounded(errors.Max(Math.Abs));
            text.Append(CultureInfo.InvariantCulture,
                $"    \"{function}\": {{ \"instructions\": [{string.Join(", ", coefficients.Select(value => value.ToString(CultureInfo.InvariantCulture)))}], \"layers\": {rows.Length}, \"largestError\": {largest} }}{(function == functions[^1] ? "" : ",")}\n");
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{core,-12} {function,-40} {rows.Length,3} layers, error {errors.Average(Math.Abs):P1} on average, {largest:P1} at most; per product {coefficients[^1]}"));
        }

        text.Append("  },\n  \"codeBytes\": {\n");
        SortedDictionary<string, string> files = KernelLibrary.WithIncludes(measured.Select(row => row.File).Distinct().SelectMany(file => new[] { file + ".h", file + ".c" }));
        text.AppendJoin(",\n", CodeBytes(core, files).Select(file => string.Create(CultureInfo.InvariantCulture, $"    \"{file.Name}\": {file.Bytes}")));
        text.Append("\n  }\n}\n");
        File.WriteAllText(Path.Combine(folder, core + ".json"), text.ToString());
    }

    /// <summary>A node for each kernel that can compute it; of int4 weights for each that reads them two a byte.</summary>
    private static IEnumerable<Node> Alternatives(Node node, InstructionSet set)
    {
        KernelVariant[] kernels = [.. OperatorCatalog.Of(node).Kernels(node, set)
            .Where(kernel => kernel.WhyNot is null && (kernel.ReadsNibbles || node.OptionalInput(1)?.Type != ElementType.Int4))];
        return kernels.Select(kernel => new Node($"{node.Name}_{kernel.Name}", node.Operator, node.Attributes)
        {
            Inputs = node.Inputs,
            Outputs = [.. node.Outputs.Select(output => new Tensor($"{output.Name}_{kernel.Name}", output.Type, output.Shape) { Quantization = output.Quantization })],
            Kernel = kernel.Name,
        });
    }

    private static (string Function, string File, Node Node, long Instructions)[] Measure(Node[] nodes, TargetDescription target)
    {
        var graph = new Graph { Name = "layers" };
        foreach (Node node in nodes)
        {
            graph.Nodes.Add(node);
            graph.Outputs.Add(node.Output);
            foreach (Tensor input in node.Inputs.OfType<Tensor>().Where(tensor => !tensor.IsConstant && !graph.Inputs.Contains(tensor)))
            {
                graph.Inputs.Add(input);
            }
        }

        var diagnostics = new List<Diagnostic>();
        var settings = new ModelSettings { Name = graph.Name, TargetCases = 1 };
        var imported = new ImportedModel(graph, new ModelSource("layers.onnx", new string('0', 64), "onnx"));
        var quantized = new QuantizedModel(graph, imported.Source, "None", false, 0,
            new BorderLayouts([.. graph.Inputs.Select(_ => ImmutableArray<int>.Empty)], [.. graph.Outputs.Select(_ => ImmutableArray<int>.Empty)]));
        PlannedModel planned = PlanStage.Run(quantized, target, settings, diagnostics, CancellationToken.None);
        FirmwareSources firmware = GenerateStage.Run(PlanStage.Combine(target, [planned], diagnostics), diagnostics, CancellationToken.None);
        string work = Directory.CreateTempSubdirectory("edgeai-costs-").FullName;
        try
        {
            SimulationResult result = SimulateStage.Run(
                new SimulationRequest(imported, planned, firmware, settings, SimulationLevel.Target, Toolchain.Find(Environment.GetEnvironmentVariable("PATH")), work),
                diagnostics, CancellationToken.None);
            return [.. planned.Quantized.Graph.Nodes.Zip(result.Layers, (node, layer) =>
            {
                KernelCall call = CallOf(node, target.Core);
                return (call.Function, call.File, node, layer.Instructions ?? 0);
            })];
        }
        finally
        {
            Directory.Delete(work, recursive: true);
        }
    }

    private static KernelCall CallOf(Node node, string core)
    {
        InstructionSet set = InstructionSets.Of(core);
        return OperatorCatalog.Of(node).KernelOf(node, set).Emit(new KernelProbe(set));
    }

    /// <summary>Code and constants of kernel sources, compiled for a core as the simulation compiles it.</summary>
    private static IEnumerable<(string Name, long Bytes)> CodeBytes(string core, SortedDictionary<string, string> files)
    {
        string work = Directory.CreateTempSubdirectory("edgeai-costs-").FullName;
        try
        {
            foreach ((string file, string content) in files)
            {
                File.WriteAllText(Path.Combine(work, file), content);
            }

            var sizes = new List<(string, long)>();
            foreach (string file in files.Keys.Where(file => file.EndsWith(".c", StringComparison.Ordinal)))
            {
                EmulatedBoard board = EmulatedBoard.For(core)!;
                string flags = string.Join(' ', board.CompilerFlags);
                Start(board.Tools.CompilerName, $"{flags} -std=c11 -O2 -ffreestanding -ffunction-sections -fdata-sections -c {file} -o {file}.o", work);
                string[] words = Start(board.Tools.CompilerName.Replace("-gcc", "-size", StringComparison.Ordinal), $"{file}.o", work).Split('\n')[1].Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
                sizes.Add((file, long.Parse(words[0], CultureInfo.InvariantCulture) + long.Parse(words[1], CultureInfo.InvariantCulture)));
            }

            return sizes;
        }
        finally
        {
            Directory.Delete(work, recursive: true);
        }
    }

    private static string Start(string program, string arguments, string folder)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { WorkingDirectory = folder, RedirectStandardOutput = true })!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? output : throw new InvalidOperationException($"{program} {arguments}: {process.ExitCode}");
    }

    // Four digits: more would claim what the fit does not give.
    private static double Rounded(double value) => value < 1e-6 ? 0 : double.Parse(value.ToString("G4", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
}
