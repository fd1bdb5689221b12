using System.Runtime.InteropServices;
using EdgeAI.Compiler.Import.Onnx.Schema;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators;
using EdgeAI.Compiler.Operators.Indexing;
using EdgeAI.Compiler.Tests.Import.Onnx;

namespace EdgeAI.Compiler.Tests.Operators.Indexing;

/// <summary>Gather, Scatter, extremes and running sums: managed against C, also with indexes outside, and the order of equal elements.</summary>
[TestClass]
public sealed class IndexingTests
{
    /// <summary>Set by the runner.</summary>
    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    public void CKernelsGiveTheManagedBytes()
    {
        const int seed = 20260302;
        var nodes = new List<Node>();
        foreach (ElementType type in new[] { ElementType.Float32, ElementType.Int8, ElementType.UInt8, ElementType.Int16, ElementType.Int32, ElementType.Int64, ElementType.UInt64 })
        {
            var x = new Tensor("x", type, new Shape(3, 4, 5));
            Add("Gather", new GatherAttributes(1), x, new Tensor("i", ElementType.Int64, new Shape(2, 3)));
            Add("Gather", new GatherAttributes(2), x, Tensor.FromValues<int>("i", ElementType.Int32, new Shape(3), [-1, 0, 4]));
            foreach (ScatterReduction reduction in Enum.GetValues<ScatterReduction>())
            {
                Add("Scatter", new ScatterAttributes(5, reduction), x,
                    Tensor.FromValues<long>("i", ElementType.Int64, new Shape(4), [3, -1, 3, 99]), new Tensor("u", type, new Shape(4, 5)));
            }

            Add("NonZero", new NonZeroAttributes(60), x);
            Add("NonZero", new NonZeroAttributes(7), new Tensor("line", type, new Shape(9)));
            foreach (bool isSorted in (bool[])[true, false])
            {
                Add("Unique", new UniqueAttributes(0, 9, isSorted), Few(type, 9));
                Add("Unique", new UniqueAttributes(1, 3, isSorted), Few(type, 2, 5, 2));
            }

            for (int axis = 0; axis < 3; axis++)
            {
                Add("ArgMaximum", new ArgExtremeAttributes(axis, axis == 1, axis == 2), x);
                Add("ArgMinimum", new ArgExtremeAttributes(axis, axis == 2, axis == 1), x);
                Add("TopIndexes", new TopIndexesAttributes(axis, 3, axis != 1), x);
                Add("CumulativeSum", new CumulativeSumAttributes(axis, axis == 1, axis == 2), x);
            }
        }

        KernelHarness.Check(TestContext, nodes, seed);

        void Add(string name, OperatorAttributes attributes, params Tensor[] inputs) =>
            nodes.Add(new Node($"n{nodes.Count}", name, attributes) { Inputs = [.. inputs] });
    }

    [TestMethod]
    public void EqualElementsKeepTheirOrder()
    {
        var node = new Node("n", "TopIndexes", new TopIndexesAttributes(0, 4, true))
        {
            Inputs = [new Tensor("x", ElementType.Float32, new Shape(5))],
            Outputs = [new Tensor("y", ElementType.Int64, new Shape(4))],
        };
        byte[] x = MemoryMarshal.AsBytes<float>([1, 2, 2, 0, 2]).ToArray();
        CollectionAssert.AreEqual(new long[] { 1, 2, 4, 0 }, MemoryMarshal.Cast<byte, long>(KernelHarness.Execute(node, x)[0]).ToArray());
    }

    /// <summary>First places; for each element which it is; how often each is there.</summary>
    [TestMethod]
    [DataRow(true, 4, new long[] { 1, 0, 2, 1, 1, 0, 2, 1, 2, 1, 2, 2, 0 })]
    [DataRow(true, 2, new long[] { 1, 0, 1, 0, -1, 1, -1, 1, 2 })]
    [DataRow(false, 4, new long[] { 0, 1, 2, 0, 0, 1, 2, 0, 2, 2, 1, 2, 0 })]
    [DataRow(false, 2, new long[] { 0, 1, 0, 1, -1, 0, -1, 2, 1 })]
    public void PartsThatDifferAreFound(bool isSorted, int count, long[] expected)
    {
        var node = new Node("n", "Unique", new UniqueAttributes(0, count, isSorted))
        {
            Inputs = [new Tensor("x", ElementType.Float32, new Shape(5))],
            Outputs = [new Tensor("y", ElementType.Int64, new Shape(5 + (2 * count)))],
        };
        byte[] x = MemoryMarshal.AsBytes<float>([2, 1, float.NaN, 2, float.NaN]).ToArray();
        CollectionAssert.AreEqual(expected, MemoryMarshal.Cast<byte, long>(KernelHarness.Execute(node, x)[0]).ToArray());
    }

    [TestMethod]
    public void UniqueNeedsADeclaredExtentOrAConstant()
    {
        OnnxModels model = new OnnxModels().Input("x", 5).Node("Unique", ["x"], ["u"]).Node("Neg", ["u"], ["y"]).Output("y");
        Assert.Contains("is not declared", model.Errors().Single().Message);
        model.Model.Graph.ValueInfo.Add(OnnxModels.Value("u", TensorProto.Types.DataType.Float, 4));
        CollectionAssert.AreEqual(new float[] { -1, -2, -3, -1 }, model.Run([2, 1, 2, 3, 1]));
        OnnxModels constant = new OnnxModels().Input("x", 1).Constant("c", [2, 3], 2, 1, 2, 2, 0, 2).Node("Unique", ["c"], ["u", "i", "w", "n"], OnnxModels.Int("axis", 1))
            .Node("Add", ["x", "u"], ["y"]).Output("y");
        CollectionAssert.AreEqual(new float[] { 1, 2, 0, 2 }, constant.Run([0]));
    }

    [TestMethod]
    public void AnAxisThatIsNotThereIsRefused()
    {
        var node = new Node("n", "Gather", new GatherAttributes(3))
        {
            Inputs = [new Tensor("x", ElementType.Float32, new Shape(2, 2)), new Tensor("i", ElementType.Int64, new Shape(1))],
        };
        Assert.ThrowsExactly<OperatorException>(() => OperatorCatalog.Of(node).Infer(node));
    }

    /// <summary>A constant with few different elements, NaN among them.</summary>
    private static Tensor Few(ElementType type, params int[] extents)
    {
        var shape = new Shape(extents);
        byte[] bytes = new byte[type.ByteSize(shape.ElementCount)];
        var random = new Random(extents.Length);
        for (int i = 0; i < shape.ElementCount; i++)
        {
            if (type == ElementType.Float32)
            {
                PlainElements.Put(bytes, type, i, random.Next(4) == 0 ? double.NaN : random.Next(-1, 2));
            }
            else
            {
                PlainElements.Put(bytes, type, i, (Int128)random.Next(-1, 2));
            }
        }

        return new Tensor("few", type, shape) { Constant = bytes };
    }
}
