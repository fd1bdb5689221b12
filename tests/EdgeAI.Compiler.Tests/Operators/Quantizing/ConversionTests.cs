using System.Runtime.InteropServices;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators;
using EdgeAI.Compiler.Operators.Quantizing;
using EdgeAI.Compiler.Operators.Shaping;

namespace EdgeAI.Compiler.Tests.Operators.Quantizing;

/// <summary>Quantize, Dequantize, Requantize: managed against C and against numbers worked out by hand.</summary>
[TestClass]
public sealed class ConversionTests
{
    private static readonly ElementType[] Integers = [ElementType.Int8, ElementType.UInt8, ElementType.Int16, ElementType.Int32];

    /// <summary>Set by the runner.</summary>
    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    public void TransposedConversionsGiveTheManagedBytes()
    {
        int seed = Seeds.Of(TestContext);
        var random = new Random(seed);
        var nodes = new List<Node>();
        foreach (ElementType type in (ElementType[])[ElementType.Int8, ElementType.Int16])
        {
            foreach (int[] permutation in (int[][])[[0, 2, 3, 1], [0, 3, 1, 2], [3, 2, 1, 0], [0, 1, 2, 3], [1, 0, 3, 2]])
            {
                var shape = new Shape(random.Next(1, 4), random.Next(1, 5), random.Next(1, 6), random.Next(1, 7));
                var moved = new Shape([.. permutation.Select(axis => shape[axis])]);
                QuantizationParameters quantization = QuantizationParameters.PerTensor(0.03f, type == ElementType.Int8 ? random.Next(-100, 100) : 0);
                string name = $"{type}{string.Concat(permutation)}";
                foreach (string operatorName in (string[])["QuantizeTransposed", "QuantizeEvenTransposed"])
                {
                    nodes.Add(new Node($"q{operatorName}{name}", operatorName, new TransposeAttributes([.. permutation]))
                    {
                        Inputs = [new Tensor($"x{operatorName}{name}", ElementType.Float32, shape)],
                        Outputs = [new Tensor($"y{operatorName}{name}", type, moved) { Quantization = operatorName == "QuantizeTransposed" ? quantization : quantization with { Scales = [0.25f] } }],
                    });
                }

                nodes.Add(new Node("d" + name, "DequantizeTransposed", new TransposeAttributes([.. permutation]))
                {
                    Inputs = [new Tensor("a" + name, type, shape) { Quantization = quantization }],
                });
            }
        }

        KernelHarness.Check(TestContext, nodes, seed, exactFloats: true);
        foreach (Node node in nodes)
        {
            // One node does what the two of them do.
            bool makesIntegers = node.Operator != "DequantizeTransposed";
            bool toEven = node.Operator == "QuantizeEvenTransposed";
            byte[] x = new byte[node.Input(0).ByteSize];
            random.NextBytes(x);
            if (toEven)
            {
                // Multiples of half a step.
                x = MemoryMarshal.AsBytes<float>([.. Enumerable.Range(0, x.Length / sizeof(float)).Select(_ => random.Next(-1200, 1200) / 8f)]).ToArray();
            }

            Tensor between = new("between", makesIntegers ? node.Output.Type : ElementType.Float32, node.Input(0).Shape) { Quantization = makesIntegers ? node.Output.Quantization : null };
            string name = makesIntegers ? "Quantize" : "Dequantize";
            var conversion = new Node("conversion", name, makesIntegers ? new QuantizeAttributes(toEven) : QuantizeAttributes.Of(name)) { Inputs = [node.Input(0)], Outputs = [between] };
            var transpose = new Node("transpose", "Transpose", node.Attributes) { Inputs = [between], Outputs = [node.Output] };
            byte[] expected = KernelHarness.Execute(transpose, KernelHarness.Execute(conversion, x)[0])[0];
            CollectionAssert.AreEqual(expected, KernelHarness.Execute(node, x)[0], node.ToString());
        }
    }

    [TestMethod]
    public void CKernelsGiveTheManagedBytes()
    {
        const int seed = 20260117;
        var random = new Random(seed);
        var nodes = new List<Node>();
        foreach (ElementType from in (ElementType[])[.. Integers, ElementType.UInt16])
        {
            nodes.Add(new Node($"d{from}", "Dequantize", NoAttributes.Instance) { Inputs = [Quantized(random, $"dx{from}", from)] });
            if (from != ElementType.Int32)
            {
                nodes.Add(MakeNode("Quantize", new Tensor($"qx{from}", ElementType.Float32, new Shape(7, 11)), Quantized(random, $"qy{from}", from)));
                nodes.Add(MakeNode("Quantize", new Tensor($"ex{from}", ElementType.Float32, new Shape(7, 11)), Quantized(random, $"ey{from}", from), halfToEven: true));
            }

            if (from != ElementType.UInt16)
            {
                nodes.AddRange(Integers.Select(to => MakeNode("Requantize", Quantized(random, $"rx{from}{to}", from), Quantized(random, $"ry{from}{to}", to))));
            }
        }

        Tensor channels = Quantized(random, "channels", ElementType.Int8);
        channels.Quantization = new([.. Enumerable.Range(1, 11).Select(i => i * 0.01f)], [.. Enumerable.Range(0, 11)], 1);
        nodes.Add(new Node("channels", "Dequantize", NoAttributes.Instance) { Inputs = [channels] });
        KernelHarness.Check(TestContext, nodes, seed);
    }

    [TestMethod]
    public void QuantizeRoundsHalfAwayFromZeroAndSaturates()
    {
        var y = new Tensor("y", ElementType.Int8, new Shape(9)) { Quantization = QuantizationParameters.PerTensor(0.5f, 3) };
        Node node = MakeNode("Quantize", new Tensor("x", ElementType.Float32, new Shape(9)), y);
        float[] x = [0, 0.25f, -0.25f, 0.2f, 1000, -1000, float.NaN, float.PositiveInfinity, float.NegativeInfinity];
        byte[] result = KernelHarness.Execute(node, MemoryMarshal.AsBytes<float>(x).ToArray())[0];
        CollectionAssert.AreEqual((sbyte[])[3, 4, 2, 3, 127, -128, 3, 127, -128], MemoryMarshal.Cast<byte, sbyte>(result).ToArray());
        var constant = Tensor.FromValues<float>("c", ElementType.Float32, new Shape(9), x);
        KernelHarness.Check(TestContext, [MakeNode("Quantize", constant, y)], 0);
    }

    [TestMethod]
    [DataRow(false, new[] { 1, -1, 2, -2, 3, -3, 120, 127 })]
    [DataRow(true, new[] { 0, 0, 2, -2, 2, -2, 120, 127 })]
    public void TheMiddleOfTwoIntegersGoesAsTheAttributesTell(bool halfToEven, int[] expected)
    {
        float[] x = [0.25f, -0.25f, 0.75f, -0.75f, 1.25f, -1.25f, 60.125f, 3e9f];
        foreach (ElementType type in (ElementType[])[ElementType.Int8, ElementType.Int16])
        {
            var y = new Tensor("y", type, new Shape(8)) { Quantization = QuantizationParameters.PerTensor(0.5f, 0) };
            byte[] result = KernelHarness.Execute(MakeNode("Quantize", new Tensor("x", ElementType.Float32, new Shape(8)), y, halfToEven), MemoryMarshal.AsBytes<float>(x).ToArray())[0];
            int[] given = type == ElementType.Int8 ? [.. result.Select(item => (int)(sbyte)item)] : [.. MemoryMarshal.Cast<byte, short>(result).ToArray().Select(item => (int)item)];
            CollectionAssert.AreEqual(expected[..7], given[..7], type.ToString());
            Assert.AreEqual(type == ElementType.Int8 ? 127 : 32767, given[7]);
            KernelHarness.Check(TestContext, [MakeNode("Quantize", Tensor.FromValues<float>("c", ElementType.Float32, new Shape(8), x), y, halfToEven)], 0);
        }
    }

    [TestMethod]
    public void RequantizeKeepsTheReals()
    {
        // 0.1 (q − 10) to 0.2 (q + 4): reals −1, 0, 0.1 (half a step), 11.7.
        var x = new Tensor("x", ElementType.Int8, new Shape(4)) { Quantization = QuantizationParameters.PerTensor(0.1f, 10) };
        var y = new Tensor("y", ElementType.UInt8, new Shape(4)) { Quantization = QuantizationParameters.PerTensor(0.2f, 4) };
        byte[] result = KernelHarness.Execute(MakeNode("Requantize", x, y), MemoryMarshal.AsBytes<sbyte>((sbyte[])[0, 10, 11, 127]).ToArray())[0];
        CollectionAssert.AreEqual((byte[])[0, 4, 5, 63], result);
    }

    [TestMethod]
    public void MissingQuantizationIsNamed()
    {
        var node = new Node("n", "Dequantize", NoAttributes.Instance) { Inputs = [new Tensor("raw", ElementType.Int8, new Shape(2))] };
        StringAssert.Contains(Assert.ThrowsExactly<OperatorException>(() => OperatorCatalog.Of(node).Infer(node)).Message, "'raw'");
    }

    private static Node MakeNode(string name, Tensor x, Tensor y, bool halfToEven = false) =>
        new($"{name}{x.Name}{y.Name}{halfToEven}", name, name == "Quantize" ? new QuantizeAttributes(halfToEven) : NoAttributes.Instance) { Inputs = [x], Outputs = [y] };

    private static Tensor Quantized(Random random, string name, ElementType type)
    {
        IntegerRange range = IntegerRange.Of(type);
        int zeroPoint = type == ElementType.Int32 ? 0 : random.Next(range.Minimum, range.Maximum + 1);
        float scale = type is ElementType.Int8 or ElementType.UInt8 ? 0.005f + (random.NextSingle() * 0.05f) : 0.0001f + (random.NextSingle() * 0.001f);
        return new(name, type, new Shape(7, 11)) { Quantization = QuantizationParameters.PerTensor(scale, zeroPoint) };
    }
}
