using System.Runtime.InteropServices;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators;
using EdgeAI.Compiler.Operators.Indexing;

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

    [TestMethod]
    public void AnAxisThatIsNotThereIsRefused()
    {
        var node = new Node("n", "Gather", new GatherAttributes(3))
        {
            Inputs = [new Tensor("x", ElementType.Float32, new Shape(2, 2)), new Tensor("i", ElementType.Int64, new Shape(1))],
        };
        Assert.ThrowsExactly<OperatorException>(() => OperatorCatalog.Of(node).Infer(node));
    }
}
