using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators;
using EdgeAI.Compiler.Operators.FullyConnected;
using EdgeAI.Compiler.Targets;

namespace EdgeAI.Compiler.Tests.Operators.FullyConnected;

/// <summary>FullyConnected: managed against C, and against numbers worked out by hand.</summary>
[TestClass]
public sealed class FullyConnectedTests
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
    public void CKernelsGiveTheManagedBytes()
    {
        const int seed = 20260102;
        var random = new Random(seed);
        KernelHarness.Check(TestContext, [.. Enumerable.Range(0, 60).Select(i => RandomNode(random, i, quantized: i % 2 == 0))], seed);
    }

    [TestMethod]
    public void FloatsOfManyChannelsAreEqualBitForBit()
    {
        int seed = Seeds.Of(TestContext);
        var random = new Random(seed);
        Node[] nodes = [.. Enumerable.Range(0, 40).Select(i => RandomNode(random, i, quantized: false, random.Next(1, 90)))];
        foreach (string machine in KernelHarness.VectorMachines)
        {
            KernelHarness.Check(TestContext, nodes, seed, exactFloats: true, machine: machine);
        }

        KernelHarness.Check(TestContext, nodes, seed, instructionSet: InstructionSet.Dsp, exactFloats: true);
    }

    [TestMethod]
    public void WeightsWithAZeroPointAreShifted()
    {
        // x − 2 = (1, −3, 5); w − 3 = (2, 4, −1): 2 − 12 − 5 + bias 25 = 10; times 0.5 · 0.5 / 0.5 = 5; plus zero point −7.
        var weights = Tensor.FromValues<sbyte>("w", ElementType.Int8, new Shape(1, 3), [5, 7, 2], QuantizationParameters.PerTensor(0.5f, 3));
        var node = new Node("fc", "FullyConnected", new FullyConnectedAttributes(Clamp.None))
        {
            Inputs =
            [
                new Tensor("x", ElementType.Int8, new Shape(1, 3)) { Quantization = QuantizationParameters.PerTensor(0.5f, 2) },
                weights,
                Tensor.FromValues<int>("b", ElementType.Int32, new Shape(1), [25]),
            ],
            Outputs = [new Tensor("y", ElementType.Int8, new Shape(1, 1)) { Quantization = QuantizationParameters.PerTensor(0.5f, -7) }],
        };
        Assert.AreEqual(-2, (sbyte)KernelHarness.Execute(node, [3, 0xFF, 7], weights.Constant!.Value.ToArray(), [25, 0, 0, 0])[0][0]);
    }

    [TestMethod]
    public void OperandsThatDoNotFitAreNamed()
    {
        var random = new Random(1);
        var node = new Node("fc", "FullyConnected", new FullyConnectedAttributes(Clamp.None))
        {
            Inputs = [RandomTensors.Activation(random, "x", false, 2, 5), RandomTensors.Floats(random, "w", 3, 4)],
        };
        string message = Assert.ThrowsExactly<OperatorException>(() => OperatorCatalog.Of(node).Infer(node)).Message;
        StringAssert.Contains(message, "must end in 4", StringComparison.Ordinal);
    }

    private static Node RandomNode(Random random, int number, bool quantized, int? channels = null)
    {
        int depth = random.Next(1, 70);
        int outputs = channels ?? random.Next(1, 12);
        int[] leading = random.Next(3) switch { 0 => [], 1 => [random.Next(1, 7)], _ => [random.Next(1, 3), random.Next(1, 4)] };
        var node = new Node($"fc{number}", "FullyConnected", new FullyConnectedAttributes(RandomTensors.Clamp(random)))
        {
            Inputs =
            [
                RandomTensors.Activation(random, "x", quantized, [.. leading, depth]),
                quantized ? RandomTensors.Weights(random, "w", 0, outputs, depth) : RandomTensors.Floats(random, "w", outputs, depth),
                quantized ? RandomTensors.Bias(random, "b", outputs) : random.Next(3) == 0 ? null : RandomTensors.Floats(random, "b", outputs),
            ],
        };
        if (quantized)
        {
            if (node.Input(1).Quantization is { IsPerChannel: false } one)
            {
                node.Input(1).Quantization = QuantizationParameters.PerTensor(one.Scale, random.Next(2) == 0 ? 0 : random.Next(-20, 20));
            }

            RandomTensors.AddResult(random, node, OperatorCatalog.Of(node).Infer(node)[0].Shape, 0.02 * Math.Sqrt(depth));
        }

        return node;
    }
}
