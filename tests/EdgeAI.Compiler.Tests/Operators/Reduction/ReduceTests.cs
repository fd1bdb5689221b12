using System.Collections.Immutable;
using System.Runtime.InteropServices;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators;
using EdgeAI.Compiler.Operators.Reduction;
using EdgeAI.Compiler.Tests.Operators.ElementWise;

namespace EdgeAI.Compiler.Tests.Operators.Reduction;

/// <summary>Reductions: managed against C, against TensorFlow Lite's bytes, and against numbers worked out by hand.</summary>
[TestClass]
public sealed class ReduceTests
{
    /// <summary>Set by the runner.</summary>
    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    public void CKernelsGiveTheManagedBytes()
    {
        const int seed = 20260115;
        var random = new Random(seed);
        string[] names = ["ReduceMean", "ReduceSum", "ReduceMax", "ReduceMin", "ReduceProduct"];
        var nodes = new List<Node>();
        for (int i = 0; i < 80; i++)
        {
            bool quantized = random.Next(2) == 0;
            int rank = random.Next(1, 6);
            int[] extents = [.. Enumerable.Range(0, rank).Select(_ => random.Next(1, 6))];
            ImmutableArray<int> axes = [.. Enumerable.Range(0, rank).Where(_ => random.Next(2) == 0)];
            Tensor x = RandomTensors.Activation(random, $"x{i}", quantized, extents);
            string name = names[random.Next(quantized ? 4 : 5)];
            var node = new Node($"n{i}", name, new ReduceAttributes(axes.IsEmpty ? [rank - 1] : axes, random.Next(2) == 0)) { Inputs = [x] };
            if (quantized)
            {
                RandomTensors.AddResult(random, node, OperatorCatalog.Of(node).Infer(node)[0].Shape, 0.05);
                if (name is "ReduceMax" or "ReduceMin")
                {
                    node.Output.Quantization = x.Quantization;
                }
            }

            nodes.Add(node);
        }

        KernelHarness.Check(TestContext, nodes, seed);
    }

    [TestMethod]
    public void PlainIntegersGiveTheManagedBytes()
    {
        const int seed = 20261128;
        var random = new Random(seed);
        var nodes = new List<Node>();
        foreach (ElementType type in PlainElements.Integers)
        {
            foreach (string name in new[] { "ReduceMean", "ReduceSum", "ReduceMax", "ReduceMin", "ReduceProduct" })
            {
                int[] extents = [.. Enumerable.Range(0, 3).Select(_ => random.Next(1, 9))];
                ImmutableArray<int> axes = random.Next(3) switch { 0 => [0, 2], 1 => [1], _ => [0, 1, 2] };
                nodes.Add(new Node($"{name}{type}", name, new ReduceAttributes(axes, random.Next(2) == 0)) { Inputs = [new Tensor("x", type, new Shape(extents))] });
            }
        }

        nodes.Add(new Node("none", "ReduceMax", new ReduceAttributes([1], false)) { Inputs = [new Tensor("x", ElementType.Int32, new Shape(2, 0))] });
        KernelHarness.Check(TestContext, nodes, seed);
    }

    /// <summary>The mean of 300 elements of 100 is 100, though their sum leaves 8 bits.</summary>
    [TestMethod]
    public void MeansOfSmallIntegersAreSummedWide()
    {
        var x = new Tensor("x", ElementType.Int8, new Shape(300));
        var node = new Node("n", "ReduceMean", new ReduceAttributes([0], false)) { Inputs = [x], Outputs = [new Tensor("y", ElementType.Int8, Shape.Scalar)] };
        Assert.AreEqual(100, (sbyte)KernelHarness.Execute(node, Enumerable.Repeat((byte)100, 300).ToArray())[0][0]);
    }

    [TestMethod]
    [DataRow("ReduceMean", 11548561978269243632UL)]
    [DataRow("ReduceSum", 11658957753389434819UL)]
    public void Int8BytesAreThoseOfTfLite(string name, ulong expected)
    {
        var draw = new ReferenceDraw(3);
        for (int i = 0; i < 100; i++)
        {
            int height = 1 + (int)(draw.Next() % 9);
            int width = 1 + (int)(draw.Next() % 9);
            float scaleX = draw.Scale(0.001f, 0.2f);
            float scale = draw.Scale(0.001f, 0.4f);
            int zeroPointX = draw.ZeroPoint();
            int zeroPoint = draw.ZeroPoint();
            var node = new Node("n", name, new ReduceAttributes([1, 2], true))
            {
                Inputs = [ReferenceDraw.Int8("x", new Shape(2, height, width, 3), scaleX, zeroPointX)],
                Outputs = [ReferenceDraw.Int8("y", new Shape(2, 1, 1, 3), scale, zeroPoint)],
            };
            draw.Mix(KernelHarness.Execute(node, draw.Values(2 * height * width * 3))[0]);
        }

        Assert.AreEqual(expected, draw.Hash);
    }

    [TestMethod]
    [DataRow("ReduceMean", new float[] { 2, 5 })]
    [DataRow("ReduceSum", new float[] { 6, 15 })]
    [DataRow("ReduceMax", new float[] { 3, 6 })]
    [DataRow("ReduceMin", new float[] { 1, 4 })]
    [DataRow("ReduceProduct", new float[] { 6, 120 })]
    public void RowsAreReduced(string name, float[] expected)
    {
        var node = new Node("n", name, new ReduceAttributes([1], false)) { Inputs = [new Tensor("x", ElementType.Float32, new Shape(2, 3))] };
        node.Outputs.Add(new Tensor("y", ElementType.Float32, OperatorCatalog.Of(node).Infer(node)[0].Shape));
        byte[] x = MemoryMarshal.AsBytes<float>((float[])[1, 2, 3, 4, 5, 6]).ToArray();
        CollectionAssert.AreEqual(expected, MemoryMarshal.Cast<byte, float>(KernelHarness.Execute(node, x)[0]).ToArray());
    }

    [TestMethod]
    public void NothingReducesToTheNeutralElement()
    {
        var node = new Node("n", "ReduceSum", new ReduceAttributes([1], false))
        {
            Inputs = [new Tensor("x", ElementType.Float32, new Shape(2, 0, 3))],
            Outputs = [new Tensor("y", ElementType.Float32, new Shape(2, 3))],
        };
        CollectionAssert.AreEqual(new byte[24], KernelHarness.Execute(node, Array.Empty<byte>())[0]);
    }

    [TestMethod]
    public void AxesMoveWithATranspositionWhereDimensionsAreKept()
    {
        var node = new Node("n", "ReduceSum", new ReduceAttributes([1, 2], true)) { Inputs = [new Tensor("x", ElementType.Float32, new Shape(1, 2, 3, 4))] };
        var definition = (ILayoutAgnostic)OperatorCatalog.Of(node);
        CollectionAssert.AreEqual((int[])[1, 3], ((ReduceAttributes)definition.Permuted(node, [0, 3, 1, 2])!).Axes.ToArray());
        node.Attributes = new ReduceAttributes([1, 2], false);
        Assert.IsNull(definition.Permuted(node, [0, 3, 1, 2]));
    }
}
