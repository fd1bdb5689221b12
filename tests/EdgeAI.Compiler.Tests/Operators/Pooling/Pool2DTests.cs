using System.Runtime.InteropServices;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators;
using EdgeAI.Compiler.Operators.Pooling;

namespace EdgeAI.Compiler.Tests.Operators.Pooling;

/// <summary>AveragePool2D and MaxPool2D: managed against C, and against numbers worked out by hand.</summary>
[TestClass]
public sealed class Pool2DTests
{
    /// <summary>Set by the runner.</summary>
    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    public void CKernelsGiveTheManagedBytes()
    {
        const int seed = 20260106;
        var random = new Random(seed);
        KernelHarness.Check(TestContext, [.. Enumerable.Range(0, 80).Select(i => RandomNode(random, i))], seed);
    }

    [TestMethod]
    [DataRow(false, new float[] { 1, 1.5f, 2.5f, 2, 2.5f, 3.5f })]
    [DataRow(true, new float[] { 0.25f, 0.75f, 1.25f, 1f, 2.5f, 3.5f })]
    public void PaddingCountsOnlyWhereAsked(bool countPadding, float[] expected)
    {
        // 2×3 image 1 2 3 / 3 4 ... with one row above and one column to the left; windows 2×2.
        float[] x = [1, 2, 3, 3, 4, 5];
        var attributes = new Pool2DAttributes(2, 2, 1, 1, 1, 1, 1, 0, 1, 0, 2, 3, countPadding, Clamp.None);
        var node = new Node("pool", "AveragePool2D", attributes)
        {
            Inputs = [new Tensor("x", ElementType.Float32, new Shape(1, 2, 3, 1))],
            Outputs = [new Tensor("y", ElementType.Float32, new Shape(1, 2, 3, 1))],
        };
        float[] actual = MemoryMarshal.Cast<byte, float>(KernelHarness.Execute(node, MemoryMarshal.AsBytes(x.AsSpan()).ToArray())[0]).ToArray();
        CollectionAssert.AreEqual(expected, actual, string.Join(' ', actual));
    }

    [TestMethod]
    public void MeansOfIntegersRoundHalfAwayFromZero()
    {
        // Sums −5, 5, −6 of two elements each.
        var quantization = QuantizationParameters.PerTensor(0.1f, 3);
        var node = new Node("pool", "AveragePool2D", new Pool2DAttributes(1, 2, 1, 2, 1, 1, 0, 0, 0, 0, 1, 3, false, Clamp.None))
        {
            Inputs = [new Tensor("x", ElementType.Int8, new Shape(1, 1, 6, 1)) { Quantization = quantization }],
            Outputs = [new Tensor("y", ElementType.Int8, new Shape(1, 1, 3, 1)) { Quantization = quantization }],
        };
        byte[] x = MemoryMarshal.AsBytes<sbyte>((sbyte[])[-2, -3, 2, 3, -3, -3]).ToArray();
        CollectionAssert.AreEqual((sbyte[])[-3, 3, -3], MemoryMarshal.Cast<byte, sbyte>(KernelHarness.Execute(node, x)[0]).ToArray());
    }

    [TestMethod]
    public void MaximaKeepTheOperandsQuantization()
    {
        var node = new Node("pool", "MaxPool2D", new Pool2DAttributes(1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 2, 2, false, Clamp.None))
        {
            Inputs = [new Tensor("x", ElementType.Int8, new Shape(1, 2, 2, 1)) { Quantization = QuantizationParameters.PerTensor(0.1f, 0) }],
            Outputs = [new Tensor("y", ElementType.Int8, new Shape(1, 2, 2, 1)) { Quantization = QuantizationParameters.PerTensor(0.2f, 0) }],
        };
        StringAssert.Contains(
            Assert.ThrowsExactly<OperatorException>(() => OperatorCatalog.Of(node).Infer(node)).Message, "must have the scale", StringComparison.Ordinal);
    }

    [TestMethod]
    public void MaximaOfManyChannelsAreEqualBitForBit()
    {
        int seed = Seeds.Of(TestContext);
        var random = new Random(seed);
        Node[] nodes = [.. Enumerable.Range(0, 25).Select(i => RandomNode(random, i, quantized: false, average: false, random.Next(1, 50)))];
        foreach (string machine in KernelHarness.VectorMachines)
        {
            KernelHarness.Check(TestContext, nodes, seed, exactFloats: true, machine: machine);
        }
    }

    private static Node RandomNode(Random random, int number) => RandomNode(random, number, number % 2 == 0, random.Next(2) == 0, random.Next(1, 9));

    private static Node RandomNode(Random random, int number, bool quantized, bool average, int channels)
    {
        int kernelHeight = random.Next(1, 5);
        int kernelWidth = random.Next(1, 5);
        int dilationHeight = random.Next(1, 3);
        int dilationWidth = random.Next(1, 3);
        int strideHeight = random.Next(1, 4);
        int strideWidth = random.Next(1, 4);
        int height = random.Next(1, 10);
        int width = random.Next(1, 10);
        int[] pads = [random.Next(0, 3), random.Next(0, 3), random.Next(0, 3), random.Next(0, 3)];
        int outputHeight = random.Next(1, ((height + pads[0] + pads[1] - 1) / strideHeight) + 2);
        int outputWidth = random.Next(1, ((width + pads[2] + pads[3] - 1) / strideWidth) + 2);
        Tensor x = RandomTensors.Activation(random, "x", quantized, random.Next(1, 3), height, width, channels);
        var node = new Node($"pool{number}", average ? "AveragePool2D" : "MaxPool2D", new Pool2DAttributes(
            kernelHeight, kernelWidth, strideHeight, strideWidth, dilationHeight, dilationWidth, pads[0], pads[1], pads[2], pads[3],
            outputHeight, outputWidth, random.Next(2) == 0, quantized ? RandomTensors.Clamp(random) : new(-1.5f, 1.5f)))
        {
            Inputs = [x],
        };
        if (quantized)
        {
            node.Outputs.Add(new Tensor("y" + number, ElementType.Int8, OperatorCatalog.Of(node).Infer(node)[0].Shape)
            {
                Quantization = average && random.Next(3) == 0
                    ? QuantizationParameters.PerTensor(x.Quantization!.Scale * 0.7f, random.Next(-100, 100))
                    : x.Quantization,
            });
        }

        return node;
    }
}
