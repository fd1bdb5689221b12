using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators;

namespace EdgeAI.Compiler.Tests.Operators;

/// <summary>The distance of overlapping results against a walk that marks every byte read and written.</summary>
[TestClass]
public sealed class WindowOverlapTests(TestContext context)
{
    [TestMethod]
    [DataRow(1, 448)]
    [DataRow(0, 384)]
    [DataRow(3, 576)]
    public void DepthwiseOfThreeByThreeKeepsARowAndAPixel(int readBehindPixels, int expected)
    {
        var window = new WindowOverlap(1, 1, 1, 1, 1, 1, 3, 3);
        Assert.AreEqual(expected, window.Distance(Image(1, 25, 5, 64), Image(1, 25, 5, 64), readBehindPixels));
    }

    [TestMethod]
    public void NoByteIsOverwrittenAtTheDistanceAndOneIsBelowIt()
    {
        int seed = Seeds.Of(context);
        var random = new Random(seed);
        int sharp = 0;
        for (int i = 0; i < 1000; i++)
        {
            int kernelHeight = random.Next(1, 4);
            int kernelWidth = random.Next(1, 4);
            var window = new WindowOverlap(
                random.Next(1, 4), random.Next(1, 4), random.Next(1, 3), random.Next(1, 3), random.Next(0, 3), random.Next(0, 3), kernelHeight, kernelWidth);
            Tensor x = Image(random.Next(1, 3), random.Next(1, 8), random.Next(1, 8), random.Next(1, 4));
            Tensor y = Image(x.Shape[0], random.Next(1, 8), random.Next(1, 8), random.Next(1, 4));
            int behind = random.Next(0, 5);
            long distance = window.Distance(x, y, behind);
            string told = $"seed {seed}, case {i}: {window}, {x} -> {y}, {behind} pixels, distance {distance}";
            for (long apart = distance; apart < distance + 3; apart++)
            {
                Assert.IsFalse(Collides(window, x, y, behind, apart), told);
            }

            if (distance > -x.ByteSize)
            {
                sharp++;
                Assert.IsTrue(Collides(window, x, y, behind, distance - 1), told);
            }
        }

        Assert.IsGreaterThan(300, sharp);
    }

    /// <summary>Whether writing some pixel of the result destroys a byte of the operand that is read then or later.</summary>
    private static bool Collides(WindowOverlap window, Tensor x, Tensor y, int behind, long distance)
    {
        int pixels = y.Shape[0] * y.Shape[1] * y.Shape[2];
        HashSet<long>[] reads = [.. Enumerable.Range(0, pixels).Select(pixel => Reads(window, x, y, pixel))];
        for (int pixel = 0; pixel < pixels; pixel++)
        {
            var needed = reads.Skip(Math.Max(0, pixel - behind + 1)).SelectMany(bytes => bytes).ToHashSet();
            if (Enumerable.Range(0, (pixel + 1) * y.Shape[3]).Any(written => needed.Contains(written - distance)))
            {
                return true;
            }
        }

        return false;
    }

    private static HashSet<long> Reads(WindowOverlap window, Tensor x, Tensor y, int pixel)
    {
        var bytes = new HashSet<long>();
        int column = pixel % y.Shape[2];
        int row = pixel / y.Shape[2] % y.Shape[1];
        int batch = pixel / y.Shape[2] / y.Shape[1];
        for (int ky = 0; ky < window.KernelHeight; ky++)
        {
            for (int kx = 0; kx < window.KernelWidth; kx++)
            {
                int inRow = (row * window.StrideHeight) - window.PadTop + (ky * window.DilationHeight);
                int inColumn = (column * window.StrideWidth) - window.PadLeft + (kx * window.DilationWidth);
                for (int c = 0; c < x.Shape[3] && inRow >= 0 && inRow < x.Shape[1] && inColumn >= 0 && inColumn < x.Shape[2]; c++)
                {
                    bytes.Add((((((batch * x.Shape[1]) + inRow) * x.Shape[2]) + inColumn) * x.Shape[3]) + c);
                }
            }
        }

        return bytes;
    }

    private static Tensor Image(params int[] extents) => new("image", ElementType.Int8, new Shape(extents));
}
