using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators;
using EdgeAI.Compiler.Operators.Convolution;
using EdgeAI.Compiler.Targets;

namespace EdgeAI.Compiler.Tests.Operators.Convolution;

/// <summary>DepthwiseConv2D: managed against C, and against Conv2D with one group a channel.</summary>
[TestClass]
public sealed class DepthwiseConv2DTests
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
        const int seed = 20260103;
        var random = new Random(seed);
        KernelHarness.Check(TestContext, [.. Enumerable.Range(0, 60).Select(i => RandomNode(random, i, quantized: i % 2 == 0))], seed, exactFloats: true);
    }

    [TestMethod]
    public void FloatsOfManyChannelsAreEqualBitForBit()
    {
        int seed = Seeds.Of(TestContext);
        var random = new Random(seed);
        Node[] nodes = [.. Enumerable.Range(0, 25).Select(i => RandomNode(random, i, quantized: false, mostChannels: 90))];
        foreach (string machine in KernelHarness.VectorMachines)
        {
            KernelHarness.Check(TestContext, nodes, seed, exactFloats: true, machine: machine);
        }
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public void EqualsAConvolutionOfOneGroupAChannel(bool quantized)
    {
        const int seed = 5;
        var random = new Random(seed);
        for (int i = 0; i < 30; i++)
        {
            Node node = RandomNode(random, i, quantized);
            if (!quantized)
            {
                node.Outputs.Add(new Tensor("y", ElementType.Float32, OperatorCatalog.Of(node).Infer(node)[0].Shape));
            }

            Node grouped = AsGroups(node);
            Assert.AreEqual(node.Output.Shape, OperatorCatalog.Of(grouped).Infer(grouped)[0].Shape);
            byte[] x = new byte[node.Input(0).ByteSize];
            if (quantized)
            {
                random.NextBytes(x);
            }
            else
            {
                for (int at = 0; at < x.Length; at += 4)
                {
                    BitConverter.TryWriteBytes(x.AsSpan(at), random.NextSingle() - 0.5f);
                }
            }

            byte[]? bias = node.OptionalInput(2)?.Constant!.Value.ToArray();
            byte[] actual = KernelHarness.Execute(node, x, node.Input(1).Constant!.Value.ToArray(), bias)[0];
            byte[] expected = KernelHarness.Execute(grouped, x, grouped.Input(1).Constant!.Value.ToArray(), bias)[0];
            Assert.AreEqual(expected.Length, expected.AsSpan().CommonPrefixLength(actual), $"seed {seed}, case {i}, {node.Attributes}");
        }
    }

    private static Node AsGroups(Node node)
    {
        var a = node.AttributesAs<DepthwiseConv2DAttributes>();
        Tensor weights = node.Input(1);
        int channels = weights.Shape[3];
        int taps = weights.Shape[1] * weights.Shape[2];
        int size = weights.Type.ByteSize();
        byte[] moved = new byte[weights.ByteSize];
        for (int tap = 0; tap < taps; tap++)
        {
            for (int channel = 0; channel < channels; channel++)
            {
                weights.Constant!.Value.Span.Slice(((tap * channels) + channel) * size, size).CopyTo(moved.AsSpan(((channel * taps) + tap) * size));
            }
        }

        var constant = new Tensor("w", weights.Type, new Shape(channels, weights.Shape[1], weights.Shape[2], 1))
        {
            Constant = moved,
            Quantization = weights.Quantization is { IsPerChannel: true } q ? new(q.Scales, q.ZeroPoints, 0) : weights.Quantization,
        };
        return new Node("grouped", "Conv2D", new Conv2DAttributes(
            a.StrideHeight, a.StrideWidth, a.DilationHeight, a.DilationWidth, a.PadTop, a.PadBottom, a.PadLeft, a.PadRight,
            node.Input(0).Shape[3], a.Clamp))
        {
            Inputs = [node.Input(0), constant, node.OptionalInput(2)],
            Outputs = [node.Output],
        };
    }

    private static Node RandomNode(Random random, int number, bool quantized, int mostChannels = 21)
    {
        int channels = random.Next(1, random.Next(2) == 0 ? 4 : mostChannels + 1);
        int multiplier = random.Next(2) == 0 ? 1 : random.Next(1, 5);
        int outputs = channels * multiplier;
        int kernelHeight = random.Next(1, 5);
        int kernelWidth = random.Next(1, 5);
        int dilationHeight = random.Next(1, 3);
        int dilationWidth = random.Next(1, 3);
        int height = random.Next(((kernelHeight - 1) * dilationHeight) + 1, 11);
        int width = random.Next(((kernelWidth - 1) * dilationWidth) + 1, 11);
        var attributes = new DepthwiseConv2DAttributes(
            random.Next(1, 4), random.Next(1, 4), dilationHeight, dilationWidth,
            random.Next(0, 4), random.Next(0, 4), random.Next(0, 4), random.Next(0, 4), multiplier, RandomTensors.Clamp(random));
        var node = new Node($"depthwise{number}", "DepthwiseConv2D", attributes)
        {
            Inputs =
            [
                RandomTensors.Activation(random, "x", quantized, random.Next(1, 3), height, width, channels),
                quantized ? RandomTensors.Weights(random, "w", 3, 1, kernelHeight, kernelWidth, outputs)
                    : RandomTensors.Floats(random, "w", 1, kernelHeight, kernelWidth, outputs),
                quantized ? RandomTensors.Bias(random, "b", outputs) : random.Next(3) == 0 ? null : RandomTensors.Floats(random, "b", outputs),
            ],
        };
        if (quantized)
        {
            RandomTensors.AddResult(random, node, OperatorCatalog.Of(node).Infer(node)[0].Shape, 0.02 * Math.Sqrt(kernelHeight * kernelWidth));
        }

        return node;
    }
}
