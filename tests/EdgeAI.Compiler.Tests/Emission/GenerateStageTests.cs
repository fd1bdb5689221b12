using System.Globalization;
using System.Runtime.InteropServices;
using EdgeAI.Compiler.Diagnostics;
using EdgeAI.Compiler.Emission;
using EdgeAI.Compiler.Execution;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators;
using EdgeAI.Compiler.Pipeline;
using EdgeAI.Compiler.Tests.Operators;
using EdgeAI.Compiler.Tests.Planning;

namespace EdgeAI.Compiler.Tests.Emission;

[TestClass]
public sealed class GenerateStageTests(TestContext context)
{
    [TestMethod]
    public void LibraryHasTheFilesOfTheSpecification()
    {
        FirmwareSources sources = FirmwareProject.Generate(Small("kws"), Small("vww"));
        string[] paths = [.. sources.Files.Select(file => file.Path)];
        CollectionAssert.IsSubsetOf(
            new[] { "CMakeLists.txt", "edgeai_firmware.h", "kws.c", "kws.h", "kws_weights.c", "vww.c", "vww.h", "vww_weights.c" }, paths);
        Assert.IsTrue(paths.All(path => path.StartsWith("edgeai_", StringComparison.Ordinal) || path.StartsWith("kws", StringComparison.Ordinal)
            || path.StartsWith("vww", StringComparison.Ordinal) || path == "CMakeLists.txt"), string.Join(' ', paths));
        CollectionAssert.AreEqual(paths.Order(StringComparer.Ordinal).ToArray(), paths);
        Assert.IsTrue(paths.Contains("edgeai_fully_connected_f32.c") && !paths.Contains("edgeai_add_s8.c"), "the kernels in use, and no others");
        Assert.IsTrue(sources.Files.All(file => !file.Text.Contains('\r') && file.Text.EndsWith('\n')));
    }

    [TestMethod]
    public void HeaderHasTheMacrosOfTheSpecification()
    {
        Graph graph = Small("kws");
        graph.Inputs.Add(new Tensor("q", ElementType.Int8, new Shape(2, 0)) { Quantization = QuantizationParameters.PerTensor(0.0078125f, -128) });
        string header = FirmwareProject.Generate(graph).Files.Single(file => file.Path == "kws.h").Text;
        foreach (string line in new[]
        {
            "#define KWS_STATE_SIZE 0u", "#define KWS_STEP_COUNT 2u", "#define KWS_INPUT_COUNT 2u", "#define KWS_INPUT_0_SIZE 24u",
            "#define KWS_INPUT_0_RANK 2u", "#define KWS_INPUT_0_EXTENT_1 3u", "#define KWS_INPUT_1_SIZE 0u", "#define KWS_INPUT_1_SCALE 0.0078125f",
            "#define KWS_INPUT_1_ZERO_POINT -128", "#define KWS_OUTPUT_COUNT 1u", "#define KWS_OUTPUT_0_SIZE 32u", "#define KWS_ARENA_SIZE 64u",
        })
        {
            StringAssert.Contains(header, line + "\n");
        }

        Assert.IsFalse(header.Contains("KWS_INPUT_0_SCALE", StringComparison.Ordinal));
        StringAssert.Contains(header, "0123456789abcdef");
        StringAssert.Contains(header, "EdgeAI.Sdk 1.");
    }

    [TestMethod]
    public void EveryCompilerTakesIt()
    {
        using var project = new FirmwareProject(FirmwareProject.Generate(Small("kws"), Hostile(), Empty()));
        project.CompileEverywhere(context);
    }

    [TestMethod]
    public void RandomModelsComputeWhatManagedCodeComputes()
    {
        int seed = Seeds.Of(context);
        var random = new Random(seed);
        for (int i = 0; i < 6; i++)
        {
            CompareWithManaged(GraphBuilder.Random(random, random.Next(1, 25), "model"), random, $"seed {seed}, graph {i}");
        }
    }

    [TestMethod]
    public void ResultsOverTheirOperandsComputeWhatManagedCodeComputes()
    {
        int seed = Seeds.Of(context);
        var random = new Random(seed);
        for (int i = 0; i < 3; i++)
        {
            CompareWithManaged(ImageGraphs.Random(random, random.Next(4, 15)), random, $"seed {seed}, images {i}");
        }
    }

    [TestMethod]
    public void OutputsMayBeInputsConstantsAndDoubles()
    {
        var builder = new GraphBuilder("borders");
        Tensor x = builder.AddInput("x", 2, 3);
        Tensor constant = GraphBuilder.Constant("c", 1.5f, -2, 3);
        Tensor view = builder.Reshape(constant, 3, 1);
        Tensor reshaped = builder.Reshape(x, 3, 2);
        Tensor negative = builder.Negate(x);
        foreach (Tensor output in new[] { x, constant, view, negative, negative, reshaped, x })
        {
            builder.Graph.Outputs.Add(output);
        }

        CompareWithManaged(builder.Graph, new Random(1), "borders");
    }

    /// <summary>Compilers take a time over one function that grows faster than its length.</summary>
    [TestMethod]
    [DataRow(256, 1)]
    [DataRow(257, 5)]
    [DataRow(400, 7)]
    public void ManyStepsAreSpreadOverFunctions(int steps, int functions)
    {
        var builder = new GraphBuilder("deep");
        Tensor x = builder.AddInput("x", 2, 3);
        Tensor value = x;
        for (int i = 0; i < steps; i++)
        {
            value = i % 2 == 0 ? builder.Negate(value) : builder.Add(value, x);
        }

        builder.Graph.Outputs.Add(value);
        string source = FirmwareProject.Generate(builder.Graph).Files.Single(file => file.Path == "deep.c").Text;
        string stepFunctions = source[(source.IndexOf("deep_output(", StringComparison.Ordinal) + 1)..];
        Assert.AreEqual(functions, stepFunctions.Split("switch (step)").Length - 1);
        CompareWithManaged(builder.Graph, new Random(4), $"{steps} steps");
    }

    [TestMethod]
    public void EmptyModelsAndHostileNamesRun()
    {
        CompareWithManaged(Hostile(), new Random(2), "hostile names");
        CompareWithManaged(Empty(), new Random(3), "no nodes, empty tensors");
    }

    [TestMethod]
    public void TwoEmissionsAreIdenticalUnderEveryCulture()
    {
        FirmwareSources first = FirmwareProject.Generate(GraphBuilder.Random(new Random(5), 20, "a"), Small("b"));
        CultureInfo before = CultureInfo.CurrentCulture;
        try
        {
            var strange = (CultureInfo)CultureInfo.InvariantCulture.Clone();
            strange.NumberFormat.NegativeSign = "~";
            strange.NumberFormat.NumberDecimalSeparator = ",";
            CultureInfo.CurrentCulture = strange;
            FirmwareSources second = FirmwareProject.Generate(Small("b"), GraphBuilder.Random(new Random(5), 20, "a"));
            CollectionAssert.AreEqual(first.Files.ToArray(), second.Files.ToArray());
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [TestMethod]
    public void EqualConstantsShareOnePlace()
    {
        var builder = new GraphBuilder("twice");
        Tensor x = builder.AddInput("x", 2, 3);
        Tensor first = builder.Add(x, GraphBuilder.Constant("c1", 1, 2, 3));
        builder.Graph.Outputs.Add(builder.Add(first, GraphBuilder.Constant("c2", 1, 2, 3)));
        string weights = FirmwareProject.Generate(builder.Graph).Files.Single(file => file.Path == "twice_weights.c").Text;
        Assert.AreEqual(1, weights.Split("\nconst union ").Length - 1);
    }

    [TestMethod]
    [DataRow("9lives", "EAI4001")]
    [DataRow("a b", "EAI4001")]
    [DataRow("EdgeAI_model", "EAI4001")]
    public void NamesThatCannotStandInCAreErrors(string name, string code)
    {
        var error = Assert.ThrowsExactly<DiagnosticException>(() => FirmwareProject.Generate(Small(name)));
        Assert.AreEqual(code, error.Diagnostics[0].Code);
    }

    [TestMethod]
    public void ModelsWhoseNamesMeetAreErrors()
    {
        var error = Assert.ThrowsExactly<DiagnosticException>(() => FirmwareProject.Generate(Small("a"), Small("a_weights")));
        Assert.AreEqual("EAI4002", error.Diagnostics[0].Code);
        StringAssert.Contains(error.Diagnostics[0].Message, "a_weights.c");

        var builder = new GraphBuilder("a");
        builder.Graph.Outputs.Add(builder.AddInput("run", 1));
        error = Assert.ThrowsExactly<DiagnosticException>(() => FirmwareProject.Generate(builder.Graph, Small("a_input")));
        StringAssert.Contains(error.Diagnostics[0].Message, "a_input_run");
    }

    [TestMethod]
    public void MegabytesOfWeightsCompileFast()
    {
        var builder = new GraphBuilder("large");
        float[] values = [.. Enumerable.Range(0, 1 << 20).Select(i => (i * 7919 % 4001) - 2000.5f)];
        Tensor weights = Tensor.FromValues<float>("w", ElementType.Float32, new Shape(1024, 1024), values);
        builder.Graph.Outputs.Add(builder.Add(builder.AddInput("x", 1024, 1024), weights));
        using var project = new FirmwareProject(FirmwareProject.Generate(builder.Graph));
        if (!KernelHarness.HasCompiler)
        {
            context.WriteLine("gcc was not found: the weights were not compiled");
            return;
        }

        var watch = System.Diagnostics.Stopwatch.StartNew();
        (int exitCode, string output) = KernelHarness.Run("gcc", "-std=c11 -Os -Wall -Wextra -Wpedantic -Werror -c large_weights.c", project.Folder);
        context.WriteLine($"4 MiB of weights took gcc {watch.ElapsedMilliseconds} ms");
        Assert.AreEqual(0, exitCode, output);
        byte[] written = File.ReadAllBytes(Path.Combine(project.Folder, "large_weights.o"));
        Assert.IsTrue(written.AsSpan().IndexOf(MemoryMarshal.AsBytes<float>(values)) >= 0, "the object file holds the weights as they are");
        Assert.IsTrue(watch.ElapsedMilliseconds < 30_000, $"{watch.ElapsedMilliseconds} ms");
    }

    [TestMethod]
    public void CMakeBuildsOneTarget()
    {
        if (!KernelHarness.Starts("cmake") || !KernelHarness.HasCompiler)
        {
            context.WriteLine("cmake was not found: the library was not built with it");
            return;
        }

        using var project = new FirmwareProject(FirmwareProject.Generate(Small("kws")));
        (int exitCode, string output) = KernelHarness.Run("cmake", "-S . -B out", project.Folder);
        Assert.AreEqual(0, exitCode, output);
        (exitCode, output) = KernelHarness.Run("cmake", "--build out --target edgeai_firmware", project.Folder);
        Assert.AreEqual(0, exitCode, output);
        Assert.IsTrue(File.Exists(Path.Combine(project.Folder, "out", "libedgeai_firmware.a")));
    }

    private static Graph Small(string name)
    {
        var builder = new GraphBuilder(name);
        Tensor x = builder.AddInput("x", 2, 3);
        Tensor weights = Tensor.FromValues<float>("w", ElementType.Float32, new Shape(4, 3), [1, 2, 3, -4, 5, 6, 7, -8, 9, 10, 11, 12.5f]);
        builder.Graph.Outputs.Add(builder.Relu(builder.FullyConnected(x, weights)));
        return builder.Graph;
    }

    private static Graph Hostile()
    {
        var builder = new GraphBuilder("hostile");
        string[] names = ["a\"b*/ \\ \n??/", "int", "9", "\u00fc\u4f60", "x:0", "x_0", "shape", "", "*/#error", "x__0"];
        Tensor? sum = null;
        foreach (string name in names)
        {
            Tensor input = builder.AddInput(name, 3);
            sum = sum is null ? input : builder.Add(sum, input);
            builder.Graph.Nodes.LastOrDefault()?.Name += " */ \" // " + name;
        }

        sum!.Name = "/* out \\";
        builder.Graph.Outputs.Add(sum);
        return builder.Graph;
    }

    private static Graph Empty()
    {
        var graph = new Graph { Name = "empty" };
        graph.Inputs.Add(new Tensor("none", ElementType.Float32, new Shape(0, 3)));
        graph.Outputs.Add(Tensor.FromValues<float>("nothing", ElementType.Float32, new Shape(0), []));
        graph.Outputs.Add(graph.Inputs[0]);
        return graph;
    }

    private void CompareWithManaged(Graph graph, Random random, string told)
    {
        var executor = new GraphExecutor(graph);
        var inputs = new List<byte[]>();
        for (int i = 0; i < graph.Inputs.Count; i++)
        {
            float[] values = [.. Enumerable.Range(0, (int)graph.Inputs[i].Shape.ElementCount).Select(_ => (random.NextSingle() * 4) - 2)];
            inputs.Add(MemoryMarshal.AsBytes<float>(values).ToArray());
            executor.SetInput(i, inputs[^1]);
        }

        executor.Run();
        using var project = new FirmwareProject(FirmwareProject.Generate(graph));
        if (project.Run(context, graph, inputs) is not { } written)
        {
            return;
        }

        int at = 0;
        for (int i = 0; i < graph.Outputs.Count; i++)
        {
            ReadOnlySpan<float> expected = MemoryMarshal.Cast<byte, float>(executor.Output(i));
            ReadOnlySpan<float> found = MemoryMarshal.Cast<byte, float>(written.AsSpan(at, (int)graph.Outputs[i].ByteSize));
            float range = 1e-30f;
            foreach (float value in expected)
            {
                range = Math.Max(range, Math.Abs(value));
            }

            for (int k = 0; k < expected.Length; k++)
            {
                Assert.IsTrue(Math.Abs(expected[k] - found[k]) <= 1e-5f * range, $"{told}, output {i}[{k}]: {found[k]} instead of {expected[k]}");
            }

            at += (int)graph.Outputs[i].ByteSize;
        }

        Assert.AreEqual(written.Length, at, told);
    }
}
