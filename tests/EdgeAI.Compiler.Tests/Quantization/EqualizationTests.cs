using System.Runtime.InteropServices;
using EdgeAI.Compiler.Data;
using EdgeAI.Compiler.Diagnostics;
using EdgeAI.Compiler.Execution;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators.Activation;
using EdgeAI.Compiler.Operators.Convolution;
using EdgeAI.Compiler.Operators.ElementWise;
using EdgeAI.Compiler.Operators.FullyConnected;
using EdgeAI.Compiler.Operators.Reduction;
using EdgeAI.Compiler.Passes;
using EdgeAI.Compiler.Quantization;
using EdgeAI.Compiler.Tests.Passes;

namespace EdgeAI.Compiler.Tests.Quantization;

[TestClass]
public sealed class EqualizationTests
{
    [TestMethod]
    [DataRow("plain")]
    [DataRow("depthwise")]
    [DataRow("residual")]
    [DataRow("flattened")]
    public void Spread_channels_are_repaired_without_a_change_of_the_function(string form)
    {
        Graph graph = Network(form, Clamp.Relu, spread: 1000);
        IReadOnlyList<TestCase> cases = SyntheticInputs.Make(graph, 32);
        Graph equalized = GraphCopy.Of(graph);
        Assert.IsNotEmpty(ChannelEqualizer.Run(equalized, cases, new ChannelMaps(), CancellationToken.None).Makers);
        Assert.IsGreaterThan(90, new OutputProbe(graph, cases, CancellationToken.None).SqnrDb(equalized, CancellationToken.None));

        var diagnostics = new List<Diagnostic>();
        var probe = new OutputProbe(graph, cases, CancellationToken.None);
        double repaired = probe.SqnrDb(IntegerQuantizer.Run(graph, cases, ElementType.Int8, diagnostics, CancellationToken.None).Graph, CancellationToken.None);
        Console.WriteLine($"{form}: {repaired:0.0} dB; {string.Join(" | ", diagnostics.Select(d => d.Message))}");
        Assert.IsTrue(diagnostics.Any(diagnostic => diagnostic.Code == "EAI2008"));
        Assert.IsGreaterThan(25, repaired);
    }

    [TestMethod]
    public void A_limit_stands_against_it()
    {
        Graph graph = Network("plain", Clamp.Relu6, spread: 1000);
        Assert.IsEmpty(ChannelGroup.Find(graph));
    }

    [TestMethod]
    public void A_value_that_leaves_the_graph_is_not_rescaled()
    {
        Graph graph = Network("plain", Clamp.Relu, spread: 1000);
        Tensor first = graph.Nodes[0].Output;
        Assert.IsTrue(ChannelGroup.Find(graph).Any(group => group.Tensors.Contains(first)));
        graph.Outputs.Add(first);
        Assert.IsFalse(ChannelGroup.Find(graph).Any(group => group.Tensors.Contains(first)));
    }

    [TestMethod]
    public void The_same_data_make_the_same_bytes()
    {
        byte[][] runs = [Bytes(), Bytes()];
        CollectionAssert.AreEqual(runs[0], runs[1]);

        static byte[] Bytes()
        {
            Graph graph = Network("residual", Clamp.Relu, spread: 100);
            Graph result = IntegerQuantizer.Run(graph, SyntheticInputs.Make(graph, 16), ElementType.Int8, [], CancellationToken.None).Graph;
            return [.. result.Tensors().Where(tensor => tensor.IsConstant).SelectMany(tensor => tensor.Constant!.Value.ToArray())];
        }
    }

    [TestMethod]
    public void A_constant_read_in_two_roles_is_quantized_for_each()
    {
        var builder = new GraphBuilder();
        Tensor x = builder.Input(1, 6);
        Tensor shared = builder.Constant(6, 6);
        Tensor y = builder.Op("FullyConnected", new FullyConnectedAttributes(Clamp.None), x, shared, null);
        Graph graph = builder.Build(builder.Op("Add", new BinaryAttributes(Clamp.None), y, shared));
        Graph result = IntegerQuantizer.Run(graph, SyntheticInputs.Make(graph, 8), ElementType.Int8, [], CancellationToken.None).Graph;
        Assert.IsEmpty(GraphVerifier.Verify(result));
        Tensor[] constants = [.. result.Tensors().Where(tensor => tensor is { IsConstant: true, Type: ElementType.Int8 })];
        Assert.HasCount(2, constants);
        Assert.AreNotEqual(constants[0].Name, constants[1].Name);
        Assert.AreNotEqual(constants[0].Quantization!.IsPerChannel, constants[1].Quantization!.IsPerChannel);
    }

    [TestMethod]
    public void An_operator_without_an_integer_form_becomes_an_island()
    {
        var builder = new GraphBuilder();
        Tensor x = builder.Input(1, 6);
        Tensor power = builder.Op("Power", new BinaryAttributes(Clamp.None), builder.Op("FullyConnected", new FullyConnectedAttributes(Clamp.Relu), x, builder.Constant(4, 6), null), builder.Scalar(2));
        Graph graph = builder.Build(builder.Op("FullyConnected", new FullyConnectedAttributes(Clamp.None), power, builder.Constant(3, 4), null));
        var diagnostics = new List<Diagnostic>();
        Graph result = IntegerQuantizer.Run(graph, SyntheticInputs.Make(graph, 8), ElementType.Int8, diagnostics, CancellationToken.None).Graph;
        Assert.IsEmpty(GraphVerifier.Verify(result));
        Assert.HasCount(1, diagnostics.Where(diagnostic => diagnostic.Code == "EAI2002"));
        Assert.IsTrue(result.Nodes.Count(node => node.Operator == "FullyConnected" && node.Output.Type == ElementType.Int8) == 2);
    }

    [TestMethod]
    public void Copies_of_a_node_of_the_file_are_told_of_once()
    {
        var builder = new GraphBuilder();
        Tensor value = builder.Input(1, 6);
        for (int round = 0; round < 4; round++)
        {
            value = builder.Op("Power", new BinaryAttributes(Clamp.None), builder.Op("Tanh", new UnaryAttributes(0, 0), value), builder.Scalar(2));
            Node made = builder.Graph.Nodes[^1];
            builder.Graph.Nodes[^1] = new Node(made.Name, made.Operator, made.Attributes) { Source = "loop", Inputs = made.Inputs, Outputs = made.Outputs };
        }

        Graph graph = builder.Build(value);
        var diagnostics = new List<Diagnostic>();
        IntegerQuantizer.Run(graph, SyntheticInputs.Make(graph, 8), ElementType.Int8, diagnostics, CancellationToken.None);
        StringAssert.Contains(diagnostics.Single(diagnostic => diagnostic.Code == "EAI2002").Message, $"{4 * ((6 * 2) + 1) * sizeof(float)} bytes");
    }

    /// <summary>Layers with random weights whose inner channels are multiplied in one layer and divided in the next.</summary>
    private static Graph Network(string form, Clamp clamp, double spread)
    {
        var builder = new GraphBuilder();
        Tensor x = builder.Input(1, 6, 6, 3);
        Tensor first = Conv(builder, x, 8, clamp);
        Tensor inner = form switch
        {
            "depthwise" => builder.Op("DepthwiseConv2D", new DepthwiseConv2DAttributes(1, 1, 1, 1, 1, 1, 1, 1, 1, clamp), first, builder.Constant(1, 3, 3, 8), builder.Constant(8)),
            "residual" => builder.Op("Add", new BinaryAttributes(clamp), first, Conv(builder, first, 8, Clamp.None)),
            _ => first,
        };
        Tensor flat = form == "flattened"
            ? builder.Op("Reshape", new EdgeAI.Compiler.Operators.Shaping.ReshapeAttributes([1, 288]), inner)
            : builder.Op("ReduceMean", new ReduceAttributes([1, 2], false), Conv(builder, inner, 10, clamp));
        Graph graph = builder.Build(builder.Op("FullyConnected", new FullyConnectedAttributes(Clamp.None), flat, builder.Constant(5, flat.Shape[-1]), builder.Constant(5)));
        if (clamp.Maximum > 1000)
        {
            ChannelGroup group = ChannelGroup.Find(graph)[0];
            double[] factors = [.. Enumerable.Range(0, group.ChannelCount).Select(i => Math.Pow(spread, ((i * 5 % group.ChannelCount) / (group.ChannelCount - 1.0)) - 0.5))];
            ChannelEqualizer.Apply(group, factors);
        }

        return graph;
    }

    private static Tensor Conv(GraphBuilder builder, Tensor x, int channels, Clamp clamp) =>
        builder.Op("Conv2D", new Conv2DAttributes(1, 1, 1, 1, 1, 1, 1, 1, 1, clamp), x, builder.Constant(channels, 3, 3, x.Shape[-1]), builder.Constant(channels));
}
