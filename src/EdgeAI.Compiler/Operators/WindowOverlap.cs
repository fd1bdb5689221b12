using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Operators;

/// <summary>
/// How far below its operand the result of a windowed operator over images [N,H,W,C] must start, by walking the result's pixels in the order
/// of the kernel.
/// <list type="bullet">
/// <item>The kernel goes over the result's pixels in row-major order of N, H, W and finishes all channels of one before it writes behind it.</item>
/// <item>While it writes a pixel it may still read what the last R pixels read, that one among them: R is the kernel's
/// <see cref="Operator.ReadBehindPixels(Node)"/>. A kernel that computes blocks of G pixels and has read all of a block's operand before it writes any of
/// it has R = 0, whatever G is; one that reads again while it writes the block has R = G.</item>
/// <item>For each pixel, all up to its last byte may have been written, and everything from the lowest byte that it and the R − 1 pixels
/// before it and any pixel behind it read must be whole. The distance is the largest difference of the two.</item>
/// </list>
/// The distance is exact for results that start below all bytes still to be read. Padding outside the image is not read.
/// </summary>
/// <param name="StrideHeight">Rows of the operand from one row of the result to the next.</param>
/// <param name="StrideWidth">Columns likewise.</param>
/// <param name="DilationHeight">Rows from one tap to the next.</param>
/// <param name="DilationWidth">Columns likewise.</param>
/// <param name="PadTop">Rows of padding in front.</param>
/// <param name="PadLeft">Columns likewise.</param>
/// <param name="KernelHeight">Taps in a column.</param>
/// <param name="KernelWidth">Taps in a row.</param>
internal sealed record WindowOverlap(
    int StrideHeight, int StrideWidth, int DilationHeight, int DilationWidth, int PadTop, int PadLeft, int KernelHeight, int KernelWidth)
{
    /// <summary>The windows' rows alone.</summary>
    public RowWindow Rows => new(StrideHeight, ((KernelHeight - 1) * DilationHeight) + 1, PadTop);

    /// <summary>The smallest number of bytes; negative where the result may start above the operand's start.</summary>
    public long Distance(Tensor operand, Tensor result, int readBehindPixels)
    {
        Shape x = operand.Shape;
        Shape y = result.Shape;
        long pixelBytes = (long)y[3] * result.Type.ByteSize();
        long operandPixelBytes = (long)x[3] * operand.Type.ByteSize();
        long pixels = (long)y[0] * y[1] * y[2];

        // needed[i]: the lowest byte of the operand that pixel i of the result, or any behind it, reads; nothing behind the last.
        long[] needed = new long[pixels + 1];
        needed[pixels] = long.MaxValue;
        for (long pixel = pixels - 1; pixel >= 0; pixel--)
        {
            needed[pixel] = Math.Min(needed[pixel + 1], First(pixel));
        }

        long distance = -operand.ByteSize;
        for (long pixel = 0; pixel < pixels; pixel++)
        {
            long lowest = needed[Math.Max(0, pixel - readBehindPixels + 1)];
            if (lowest != long.MaxValue)
            {
                distance = Math.Max(distance, ((pixel + 1) * pixelBytes) - lowest);
            }
        }

        return distance;

        long First(long pixel)
        {
            long row = pixel / y[2];
            int top = FirstInside(((int)(row % y[1]) * StrideHeight) - PadTop, DilationHeight, KernelHeight, x[1]);
            int left = FirstInside(((int)(pixel % y[2]) * StrideWidth) - PadLeft, DilationWidth, KernelWidth, x[2]);
            return top < 0 || left < 0 ? long.MaxValue : (((((row / y[1] * x[1]) + top) * x[2]) + left) * operandPixelBytes);
        }
    }

    private static int FirstInside(int start, int dilation, int taps, int extent)
    {
        for (int tap = 0; tap < taps; tap++)
        {
            int at = start + (tap * dilation);
            if (at >= 0)
            {
                return at < extent ? at : -1;
            }
        }

        return -1;
    }
}
