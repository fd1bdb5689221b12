using EdgeAI.Compiler.Data;
using EdgeAI.Compiler.Diagnostics;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators;
using EdgeAI.Compiler.Operators.Convolution;
using EdgeAI.Compiler.Operators.ElementWise;
using EdgeAI.Compiler.Operators.FullyConnected;
using EdgeAI.Compiler.Operators.Pooling;
using EdgeAI.Compiler.Operators.Reduction;
using EdgeAI.Compiler.Operators.Shaping;
using EdgeAI.Compiler.Passes;
using EdgeAI.Compiler.Quantization;
using EdgeAI.Compiler.Tests.Passes;

namespace EdgeAI.Compiler.Tests.Quantization;

[TestClass]
public sealed class AbsorptionTests
{
    [TestMethod]
    [DataRow("pointwise")]
    [DataRow("window")]
    [DataRow("depthwise")]
    [DataRow("maximum")]
    [DataRow("mean of windows")]
    [DataRow("flattened")]
    [DataRow("mean")]
    [DataRow("two readers")]
    [DataRow("without bias")]
    [DataRow("without limit")]
    public void What_never_changes_moves_on_without_a_change_of_the_function(string form)
    {
        Graph graph = Network(form, form == "without limit" ? Clamp.None : Clamp.Relu);
        IReadOnlyList<TestCase> cases = SyntheticInputs.Make(graph, 32);
        Graph absorbed = GraphCopy.Of(graph);
        ChangedLayers layers = BiasAbsorber.Run(absorbed, cases, AbsorbedPart.Minimum, new ChannelMaps(), CancellationToken.None);
        Assert.AreSame(absorbed.Nodes[0], layers.Makers[0]);
        Assert.IsEmpty(GraphVerifier.Verify(absorbed));
        Assert.IsGreaterThan(100, new OutputProbe(graph, cases, CancellationToken.None).SqnrDb(absorbed, CancellationToken.None));
        Tensor first = absorbed.Nodes[0].Output;
        ChannelStatistics of = ChannelStatistics.Collect(absorbed, [(first, first.Shape[-1])], cases, CancellationToken.None)[first];
        Assert.IsLessThan(0.01, of.Minimum.Select((low, channel) => Math.Abs(form == "without limit" ? low + of.Maximum[channel] : low)).Max());
    }

    [TestMethod]
    public void It_is_done_where_it_lowers_the_noise_and_said()
    {
        Graph graph = Network("pointwise", Clamp.Relu);
        IReadOnlyList<TestCase> cases = SyntheticInputs.Make(graph, 64);
        var probe = new OutputProbe(graph, cases, CancellationToken.None);
        var extremes = ActivationCalibrator.Run(graph, cases, CancellationToken.None)
            .ToDictionary(pair => pair.Key, pair => pair.Value[0], (IEqualityComparer<Tensor>)ReferenceEqualityComparer.Instance);
        double plain = probe.SqnrDb(IntegerGraphBuilder.Build(graph, new SharedRanges(graph, extremes), []), CancellationToken.None);
        var diagnostics = new List<Diagnostic>();
        double repaired = probe.SqnrDb(IntegerQuantizer.Run(graph, cases, ElementType.Int8, diagnostics, CancellationToken.None).Graph, CancellationToken.None);
        Console.WriteLine($"{plain:0.0} dB, {repaired:0.0} dB; {string.Join(" | ", diagnostics.Select(d => d.Message))}");
        Assert.HasCount(1, diagnostics.Where(diagnostic => diagnostic.Code == "EAI2020"));
        Assert.IsGreaterThan(plain + 6, repaired);
    }

    [TestMethod]
    [DataRow("padded")]
    [DataRow("padded mean")]
    [DataRow("sum")]
    [DataRow("leaves")]
    public void Where_the_constant_does_not_stay_one_nothing_is_taken(string form)
    {
        Graph graph = Network(form, Clamp.Relu);
        Assert.IsFalse(AbsorbingGroup.Find(graph).Any(group => ReferenceEquals(group.Maker, graph.Nodes[0])));
    }

    [TestMethod]
    public void A_channel_that_comes_down_to_zero_keeps_its_bias()
    {
        Graph graph = Network("pointwise", Clamp.Relu, bias: 0);
        ChangedLayers layers = BiasAbsorber.Run(graph, SyntheticInputs.Make(graph, 32), AbsorbedPart.Minimum, new ChannelMaps(), CancellationToken.None);
        Assert.DoesNotContain(graph.Nodes[0], layers.Makers);
    }

    [TestMethod]
    public void An_upper_limit_moves_with_all_channels()
    {
        var limit = new Clamp(0, 20.5f);
        Graph graph = Network("pointwise", limit);
        IReadOnlyList<TestCase> cases = SyntheticInputs.Make(graph, 32);
        Tensor first = graph.Nodes[0].Output;
        ChannelStatistics of = ChannelStatistics.Collect(graph, [(first, first.Shape[-1])], cases, CancellationToken.None)[first];
        Assert.AreEqual(20.5, of.Maximum.Max(), "the limit is reached");
        Graph absorbed = GraphCopy.Of(graph);
        Assert.Contains(absorbed.Nodes[0], BiasAbsorber.Run(absorbed, cases, AbsorbedPart.Minimum, new ChannelMaps(), CancellationToken.None).Makers);
        Clamp moved = absorbed.Nodes[0].AttributesAs<Conv2DAttributes>().Clamp;
        Assert.AreEqual(0, moved.Minimum);
        Assert.AreEqual(20.5 - of.Minimum.Min(), moved.Maximum, 1e-5);
        Assert.IsGreaterThan(100, new OutputProbe(graph, cases, CancellationToken.None).SqnrDb(absorbed, CancellationToken.None));
    }

    [TestMethod]
    public void Three_deviations_leave_room_for_values_to_come()
    {
        Graph graph = Network("pointwise", Clamp.Relu);
        IReadOnlyList<TestCase> cases = SyntheticInputs.Make(graph, 32);
        Tensor first = graph.Nodes[0].Output;
        ChannelStatistics of = ChannelStatistics.Collect(graph, [(first, first.Shape[-1])], cases, CancellationToken.None)[first];
        float[] before = graph.Nodes[0].Input(2).Values<float>().ToArray();
        BiasAbsorber.Run(graph, cases, AbsorbedPart.ThreeDeviations, new ChannelMaps(), CancellationToken.None);
        float[] after = graph.Nodes[0].Input(2).Values<float>().ToArray();
        for (int channel = 0; channel < before.Length; channel++)
        {
            Assert.AreEqual(Math.Max(0, of.Mean(channel) - (3 * of.Deviation(channel))), before[channel] - after[channel], 1e-4);
        }
    }

    /// <summary>A layer of eight channels far above 0, and what reads it.</summary>
    private static Graph Network(string form, Clamp clamp, float bias = 20)
    {
        var builder = new GraphBuilder();
        Tensor x = builder.Input(1, 6, 6, 3);
        float[] biases = [.. Enumerable.Range(0, 8).Select(channel => bias * (1 + (channel * 0.02f)))];
        Tensor first = builder.Op("Conv2D", Geometry(0, clamp), x, builder.Constant(8, 1, 1, 3), Tensor.FromValues<float>("first:bias", ElementType.Float32, new Shape(8), biases));
        Tensor next = form switch
        {
            "padded" => Conv(builder, first, 10, 3, pad: 1),
            "window" => Conv(builder, first, 10, 3, pad: 0),
            "depthwise" => builder.Op(
                "DepthwiseConv2D", new DepthwiseConv2DAttributes(1, 1, 1, 1, 0, 0, 0, 0, 2, Clamp.Relu), first, builder.Constant(1, 3, 3, 16), builder.Constant(16)),
            "maximum" => Conv(builder, Pool(builder, "MaxPool2D", first, pad: 1, counts: false), 10, 1, pad: 0),
            "mean of windows" => Conv(builder, Pool(builder, "AveragePool2D", first, pad: 1, counts: false), 10, 1, pad: 0),
            "padded mean" => Conv(builder, Pool(builder, "AveragePool2D", first, pad: 1, counts: true), 10, 1, pad: 0),
            "flattened" => builder.Reshape(first, 1, 288),
            "mean" => builder.Op("ReduceMean", new ReduceAttributes([1, 2], false), first),
            "two readers" => builder.Op("Add", new BinaryAttributes(Clamp.None), Conv(builder, first, 10, 1, pad: 0), Conv(builder, first, 10, 1, pad: 0)),
            "sum" => builder.Op("Add", new BinaryAttributes(Clamp.None), first, Conv(builder, first, 8, 1, pad: 0)),
            "without bias" => builder.Op("Conv2D", Geometry(0, Clamp.None), first, builder.Constant(10, 1, 1, 8), null),
            _ => Conv(builder, first, 10, 1, pad: 0),
        };
        Tensor flat = next.Shape.Rank == 2 ? next : builder.Op("ReduceMean", new ReduceAttributes([1, 2], false), next);
        Tensor output = builder.Op("FullyConnected", new FullyConnectedAttributes(Clamp.None), flat, builder.Constant(5, flat.Shape[-1]), builder.Constant(5));
        return form == "leaves" ? builder.Build(output, first) : builder.Build(output);
    }

    private static Tensor Pool(GraphBuilder builder, string name, Tensor x, int pad, bool counts) => builder.Op(
        name, new Pool2DAttributes(3, 3, 2, 2, 1, 1, pad, pad, pad, pad, 3, 3, counts, Clamp.None), x);

    private static Tensor Conv(GraphBuilder builder, Tensor x, int channels, int kernel, int pad) =>
        builder.Op("Conv2D", Geometry(pad, Clamp.None), x, builder.Constant(channels, kernel, kernel, x.Shape[-1]), builder.Constant(channels));

    private static Conv2DAttributes Geometry(int pad, Clamp clamp) => new(1, 1, 1, 1, pad, pad, pad, pad, 1, clamp);
}
