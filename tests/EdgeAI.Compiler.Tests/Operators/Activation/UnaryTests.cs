using System.Runtime.InteropServices;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators;
using EdgeAI.Compiler.Operators.Activation;
using EdgeAI.Compiler.Tests.Operators.ElementWise;

namespace EdgeAI.Compiler.Tests.Operators.Activation;

/// <summary>Functions of one operand, Clamp and PRelu: managed against C, and int8 against TensorFlow Lite's bytes.</summary>
[TestClass]
public sealed class UnaryTests
{
    private static readonly string[] Names =
    [
        .. OperatorCatalog.All.Where(found => found.AttributesType == typeof(UnaryAttributes)).Select(found => found.Name),
    ];

    /// <summary>Set by the runner.</summary>
    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    public void PlainIntegersGiveTheManagedBytes()
    {
        var nodes = new List<Node>();
        foreach (ElementType type in PlainElements.Integers)
        {
            bool isSigned = type is ElementType.Int8 or ElementType.Int16 or ElementType.Int32 or ElementType.Int64;
            foreach (string name in isSigned ? new[] { "Absolute", "Negate", "Square" } : [])
            {
                nodes.Add(new Node($"{name}{type}", name, UnaryAttributes.None) { Inputs = [new Tensor("x", type, new Shape(3, 7))] });
            }

            foreach (Clamp clamp in new[] { Clamp.Relu, Clamp.Relu6, new Clamp(-100, 50), new Clamp(float.NegativeInfinity, 3), new Clamp(5, float.PositiveInfinity) })
            {
                nodes.Add(new Node($"clamp{type}{nodes.Count}", "Clamp", new ClampAttributes(clamp)) { Inputs = [new Tensor("x", type, new Shape(3, 7))] });
            }
        }

        KernelHarness.Check(TestContext, nodes, 20261128);
    }

    [TestMethod]
    public void EveryFunctionOfTheContractIsThere() => CollectionAssert.AreEquivalent(
        (string[])
        [
            "Sigmoid", "Tanh", "HardSwish", "HardSigmoid", "LeakyRelu", "Elu", "Selu", "Exponential", "Logarithm", "SquareRoot",
            "ReciprocalSquareRoot", "Absolute", "Negate", "Floor", "Ceiling", "Round", "Erf", "Gelu", "Softplus", "Softsign", "Reciprocal",
            "Sine", "Cosine", "Square", "Tangent", "Arcsine", "Arccosine", "Arctangent", "HyperbolicSine", "HyperbolicCosine",
            "HyperbolicArcsine", "HyperbolicArccosine", "HyperbolicArctangent", "ThresholdedRelu", "Shrink",
        ],
        Names);

    [TestMethod]
    public void CKernelsGiveTheManagedBytes()
    {
        const int seed = 20260113;
        var random = new Random(seed);
        var nodes = new List<Node>();
        foreach (string name in Names)
        {
            var attributes = new UnaryAttributes(0.3f, 1.1f);
            nodes.Add(new Node(name, name, attributes) { Inputs = [RandomTensors.Activation(random, name, false, 3, 37)] });
            var integer = new Node(name + "8", name, attributes) { Inputs = [RandomTensors.Activation(random, name + "8", true, 5, 31)] };
            RandomTensors.AddResult(random, integer, new Shape(5, 31), 0.02);
            nodes.Add(integer);
        }

        // Away from 0, where reciprocals are so large that nothing else is seen.
        KernelHarness.Check(TestContext, nodes, seed, generator => 0.25f + (generator.NextSingle() * 4));
        string[] ofAllReals = [.. Names.Except(["Logarithm", "SquareRoot", "ReciprocalSquareRoot", "Reciprocal"])];
        Node[] negative = [.. nodes.Where(node => node.Input(0).Type == ElementType.Float32 && ofAllReals.Contains(node.Operator))];
        KernelHarness.Check(TestContext, negative, seed, generator => (generator.NextSingle() * 16) - 8);
    }

    [TestMethod]
    [DataRow("Sigmoid", 15167560087533891546UL)]
    [DataRow("Tanh", 14125938724736092754UL)]
    [DataRow("HardSwish", 16838372763421615498UL)]
    [DataRow("LeakyRelu", 3656774936838781825UL)]
    [DataRow("Absolute", 12184461003357231593UL)]
    [DataRow("ReciprocalSquareRoot", 1734382027401463466UL)]
    public void Int8BytesAreThoseOfTfLite(string name, ulong expected)
    {
        byte[] x = [.. Enumerable.Range(0, 256).Select(i => unchecked((byte)(i - 128)))];
        var draw = new ReferenceDraw(1);
        for (int i = 0; i < 200; i++)
        {
            float scaleX = draw.Scale(0.001f, 0.2f);
            float scale = draw.Scale(0.01f, 0.2f);
            int zeroPointX = draw.ZeroPoint();
            int zeroPoint = draw.ZeroPoint();
            var node = new Node("n", name, new UnaryAttributes(0.3f, 0))
            {
                Inputs = [ReferenceDraw.Int8("x", new Shape(256), scaleX, zeroPointX)],
                Outputs = [ReferenceDraw.Int8("y", new Shape(256), scale, zeroPoint)],
            };
            Operator definition = OperatorCatalog.Of(node);
            if (definition.Quantization == QuantizationRule.Fixed)
            {
                node.Output.Quantization = definition.FixedQuantization(ElementType.Int8);
            }

            draw.Mix(KernelHarness.Execute(node, x)[0]);
        }

        Assert.AreEqual(expected, draw.Hash);
    }

    [TestMethod]
    public void TablesStayWithinAStepOfTheRealFunction()
    {
        foreach (string name in Names)
        {
            var node = new Node(name, name, new UnaryAttributes(0.3f, 1.1f))
            {
                Inputs = [ReferenceDraw.Int8("x", new Shape(256), 0.05f, -3)],
                Outputs = [ReferenceDraw.Int8("y", new Shape(256), 1 / 16f, 5)],
            };
            var real = new Node(name, name, node.Attributes)
            {
                Inputs = [new Tensor("x", ElementType.Float32, new Shape(256))],
                Outputs = [new Tensor("y", ElementType.Float32, new Shape(256))],
            };
            sbyte[] x = [.. Enumerable.Range(-128, 256).Select(q => (sbyte)q)];
            float[] reals = [.. x.Select(q => 0.05f * (q + 3))];
            float[] wanted = MemoryMarshal.Cast<byte, float>(KernelHarness.Execute(real, MemoryMarshal.AsBytes<float>(reals).ToArray())[0]).ToArray();
            sbyte[] found = MemoryMarshal.Cast<byte, sbyte>(KernelHarness.Execute(node, MemoryMarshal.AsBytes<sbyte>(x).ToArray())[0]).ToArray();
            for (int i = 0; i < x.Length; i++)
            {
                if (float.IsNaN(wanted[i]))
                {
                    Assert.AreEqual(5, found[i], $"{name} of {reals[i]}");
                    continue;
                }

                double steps = Math.Clamp((wanted[i] * 16) + 5, -128, 127);
                Assert.AreEqual(steps, found[i], 1.0, $"{name} of {reals[i]}");
            }
        }
    }

    [TestMethod]
    public void ClampAndPReluMatchInC()
    {
        const int seed = 20260114;
        var random = new Random(seed);
        var nodes = new List<Node>();
        for (int i = 0; i < 24; i++)
        {
            bool quantized = i % 2 == 0;
            Tensor x = RandomTensors.Activation(random, $"x{i}", quantized, 2, 3, 5);
            var clamp = new Node($"c{i}", "Clamp", new ClampAttributes(RandomTensors.Clamp(random))) { Inputs = [x] };
            int[] slopeExtents = (i / 2 % 3) switch { 0 => [5], 1 => [3, 1], _ => [2, 3, 5] };
            var slope = new Node($"p{i}", "PRelu", NoAttributes.Instance)
            {
                Inputs = [RandomTensors.Activation(random, $"z{i}", quantized, 2, 3, 5), RandomTensors.Activation(random, $"s{i}", quantized, slopeExtents)],
            };
            if (quantized)
            {
                RandomTensors.AddResult(random, clamp, x.Shape, 0.03);
                RandomTensors.AddResult(random, slope, x.Shape, 0.03);
                if (i % 4 == 0)
                {
                    clamp.Output.Quantization = x.Quantization;
                }
            }

            nodes.AddRange([clamp, slope]);
        }

        KernelHarness.Check(TestContext, nodes, seed);
    }

    [TestMethod]
    public void PReluBytesAreThoseOfTfLite()
    {
        byte[] a = [.. Enumerable.Range(0, 65536).Select(i => unchecked((byte)((i >> 8) - 128)))];
        byte[] b = [.. Enumerable.Range(0, 65536).Select(i => unchecked((byte)((i & 255) - 128)))];
        var draw = new ReferenceDraw(2);
        for (int i = 0; i < 20; i++)
        {
            float[] scales = [draw.Scale(0.001f, 0.2f), draw.Scale(0.001f, 0.2f), draw.Scale(0.01f, 0.4f)];
            int[] zeroPoints = [draw.ZeroPoint(), draw.ZeroPoint(), draw.ZeroPoint()];
            Tensor[] tensors = [.. scales.Select((scale, at) => ReferenceDraw.Int8($"t{at}", new Shape(65536), scale, zeroPoints[at]))];
            var node = new Node("n", "PRelu", NoAttributes.Instance) { Inputs = [tensors[0], tensors[1]], Outputs = [tensors[2]] };
            draw.Mix(KernelHarness.Execute(node, a, b)[0]);
        }

        Assert.AreEqual(18139682879814064430UL, draw.Hash);
    }

    [TestMethod]
    public void RectifiersRescaleWithTheFloatQuotient()
    {
        // 0.1 (q − 0) to 0.05 (q + 128): −3 → 0, 20 → 40, 100 → 200, 127 → 254.
        var node = new Node("relu", "Clamp", new ClampAttributes(Clamp.Relu))
        {
            Inputs = [ReferenceDraw.Int8("x", new Shape(4), 0.1f, 0)],
            Outputs = [ReferenceDraw.Int8("y", new Shape(4), 0.05f, -128)],
        };
        byte[] x = MemoryMarshal.AsBytes<sbyte>((sbyte[])[-3, 20, 100, 127]).ToArray();
        CollectionAssert.AreEqual((sbyte[])[-128, -88, 72, 126], MemoryMarshal.Cast<byte, sbyte>(KernelHarness.Execute(node, x)[0]).ToArray());
    }
}
