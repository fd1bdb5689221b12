using EdgeAI.Compiler.Data;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators;
using EdgeAI.Compiler.Operators.Convolution;
using EdgeAI.Compiler.Operators.FullyConnected;
using EdgeAI.Compiler.Operators.Reduction;
using EdgeAI.Compiler.Passes;
using EdgeAI.Compiler.Quantization;
using EdgeAI.Compiler.Tests.Passes;

namespace EdgeAI.Compiler.Tests.Quantization;

[TestClass]
public sealed class RepairLogTests
{
    [TestMethod]
    public void Each_repair_says_what_it_brought_to_each_layer()
    {
        Graph graph = Network(spread: 1000, bias: 0);
        Graph original = GraphCopy.Of(graph);
        IReadOnlyList<TestCase> cases = SyntheticInputs.Make(graph, 32);
        IntegerModel model = IntegerQuantizer.Run(graph, cases, ElementType.Int8, [], CancellationToken.None);
        Console.WriteLine(string.Join('\n', model.Repairs.Layers));
        string[] nodes = [.. original.Nodes.Select(node => node.Name)];
        Assert.IsTrue(model.Repairs.Layers.All(layer => nodes.Contains(layer.Node) || layer.Node.StartsWith("Quantize", StringComparison.Ordinal)));
        RepairedLayer[] equalized = [.. model.Repairs.Layers.Where(layer => layer.Kind == RepairKind.Equalization)];
        CollectionAssert.IsSubsetOf(nodes[..2], equalized.Select(layer => layer.Node).ToArray());
        Assert.IsGreaterThan(equalized[1].BeforeDb!.Value + 6, equalized[1].AfterDb!.Value, "the layer that reads the rescaled channels");
        // Kept by the error in the rescaled channels, told in the model's own units: one may seem to lose a little, all together gain.
        RepairedLayer[] corrected = [.. model.Repairs.Layers.Where(layer => layer.Kind == RepairKind.BiasCorrection)];
        Assert.IsTrue(corrected.All(layer => layer.AfterDb > layer.BeforeDb - 0.5));
        Assert.IsGreaterThan(0, corrected.Sum(layer => layer.AfterDb!.Value - layer.BeforeDb!.Value));

        AssertLastWords(original, model, cases);
    }

    [TestMethod]
    public void Rounding_says_what_it_brought_to_each_layer()
    {
        Graph graph = Network(spread: 1, bias: 0);
        Graph original = GraphCopy.Of(graph);
        IReadOnlyList<TestCase> cases = SyntheticInputs.Make(graph, 32);
        var extremes = graph.Tensors().Where(tensor => !tensor.IsConstant).ToDictionary(tensor => tensor.Name, _ => 0);
        Graph quantized = IntegerGraphBuilder.Build(graph, RangeChoice.Ranges(graph, cases, extremes, ElementType.Int8, CancellationToken.None), []);
        var log = new RepairLog(cases, ElementType.Int8, CancellationToken.None);
        new LayerRepair(RoundingGoal.OwnSums).Run(graph, quantized, cases, (log, new ChannelMaps()), CancellationToken.None);
        var model = new IntegerModel(quantized, new ModelRepairs(log.Layers, []));
        RepairedLayer[] rounded = [.. model.Repairs.Layers.Where(layer => layer.Kind == RepairKind.LearntRounding)];
        Assert.IsGreaterThan(0, rounded.Length, string.Join('\n', model.Repairs.Layers));
        AssertLastWords(original, model, cases);
    }

    /// <summary>The last word on each layer is what the whole graph has.</summary>
    private static void AssertLastWords(Graph original, IntegerModel model, IReadOnlyList<TestCase> cases)
    {
        string[] nodes = [.. original.Nodes.Select(node => node.Name)];
        foreach (IGrouping<string, RepairedLayer> layer in model.Repairs.Layers.GroupBy(layer => layer.Node).Where(group => nodes.Contains(group.Key)))
        {
            Node node = model.Graph.Nodes.Single(node => node.Name == layer.Key);
            Assert.AreEqual(Measured(original, model, node.Output, cases), layer.Last().AfterDb!.Value, 0.01, layer.Key);
        }
    }

    [TestMethod]
    public void Moved_channels_are_told_with_their_constants()
    {
        Graph graph = Network(spread: 1, bias: 20);
        Graph original = GraphCopy.Of(graph);
        IReadOnlyList<TestCase> cases = SyntheticInputs.Make(graph, 32);
        IntegerModel model = IntegerQuantizer.Run(graph, cases, ElementType.Int8, [], CancellationToken.None);
        Assert.IsTrue(model.Repairs.Layers.Any(layer => layer.Kind == RepairKind.HighBiasAbsorption && layer.AfterDb > layer.BeforeDb));
        Tensor first = original.Nodes[0].Output;
        ChannelMap map = model.Repairs.Maps.Single(map => map.Tensor == first.Name);
        Assert.IsTrue(map.Offsets.All(offset => offset < -5));
        Assert.IsGreaterThan(30, Measured(original, model, model.Graph.Nodes.Single(node => node.Name == original.Nodes[0].Name).Output, cases));
    }

    /// <summary>Decibels of an integer value against the untouched float graph's.</summary>
    private static double Measured(Graph original, IntegerModel model, Tensor tensor, IReadOnlyList<TestCase> cases)
    {
        string name = QuantizedNames.Original(tensor.Name);
        Tensor exact = original.Tensors().Single(one => one.Name == name);
        var executor = new EdgeAI.Compiler.Execution.GraphExecutor(original);
        var integer = new EdgeAI.Compiler.Execution.GraphExecutor(model.Graph);
        ChannelMap? map = model.Repairs.Maps.SingleOrDefault(map => map.Tensor == name);
        double signal = 0;
        double noise = 0;
        foreach (TestCase test in cases)
        {
            executor.SetInput(0, test.Inputs[0].Span);
            integer.SetInput(0, test.Inputs[0].Span);
            executor.Run();
            integer.Run();
            float[] expected = OutputProbe.Reals(exact, executor.Value(exact));
            float[] actual = OutputProbe.Reals(tensor, integer.Value(tensor));
            for (int i = 0; i < expected.Length; i++)
            {
                double error = expected[i] - (map?.ToModel(actual[i], i) ?? actual[i]);
                signal += (double)expected[i] * expected[i];
                noise += error * error;
            }
        }

        return 10 * Math.Log10(signal / noise);
    }

    /// <summary>Two pointwise layers with ReLU, the channels between them spread by a factor, far from 0 with a bias.</summary>
    private static Graph Network(double spread, float bias)
    {
        var builder = new GraphBuilder();
        Tensor x = builder.Input(1, 6, 6, 3);
        var geometry = new Conv2DAttributes(1, 1, 1, 1, 0, 0, 0, 0, 1, Clamp.Relu);
        float[] biases = [.. Enumerable.Range(0, 8).Select(channel => bias * (1 + (channel * 0.02f)))];
        Tensor first = builder.Op("Conv2D", geometry, x, builder.Constant(8, 1, 1, 3), Tensor.FromValues<float>("first:bias", ElementType.Float32, new Shape(8), biases));
        Tensor second = builder.Op("Conv2D", geometry, first, builder.Constant(10, 1, 1, 8), builder.Constant(10));
        Tensor mean = builder.Op("ReduceMean", new ReduceAttributes([1, 2], false), second);
        Graph graph = builder.Build(builder.Op("FullyConnected", new FullyConnectedAttributes(Clamp.None), mean, builder.Constant(5, 10), builder.Constant(5)));
        ChannelGroup group = ChannelGroup.Find(graph)[0];
        ChannelEqualizer.Apply(group, [.. Enumerable.Range(0, 8).Select(i => Math.Pow(spread, ((i * 5 % 8) / 7.0) - 0.5))]);
        return graph;
    }
}
