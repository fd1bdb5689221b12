using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using EdgeAI.Compiler.Diagnostics;
using EdgeAI.Compiler.Execution;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Pipeline;
using EdgeAI.Compiler.Planning.Regions;
using EdgeAI.Compiler.Settings;
using EdgeAI.Compiler.Targets;
using EdgeAI.Compiler.Tests.Operators;
using EdgeAI.Compiler.Tests.Planning;

namespace EdgeAI.Compiler.Tests.Emission;

/// <summary>Several models over several memories: every compiler takes the library, and models that take turns keep their results.</summary>
[TestClass]
public sealed class FirmwareMemoryTests(TestContext context)
{
    [TestMethod]
    public void EveryCompilerTakesSeveralMemories()
    {
        FirmwarePlan plan = Plan([("a", "b")], Graphs(new Random(1)), Board());
        Assert.IsTrue(plan.Models.Any(model => model.Plan.Regions.Length > 1));
        using var project = new FirmwareProject(GenerateStage.Run(plan, [], CancellationToken.None));
        project.CompileEverywhere(context);
    }

    [TestMethod]
    public void OneMemoryAddsNothing()
    {
        Graph graph = GraphBuilder.Random(new Random(2), 12, "kws");
        FirmwareSources plain = GenerateStage.Run(Plan([], [graph], TargetCatalog.Get("cortex-m4")), [], CancellationToken.None);
        FirmwareSources board = GenerateStage.Run(Plan([], [graph], TargetCatalog.Get("stm32l4r5")), [], CancellationToken.None);
        foreach (SourceFile file in plain.Files)
        {
            SourceFile same = board.Files.Single(other => other.Path == file.Path);
            Assert.AreEqual(file.Text, same.Text.Replace("stm32l4r5", "cortex-m4", StringComparison.Ordinal), file.Path);
        }

        CollectionAssert.AreEquivalent(
            new[] { "edgeai_memory.h", "edgeai_memory.ld", "edgeai_sections.ld" },
            board.Files.Select(file => file.Path).Except(plain.Files.Select(file => file.Path)).ToArray());
    }

    [TestMethod]
    public void ModelsThatTakeTurnsComputeWhatManagedCodeComputes()
    {
        int seed = Seeds.Of(context);
        var random = new Random(seed);
        for (int round = 0; round < 3; round++)
        {
            Graph[] graphs = Graphs(random);
            FirmwarePlan plan = Plan(round == 1 ? [("a", "c")] : [], graphs, round == 2 ? TargetCatalog.Get("cortex-m4") : Board());
            TakeTurns(plan, graphs, [0, 1, 0, 2, 1, 0], random, $"seed {seed}, round {round}");
        }
    }

    [TestMethod]
    public void KernelsComputeTheSameFromCopiedWeights()
    {
        TargetDescription board = RegionPlannerTests.Board(("ram", 1 << 20, 0));
        for (int seed = 1; ; seed++)
        {
            Graph graph = ImageGraphs.Random(new Random(seed), 12, "image");
            FirmwarePlan plan = Plan([], [graph], board);
            if (plan.Models[0].Plan.WeightCopies.Length > 1)
            {
                TakeTurns(plan, [graph], [0, 0], new Random(seed), $"seed {seed}");
                return;
            }
        }
    }

    [TestMethod]
    public void PartsOfOtherMemoriesSurviveOtherModels()
    {
        FirmwarePlan plan = Plan([], Graphs(new Random(7)), Board());
        PlannedModel[] spread = [.. plan.Models.Where(model => model.Plan.Regions.Length > 1)];
        Assert.IsGreaterThan(1, spread.Length);
        string header = GenerateStage.Run(plan, [], CancellationToken.None).Files.Single(file => file.Path == "edgeai_firmware.h").Text;
        StringAssert.Contains(header, "static inline void edgeai_firmware_place(edgeai_firmware_arena_fast *fast, edgeai_firmware_arena_slow *slow)");
        FirmwareMemory fast = plan.Memories[0];
        Assert.IsLessThan(spread.Sum(model => model.Plan.Regions.Where(region => region.Memory == "fast").Sum(region => region.Bytes)), fast.Bytes, "working memory is shared");
    }

    private static Graph[] Graphs(Random random) =>
    [
        Chain("a", 8), ImageGraphs.Random(random, 8, "b"), Chain("c", 10),
    ];

    /// <summary>Transposes of some hundred bytes one after another, two of which are alive at once.</summary>
    private static Graph Chain(string name, int extent)
    {
        var builder = new GraphBuilder(name);
        Tensor x = builder.AddInput("x", extent, 16);
        builder.Graph.Outputs.Add(builder.Transpose(builder.Negate(builder.Transpose(x, 1, 0)), 1, 0));
        return builder.Graph;
    }

    /// <summary>A fast memory so small that most models need the slow one too.</summary>
    private static TargetDescription Board() => RegionPlannerTests.Board(("fast", 720, 0), ("slow", 1 << 20, 3));

    private static FirmwarePlan Plan((string, string)[] together, Graph[] graphs, TargetDescription target) => PlanStage.Combine(
        target,
        [
            .. graphs.Select(graph => PlanStage.Run(
                new(graph, new($"models/{graph.Name}.onnx", "0123456789abcdef", "onnx"), "None", true, 0,
                    new([.. graph.Inputs.Select(_ => ImmutableArray<int>.Empty)], [.. graph.Outputs.Select(_ => ImmutableArray<int>.Empty)])),
                target, new ModelSettings { Name = graph.Name }, [], CancellationToken.None)),
        ], [], new([.. together]));

    private void TakeTurns(FirmwarePlan plan, Graph[] graphs, int[] turns, Random random, string what)
    {
        if (!KernelHarness.HasCompiler)
        {
            context.WriteLine("gcc was not found: the generated C was not run");
            return;
        }

        using var project = new FirmwareProject(GenerateStage.Run(plan, [], CancellationToken.None));
        File.WriteAllText(Path.Combine(project.Folder, "main.c"), MainProgram(plan, graphs, turns));
        var inputs = new List<byte>();
        var expected = new List<byte[]>();
        foreach (Graph graph in turns.Select(turn => graphs[turn]))
        {
            var executor = new GraphExecutor(graph);
            for (int i = 0; i < graph.Inputs.Count; i++)
            {
                float[] values = [.. Enumerable.Range(0, (int)graph.Inputs[i].Shape.ElementCount).Select(_ => (random.NextSingle() * 4) - 2)];
                executor.SetInput(i, MemoryMarshal.AsBytes<float>(values));
                inputs.AddRange(MemoryMarshal.AsBytes<float>(values));
            }

            executor.Run();
            expected.AddRange(Enumerable.Range(0, graph.Outputs.Count).Select(i => executor.Output(i).ToArray()));
        }

        File.WriteAllBytes(Path.Combine(project.Folder, "in.bin"), [.. inputs]);
        (int exitCode, string output) = KernelHarness.Run(
            "gcc", "-std=c11 -O1 -fsanitize=address,undefined -fno-sanitize-recover=all -I . "
            + string.Join(' ', Directory.GetFiles(project.Folder, "*.c").Order(StringComparer.Ordinal)) + " -lm -o run", project.Folder);
        Assert.AreEqual(0, exitCode, output);
        (exitCode, output) = KernelHarness.Run(Path.Combine(project.Folder, "run"), "", project.Folder);
        Assert.AreEqual(0, exitCode, what + output);
        byte[] written = File.ReadAllBytes(Path.Combine(project.Folder, "out.bin"));
        int at = 0;
        foreach (byte[] bytes in expected)
        {
            ReadOnlySpan<float> wanted = MemoryMarshal.Cast<byte, float>(bytes);
            ReadOnlySpan<float> found = MemoryMarshal.Cast<byte, float>(written.AsSpan(at, bytes.Length));
            float range = 1e-30f;
            foreach (float value in wanted)
            {
                range = Math.Max(range, Math.Abs(value));
            }

            for (int k = 0; k < wanted.Length; k++)
            {
                Assert.IsTrue(Math.Abs(wanted[k] - found[k]) <= 1e-5f * range, $"{what}, byte {at}, element {k}: {found[k]} instead of {wanted[k]}");
            }

            at += bytes.Length;
        }

        Assert.AreEqual(written.Length, at, what);
    }

    /// <summary>All memories are filled with garbage, models are initialized once, and then run in turn.</summary>
    private static string MainProgram(FirmwarePlan plan, Graph[] graphs, int[] turns)
    {
        var text = new StringBuilder("#include <stdio.h>\n#include <string.h>\n#include \"edgeai_firmware.h\"\n");
        string Memory(FirmwareMemory memory) => plan.Memories.Length == 1 ? "memory" : memory.Name;
        foreach (FirmwareMemory memory in plan.Memories)
        {
            text.Append(CultureInfo.InvariantCulture, $"static edgeai_firmware_arena{(plan.Memories.Length == 1 ? "" : "_" + memory.Name)} {Memory(memory)};\n");
        }

        text.Append("int main(void)\n{\n    FILE *in = fopen(\"in.bin\", \"rb\");\n    FILE *out = fopen(\"out.bin\", \"wb\");\n    if (!in || !out) return 1;\n");
        foreach (FirmwareMemory memory in plan.Memories)
        {
            text.Append(CultureInfo.InvariantCulture, $"    memset(&{Memory(memory)}, 0xA5, sizeof {Memory(memory)});\n");
        }

        if (plan.Models.Any(model => model.Plan.Regions.Length > 1))
        {
            text.Append(CultureInfo.InvariantCulture, $"    edgeai_firmware_place({string.Join(", ", plan.Memories.Select(memory => "&" + Memory(memory)))});\n");
        }

        foreach (Graph graph in graphs)
        {
            FirmwareMemory main = plan.Memories.First(memory => memory.Parts.Any(part => part.Model == graph.Name && part.Region == 0));
            string arena = plan.IsUnion ? $"&memory.{graph.Name}_memory" : $"edgeai_firmware_{graph.Name}(&{Memory(main)})";
            text.Append(CultureInfo.InvariantCulture, $"    {graph.Name}_arena *{graph.Name} = {arena};\n    {graph.Name}_init({graph.Name});\n");
        }

        foreach (Graph graph in turns.Select(turn => graphs[turn]))
        {
            string upper = graph.Name.ToUpperInvariant();
            for (int i = 0; i < graph.Inputs.Count; i++)
            {
                text.Append(CultureInfo.InvariantCulture, $"    if (fread({graph.Name}_input({graph.Name}, {i}u), 1, {upper}_INPUT_{i}_SIZE, in) != {upper}_INPUT_{i}_SIZE) return 2;\n");
            }

            text.Append(CultureInfo.InvariantCulture, $"    {graph.Name}_run({graph.Name});\n");
            for (int i = 0; i < graph.Outputs.Count; i++)
            {
                text.Append(CultureInfo.InvariantCulture, $"    if (fwrite({graph.Name}_output({graph.Name}, {i}u), 1, {upper}_OUTPUT_{i}_SIZE, out) != {upper}_OUTPUT_{i}_SIZE) return 3;\n");
            }
        }

        return text.Append("    fclose(in);\n    fclose(out);\n    return 0;\n}\n").ToString();
    }
}
