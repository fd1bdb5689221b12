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
    public void CKernelsDecodeAndSuppressAsTheManagedReference()
    {
        var nodes = new List<Node>();
        for (int i = 0; i < 24; i++)
        {
            int classes = 1 + (i % 4);
            var attributes = new DetectionPostProcessAttributes(1 + (i % 7), 1 + (i % classes), 1 + (i % 5), i % 2 == 1, (i - 12) / 12f, (1 + (i % 6)) / 8f, classes, 10, 10, 5, 5);
            var anchors = Tensor.FromValues<float>("anchors", ElementType.Float32, new Shape(23, 4),
                [.. Enumerable.Range(0, 23 * 4).Select(k => k % 4 < 2 ? (k / 4 % 5 / 5f) + (k % 2 / 8f) : 0.2f + (k % 3 / 10f))]);
            nodes.Add(new Node($"detection{i}", "DetectionPostProcess", attributes) { Inputs = [Floats("boxes", 1, 23, 4 + (i % 2)), Floats("scores", 1, 23, classes + (i / 2 % 2)), anchors] });
        }

        KernelHarness.Check(context, nodes, 20261128);
    }

    /// <summary>Boxes 0 and 1 cover each other, box 2 stands apart; of the classes behind the background the second is best for boxes 0 and 2.</summary>
    [TestMethod]
    [DataRow(false, 1, new[] { 0f, 2 }, new[] { 1f, 1 }, new[] { 0.9f, 0.6f }, 2, DisplayName = "one suppression")]
    [DataRow(false, 2, new[] { 0f, 0, 2, 2 }, new[] { 1f, 0, 1, 0 }, new[] { 0.9f, 0.2f, 0.6f, 0.1f }, 4, DisplayName = "with two classes each")]
    [DataRow(true, 1, new[] { 0f, 1, 2 }, new[] { 1f, 0, 1 }, new[] { 0.9f, 0.8f, 0.6f }, 3, DisplayName = "a suppression for each class")]
    public void DetectionsAreThoseOfTensorFlowLite(bool byClass, int classesOfDetection, float[] boxes, float[] classes, float[] scores, int count)
    {
        var attributes = new DetectionPostProcessAttributes(4, classesOfDetection, 100, byClass, 0.15f, 0.5f, 2, 10, 10, 5, 5);
        var anchors = new[] { 1f, 1, 2, 2, 1, 1, 2, 2, 5, 5, 2, 2 };
        int rows = attributes.Rows;
        var node = new Node("n", "DetectionPostProcess", attributes)
        {
            Inputs = [Floats("boxes", 1, 3, 4), Floats("scores", 1, 3, 3), Floats("anchors", 3, 4)],
            Outputs = [new Tensor("y", ElementType.Float32, new Shape((6 * rows) + 1))],
        };
        float[] given = [0.99f, 0.2f, 0.9f, 0, 0.8f, 0.7f, 0, 0.1f, 0.6f];
        float[] result = MemoryMarshal.Cast<byte, float>(KernelHarness.Execute(node, Bytes(0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0), Bytes(given), Bytes(anchors))[0]).ToArray();
        float[][] corners = [[0, 0, 2, 2], [0.2f, 0, 2.2f, 2], [4, 4, 6, 6]];
        for (int row = 0; row < count; row++)
        {
            float[] corner = corners[(int)boxes[row]];
            Assert.IsTrue(corner.Zip(result[(4 * row)..(4 * (row + 1))], (a, b) => Math.Abs(a - b)).Max() < 1e-5, $"row {row}");
        }

        CollectionAssert.AreEqual(classes, result[(4 * rows)..((4 * rows) + count)]);
        CollectionAssert.AreEqual(scores, result[(5 * rows)..((5 * rows) + count)]);
        Assert.AreEqual(count, result[^1]);
        Assert.IsTrue(result[(5 * rows + count)..(6 * rows)].All(score => score == 0));
    }

    private static byte[] Bytes(params float[] values) => MemoryMarshal.AsBytes(values.AsSpan()).ToArray();

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
