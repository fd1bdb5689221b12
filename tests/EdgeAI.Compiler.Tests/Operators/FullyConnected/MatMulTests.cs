using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators;
using EdgeAI.Compiler.Operators.FullyConnected;

namespace EdgeAI.Compiler.Tests.Operators.FullyConnected;

/// <summary>MatMul: managed against C, and against FullyConnected where b could be its weights.</summary>
[TestClass]
public sealed class MatMulTests
{
    /// <summary>Set by the runner.</summary>
    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    public void CKernelsGiveTheManagedBytes()
    {
        const int seed = 20260105;
        var random = new Random(seed);
        KernelHarness.Check(TestContext, [.. Enumerable.Range(0, 60).Select(i => RandomNode(random, i, quantized: i % 2 == 0))], seed);
    }

    [TestMethod]
    public void EqualsFullyConnectedWithTransposedB()
    {
        const int seed = 8;
        var random = new Random(seed);
        for (int i = 0; i < 20; i++)
        {
            int rows = random.Next(1, 5);
            int depth = random.Next(1, 40);
            int columns = random.Next(1, 9);
            Tensor a = RandomTensors.Activation(random, "a", true, rows, depth);
            Tensor b = RandomTensors.Activation(random, "b", true, columns, depth);
            byte[] contents = new byte[columns * depth];
            random.NextBytes(contents);
            var weights = new Tensor("w", ElementType.Int8, b.Shape) { Constant = contents, Quantization = b.Quantization };
            var product = new Node("m", "MatMul", new MatMulAttributes(false, true)) { Inputs = [a, b] };
            RandomTensors.AddResult(random, product, new Shape(rows, columns), 0.05);
            var layer = new Node("f", "FullyConnected", new FullyConnectedAttributes(Clamp.None)) { Inputs = [a, weights], Outputs = [product.Output] };
            byte[] x = new byte[rows * depth];
            random.NextBytes(x);
            CollectionAssert.AreEqual(KernelHarness.Execute(layer, x, contents)[0], KernelHarness.Execute(product, x, contents)[0], $"seed {seed}, case {i}");
        }
    }

    [TestMethod]
    public void LeadingAxesThatDoNotBroadcastAreNamed()
    {
        var random = new Random(1);
        var node = new Node("m", "MatMul", new MatMulAttributes(false, false))
        {
            Inputs = [RandomTensors.Activation(random, "a", false, 2, 3, 4), RandomTensors.Activation(random, "b", false, 3, 4, 5)],
        };
        StringAssert.Contains(
            Assert.ThrowsExactly<OperatorException>(() => OperatorCatalog.Of(node).Infer(node)).Message, "do not broadcast", StringComparison.Ordinal);
    }

    private static Node RandomNode(Random random, int number, bool quantized)
    {
        var attributes = new MatMulAttributes(random.Next(2) == 0, random.Next(2) == 0);
        int rows = random.Next(1, 8);
        int depth = random.Next(1, 30);
        int columns = random.Next(1, 8);
        int[] matrixA = attributes.TransposeA ? [depth, rows] : [rows, depth];
        int[] matrixB = attributes.TransposeB ? [columns, depth] : [depth, columns];
        int[][] leadingA = [[], [2], [2, 3], [3, 1], [2, 1, 3], [2, 2, 1, 3], [1, 4]];
        int[][] leadingB = [[3, 2], [2], [2, 3], [3, 2], [2, 4, 3], [2, 2, 4, 3], [3, 1]];
        int which = random.Next(leadingA.Length);
        bool swap = random.Next(2) == 0;
        var node = new Node($"matmul{number}", "MatMul", attributes)
        {
            Inputs =
            [
                RandomTensors.Activation(random, "a", quantized, [.. swap ? leadingB[which] : leadingA[which], .. matrixA]),
                RandomTensors.Activation(random, "b", quantized, [.. swap ? leadingA[which] : leadingB[which], .. matrixB]),
            ],
        };
        if (quantized)
        {
            RandomTensors.AddResult(random, node, OperatorCatalog.Of(node).Infer(node)[0].Shape, 0.05 * Math.Sqrt(depth));
        }

        return node;
    }
}
