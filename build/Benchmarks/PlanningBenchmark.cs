using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using EdgeAI.Compiler.Diagnostics;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators;
using EdgeAI.Compiler.Operators.Activation;
using EdgeAI.Compiler.Operators.ElementWise;
using EdgeAI.Compiler.Operators.Shaping;
using EdgeAI.Compiler.Pipeline;
using EdgeAI.Compiler.Planning;
using EdgeAI.Compiler.Planning.Offsets;
using EdgeAI.Compiler.Planning.Ordering;
using EdgeAI.Compiler.Settings;
using EdgeAI.Compiler.Targets;

namespace Benchmarks;

/// <summary>
/// What planning takes and how good it is: minimalloc's instances, every public model, a graph of 2,000 nodes, and random problems of a million buffers in all,
/// each plan checked. Seconds are processor time of this process.
/// </summary>
internal static class PlanningBenchmark
{
    private const int RandomBuffers = 1_000_000;
    private const int RandomGraphBuffers = 20_000;

    /// <summary>Prints all tables; false when a plan is wrong.</summary>
    public static bool Run(string data, int seed)
    {
        Instances(Path.Combine(data, "minimalloc"));
        Models(data);
        Large(seed);
        return RandomProblems(seed) & RandomGraphs(seed);
    }

    private static void Instances(string folder)
    {
        foreach (string file in Directory.GetFiles(folder, "*.csv").Order(StringComparer.Ordinal))
        {
            BufferLifetime[] buffers =
            [
                .. File.ReadLines(file).Skip(1).Where(line => line.Length > 0).Select(line => line.Split(',')).Select(cells => new BufferLifetime(
                    int.Parse(cells[1], CultureInfo.InvariantCulture), int.Parse(cells[2], CultureInfo.InvariantCulture),
                    long.Parse(cells[3], CultureInfo.InvariantCulture), 1)),
            ];
            OffsetPlan plan = null!;
            double seconds = Time(() => plan = OffsetPlanner.Plan(buffers));
            var problem = new PlacementProblem(buffers);
            Print($"{Path.GetFileNameWithoutExtension(file),-12} {buffers.Length,4} buffers: {plan.ArenaBytes,8} of at least {plan.LowerBoundBytes,8}, {(plan.Optimal ? "optimal" : "open"),-7} greedy by size {problem.HighestEnd(GreedyPlacement.BySize(problem)),8}, {seconds,6:F2} s");
        }
    }

    private static void Models(string data)
    {
        string[] files =
        [
            .. Directory.GetFiles(data, "*.tflite", SearchOption.AllDirectories).Concat(Directory.GetFiles(data, "*.onnx", SearchOption.AllDirectories))
                .Order(StringComparer.Ordinal),
        ];
        double most = 0;
        int planned = 0;
        foreach (string file in files)
        {
            var settings = new ModelSettings { Name = "model_under_test" };
            try
            {
                ImportedModel imported = ImportStage.Run(
                    new ImportRequest(settings.Name, Path.GetFileName(file), File.ReadAllBytes(file), ImmutableSortedDictionary<string, Shape>.Empty, _ => null),
                    new List<Diagnostic>(), CancellationToken.None);
                var quantized = new QuantizedModel(imported.Graph, imported.Source, "None", false, 0, new BorderLayouts(
                    [.. imported.Graph.Inputs.Select(_ => ImmutableArray<int>.Empty)], [.. imported.Graph.Outputs.Select(_ => ImmutableArray<int>.Empty)]));
                PlannedModel plan = null!;
                double seconds = Time(() => plan = PlanStage.Run(quantized, TargetCatalog.Get("cortex-m4"), settings, [], CancellationToken.None));
                (most, planned) = (Math.Max(most, seconds), planned + 1);
                if (seconds > 0.5)
                {
                    Print($"{Path.GetFileName(Path.GetDirectoryName(file))}/{Path.GetFileName(file)}: {imported.Graph.Nodes.Count} nodes, arena {plan.Plan.ArenaBytes}, {seconds:F2} s");
                }
            }
            catch (DiagnosticException)
            {
                // Refused before planning; not a matter of this table.
            }
        }

        Print($"{planned} public models planned, the slowest in {most:F2} s");
    }

    private static void Large(int seed)
    {
        Graph graph = RandomGraph(new Random(seed), 2000);
        Graph? ordered = null;
        double ordering = Time(() => ordered = NodeOrdering.Find(graph, InstructionSet.Dsp));
        MemoryPlan plan = null!;
        double planning = Time(() => plan = MemoryPlanner.Plan(ordered ?? graph, InstructionSet.Dsp));
        double verifying = Time(() => Check(ordered ?? graph, plan, seed));
        Print($"2000 nodes: ordered in {ordering:F2} s, planned in {planning:F2} s, verified in {verifying:F2} s; arena {plan.ArenaBytes}, bound {plan.OverlapBoundBytes ?? plan.LowerBoundBytes}");
    }

    private static bool RandomProblems(int seed)
    {
        var random = new Random(seed);
        (long buffers, int problems, int wrong, int optimal) = (0, 0, 0, 0);
        double seconds = Time(() =>
        {
            while (buffers < RandomBuffers)
            {
                int count = random.Next(1, 200);
                int steps = random.Next(1, 100);
                int longest = random.Next(1, 40);
                BufferLifetime[] problem =
                [
                    .. Enumerable.Range(0, count).Select(_ =>
                    {
                        int lower = random.Next(steps);
                        return new BufferLifetime(lower, lower + random.Next(0, longest), random.Next(6) == 0 ? 0 : random.Next(1, 5000), 1 << random.Next(7));
                    }),
                ];
                OffsetPlan plan = OffsetPlanner.Plan(problem, 20_000);
                (buffers, problems, optimal) = (buffers + count, problems + 1, optimal + (plan.Optimal ? 1 : 0));
                wrong += IsSound(problem, plan) ? 0 : 1;
            }
        });
        Print($"seed {seed}: {buffers} buffers in {problems} random problems, {wrong} wrong, {optimal} optimal, {seconds:F1} s");
        return wrong == 0;
    }

    private static bool RandomGraphs(int seed)
    {
        var random = new Random(seed);
        (long buffers, int graphs, int wrong) = (0, 0, 0);
        while (buffers < RandomGraphBuffers)
        {
            Graph graph = RandomGraph(random, random.Next(5, 60));
            Graph ordered = NodeOrdering.Find(graph, InstructionSet.Dsp) ?? graph;
            MemoryPlan plan = MemoryPlanner.Plan(ordered, InstructionSet.Dsp);
            (buffers, graphs) = (buffers + plan.Buffers.Length, graphs + 1);
            wrong += Check(ordered, plan, seed) && OrderVerifier.Verify(graph, ordered).Count == 0 ? 0 : 1;
        }

        Print($"seed {seed}: {buffers} buffers in {graphs} random graphs, {wrong} plans that the verifier refuses");
        return wrong == 0;
    }

    private static bool Check(Graph graph, MemoryPlan plan, int seed)
    {
        IReadOnlyList<string> faults = PlanVerifier.Verify(graph, plan, InstructionSet.Dsp);
        foreach (string fault in faults.Take(3))
        {
            Print($"seed {seed}: {fault}");
        }

        return faults.Count == 0;
    }

    /// <summary>No two buffers of one step touch, all are aligned and inside, and the bound is none that the plan is below.</summary>
    private static bool IsSound(BufferLifetime[] buffers, OffsetPlan plan)
    {
        for (int i = 0; i < buffers.Length; i++)
        {
            (BufferLifetime a, long start) = (buffers[i], plan.Offsets[i]);
            if (a.Lower < a.Upper && (start < 0 || start % a.Alignment != 0 || start + a.SizeBytes > plan.ArenaBytes))
            {
                return false;
            }

            for (int j = 0; j < i; j++)
            {
                BufferLifetime b = buffers[j];
                if (a.Lower < b.Upper && b.Lower < a.Upper && a.Lower < a.Upper && b.Lower < b.Upper && a.SizeBytes > 0 && b.SizeBytes > 0
                    && start < plan.Offsets[j] + b.SizeBytes && plan.Offsets[j] < start + a.SizeBytes)
                {
                    return false;
                }
            }
        }

        return plan.LowerBoundBytes <= plan.ArenaBytes && (!plan.Optimal || plan.LowerBoundBytes == plan.ArenaBytes);
    }

    /// <summary>Branches, sums, concatenations and chains over images of several sizes.</summary>
    private static Graph RandomGraph(Random random, int nodes)
    {
        var graph = new Graph { Name = "random" };
        var values = new List<Tensor>();
        for (int i = 0; i < 3; i++)
        {
            values.Add(new Tensor($"in{i}", ElementType.Float32, new Shape(1, 4 << i, 4 << i, random.Next(1, 9))));
            graph.Inputs.Add(values[^1]);
        }

        for (int i = 0; i < nodes; i++)
        {
            Tensor x = values[random.Next(Math.Max(0, values.Count - 12), values.Count)];
            Tensor[] twins = [.. values.TakeLast(12).Where(other => other.Shape == x.Shape)];
            Tensor[] wider = [.. values.TakeLast(12).Where(other => other.Shape[1] == x.Shape[1] && other.Shape[3] + x.Shape[3] < 64)];
            (string name, OperatorAttributes attributes, Tensor[] operands) = random.Next(4) switch
            {
                0 when twins.Length > 0 => ("Add", (OperatorAttributes)new BinaryAttributes(Clamp.None), (Tensor[])[x, twins[random.Next(twins.Length)]]),
                1 when wider.Length > 0 => ("Concatenate", new ConcatenateAttributes(3), [x, wider[random.Next(wider.Length)]]),
                2 => ("Negate", new UnaryAttributes(0, 0), [x]),
                _ => ("Clamp", new ClampAttributes(Clamp.Relu), [x]),
            };
            var node = new Node($"n{i}", name, attributes) { Inputs = [.. operands] };
            TensorType type = OperatorCatalog.Of(node).Infer(node)[0];
            node.Outputs.Add(new Tensor($"t{i}", type.Type, type.Shape));
            graph.Nodes.Add(node);
            values.Add(node.Output);
        }

        var read = graph.Nodes.SelectMany(node => node.Inputs).ToHashSet();
        foreach (Node node in graph.Nodes.Where(node => !read.Contains(node.Output)))
        {
            graph.Outputs.Add(node.Output);
        }

        return graph;
    }

    private static double Time(Action action)
    {
        using var process = Process.GetCurrentProcess();
        TimeSpan start = process.TotalProcessorTime;
        action();
        process.Refresh();
        return (process.TotalProcessorTime - start).TotalSeconds;
    }

    private static void Print(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));
}
