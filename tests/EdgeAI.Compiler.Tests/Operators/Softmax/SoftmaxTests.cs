using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators;
using EdgeAI.Compiler.Operators.Softmax;

namespace EdgeAI.Compiler.Tests.Operators.Softmax;

/// <summary>Softmax and LogSoftmax: managed against C, and the integer form against real numbers.</summary>
[TestClass]
public sealed class SoftmaxTests
{
    /// <summary>Set by the runner.</summary>
    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    public void CKernelsGiveTheManagedBytes()
    {
        const int seed = 20260107;
        var random = new Random(seed);
        KernelHarness.Check(TestContext, [.. Enumerable.Range(0, 60).Select(i => RandomNode(random, i))], seed, r => (r.NextSingle() * 30) - 15);
    }

    [TestMethod]
    public void IntegersLieWithinOneStepOfTheTruth()
    {
        const int seed = 9;
        var random = new Random(seed);
        for (int i = 0; i < 50; i++)
        {
            Node node = Quantized(random, i, 1, random.Next(1, 100));
            double scale = node.Input(0).Quantization!.Scale * node.AttributesAs<SoftmaxAttributes>().Beta;
            byte[] x = new byte[node.Input(0).ByteSize];
            random.NextBytes(x);
            byte[] actual = KernelHarness.Execute(node, x)[0];
            double sum = x.Sum(value => Math.Exp((sbyte)value * scale));
            for (int at = 0; at < x.Length; at++)
            {
                double expected = Math.Min(127, (Math.Exp((sbyte)x[at] * scale) / sum * 256) - 128);
                Assert.AreEqual(expected, (sbyte)actual[at], 1.0, $"seed {seed}, case {i}, element {at}");
            }
        }
    }

    [TestMethod]
    public void LongFlatRowsRoundToZero()
    {
        Node node = Quantized(new Random(2), 0, 1, 4095);
        byte[] actual = KernelHarness.Execute(node, new byte[4095])[0];
        Assert.IsTrue(actual.All(value => (sbyte)value == -128));
    }

    [TestMethod]
    public void ResultsWithAnotherScaleAreRefused()
    {
        Node node = Quantized(new Random(3), 0, 1, 10);
        node.Output.Quantization = QuantizationParameters.PerTensor(1f / 128, -128);
        StringAssert.Contains(
            Assert.ThrowsExactly<OperatorException>(() => OperatorCatalog.Of(node).Infer(node)).Message, "1/256", StringComparison.Ordinal);
    }

    private static Node RandomNode(Random random, int number)
    {
        if (number % 2 == 0)
        {
            return Quantized(random, number, random.Next(1, 4), number == 0 ? 600 : random.Next(1, 40));
        }

        return new Node($"softmax{number}", number % 4 == 1 ? "Softmax" : "LogSoftmax", new SoftmaxAttributes(random.Next(2) == 0 ? 1 : 0.4f))
        {
            Inputs = [RandomTensors.Activation(random, "x", false, random.Next(1, 4), random.Next(1, 20))],
        };
    }

    private static Node Quantized(Random random, int number, int rows, int depth)
    {
        var node = new Node($"softmax{number}", "Softmax", new SoftmaxAttributes(random.Next(2) == 0 ? 1 : 0.4f))
        {
            Inputs = [RandomTensors.Activation(random, "x", true, rows, depth)],
        };
        float scale = (float)(0.0005 * Math.Pow(2, random.NextDouble() * 10));
        node.Input(0).Quantization = QuantizationParameters.PerTensor(scale, random.Next(-128, 128));
        node.Outputs.Add(new Tensor($"y{number}", ElementType.Int8, node.Input(0).Shape)
        {
            Quantization = OperatorCatalog.Of(node).FixedQuantization(ElementType.Int8),
        });
        return node;
    }
}
