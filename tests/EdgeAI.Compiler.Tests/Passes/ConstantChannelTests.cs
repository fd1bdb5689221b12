using EdgeAI.Compiler.Execution;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators.Convolution;
using EdgeAI.Compiler.Passes;

namespace EdgeAI.Compiler.Tests.Passes;

/// <summary>RemoveConstantChannels: what goes, what must stay, and that no byte changes.</summary>
[TestClass]
public sealed class ConstantChannelTests
{
    [TestMethod]
    [DataRow(-128, 1, 4, DisplayName = "zero points in a padded chain")]
    [DataRow(5, 0, 4, DisplayName = "any constant where nothing is padded")]
    public void ConstantsGoThroughTheChain(int zeroPoint, int padding, int left)
    {
        var random = new Random(11);
        Graph graph = Chain(random, 12, zeroPoint, padding, dead: [1, 2, 3, 5, 6, 8, 9, 11], deadBias: padding == 0 ? 700 : -1_000_000);
        byte[][] before = Outputs(graph);
        Assert.IsTrue(new RemoveConstantChannels().Run(graph));
        Assert.AreEqual("", string.Join("; ", GraphVerifier.Verify(graph)));
        Assert.AreEqual(left, graph.Nodes[0].Output.Shape[3]);
        Assert.AreEqual(left, graph.Nodes[1].Output.Shape[3]);
        byte[][] after = Outputs(graph);
        for (int i = 0; i < before.Length; i++)
        {
            CollectionAssert.AreEqual(before[i], after[i], $"case {i}");
        }

        Assert.IsFalse(new RemoveConstantChannels().Run(graph), "a second run finds nothing");
    }

    [TestMethod]
    public void AConstantThatPaddingDoesNotContinueStays()
    {
        var random = new Random(12);
        Graph graph = Chain(random, 12, -100, padding: 1, dead: [1, 2, 3, 5, 6, 8, 9, 11], deadBias: 20_000);
        new RemoveConstantChannels().Run(graph);
        Assert.AreEqual(12, graph.Nodes[0].Output.Shape[3]);
    }

    [TestMethod]
    public void FewerThanFourAreLeftAlone()
    {
        var random = new Random(13);
        Graph graph = Chain(random, 8, -128, padding: 1, dead: [1, 4, 6], deadBias: -1_000_000);
        Assert.IsFalse(new RemoveConstantChannels().Run(graph));
    }

    /// <summary>Conv2D 1×1, DepthwiseConv2D 3×3 with padding, Conv2D 1×1; the first has channels without weights.</summary>
    private static Graph Chain(Random random, int channels, int zeroPoint, int padding, int[] dead, int deadBias)
    {
        Tensor Value(string name, int zero, params int[] extents) =>
            new(name, ElementType.Int8, new Shape(extents)) { Quantization = QuantizationParameters.PerTensor(0.05f, zero) };
        Tensor Weights(string name, int[] zeroRows, int axis, params int[] extents)
        {
            sbyte[] values = new sbyte[new Shape(extents).ElementCount];
            int inner = axis == 0 ? values.Length / extents[0] : 1;
            for (int i = 0; i < values.Length; i++)
            {
                values[i] = zeroRows.Contains(i / inner % extents[axis]) ? (sbyte)0 : (sbyte)random.Next(-127, 128);
            }

            return Tensor.FromValues<sbyte>(name, ElementType.Int8, new Shape(extents), values,
                new([.. Enumerable.Repeat(0.01f, extents[axis])], [.. new int[extents[axis]]], axis));
        }

        Tensor Bias(string name, int count, int[] rows, int value) => Tensor.FromValues<int>(name, ElementType.Int32, new Shape(count),
            Enumerable.Range(0, count).Select(i => rows.Contains(i) ? value : random.Next(-2000, 2000)).ToArray());
        int size = padding == 1 ? 5 : 3;
        Tensor x = Value("x", 3, 1, 5, 5, 4);
        Tensor a = Value("a", zeroPoint, 1, 5, 5, channels);
        Tensor b = Value("b", -7, 1, size, size, channels);
        Tensor y = Value("y", 0, 1, size, size, 5);
        var conv = new Conv2DAttributes(1, 1, 1, 1, 0, 0, 0, 0, 1, Clamp.None);
        return new Graph
        {
            Inputs = [x],
            Outputs = [y],
            Nodes =
            [
                new Node("first", "Conv2D", conv) { Inputs = [x, Weights("w1", dead, 0, channels, 1, 1, 4), Bias("b1", channels, dead, deadBias)], Outputs = [a] },
                new Node("second", "DepthwiseConv2D", new DepthwiseConv2DAttributes(1, 1, 1, 1, padding, padding, padding, padding, 1, Clamp.None))
                {
                    Inputs = [a, Weights("w2", [], 3, 1, 3, 3, channels), Bias("b2", channels, [], 0)], Outputs = [b],
                },
                new Node("third", "Conv2D", conv) { Inputs = [b, Weights("w3", [], 0, 5, 1, 1, channels), null], Outputs = [y] },
            ],
        };
    }

    private static byte[][] Outputs(Graph graph)
    {
        var random = new Random(5);
        var executor = new GraphExecutor(graph);
        var outputs = new List<byte[]>();
        for (int i = 0; i < 4; i++)
        {
            byte[] x = new byte[graph.Inputs[0].ByteSize];
            random.NextBytes(x);
            executor.SetInput(0, x);
            executor.Run();
            outputs.Add(executor.Output(0).ToArray());
        }

        return [.. outputs];
    }
}
