namespace EdgeAI.Compiler.Operators.Quantizing;

/// <summary>How real numbers become integers as TensorFlow Lite's kernels do it.</summary>
internal static class AffineQuantization
{
    /// <summary>
    /// round(value / scale) + zeroPoint in float, half away from zero, limited to the range; NaN becomes the zero point.
    /// </summary>
    public static int Quantize(float value, float scale, int zeroPoint, IntegerRange range)
    {
        if (float.IsNaN(value))
        {
            return Math.Clamp(zeroPoint, range.Minimum, range.Maximum);
        }

        double rounded = MathF.Round(value / scale, MidpointRounding.AwayFromZero);
        return (int)Math.Clamp(rounded + zeroPoint, range.Minimum, range.Maximum);
    }
}
