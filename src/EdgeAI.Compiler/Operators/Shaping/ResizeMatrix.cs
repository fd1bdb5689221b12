using EdgeAI.Compiler.Import.Onnx;

namespace EdgeAI.Compiler.Operators.Shaping;

/// <summary>
/// One axis of an ONNX Resize as a matrix: the result's index by the operand's. Every mode but those that <see cref="Resize2DOperator"/> computes by
/// itself: cubic, antialias, symmetric and cropping coordinates, any axis. As the specification's reference has it.
/// </summary>
/// <param name="Extent">Of the operand.</param>
/// <param name="Count">Of the result.</param>
/// <param name="Scale">Result by operand.</param>
/// <param name="Start">The start of the region that cropping coordinates take, in parts of the extent.</param>
/// <param name="End">Its end.</param>
internal sealed record ResizeMatrix(int Extent, int Count, double Scale, double Start, double End)
{
    /// <summary>The weights row by row, and which rows lie outside the operand.</summary>
    /// <param name="node">Whose other attributes count.</param>
    /// <param name="mode">Its <c>coordinate_transformation_mode</c>.</param>
    /// <param name="nearest">Its <c>nearest_mode</c>.</param>
    public (float[] Weights, bool[] Outside) Of(OnnxNode node, string mode, string nearest)
    {
        float[] weights = new float[Count * Extent];
        bool[] outside = new bool[Count];
        bool excludes = node.Flag("exclude_outside");
        for (int row = 0; row < Count; row++)
        {
            double x = Coordinate(mode, row);
            outside[row] = mode == "tf_crop_and_resize" && (x < 0 || x > Extent - 1);
            double floor = Math.Floor(x);
            double[] coefficients = Coefficients(node, nearest, x == floor ? 1 : x - floor);
            int first = FirstNeighbour(x, coefficients.Length);
            double sum = 0;
            for (int i = 0; i < coefficients.Length; i++)
            {
                bool isInside = first + i >= 0 && first + i < Extent;
                coefficients[i] = excludes && !isInside ? 0 : coefficients[i];
                sum += coefficients[i];
            }

            for (int i = 0; i < coefficients.Length && !outside[row]; i++)
            {
                int index = Math.Clamp(first + i, 0, Extent - 1);
                weights[(row * Extent) + index] += (float)(excludes ? coefficients[i] / sum : coefficients[i]);
            }
        }

        return (weights, outside);
    }

    private double Coordinate(string mode, int row)
    {
        double width = Scale * Extent;
        switch (mode)
        {
            case "align_corners":
                return width == 1 ? 0 : row * (Extent - 1) / (width - 1);
            case "asymmetric":
                return row / Scale;
            case "tf_crop_and_resize":
                return (width == 1 ? (End - Start) * (Extent - 1) / 2 : row * (End - Start) * (Extent - 1) / (width - 1)) + (Start * (Extent - 1));
            case "pytorch_half_pixel":
                return width == 1 ? -0.5 : ((row + 0.5) / Scale) - 0.5;
            case "half_pixel":
                return ((row + 0.5) / Scale) - 0.5;
            case "half_pixel_symmetric":
                return (Extent / 2.0 * (1 - (Count / width))) + ((row + 0.5) / Scale) - 0.5;
            default:
                throw new OnnxNodeException($"coordinate_transformation_mode is '{mode}'",
                    "half_pixel, half_pixel_symmetric, pytorch_half_pixel, align_corners, asymmetric and tf_crop_and_resize are supported");
        }
    }

    /// <summary>The first of the given number of indexes that are nearest to x, of equally near ones the lower.</summary>
    private static int FirstNeighbour(double x, int count)
    {
        double last = x + (count / 2.0);
        double end = Math.Floor(last);
        return (int)(end == last ? end - 1 : end) - count + 1;
    }

    private double[] Coefficients(OnnxNode node, string nearest, double ratio)
    {
        string mode = node.Text("mode", "nearest");
        double a = node.Float("cubic_coeff_a", -0.75f);
        double scale = Math.Min(Scale, 1);
        if (mode is "nearest")
        {
            bool upper = nearest switch
            {
                "round_prefer_floor" => ratio > 0.5,
                "round_prefer_ceil" => ratio >= 0.5,
                "floor" => ratio == 1,
                _ => ratio > 0,
            };
            return upper ? [0, 1] : [1, 0];
        }

        if (mode is "linear" or "bilinear")
        {
            return node.Flag("antialias")
                ? Stretched(ratio, scale, 1, x => Math.Max(0, 1 - x))
                : [1 - ratio, ratio];
        }

        return mode == "cubic"
            ? node.Flag("antialias") ? Stretched(ratio, scale, 2, x => Cubic(x, a)) : [Cubic(1 + ratio, a), Cubic(ratio, a), Cubic(1 - ratio, a), Cubic(2 - ratio, a)]
            : throw new OnnxNodeException($"mode is '{mode}'", "nearest, linear and cubic are supported");
    }

    private static double[] Stretched(double ratio, double scale, int reach, Func<double, double> weight)
    {
        int start = (int)Math.Floor(-reach / scale) + 1;
        double[] values = [.. Enumerable.Range(start, 2 - (2 * start)).Select(i => weight(Math.Abs(scale * (i - ratio))))];
        double sum = values.Sum();
        return [.. values.Select(value => value / sum)];
    }

    private static double Cubic(double x, double a) => x <= 1
        ? ((((a + 2) * x) - (a + 3)) * x * x) + 1
        : x < 2 ? ((((a * x) - (5 * a)) * x) + (8 * a)) * x - (4 * a)
        : 0;
}
