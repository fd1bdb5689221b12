using System.Collections.Immutable;
using System.Runtime.InteropServices;
using EdgeAI.Compiler.Data;
using EdgeAI.Compiler.Diagnostics;
using EdgeAI.Compiler.Execution;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators;
using EdgeAI.Compiler.Operators.FullyConnected;
using EdgeAI.Compiler.Passes;
using EdgeAI.Compiler.Pipeline;
using EdgeAI.Compiler.Quantization;
using EdgeAI.Compiler.Settings;
using EdgeAI.Compiler.Tests.Import.Onnx;

namespace EdgeAI.Simulator.Tests;

/// <summary>Where a model parts from a reference of its values: the step is named that made the first wrong one, and right ones are never called wrong.</summary>
[TestClass]
public sealed class DivergenceSearchTests
{
    private const long LargestFile = 1_000_000;
    private const long MostMacs = 2_000_000;

    public required TestContext TestContext { get; set; }

    [TestMethod]
    public void A_model_does_not_part_from_its_own_values()
    {
        string root = Environment.GetEnvironmentVariable("EDGEAI_CONFORMANCE") ?? "";
        int models = 0;
        int values = 0;
        foreach (string file in new[] { "onnx", "torch", "quantization" }.Select(folder => Path.Combine(root, folder)).Where(Directory.Exists)
            .SelectMany(folder => Directory.GetFiles(folder, "*.onnx", SearchOption.AllDirectories)).Where(file => new FileInfo(file).Length < LargestFile).Order(StringComparer.Ordinal))
        {
            ImportRequest request = new("model", Path.GetFileName(file), File.ReadAllBytes(file), ImmutableSortedDictionary<string, Shape>.Empty, relative =>
                Path.Combine(Path.GetDirectoryName(file)!, relative) is var beside && File.Exists(beside) ? File.ReadAllBytes(beside) : null, AsWritten: true);
            try
            {
                if (ImportStage.ReadAsWritten(request, CancellationToken.None).Nodes.Sum(node => OperatorCatalog.Of(node).CountMacs(node)) > MostMacs)
                {
                    continue;
                }

                (IReadOnlyList<ReadOnlyMemory<byte>> inputs, Dictionary<string, NumericArray> reference) = Values(request);
                DivergenceFound found = DivergenceSearch.Run(request, Quantized(request, QuantizationScheme.Float32), [inputs], reference, CancellationToken.None);
                Assert.AreEqual("", found.Stage, $"{file}: {found.First?.Tensor} is {found.First?.LargestError} off");
                models++;
                values += found.Compared;
            }
            catch (DiagnosticException error)
            {
                TestContext.WriteLine($"{Path.GetRelativePath(root, file)} is refused: {error.Diagnostics[0].Code}");
            }
        }

        TestContext.WriteLine($"{models} models, {values} values");
    }

    /// <summary>Equalized channels are compared in the model's units.</summary>
    [TestMethod]
    public void Rescaled_channels_are_no_divergence()
    {
        Graph graph = TwoLayers();
        float[] x = [0.5f, -1, 2];
        ReadOnlyMemory<byte>[] inputs = [MemoryMarshal.AsBytes(x.AsSpan()).ToArray()];
        var reference = new Dictionary<string, NumericArray>(StringComparer.Ordinal);
        var executor = new GraphExecutor(graph);
        executor.SetInput(0, inputs[0].Span);
        executor.Observer = (tensor, bytes) => reference[tensor.Name] = new NumericArray(ElementType.Float32, tensor.Shape, bytes.ToArray());
        executor.Run();
        Graph equalized = TwoLayers();
        ChannelGroup group = ChannelGroup.Find(equalized).Single();
        double[] factors = [1, 8, 0.25, 2];
        var maps = new ChannelMaps();
        ChannelEqualizer.Apply(group, factors);
        maps.Multiply(group.Tensors, factors);
        var names = new FileNames(graph, reference);
        IReadOnlyList<(Tensor Tensor, Divergence? Divergence)> told = FirstDivergence.Compare(equalized, [inputs], reference, names, maps.All, CancellationToken.None);
        Assert.HasCount(2, told);
        Assert.IsTrue(told.All(one => one.Divergence is null));
        Assert.AreEqual("h", FirstDivergence.Compare(equalized, [inputs], reference, names, [], CancellationToken.None)[0].Divergence?.Tensor);
    }

    [TestMethod]
    public void A_wrong_value_of_the_reference_is_found_in_the_file_itself()
    {
        (ImportRequest request, IReadOnlyList<ReadOnlyMemory<byte>> inputs, Dictionary<string, NumericArray> reference) = Network();
        reference["s"] = Changed(reference["s"], 5, 0.5f);
        reference["z"] = Changed(reference["z"], 0, 0.5f);
        DivergenceFound found = DivergenceSearch.Run(request, Quantized(request, QuantizationScheme.Float32), [inputs], reference, CancellationToken.None);
        Assert.AreEqual(("import", "s", "Sigmoid"), (found.Stage, found.First!.Tensor, found.First.Operator));
        Assert.AreEqual(0.5, found.First.LargestError, 1e-6);
        Assert.AreEqual(reference["s"].ValueAt(5), found.First.Expected.ValueAt(5));
    }

    [TestMethod]
    public void The_pass_is_named_that_made_the_first_wrong_value()
    {
        (ImportRequest request, IReadOnlyList<ReadOnlyMemory<byte>> inputs, Dictionary<string, NumericArray> reference) = Network();
        Graph graph = ImportStage.ReadAsWritten(request, CancellationToken.None);
        DivergenceFound found = DivergenceSearch.Run(graph, Quantized(request, QuantizationScheme.Float32), [inputs], reference, (changed, after) =>
        {
            // The passes of import, which leave 'c' under another meaning, and then one that is wrong.
            PassRunner.Run(changed, [], CancellationToken.None, afterPass: after);
            Node layer = changed.Nodes.Last(node => node.Operator == "Conv2D");
            Tensor weights = layer.Input(1);
            float[] wrong = weights.Values<float>().ToArray();
            wrong[0] += 1;
            layer.Inputs[1] = Tensor.FromValues<float>(weights.Name, weights.Type, weights.Shape, wrong);
            after("SpoilWeights");
            layer.Inputs[1] = weights;
            after("RepairWeights");
        }, CancellationToken.None);
        Assert.AreEqual(("pass SpoilWeights", "z"), (found.Stage, found.First!.Tensor));
        Assert.AreEqual(new Shape(1, 2, 4, 4), found.First.Actual.Shape, "in the file's order of axes");
        Assert.AreEqual(4, found.Compared);
    }

    [TestMethod]
    public void Quantization_is_named_where_its_steps_are_passed()
    {
        (ImportRequest request, IReadOnlyList<ReadOnlyMemory<byte>> inputs, Dictionary<string, NumericArray> reference) = Network();
        QuantizedModel quantized = Quantized(request, QuantizationScheme.Int8);
        DivergenceFound found = DivergenceSearch.Run(request, quantized, [inputs], reference, CancellationToken.None);
        double rounding = found.First?.LargestError ?? 0;
        Node layer = quantized.Graph.Nodes.First(node => node.Operator == "Conv2D");
        layer.Output.Quantization = QuantizationParameters.PerTensor(layer.Output.Quantization!.Scale / 40, layer.Output.Quantization.ZeroPoint);
        found = DivergenceSearch.Run(request, quantized, [inputs], reference, CancellationToken.None);
        Assert.AreEqual(("quantization", "s"), (found.Stage, found.First!.Tensor));
        Assert.IsGreaterThan(4 * rounding, found.First.LargestError);
    }

    private static NumericArray Changed(NumericArray array, int index, float by)
    {
        float[] values = array.ToSingles();
        values[index] += by;
        return FirstDivergence.Floats(array.Shape, values);
    }

    /// <summary>Conv, BatchNormalization, Sigmoid, Conv over channels first; a case, and all values.</summary>
    private static (ImportRequest Request, IReadOnlyList<ReadOnlyMemory<byte>> Inputs, Dictionary<string, NumericArray> Values) Network()
    {
        var random = new Random(5);
        float[] Values(int count) => [.. Enumerable.Range(0, count).Select(_ => (float)random.NextDouble() - 0.4f)];
        OnnxModels model = new OnnxModels().Input("x", 1, 3, 4, 4).Constant("w", [3, 3, 3, 3], Values(81)).Constant("v", [2, 3, 1, 1], Values(6))
            .Constant("scale", [3], 2, 3, 0.5f).Constant("shift", [3], 0.5f, 1, -1).Constant("mean", [3], 0.1f, 0.2f, 0.3f).Constant("variance", [3], 1, 2, 3)
            .Node("Conv", ["x", "w"], ["c"], OnnxModels.Ints("pads", 1, 1, 1, 1)).Node("BatchNormalization", ["c", "scale", "shift", "mean", "variance"], ["b"])
            .Node("Sigmoid", ["b"], ["s"]).Node("Conv", ["s", "v"], ["z"]).Output("z");
        var request = new ImportRequest("model", "model.onnx", model.Bytes, ImmutableSortedDictionary<string, Shape>.Empty, _ => null);
        (IReadOnlyList<ReadOnlyMemory<byte>> inputs, Dictionary<string, NumericArray> values) = DivergenceSearchTests.Values(request);
        return (request, inputs, values.Where(value => "cbsz".Contains(value.Key, StringComparison.Ordinal)).ToDictionary());
    }

    private static QuantizedModel Quantized(ImportRequest request, QuantizationScheme scheme) => QuantizeStage.Run(
        ImportStage.Run(request, [], CancellationToken.None), new ModelSettings { Name = "model", Quantization = scheme }, [], CancellationToken.None);

    /// <summary>Inputs, and every value of the graph as the file writes it.</summary>
    private static (IReadOnlyList<ReadOnlyMemory<byte>> Inputs, Dictionary<string, NumericArray> Values) Values(ImportRequest request)
    {
        Graph graph = ImportStage.ReadAsWritten(request, CancellationToken.None);
        ImmutableArray<ReadOnlyMemory<byte>> inputs = SyntheticInputs.Make(graph, 1)[0].Inputs;
        var executor = new GraphExecutor(graph);
        for (int i = 0; i < inputs.Length; i++)
        {
            executor.SetInput(i, inputs[i].Span);
        }

        var values = new Dictionary<string, NumericArray>(StringComparer.Ordinal);
        executor.Observer = (tensor, bytes) => values[tensor.Name] = new(
            ElementType.Float32, tensor.Shape, MemoryMarshal.AsBytes<float>([.. BorderValues.Decode(bytes.Span, tensor, []).Select(value => (float)value)]).ToArray());
        executor.Run();
        return (inputs, values);
    }

    /// <summary>x [1,3] → h [1,4] with ReLU → y [1,2].</summary>
    private static Graph TwoLayers()
    {
        var x = new Tensor("x", ElementType.Float32, new Shape(1, 3));
        var h = new Tensor("h", ElementType.Float32, new Shape(1, 4));
        var y = new Tensor("y", ElementType.Float32, new Shape(1, 2));
        Tensor first = Tensor.FromValues<float>("first", ElementType.Float32, new Shape(4, 3), [.. Enumerable.Range(0, 12).Select(i => ((i * 5) % 7) - 2f)]);
        Tensor second = Tensor.FromValues<float>("second", ElementType.Float32, new Shape(2, 4), [.. Enumerable.Range(0, 8).Select(i => ((i * 3) % 5) - 1f)]);
        return new Graph
        {
            Inputs = [x],
            Outputs = [y],
            Nodes =
            [
                new Node("h", "FullyConnected", new FullyConnectedAttributes(Clamp.Relu)) { Inputs = [x, first, null], Outputs = [h] },
                new Node("y", "FullyConnected", new FullyConnectedAttributes(Clamp.None)) { Inputs = [h, second, null], Outputs = [y] },
            ],
        };
    }
}
