using System.Runtime.InteropServices;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators;
using EdgeAI.Compiler.Operators.ElementWise;

namespace EdgeAI.Compiler.Tests.Operators.ElementWise;

/// <summary>Operators of two operands: managed against C, against TensorFlow Lite's bytes, and against numbers worked out by hand.</summary>
[TestClass]
public sealed class BinaryTests
{
    private static readonly string[] IntegerForms = ["Add", "Subtract", "Multiply", "SquaredDifference", "Maximum", "Minimum"];

    /// <summary>Set by the runner.</summary>
    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    public void CKernelsGiveTheManagedBytes()
    {
        const int seed = 20260111;
        var random = new Random(seed);
        string[] all = [.. IntegerForms, "Divide"];
        var nodes = new List<Node>();
        for (int i = 0; i < 140; i++)
        {
            bool quantized = random.Next(2) == 0;
            string name = quantized ? IntegerForms[random.Next(IntegerForms.Length)] : all[random.Next(all.Length)];
            nodes.Add(RandomNode(random, i, name, quantized));
        }

        KernelHarness.Check(TestContext, nodes, seed);
    }

    [TestMethod]
    public void PowersOfPositiveNumbersAgree()
    {
        const int seed = 20260112;
        var random = new Random(seed);
        Node[] nodes = [.. Enumerable.Range(0, 6).Select(i => RandomNode(random, i, "Power", false))];
        KernelHarness.Check(TestContext, nodes, seed, generator => 0.1f + (generator.NextSingle() * 3));
    }

    [TestMethod]
    [DataRow("Add", 7926980724019068001UL)]
    [DataRow("Subtract", 5508440544530570933UL)]
    [DataRow("Multiply", 6013153223938164388UL)]
    [DataRow("SquaredDifference", 17876880841653795475UL)]
    public void Int8BytesAreThoseOfTfLite(string name, ulong expected)
    {
        byte[] a = [.. Enumerable.Range(0, 65536).Select(i => unchecked((byte)((i >> 8) - 128)))];
        byte[] b = [.. Enumerable.Range(0, 65536).Select(i => unchecked((byte)((i & 255) - 128)))];
        var draw = new ReferenceDraw(2);
        for (int i = 0; i < 20; i++)
        {
            float[] scales = [draw.Scale(0.001f, 0.2f), draw.Scale(0.001f, 0.2f), draw.Scale(0.01f, 0.4f)];
            int[] zeroPoints = [draw.ZeroPoint(), draw.ZeroPoint(), draw.ZeroPoint()];
            Tensor[] tensors = [.. scales.Select((scale, at) => ReferenceDraw.Int8($"t{at}", new Shape(65536), scale, zeroPoints[at]))];
            var node = new Node("n", name, new BinaryAttributes(Clamp.None)) { Inputs = [tensors[0], tensors[1]], Outputs = [tensors[2]] };
            draw.Mix(KernelHarness.Execute(node, a, b)[0]);
        }

        Assert.AreEqual(expected, draw.Hash);
    }

    [TestMethod]
    [DataRow("Add", new long[] { 5, -4, 10 })]
    [DataRow("Subtract", new long[] { 9, 10, -4 })]
    [DataRow("Multiply", new long[] { -14, -21, 21 })]
    [DataRow("Divide", new long[] { -3, 0, 0 })]
    [DataRow("Maximum", new long[] { 7, 3, 7 })]
    [DataRow("Minimum", new long[] { -2, -7, 3 })]
    [DataRow("SquaredDifference", new long[] { 81, 100, 16 })]
    public void IntegersThatStandForThemselvesAreExact(string name, long[] expected)
    {
        var node = new Node("n", name, new BinaryAttributes(Clamp.None))
        {
            Inputs = [new Tensor("a", ElementType.Int64, new Shape(3)), new Tensor("b", ElementType.Int64, new Shape(3))],
            Outputs = [new Tensor("y", ElementType.Int64, new Shape(3))],
        };
        byte[] a = MemoryMarshal.AsBytes<long>((long[])[7, 3, 3]).ToArray();
        byte[] b = MemoryMarshal.AsBytes<long>((long[])[-2, -7, 7]).ToArray();
        CollectionAssert.AreEqual(expected, MemoryMarshal.Cast<byte, long>(KernelHarness.Execute(node, a, b)[0]).ToArray());
    }

    [TestMethod]
    public void BroadcastingFollowsNumPy()
    {
        var node = new Node("n", "Add", new BinaryAttributes(Clamp.None))
        {
            Inputs = [new Tensor("a", ElementType.Int32, new Shape(2, 1, 2)), new Tensor("b", ElementType.Int32, new Shape(3, 1))],
        };
        TensorType type = OperatorCatalog.Of(node).Infer(node)[0];
        Assert.AreEqual(new Shape(2, 3, 2), type.Shape);
        node.Outputs.Add(new Tensor("y", type.Type, type.Shape));
        byte[] a = MemoryMarshal.AsBytes<int>((int[])[1, 2, 3, 4]).ToArray();
        byte[] b = MemoryMarshal.AsBytes<int>((int[])[10, 20, 30]).ToArray();
        CollectionAssert.AreEqual(
            (int[])[11, 12, 21, 22, 31, 32, 13, 14, 23, 24, 33, 34],
            MemoryMarshal.Cast<byte, int>(KernelHarness.Execute(node, a, b)[0]).ToArray());
    }

    [TestMethod]
    public void OperandsThatDoNotFitAreNamed()
    {
        var a = new Tensor("first", ElementType.Float32, new Shape(2, 3));
        string shapes = Message("Add", a, new Tensor("second", ElementType.Float32, new Shape(4)));
        StringAssert.Contains(shapes, "'second' [4]");
        StringAssert.Contains(Message("Add", a, new Tensor("second", ElementType.Int8, new Shape(3))), "'second' is int8");
        StringAssert.Contains(
            Message("Maximum", ReferenceDraw.Int8("first", new Shape(2), 0.1f, 0), ReferenceDraw.Int8("second", new Shape(2), 0.2f, 0)),
            "the same scale");
        var wide = new Tensor("wide", ElementType.Int16, new Shape(2)) { Quantization = QuantizationParameters.PerTensor(0.1f, 3) };
        StringAssert.Contains(Message("Multiply", wide, wide), "zero point 3");
        Tensor quantized = ReferenceDraw.Int8("x", new Shape(2), 0.1f, 0);
        StringAssert.Contains(Message("Divide", quantized, quantized), "no integer form");
    }

    private static string Message(string name, Tensor a, Tensor b)
    {
        var node = new Node("n", name, new BinaryAttributes(Clamp.None)) { Inputs = [a, b] };
        return Assert.ThrowsExactly<OperatorException>(() => OperatorCatalog.Of(node).Infer(node)).Message;
    }

    private static Node RandomNode(Random random, int number, string name, bool quantized)
    {
        int rank = random.Next(0, 6);
        int[] full = [.. Enumerable.Range(0, rank).Select(_ => random.Next(1, 5))];
        int[] Operand() => [.. full.Select(extent => random.Next(3) == 0 ? 1 : extent).Skip(random.Next(3) == 0 ? random.Next(rank + 1) : 0)];
        Tensor a = RandomTensors.Activation(random, $"a{number}", quantized, Operand());
        Tensor b = RandomTensors.Activation(random, $"b{number}", quantized, Operand());
        var node = new Node($"n{number}", name, new BinaryAttributes(RandomTensors.Clamp(random))) { Inputs = [a, b] };
        if (quantized)
        {
            if (name is "Maximum" or "Minimum")
            {
                b.Quantization = a.Quantization;
            }

            RandomTensors.AddResult(random, node, OperatorCatalog.Of(node).Infer(node)[0].Shape, 0.05);
            if (name is "Maximum" or "Minimum")
            {
                node.Output.Quantization = a.Quantization;
            }
        }

        return node;
    }
}
