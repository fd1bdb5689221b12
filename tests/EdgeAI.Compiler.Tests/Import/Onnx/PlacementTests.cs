using System.Runtime.InteropServices;
using EdgeAI.Compiler.Execution;
using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Tests.Import.Onnx;

/// <summary>AffineGrid and Pad's wrap against their definitions.</summary>
[TestClass]
public sealed class PlacementTests
{
    [TestMethod]
    [DataRow(false, 4)]
    [DataRow(true, 4)]
    [DataRow(true, 1)]
    public void AffineGridMovesThePlacesOfElements(bool alignCorners, int width)
    {
        float[] theta = [1, 0.5f, 0.25f, -0.5f, 2, 0.125f];
        OnnxModels model = new OnnxModels(20).Input("theta", 1, 2, 3).Integers("size", 1, 7, 3, width)
            .Node("AffineGrid", ["theta", "size"], ["y"], OnnxModels.Int("align_corners", alignCorners ? 1 : 0)).Output("y");
        float[] found = Run(model, theta);
        Assert.HasCount(3 * width * 2, found);
        for (int i = 0; i < 3 * width; i++)
        {
            double x = Place(i % width, width, alignCorners);
            double y = Place(i / width, 3, alignCorners);
            Assert.AreEqual((theta[0] * x) + (theta[1] * y) + theta[2], found[2 * i], 1e-6, $"x of {i}");
            Assert.AreEqual((theta[3] * x) + (theta[4] * y) + theta[5], found[(2 * i) + 1], 1e-6, $"y of {i}");
        }
    }

    [TestMethod]
    public void AGridOfOtherAxesIsRefused()
    {
        OnnxModels model = new OnnxModels(20).Input("theta", 1, 2, 3).Integers("size", 1, 7, 3, 4, 5).Node("AffineGrid", ["theta", "size"], ["y"]).Output("y");
        StringAssert.Contains(model.Errors()[0].Message, "theta [1,2,3] does not fit the size [1,7,3,4,5]", StringComparison.Ordinal);
    }

    [TestMethod]
    [DataRow(0, 0, 1, 2)]
    [DataRow(1, 0, 0, 7)]
    [DataRow(0, 4, 0, -1)]
    [DataRow(-1, 2, 2, 5)]
    public void WrappedPaddingGoesOnFromTheStart(int top, int left, int bottom, int right)
    {
        float[] x = [.. Enumerable.Range(1, 6).Select(i => (float)i)]; // [2,3]
        OnnxModels model = new OnnxModels(19).Input("x", 2, 3).Integers("pads", top, left, bottom, right)
            .Node("Pad", ["x", "pads"], ["y"], OnnxModels.Text("mode", "wrap")).Output("y");
        float[] found = Run(model, x);
        int firstRow = Math.Max(0, -top);
        int rows = 2 - firstRow - Math.Max(0, -bottom);
        int columns = 3 - Math.Max(0, -left) - Math.Max(0, -right);
        var expected = new List<float>();
        for (int row = -Math.Max(0, top); row < rows + Math.Max(0, bottom); row++)
        {
            for (int column = -Math.Max(0, left); column < columns + Math.Max(0, right); column++)
            {
                expected.Add(x[((firstRow + Mod(row, rows)) * 3) + Mod(column, columns)]);
            }
        }

        CollectionAssert.AreEqual(expected, found);
    }

    private static int Mod(int a, int b) => ((a % b) + b) % b;

    private static double Place(int index, int extent, bool alignCorners) =>
        !alignCorners ? ((2.0 * index) + 1 - extent) / extent : extent == 1 ? 0 : ((2.0 * index) / (extent - 1)) - 1;

    private static float[] Run(OnnxModels model, params float[][] operands)
    {
        Graph graph = model.Import();
        var executor = new GraphExecutor(graph);
        for (int i = 0; i < operands.Length; i++)
        {
            executor.SetInput(i, MemoryMarshal.AsBytes<float>(operands[i]));
        }

        executor.Run();
        return MemoryMarshal.Cast<byte, float>(executor.Output(0)).ToArray();
    }
}
