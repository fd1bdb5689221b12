namespace EdgeAI.Compiler.Tests.Import.Onnx;

/// <summary>AffineGrid against its definition.</summary>
[TestClass]
public sealed class AffineGridTests
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
        float[] found = model.Run(theta);
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

    private static double Place(int index, int extent, bool alignCorners) =>
        !alignCorners ? ((2.0 * index) + 1 - extent) / extent : extent == 1 ? 0 : ((2.0 * index) / (extent - 1)) - 1;
}
