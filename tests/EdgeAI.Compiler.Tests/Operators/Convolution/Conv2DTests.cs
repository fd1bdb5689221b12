using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators;
using EdgeAI.Compiler.Operators.Convolution;
using EdgeAI.Compiler.Targets;

namespace EdgeAI.Compiler.Tests.Operators.Convolution;

/// <summary>Conv2D: managed against C, and against sums written out.</summary>
[TestClass]
public sealed class Conv2DTests
{
    /// <summary>Set by the runner.</summary>
    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    [DataRow(InstructionSet.Portable)]
    [DataRow(InstructionSet.Thumb1)]
    [DataRow(InstructionSet.Thumb2)]
    [DataRow(InstructionSet.Dsp)]
    [DataRow(InstructionSet.Helium)]
    [DataRow(InstructionSet.Rv32)]
    public void WeightsOfFourBitsGiveTheManagedBytes(InstructionSet instructionSet) =>
        NibbleKernels.GiveTheManagedBytes(TestContext, instructionSet, (random, number) => RandomNode(random, number, quantized: true));

    [TestMethod]
    public void WeightsOfFourBitsGiveTheBytesOfTheSameWeightsInInt8() =>
        NibbleKernels.GiveTheBytesOfTheSameWeightsInInt8(TestContext, (random, number) => RandomNode(random, number, quantized: true));

    [TestMethod]
    public void PackedKernelsGiveTheManagedBytes()
    {
        const int seed = 20260107;
        var random = new Random(seed);
        KernelHarness.Check(
            TestContext, [.. Enumerable.Range(0, 60).Select(i => RandomNode(random, i, quantized: true))], seed, instructionSet: InstructionSet.Dsp);
    }

    [TestMethod]
    public void CKernelsGiveTheManagedBytes()
    {
        const int seed = 20260101;
        var random = new Random(seed);
        KernelHarness.Check(TestContext, [.. Enumerable.Range(0, 60).Select(i => RandomNode(random, i, quantized: i % 2 == 0))], seed);
    }

    [TestMethod]
    public void FloatsOfManyChannelsAreEqualBitForBit()
    {
        int seed = Seeds.Of(TestContext);
        var random = new Random(seed);
        Node[] nodes = [.. Enumerable.Range(0, 40).Select(i => RandomNode(random, i, quantized: false, random.Next(3, 40)))];
        foreach (string machine in KernelHarness.VectorMachines)
        {
            KernelHarness.Check(TestContext, nodes, seed, exactFloats: true, machine: machine);
        }

        KernelHarness.Check(TestContext, nodes, seed, instructionSet: InstructionSet.Dsp, exactFloats: true);
        Assert.IsTrue(nodes.Any(node => OperatorCatalog.Of(node).KernelOf(node, InstructionSet.Dsp).Name == "lanes"));
        Assert.IsTrue(nodes.Any(node => OperatorCatalog.Of(node).KernelOf(node, InstructionSet.Portable).Name == "wide"));
    }

    [TestMethod]
    public void SumsAreThoseOfTheDefinition()
    {
        const int seed = 77;
        var random = new Random(seed);
        for (int i = 0; i < 40; i++)
        {
            Node node = RandomNode(random, i, quantized: true);
            byte[] x = new byte[node.Input(0).ByteSize];
            random.NextBytes(x);
            byte[] actual = KernelHarness.Execute(node, x, node.Input(1).Constant!.Value.ToArray(), node.OptionalInput(2)?.Constant!.Value.ToArray())[0];
            byte[] expected = ByDefinition(node, x);
            Assert.AreEqual(expected.Length, expected.AsSpan().CommonPrefixLength(actual), $"seed {seed}, case {i}, {node.Attributes}");
        }
    }

    [TestMethod]
    public void OperandsThatDoNotFitAreNamed()
    {
        var random = new Random(1);
        Tensor x = RandomTensors.Activation(random, "x", false, 1, 8, 8, 6);
        var attributes = new Conv2DAttributes(1, 1, 1, 1, 0, 0, 0, 0, 1, Clamp.None);
        Fails("do not fit x", attributes, x, RandomTensors.Floats(random, "w", 4, 3, 3, 5));
        Fails("spans 9 elements of height", attributes, x, RandomTensors.Floats(random, "w", 4, 9, 3, 6));
        Fails("strideHeight is 0", attributes with { StrideHeight = 0 }, x, RandomTensors.Floats(random, "w", 4, 3, 3, 6));
        Fails("instead of [4]", attributes, x, RandomTensors.Floats(random, "w", 4, 3, 3, 6), RandomTensors.Floats(random, "b", 5));
        Fails("is int8; float32 is taken", attributes, x, RandomTensors.Weights(random, "w", 0, 4, 3, 3, 6));
        Fails("operand 1 (weights) is missing", attributes, x);
        Tensor quantized = RandomTensors.Activation(random, "x", true, 1, 8, 8, 6);
        Tensor weights = RandomTensors.Weights(random, "w", 0, 4, 3, 3, 6);
        weights.Quantization = QuantizationParameters.PerTensor(0.1f, 3);
        Fails("only symmetric weights", attributes, quantized, weights);
        weights.Quantization = new([0.1f, 0.2f, 0.3f], [0, 0, 0], 0);
        Fails("have 3 scales along axis 0", attributes, quantized, weights);
    }

    private static void Fails(string part, OperatorAttributes attributes, params Tensor?[] inputs)
    {
        var node = new Node("n", "Conv2D", attributes) { Inputs = [.. inputs] };
        string message = Assert.ThrowsExactly<OperatorException>(() => OperatorCatalog.Of(node).Infer(node)).Message;
        StringAssert.Contains(message, part, StringComparison.Ordinal);
    }

    private static Node RandomNode(Random random, int number, bool quantized, int? channels = null)
    {
        int groups = channels is null && random.Next(3) == 0 ? random.Next(1, 4) : 1;
        int depth = random.Next(1, random.Next(2) == 0 ? 4 : 20);
        int outputs = channels ?? groups * random.Next(1, 7);
        int kernelHeight = random.Next(1, 5);
        int kernelWidth = random.Next(1, 5);
        int dilationHeight = random.Next(1, 3);
        int dilationWidth = random.Next(1, 3);
        int height = random.Next(((kernelHeight - 1) * dilationHeight) + 1, 12);
        int width = random.Next(((kernelWidth - 1) * dilationWidth) + 1, 12);
        var attributes = new Conv2DAttributes(
            random.Next(1, 4), random.Next(1, 4), dilationHeight, dilationWidth,
            random.Next(0, 4), random.Next(0, 4), random.Next(0, 4), random.Next(0, 4), groups, RandomTensors.Clamp(random));
        var node = new Node($"conv{number}", "Conv2D", attributes)
        {
            Inputs =
            [
                RandomTensors.Activation(random, "x", quantized, random.Next(1, 3), height, width, groups * depth),
                quantized ? RandomTensors.Weights(random, "w", 0, outputs, kernelHeight, kernelWidth, depth)
                    : RandomTensors.Floats(random, "w", outputs, kernelHeight, kernelWidth, depth),
                quantized ? RandomTensors.Bias(random, "b", outputs) : random.Next(3) == 0 ? null : RandomTensors.Floats(random, "b", outputs),
            ],
        };
        if (quantized)
        {
            RandomTensors.AddResult(random, node, OperatorCatalog.Of(node).Infer(node)[0].Shape, 0.02 * Math.Sqrt(depth * kernelHeight * kernelWidth));
        }

        return node;
    }

    private static byte[] ByDefinition(Node node, byte[] x)
    {
        var a = node.AttributesAs<Conv2DAttributes>();
        Shape xs = node.Input(0).Shape;
        Shape ws = node.Input(1).Shape;
        Shape ys = node.Output.Shape;
        ReadOnlySpan<sbyte> weights = node.Input(1).Values<sbyte>();
        QuantizationParameters xq = node.Input(0).Quantization!;
        QuantizationParameters wq = node.Input(1).Quantization!;
        QuantizationParameters yq = node.Output.Quantization!;
        var range = IntegerRange.Clamped(a.Clamp, node.Output);
        byte[] result = new byte[ys.ElementCount];
        int at = 0;
        for (int n = 0; n < ys[0]; n++)
        {
            for (int oy = 0; oy < ys[1]; oy++)
            {
                for (int ox = 0; ox < ys[2]; ox++)
                {
                    for (int o = 0; o < ys[3]; o++)
                    {
                        int sum = node.OptionalInput(2)?.Values<int>()[o] ?? 0;
                        for (int ky = 0; ky < ws[1]; ky++)
                        {
                            for (int kx = 0; kx < ws[2]; kx++)
                            {
                                int iy = (oy * a.StrideHeight) - a.PadTop + (ky * a.DilationHeight);
                                int ix = (ox * a.StrideWidth) - a.PadLeft + (kx * a.DilationWidth);
                                if (iy < 0 || iy >= xs[1] || ix < 0 || ix >= xs[2])
                                {
                                    continue;
                                }

                                for (int c = 0; c < ws[3]; c++)
                                {
                                    int channel = (o / (ws[0] / a.Groups) * ws[3]) + c;
                                    int value = (sbyte)x[(((((n * xs[1]) + iy) * xs[2]) + ix) * xs[3]) + channel] - xq.ZeroPoint;
                                    sum = unchecked(sum + (value * weights[(((((o * ws[1]) + ky) * ws[2]) + kx) * ws[3]) + c]));
                                }
                            }
                        }

                        (int multiplier, int shift) = FixedPoint.QuantizeMultiplier((double)xq.Scale * wq.ScaleOf(o) / yq.Scale);
                        int scaled = FixedPoint.MultiplyByQuantizedMultiplier(sum, multiplier, shift);
                        result[at++] = (byte)(sbyte)range.Saturate(unchecked(scaled + yq.ZeroPoint));
                    }
                }
            }
        }

        return result;
    }
}
