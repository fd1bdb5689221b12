using System.Collections.Immutable;
using System.Globalization;
using EdgeAI.Compiler.Diagnostics;
using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Quantization;

/// <summary>
/// Integer constants from float ones, by TensorFlow Lite's quantization specification: weights symmetric in [−127, 127],
/// biases int32 with the scale of input times weights.
/// </summary>
internal static class WeightQuantizer
{
    /// <summary>Biases stay within ±2^30, so that adding the products cannot start beyond int32.</summary>
    private const double LargestBias = 1 << 30;

    private const int NamedChannels = 16;

    /// <summary>The largest distance of an int8 value from a zero point.</summary>
    private const double LargestStep = 255;

    /// <summary>
    /// A scale for each channel of the axis (or one for −1): the largest magnitude / 127, raised where <paramref name="bias"/> at
    /// scale input · weights would pass 2^30, or where a sum could leave int32: 255 · Σ |weight| + |bias| over a channel's integers bounds it for
    /// any input.
    /// </summary>
    public static float[] Scales(
        Tensor weights, int axis, Tensor? bias, float inputScale, string nodeName, ICollection<Diagnostic> diagnostics)
    {
        float[] largest = LargestMagnitudes(weights, axis);
        double[] sums = Magnitudes(weights, axis);
        float[] scales = new float[largest.Length];
        var forBias = new List<(int Channel, double From, double To)>();
        var forSum = new List<(int Channel, double From, double To)>();
        for (int channel = 0; channel < scales.Length; channel++)
        {
            double scale = largest[channel] / 127.0;
            double biasMagnitude = BiasMagnitude(bias, channel, scales.Length);
            double least = biasMagnitude / (inputScale * LargestBias);
            if (scale < least)
            {
                if (scale > 0)
                {
                    forBias.Add((channel, scale, least));
                }

                scale = least;
            }

            double count = (double)weights.Shape.ElementCount / scales.Length;
            double room = int.MaxValue - (LargestStep * (count / 2)) - 1;
            double narrowest = ((LargestStep * sums[channel]) + (biasMagnitude / inputScale)) / Math.Max(room, 1);
            if (scale < narrowest)
            {
                forSum.Add((channel, scale, narrowest));
                scale = narrowest;
            }

            scales[channel] = scale > 1e-30 ? (float)scale : 1f / 127;
        }

        Tell(DiagnosticCatalog.BiasRescaled, forBias, nodeName, diagnostics);
        Tell(DiagnosticCatalog.AccumulatorRescaled, forSum, nodeName, diagnostics);
        return scales;
    }

    private static void Tell(
        DiagnosticDescriptor note, List<(int Channel, double From, double To)> raised, string nodeName, ICollection<Diagnostic> diagnostics)
    {
        if (raised.Count > 0)
        {
            string channels = string.Join(", ", raised.Take(NamedChannels).Select(one => one.Channel.ToString(CultureInfo.InvariantCulture)))
                + (raised.Count > NamedChannels ? string.Create(CultureInfo.InvariantCulture, $" and {raised.Count - NamedChannels} more") : "");
            diagnostics.Add(note.With(null, raised.Count, channels, nodeName, raised[0].From, raised[0].To));
        }
    }

    /// <summary>Symmetric int8 weights with the given scales, rounded half to even.</summary>
    public static Tensor Weights(Tensor weights, int axis, float[] scales)
    {
        ReadOnlySpan<float> values = weights.Values<float>();
        sbyte[] integers = new sbyte[values.Length];
        (long inner, int channels) = Walk(weights.Shape, axis);
        for (int i = 0; i < integers.Length; i++)
        {
            int channel = (int)(i / inner % channels);
            integers[i] = (sbyte)Math.Clamp(Math.Round(values[i] / (double)scales[channel]), -127, 127);
        }

        var quantization = new QuantizationParameters([.. scales], [.. new int[scales.Length]], scales.Length == 1 ? -1 : axis);
        return Tensor.FromValues<sbyte>(weights.Name, ElementType.Int8, weights.Shape, integers, quantization);
    }

    /// <summary>An int32 bias with the scale input · weights of each channel.</summary>
    public static Tensor Bias(Tensor bias, float inputScale, IReadOnlyList<float> weightScales)
    {
        ReadOnlySpan<float> values = bias.Values<float>();
        int[] integers = new int[values.Length];
        var scales = ImmutableArray.CreateBuilder<float>(weightScales.Count);
        foreach (float weightScale in weightScales)
        {
            scales.Add((float)((double)inputScale * weightScale));
        }

        for (int i = 0; i < integers.Length; i++)
        {
            double scale = (double)inputScale * weightScales[weightScales.Count == 1 ? 0 : i];
            integers[i] = (int)Math.Clamp(Math.Round(values[i] / scale), -LargestBias, LargestBias);
        }

        var quantization = new QuantizationParameters(scales.MoveToImmutable(), [.. new int[weightScales.Count]], weightScales.Count == 1 ? -1 : 0);
        return Tensor.FromValues<int>(bias.Name, ElementType.Int32, bias.Shape, integers, quantization);
    }

    /// <summary>A constant of the data path with the given per-tensor parameters, rounded half away from zero as Quantize does.</summary>
    public static Tensor Activation(Tensor constant, QuantizationParameters parameters)
    {
        ReadOnlySpan<float> values = constant.Values<float>();
        sbyte[] integers = new sbyte[values.Length];
        for (int i = 0; i < integers.Length; i++)
        {
            double scaled = Math.Round(values[i] / (double)parameters.Scale, MidpointRounding.AwayFromZero) + parameters.ZeroPoint;
            integers[i] = (sbyte)Math.Clamp(scaled, -128, 127);
        }

        return Tensor.FromValues<sbyte>(constant.Name, ElementType.Int8, constant.Shape, integers, parameters);
    }

    /// <summary>The range of a constant's own values.</summary>
    public static ActivationRange RangeOf(Tensor constant)
    {
        float low = 0;
        float high = 0;
        foreach (float value in constant.Values<float>())
        {
            low = Math.Min(low, value);
            high = Math.Max(high, value);
        }

        return new ActivationRange(low, high, "constant");
    }

    private static float[] LargestMagnitudes(Tensor weights, int axis)
    {
        ReadOnlySpan<float> values = weights.Values<float>();
        (long inner, int channels) = Walk(weights.Shape, axis);
        float[] largest = new float[channels];
        for (int i = 0; i < values.Length; i++)
        {
            int channel = (int)(i / inner % channels);
            largest[channel] = Math.Max(largest[channel], Math.Abs(values[i]));
        }

        return largest;
    }

    /// <summary>The sum of magnitudes of each channel.</summary>
    private static double[] Magnitudes(Tensor weights, int axis)
    {
        ReadOnlySpan<float> values = weights.Values<float>();
        (long inner, int channels) = Walk(weights.Shape, axis);
        double[] sums = new double[channels];
        for (int i = 0; i < values.Length; i++)
        {
            sums[(int)(i / inner % channels)] += Math.Abs((double)values[i]);
        }

        return sums;
    }

    private static double BiasMagnitude(Tensor? bias, int channel, int channels)
    {
        if (bias is null)
        {
            return 0;
        }

        ReadOnlySpan<float> values = bias.Values<float>();
        if (channels > 1)
        {
            return Math.Abs(values[channel]);
        }

        double largest = 0;
        foreach (float value in values)
        {
            largest = Math.Max(largest, Math.Abs(value));
        }

        return largest;
    }

    /// <summary>Elements behind one index of the axis, and the axis' extent.</summary>
    private static (long Inner, int Channels) Walk(Shape shape, int axis)
    {
        if (axis < 0)
        {
            return (Math.Max(1, shape.ElementCount), 1);
        }

        long inner = 1;
        for (int i = axis + 1; i < shape.Rank; i++)
        {
            inner *= shape[i];
        }

        return (inner, shape[axis]);
    }
}
