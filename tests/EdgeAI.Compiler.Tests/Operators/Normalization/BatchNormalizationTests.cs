using System.Runtime.InteropServices;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators.Normalization;

namespace EdgeAI.Compiler.Tests.Operators.Normalization;

/// <summary>BatchNormalization: managed against C and against numbers worked out by hand.</summary>
[TestClass]
public sealed class BatchNormalizationTests
{
    /// <summary>Set by the runner.</summary>
    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    public void CKernelGivesTheManagedNumbers()
    {
        const int seed = 20260116;
        Node[] nodes = [.. Enumerable.Range(0, 4).Select(axis => MakeNode(axis, [2, 3, 4, 5], 0.001f))];
        KernelHarness.Check(TestContext, nodes, seed, random => 0.1f + random.NextSingle());
    }

    [TestMethod]
    public void EachChannelHasItsOwnLine()
    {
        byte[] Floats(params float[] values) => MemoryMarshal.AsBytes(values.AsSpan()).ToArray();
        Node node = MakeNode(1, [1, 2, 2], 0);
        node.Outputs.Add(new Tensor("y", ElementType.Float32, new Shape(1, 2, 2)));
        byte[] result = KernelHarness.Execute(node, Floats(1, 2, 3, 4), Floats(2, 3), Floats(10, 20), Floats(1, 4), Floats(4, 9))[0];
        CollectionAssert.AreEqual((float[])[10, 11, 19, 20], MemoryMarshal.Cast<byte, float>(result).ToArray());
    }

    private static Node MakeNode(int axis, int[] extents, float epsilon)
    {
        Tensor Parameter(string name) => new($"{name}{axis}", ElementType.Float32, new Shape(extents[axis]));
        return new Node($"n{axis}", "BatchNormalization", new BatchNormalizationAttributes(epsilon, axis))
        {
            Inputs = [new Tensor($"x{axis}", ElementType.Float32, new Shape(extents)), Parameter("scale"), Parameter("offset"), Parameter("mean"), Parameter("variance")],
        };
    }
}
