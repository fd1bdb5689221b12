using System.Runtime.InteropServices;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators;
using EdgeAI.Compiler.Operators.Detection;
using EdgeAI.Compiler.Operators.Sampling;

namespace EdgeAI.Compiler.Tests.Operators.Detection;

/// <summary>Boxes kept and regions cut: managed against C, and what the definition says of ties, counts and borders.</summary>
[TestClass]
public sealed class DetectionTests(TestContext context)
{
    [TestMethod]
    public void CKernelsGiveTheManagedNumbers()
    {
        var nodes = new List<Node>();
        for (int i = 0; i < 12; i++)
        {
            nodes.Add(new Node($"suppression{i}", "NonMaxSuppression", new NonMaxSuppressionAttributes(i % 2 == 1, 3 + (i * 5)))
            {
                Inputs =
                [
                    Floats("boxes", 2, 17, 4), Floats("scores", 2, 3, 17), i == 0 ? null : Tensor.FromValues<long>("most", ElementType.Int64, new Shape(1), [i]),
                    i % 3 == 0 ? null : Number("share", i / 12f), i % 4 == 0 ? null : Number("least", (i - 6) / 5f),
                ],
            });
            nodes.Add(new Node($"regions{i}", "RoiAlign", new RoiAlignAttributes(1 + (i % 3), 1 + (i % 4), i % 5, 0.5f + i, i % 2 == 0, i % 3 == 0))
            {
                Inputs = [Floats("x", 2, 3, 7, 9), Floats("regions", 4, 4), Tensor.FromValues<long>("images", ElementType.Int64, new Shape(4), [0, 1, -3, 9])],
            });
        }

        KernelHarness.Check(context, nodes, 20261127);
    }

    [TestMethod]
    public void TheFirstOfEqualBoxesIsKeptAndRowsBehindAreEmpty()
    {
        var node = new Node("n", "NonMaxSuppression", new NonMaxSuppressionAttributes(false, 4))
        {
            Inputs = [Floats("boxes", 1, 3, 4), Floats("scores", 1, 1, 3), Tensor.FromValues<long>("most", ElementType.Int64, new Shape(1), [9]), Number("share", 0.5f)],
            Outputs = [new Tensor("y", ElementType.Int64, new Shape(4, 3))],
        };
        byte[] boxes = MemoryMarshal.AsBytes<float>([0, 0, 1, 1, 1, 1, 0, 0, 5, 5, 6, 6]).ToArray();
        byte[] scores = MemoryMarshal.AsBytes<float>([0.5f, 0.5f, 0.9f]).ToArray();
        long[] rows = MemoryMarshal.Cast<byte, long>(KernelHarness.Execute(node, boxes, scores, BitConverter.GetBytes(9L), BitConverter.GetBytes(0.5f))[0]).ToArray();
        CollectionAssert.AreEqual(new long[] { 0, 0, 2, 0, 0, 0, -1, -1, -1, -1, -1, -1 }, rows);
    }

    [TestMethod]
    public void OperandsThatDoNotFitAreRefused()
    {
        var boxes = new Node("n", "NonMaxSuppression", new NonMaxSuppressionAttributes(false, 4)) { Inputs = [Floats("boxes", 1, 3, 5), Floats("scores", 1, 1, 3)] };
        var regions = new Node("n", "RoiAlign", new RoiAlignAttributes(1, 1, 0, 1, true, false))
        {
            Inputs = [Floats("x", 1, 1, 4, 4), Floats("regions", 2, 4), new Tensor("images", ElementType.Int64, new Shape(3))],
        };
        Assert.ThrowsExactly<OperatorException>(() => OperatorCatalog.Of(boxes).Infer(boxes));
        Assert.ThrowsExactly<OperatorException>(() => OperatorCatalog.Of(regions).Infer(regions));
    }

    private static Tensor Floats(string name, params int[] extents) => new(name, ElementType.Float32, new Shape(extents));

    private static Tensor Number(string name, float value) => Tensor.FromValues<float>(name, ElementType.Float32, new Shape(1), [value]);
}
