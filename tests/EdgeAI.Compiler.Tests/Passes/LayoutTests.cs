using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators.Reduction;
using EdgeAI.Compiler.Operators.Shaping;
using EdgeAI.Compiler.Passes;

namespace EdgeAI.Compiler.Tests.Passes;

[TestClass]
public sealed class LayoutTests
{
    [TestMethod]
    public void ConvolutionsKeepOneTransposeAtEachEnd()
    {
        var builder = new GraphBuilder();
        Tensor x = builder.Input(1, 3, 8, 6);
        Tensor a = builder.Relu(builder.ChannelsFirstConv(x, 4));
        Tensor b = builder.Unary("Sigmoid", builder.ChannelsFirstConv(a, 5));
        Graph graph = Run(builder.Build(builder.ChannelsFirstConv(b, 2)));
        Assert.AreEqual("Transpose Conv2D Conv2D Sigmoid Conv2D Transpose", GraphBuilder.Operators(graph));
    }

    [TestMethod]
    public void OneInputChannelNeedsNoTranspose()
    {
        var builder = new GraphBuilder();
        Tensor x = builder.Input(1, 1, 8, 6);
        Graph graph = Run(builder.Build(builder.Reshape(builder.ChannelsFirstConv(x, 1), 1, 48)));
        Assert.AreEqual("Reshape Conv2D Reshape", GraphBuilder.Operators(graph));
    }

    [TestMethod]
    public void AResidualAddIsDoneChannelsLast()
    {
        var builder = new GraphBuilder();
        Tensor x = builder.Input(1, 3, 8, 6);
        Tensor a = builder.Relu(builder.ChannelsFirstConv(x, 4));
        Tensor b = builder.ChannelsFirstConv(a, 4);
        Tensor sum = builder.Relu(builder.Binary("Add", b, a));
        Tensor scaled = builder.Binary("Multiply", sum, builder.Constant(1, 4, 1, 1));
        Tensor shifted = builder.Binary("Subtract", scaled, builder.Constant(4, 8, 6));
        Graph graph = Run(builder.Build(builder.ChannelsFirstConv(shifted, 2)));
        Assert.AreEqual("Transpose Conv2D Conv2D Add Multiply Subtract Conv2D Transpose", GraphBuilder.Operators(graph));
    }

    [TestMethod]
    public void AnInputThatIsAddedIsTransposedOnce()
    {
        var builder = new GraphBuilder();
        Tensor x = builder.Input(1, 4, 8, 6);
        Tensor sum = builder.Binary("Add", x, builder.ChannelsFirstConv(x, 4));
        Graph graph = Run(builder.Build(builder.ChannelsFirstConv(sum, 2)));
        Assert.AreEqual("Transpose Conv2D Add Conv2D Transpose", GraphBuilder.Operators(graph));
    }

    [TestMethod]
    public void ABroadcastVectorIsPermutedToo()
    {
        var builder = new GraphBuilder();
        Tensor x = builder.Input(1, 4, 8, 6);
        Tensor row = builder.Input(6);
        Tensor sum = builder.Binary("Add", builder.ChannelsFirstConv(x, 4), row);
        Graph graph = Run(builder.Build(builder.ChannelsFirstConv(sum, 2)));
        Assert.AreEqual(2, graph.Nodes.Count(node => node.Operator == "Transpose"), GraphBuilder.Operators(graph));
    }

    [TestMethod]
    public void FlatteningMovesIntoTheWeights()
    {
        var builder = new GraphBuilder();
        Tensor x = builder.Input(1, 1, 8, 6);
        Tensor a = builder.Relu(builder.ChannelsFirstConv(x, 4));
        Tensor flat = builder.Unary("Tanh", builder.Reshape(builder.Unary("Sigmoid", a), 1, 192));
        Graph graph = Run(builder.Build(builder.FullyConnected(flat, 10)));
        Assert.IsFalse(graph.Nodes.Any(node => node.Operator == "Transpose"), GraphBuilder.Operators(graph));
    }

    [TestMethod]
    public void FlatteningInABatchMovesIntoTheWeights()
    {
        var builder = new GraphBuilder();
        Tensor x = builder.Input(2, 1, 8, 6);
        Tensor flat = builder.Reshape(builder.ChannelsFirstConv(x, 4), 2, 192);
        Graph graph = Run(builder.Build(builder.FullyConnected(flat, 10)));
        Assert.AreEqual("Reshape Conv2D Reshape FullyConnected", GraphBuilder.Operators(graph));
    }

    [TestMethod]
    public void AnImageMadeOfAVectorMovesIntoTheWeights()
    {
        var builder = new GraphBuilder();
        Tensor vector = builder.Relu(builder.FullyConnected(builder.Input(1, 5), 4 * 3 * 6));
        Tensor image = builder.Unary("Tanh", builder.Reshape(builder.Unary("Sigmoid", vector), 1, 4, 3, 6));
        Graph graph = Run(builder.Build(builder.ChannelsFirstConv(image, 1)));
        Assert.IsFalse(graph.Nodes.Any(node => node.Operator == "Transpose"), GraphBuilder.Operators(graph));
    }

    [TestMethod]
    public void SignalsOfOneDimensionStayChannelsLast()
    {
        var builder = new GraphBuilder();
        Tensor x = builder.Input(1, 3, 16);
        Tensor a = builder.Relu(Conv1D(builder, x, 4));
        Tensor b = builder.Binary("Add", Conv1D(builder, a, 4), a);
        Graph graph = Run(builder.Build(Conv1D(builder, b, 2)));
        Assert.AreEqual(2, graph.Nodes.Count(node => node.Operator == "Transpose"), GraphBuilder.Operators(graph));
        Assert.IsFalse(graph.Nodes.Any(node => node.Operator == "Clamp"), "the activation is fused");
    }

    [TestMethod]
    public void GlobalMeansNeedNoTranspose()
    {
        var builder = new GraphBuilder();
        Tensor x = builder.Input(1, 1, 8, 6);
        Tensor a = builder.Relu(builder.ChannelsFirstConv(x, 4));
        Tensor mean = builder.Op("ReduceMean", new ReduceAttributes([2, 3], false), a);
        Graph graph = Run(builder.Build(builder.FullyConnected(mean, 3)));
        Assert.IsFalse(graph.Nodes.Any(node => node.Operator == "Transpose"), GraphBuilder.Operators(graph));
    }

    [TestMethod]
    public void SqueezeAndExcitationStaysChannelsLast()
    {
        var builder = new GraphBuilder();
        Tensor x = builder.Input(1, 3, 8, 6);
        Tensor a = builder.ChannelsFirstConv(x, 4);
        Tensor mean = builder.Op("ReduceMean", new ReduceAttributes([2, 3], true), a);
        Tensor gate = builder.Unary("Sigmoid", builder.ChannelsFirstConv(builder.Relu(builder.ChannelsFirstConv(mean, 2, 1)), 4, 1));
        Graph graph = Run(builder.Build(builder.ChannelsFirstConv(builder.Binary("Multiply", a, gate), 2)));
        Assert.AreEqual("Transpose Conv2D ReduceMean Conv2D Conv2D Sigmoid Multiply Conv2D Transpose", GraphBuilder.Operators(graph));
    }

    [TestMethod]
    public void BranchesThatJoinStayChannelsLast()
    {
        var builder = new GraphBuilder();
        Tensor x = builder.Input(1, 3, 8, 6);
        Tensor joined = builder.Op("Concatenate", new ConcatenateAttributes(1), builder.ChannelsFirstConv(x, 2), builder.ChannelsFirstConv(x, 3));
        Tensor padded = builder.Op("Pad", new PadAttributes([0, 0, 1, 2], [0, 0, 0, 1], PadMode.Edge, 0), joined);
        Tensor part = builder.Op("Slice", new SliceAttributes([0, 1, 0, 1], [1, 3, 9, 7], [1, 1, 1, 1]), padded);
        Graph graph = Run(builder.Build(builder.ChannelsFirstConv(part, 2)));
        Assert.AreEqual("Transpose Conv2D Conv2D Concatenate Pad Slice Conv2D Transpose", GraphBuilder.Operators(graph));
    }

    [TestMethod]
    public void ChannelShuffleKeepsOneTranspose()
    {
        var builder = new GraphBuilder();
        Tensor x = builder.Input(1, 1, 4, 6);
        Tensor a = builder.ChannelsFirstConv(x, 6);
        Tensor shuffled = builder.Reshape(builder.Transpose(builder.Reshape(a, 1, 2, 3, 4, 6), 0, 2, 1, 3, 4), 1, 6, 4, 6);
        Tensor b = builder.ChannelsFirstConv(shuffled, 1);
        Graph graph = Run(builder.Build(b));
        Assert.AreEqual(1, graph.Nodes.Count(node => node.Operator == "Transpose"), GraphBuilder.Operators(graph));
    }

    [TestMethod]
    public void OutputsOfBothOrdersKeepTheirNames()
    {
        var builder = new GraphBuilder();
        Tensor x = builder.Input(1, 3, 8, 6);
        Tensor first = builder.ChannelsFirstConv(x, 4);
        Tensor second = builder.Relu(first);
        Tensor third = builder.Transpose(second, GraphBuilder.ToChannelsLast);
        Graph graph = builder.Build(first, second, third, x);
        string[] names = [.. graph.Outputs.Select(output => output.ToString())];
        Run(graph);
        CollectionAssert.AreEqual(names, graph.Outputs.Select(output => output.ToString()).ToArray());
        Assert.IsLessThanOrEqualTo(3, graph.Nodes.Count(node => node.Operator == "Transpose"), GraphBuilder.Operators(graph));
    }

    [TestMethod]
    [DataRow("0,3,1,2", "2,4,3,5", "2,12,5")]
    [DataRow("0,3,1,2", "2,3,5,4", "2,15,4")]
    [DataRow("0,1,2,3", "2,3,5,4", "6,20")]
    [DataRow("0,3,1,2", "2,1,5,4", "2,5,4,1")]
    public void AnOrderAcrossAReshapeMovesTheSameBytes(string axes, string from, string to)
    {
        Permutation order = new([.. Numbers(axes)]);
        var fromShape = new Shape(Numbers(from));
        var toShape = new Shape(Numbers(to));
        Permutation? across = order.AcrossReshape(fromShape, toShape);
        Assert.IsNotNull(across);
        byte[] bytes = [.. Enumerable.Range(0, (int)fromShape.ElementCount).Select(i => (byte)i)];
        CollectionAssert.AreEqual(order.Apply(bytes, fromShape, 1), across.Value.Apply(bytes, toShape, 1));
    }

    [TestMethod]
    public void AnOrderThatCutsAMergedAxisHasNoReshape() =>
        Assert.IsNull(new Permutation([0, 2, 3, 1]).AcrossReshape(new Shape(1, 4, 3, 5), new Shape(1, 60)));

    [TestMethod]
    public void OrdersAcrossRandomReshapesMoveTheSameBytes()
    {
        var random = new Random(20240611);
        int found = 0;
        for (int i = 0; i < 3000; i++)
        {
            int[] pieces = [.. Enumerable.Range(0, random.Next(1, 6)).Select(_ => random.Next(1, 4))];
            var from = new Shape(Merged(pieces, random));
            var to = new Shape(Merged(pieces, random));
            int[] axes = [.. Enumerable.Range(0, from.Rank)];
            random.Shuffle(axes);
            var order = new Permutation([.. axes]);
            if (order.AcrossReshape(from, to) is not { } across)
            {
                continue;
            }

            found++;
            byte[] bytes = [.. Enumerable.Range(0, (int)from.ElementCount).Select(n => (byte)n)];
            CollectionAssert.AreEqual(order.Apply(bytes, from, 1), across.Apply(bytes, to, 1), $"seed 20240611, case {i}: {order} {from} {to}");
        }

        Assert.IsGreaterThan(300, found);
    }

    private static int[] Merged(int[] pieces, Random random)
    {
        var extents = new List<int>();
        foreach (int piece in pieces)
        {
            if (extents.Count > 0 && random.Next(3) == 0)
            {
                extents[^1] *= piece;
            }
            else
            {
                extents.Add(piece);
            }
        }

        return [.. extents];
    }

    private static int[] Numbers(string text) => [.. text.Split(',').Select(int.Parse)];

    private static Tensor Conv1D(GraphBuilder builder, Tensor x, int channels)
    {
        Tensor wide = builder.Reshape(x, 1, x.Shape[1], 1, x.Shape[2]);
        Tensor result = builder.ChannelsFirstConv(wide, channels, 1);
        return builder.Reshape(result, 1, channels, x.Shape[2]);
    }

    private static Graph Run(Graph graph)
    {
        PassRunner.Run(graph, [], CancellationToken.None);
        return graph;
    }
}
