using EdgeAI.Compiler.Data;
using EdgeAI.Compiler.Diagnostics;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators.FullyConnected;
using EdgeAI.Compiler.Operators.Shaping;
using EdgeAI.Compiler.Quantization;
using EdgeAI.Compiler.Tests.Passes;

namespace EdgeAI.Compiler.Tests.Quantization;

/// <summary>Bounds of sums and what is told where they do not hold.</summary>
[TestClass]
public sealed class RangeProofTests
{
    /// <summary>Every input of a small layer lies within the interval, and its ends are reached.</summary>
    [TestMethod]
    public void Interval_holds_every_sum_and_is_tight()
    {
        int[] weights = [3, -5, 0];
        const int zeroPoint = -10;
        (long low, long high) = RangeProof.Interval(weights, 7, zeroPoint);
        long smallest = long.MaxValue;
        long largest = long.MinValue;
        foreach (int a in new[] { -128, -10, 127 })
        {
            foreach (int b in new[] { -128, -10, 127 })
            {
                long sum = 7 + (3 * (a - zeroPoint)) - (5 * (b - zeroPoint));
                smallest = Math.Min(smallest, sum);
                largest = Math.Max(largest, sum);
            }
        }

        Assert.AreEqual((smallest, largest), (low, high));
    }

    [TestMethod]
    public void A_shift_to_the_left_takes_room()
    {
        Assert.IsTrue(RangeProof.Holds((-1000, 1000), 20));
        Assert.IsFalse(RangeProof.Holds((-1000, 1000), 22));
        Assert.IsTrue(RangeProof.Holds((int.MinValue, int.MaxValue), -3));
        Assert.IsFalse(RangeProof.Holds((0, 1L + int.MaxValue), 0));
    }

    /// <summary>A bias near the end of int32 is told with its channel; a sound layer is not.</summary>
    [TestMethod]
    [DataRow(2147483600, 1)]
    [DataRow(1000, 0)]
    public void An_open_channel_is_named(int bias, int count)
    {
        var x = new Tensor("x", ElementType.Int8, new Shape(1, 2)) { Quantization = QuantizationParameters.PerTensor(0.1f, 0) };
        Tensor weights = Tensor.FromValues<sbyte>("w", ElementType.Int8, new Shape(2, 2), [1, 2, 3, 4], QuantizationParameters.PerTensor(0.1f, 0));
        Tensor biases = Tensor.FromValues<int>("b", ElementType.Int32, new Shape(2), [0, bias], QuantizationParameters.PerTensor(0.01f, 0));
        var y = new Tensor("y", ElementType.Int8, new Shape(1, 2)) { Quantization = QuantizationParameters.PerTensor(1f, 0) };
        var node = new Node("fc", "FullyConnected", new FullyConnectedAttributes(Clamp.None)) { Inputs = [x, weights, biases], Outputs = [y] };
        var diagnostics = new List<Diagnostic>();
        RangeProof.Run(new Graph { Inputs = [x], Outputs = [y], Nodes = [node] }, diagnostics);
        Assert.HasCount(count, diagnostics);
        Assert.IsTrue(diagnostics.All(diagnostic => diagnostic.Code == "EAI2012" && diagnostic.Message.StartsWith("1 channels of node 'fc' (1)", StringComparison.Ordinal)),
            string.Join(" | ", diagnostics));
    }

    /// <summary>Products that cancel leave a result far finer than its sums: it gets a coarser scale, and no repair undoes the proof.</summary>
    [TestMethod]
    [DataRow(ElementType.Int8)]
    [DataRow(ElementType.Int16)]
    public void A_result_that_is_too_fine_is_rescaled(ElementType type)
    {
        var builder = new GraphBuilder();
        Tensor x = builder.Input(1, 1500);
        Tensor twice = builder.Op("Concatenate", new ConcatenateAttributes(1), x, x);
        float[] half = builder.Constant(3, 1500).Values<float>().ToArray();
        float[] weights = [.. Enumerable.Range(0, 3 * 3000).Select(i => i % 3000 < 1500 ? half[(i / 3000 * 1500) + (i % 3000)] : -half[(i / 3000 * 1500) + (i % 3000) - 1500])];
        Tensor difference = builder.Op(
            "FullyConnected", new FullyConnectedAttributes(Clamp.None), twice, Tensor.FromValues<float>("w", ElementType.Float32, new Shape(3, 3000), weights), builder.Constant(3));
        Tensor bias = builder.Graph.Nodes[^1].Input(2);
        builder.Graph.Nodes[^1].Inputs[2] = Tensor.FromValues<float>(bias.Name, bias.Type, bias.Shape, [1e-7f, -2e-7f, 3e-7f]);
        Graph graph = builder.Build(builder.FullyConnected(difference, 4));
        IReadOnlyList<TestCase> cases = SyntheticInputs.Make(graph, 16);
        var diagnostics = new List<Diagnostic>();
        Graph result = IntegerQuantizer.Run(graph, cases, type, diagnostics, CancellationToken.None).Graph;
        Console.WriteLine(string.Join('\n', diagnostics.Select(diagnostic => diagnostic.Message)));
        Assert.HasCount(1, diagnostics.Where(diagnostic => diagnostic.Code == "EAI2021"));
        var open = new List<Diagnostic>();
        RangeProof.Run(result, open);
        Assert.IsEmpty(open);
        Assert.IsTrue(result.Nodes.All(RangeProof.Holds));
        Assert.IsEmpty(RangeProof.WithCoarserResult(result));
        Assert.IsEmpty(GraphVerifier.Verify(result));
    }

    [TestMethod]
    public void A_coarser_scale_holds_what_the_finer_one_held()
    {
        var builder = new GraphBuilder();
        Tensor x = builder.Input(1, 8);
        Graph graph = builder.Build(builder.FullyConnected(x, 4));
        Tensor y = graph.Outputs[0];
        var ranges = new SharedRanges(graph, new Dictionary<Tensor, ActivationRange> { [x] = new(-1, 1, "test"), [y] = new(-0.5f, 2, "test") });
        QuantizationParameters before = ranges[y];
        Assert.IsTrue(ranges.TryCoarsen(y, 3));
        Assert.AreEqual(before.Scale * 8, ranges[y].Scale);
        Assert.IsLessThanOrEqualTo(before.Scale * (-128 - before.ZeroPoint), ranges[y].Scale * (-128 - ranges[y].ZeroPoint));
        Assert.IsGreaterThanOrEqualTo(before.Scale * (127 - before.ZeroPoint), ranges[y].Scale * (127 - ranges[y].ZeroPoint));
        Assert.AreEqual(ranges[x], new SharedRanges(graph, new Dictionary<Tensor, ActivationRange> { [x] = new(-1, 1, "test"), [y] = new(-0.5f, 2, "test") })[x]);
    }
}
