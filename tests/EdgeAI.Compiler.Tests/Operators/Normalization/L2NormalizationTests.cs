using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators;

namespace EdgeAI.Compiler.Tests.Operators.Normalization;

/// <summary>L2Normalization: managed against C, and int8 against the real function.</summary>
[TestClass]
public sealed class L2NormalizationTests(TestContext context)
{
    private static readonly QuantizationParameters Fixed = QuantizationParameters.PerTensor(1f / 128, 0);

    [TestMethod]
    public void CKernelsGiveTheManagedNumbers()
    {
        var nodes = new List<Node>();
        for (int i = 0; i < 12; i++)
        {
            var shape = new Shape(1 + (i % 3), 1 + (i * i));
            nodes.Add(new Node($"f{i}", "L2Normalization", NoAttributes.Instance) { Inputs = [new Tensor("x", ElementType.Float32, shape)] });
            Tensor x = new("x", ElementType.Int8, shape) { Quantization = QuantizationParameters.PerTensor(0.1f, (i * 20) - 128) };
            nodes.Add(new Node($"q{i}", "L2Normalization", NoAttributes.Instance) { Inputs = [x], Outputs = [new Tensor("y", ElementType.Int8, shape) { Quantization = Fixed }] });
        }

        KernelHarness.Check(context, nodes, 20261128);
    }

    [TestMethod]
    [DataRow(1)]
    [DataRow(3)]
    [DataRow(128)]
    [DataRow(20_000)]
    public void IntegersAreWithinAStepOfTheRealFunction(int depth)
    {
        var random = new Random(depth);
        for (int zeroPoint = -128; zeroPoint < 128; zeroPoint += 51)
        {
            byte[] x = new byte[depth];
            random.NextBytes(x);
            double norm = Math.Sqrt(x.Sum(value => Math.Pow((sbyte)value - zeroPoint, 2)));
            byte[] made = Run(x, zeroPoint);
            for (int i = 0; i < depth; i++)
            {
                double expected = norm == 0 ? 0 : Math.Clamp(128 * ((sbyte)x[i] - zeroPoint) / norm, -128, 127);
                // Rounded twice, the second time by 2 at least.
                Assert.AreEqual(expected, (sbyte)made[i], 0.76, $"element {i} with zero point {zeroPoint}");
            }
        }
    }

    [TestMethod]
    public void RowsOfTheZeroPointStayZero() => CollectionAssert.AreEqual(new byte[4], Run([7, 7, 7, 7], 7));

    [TestMethod]
    public void ResultsOfAnotherScaleAreRefused()
    {
        Tensor x = new("x", ElementType.Int8, new Shape(4)) { Quantization = Fixed };
        var node = new Node("n", "L2Normalization", NoAttributes.Instance)
        {
            Inputs = [x], Outputs = [new Tensor("y", ElementType.Int8, x.Shape) { Quantization = QuantizationParameters.PerTensor(0.01f, 0) }],
        };
        Assert.ThrowsExactly<OperatorException>(() => OperatorCatalog.Of(node).Infer(node));
    }

    private static byte[] Run(byte[] x, int zeroPoint)
    {
        Tensor operand = new("x", ElementType.Int8, new Shape(1, x.Length)) { Quantization = QuantizationParameters.PerTensor(0.1f, zeroPoint) };
        var node = new Node("n", "L2Normalization", NoAttributes.Instance)
        {
            Inputs = [operand], Outputs = [new Tensor("y", ElementType.Int8, operand.Shape) { Quantization = Fixed }],
        };
        return KernelHarness.Execute(node, x)[0];
    }
}
