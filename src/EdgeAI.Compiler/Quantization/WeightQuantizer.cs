using System.Globalization;
using EdgeAI.Compiler.Diagnostics;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators;

namespace EdgeAI.Compiler.Quantization;

/// <summary>
/// Integer constants from float ones, by TensorFlow Lite's quantization specification: weights symmetric in [−127, 127],
/// biases int32 with the scale of input times weights.
/// </summary>
internal static class WeightQuantizer
{
    /// <summary>The largest magnitude of an int8 weight.</summary>
    public const int LargestWeight = 127;

    /// <summary>The largest magnitude of an int4 weight.</summary>
    public const int LargestNibble = 7;

    /// <summary>Parts of a channel's range at which weights of 4 bits may be clipped, in percent.</summary>
    private static readonly int[] ClippedPercent = [100, 95, 90, 85, 80, 75, 70, 65, 60, 55, 50];

    /// <summary>Biases stay within ±2^30, so that adding the products cannot start beyond int32.</summary>
    private const double LargestBias = 1 << 30;

    /// <summary>Wide biases stay so far below 2^47 that the products of any layer fit beside them.</summary>
    private const double LargestWideBias = 1L << 46;

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

    /// <summary>
    /// Scales beside int16 values, whose sums may have 64 bits: the largest magnitude / 127 for each channel of the axis, or one for −1.
    /// </summary>
    public static float[] WideScales(Tensor weights, int axis) =>
        [.. LargestMagnitudes(weights, axis).Select(largest => largest / 127.0 is > 1e-30 and var scale ? (float)scale : 1f / 127)];

    /// <summary>The largest magnitude of a weight of a type.</summary>
    public static int LargestOf(ElementType type) => type == ElementType.Int4 ? LargestNibble : LargestWeight;

    /// <summary>
    /// A scale for each channel of the axis (or one for −1) with which weights of 4 bits err least, in the sum of squares: of the largest magnitude / 7 a part, for a
    /// few large weights clipped cost less than all others coarse.
    /// </summary>
    public static float[] NibbleScales(Tensor weights, int axis)
    {
        float[] largest = LargestMagnitudes(weights, axis);
        double[][] errors = [.. ClippedPercent.Select(_ => new double[largest.Length])];
        ReadOnlySpan<float> values = weights.Values<float>();
        (long inner, int channels) = Walk(weights.Shape, axis);
        float ScaleOf(int channel, int choice) =>
            largest[channel] * ClippedPercent[choice] / (100.0 * LargestNibble) is > 1e-30 and var scale ? (float)scale : 1f / LargestNibble;
        for (int i = 0; i < values.Length; i++)
        {
            int channel = (int)(i / inner % channels);
            for (int choice = 0; choice < errors.Length; choice++)
            {
                double scale = ScaleOf(channel, choice);
                double error = values[i] - (scale * Math.Clamp(Math.Round(values[i] / scale), -LargestNibble, LargestNibble));
                errors[choice][channel] += error * error;
            }
        }

        return [.. Enumerable.Range(0, largest.Length).Select(channel => ScaleOf(channel, Enumerable.Range(0, errors.Length).MinBy(choice => errors[choice][channel])))];
    }

    /// <summary>Weights of the same type, scales and name with other integers.</summary>
    public static Tensor WithIntegers(Tensor weights, ReadOnlySpan<sbyte> integers) => weights.Type == ElementType.Int4
        ? Tensor.FromNibbles(weights.Name, weights.Shape, integers, weights.Quantization)
        : Tensor.FromValues(weights.Name, weights.Type, weights.Shape, integers, weights.Quantization);

    /// <summary>Symmetric weights of int8, or of int4, with the given scales, rounded half to even.</summary>
    public static Tensor Weights(Tensor weights, int axis, float[] scales, ElementType type = ElementType.Int8)
    {
        int largest = LargestOf(type);
        ReadOnlySpan<float> values = weights.Values<float>();
        sbyte[] integers = new sbyte[values.Length];
        (long inner, int channels) = Walk(weights.Shape, axis);
        for (int i = 0; i < integers.Length; i++)
        {
            int channel = (int)(i / inner % channels);
            integers[i] = (sbyte)Math.Clamp(Math.Round(values[i] / (double)scales[channel]), -largest, largest);
        }

        var quantization = new QuantizationParameters([.. scales], [.. new int[scales.Length]], scales.Length == 1 ? -1 : axis);
        return WithIntegers(new Tensor(weights.Name, type, weights.Shape) { Quantization = quantization }, integers);
    }

    /// <summary>An int32 bias with the scale input · weights of each channel.</summary>
    public static Tensor Bias(Tensor bias, float inputScale, IReadOnlyList<float> weightScales)
    {
        int[] integers = [.. Steps(bias, inputScale, weightScales).Select(value => (int)Math.Clamp(value, -LargestBias, LargestBias))];
        return Tensor.FromValues<int>(bias.Name, ElementType.Int32, bias.Shape, integers, BiasQuantization(inputScale, weightScales));
    }

    /// <summary>
    /// The bias of a layer over int16 values: int32 where that is proven to hold every sum with it, also shifted to the left as the result's scale asks; else
    /// int64, or none where there was none.
    /// </summary>
    /// <param name="layer">With its int16 operand, int8 weights and result.</param>
    /// <param name="bias">The float bias, or null.</param>
    public static Tensor? WideBias(Node layer, Tensor? bias)
    {
        Tensor weights = layer.Input(1);
        IReadOnlyList<float> scales = weights.Quantization!.Scales;
        float inputScale = layer.Input(0).Quantization!.Scale;
        int channels = layer.Output.Shape[-1];
        Tensor reals = bias ?? Tensor.FromValues<float>($"{weights.Name}:bias", ElementType.Float32, new Shape(channels), new float[channels]);
        long[] integers = [.. Steps(reals, inputScale, scales).Select(value => (long)Math.Clamp(value, -LargestWideBias, LargestWideBias))];
        QuantizationParameters quantization = BiasQuantization(inputScale, scales);
        if (RangeProof.HoldsIn32(layer, integers))
        {
            return Tensor.FromValues<int>(reals.Name, ElementType.Int32, reals.Shape, [.. integers.Select(value => (int)value)], quantization);
        }

        return bias is null ? null : Tensor.FromValues<long>(bias.Name, ElementType.Int64, bias.Shape, integers, quantization);
    }

    /// <summary>A constant of the data path with the given per-tensor parameters of int8 or int16, rounded half away from zero as Quantize does.</summary>
    public static Tensor Activation(Tensor constant, QuantizationParameters parameters, ElementType type = ElementType.Int8)
    {
        ReadOnlySpan<float> values = constant.Values<float>();
        var range = IntegerRange.Of(type);
        short[] integers = new short[values.Length];
        for (int i = 0; i < integers.Length; i++)
        {
            double scaled = Math.Round(values[i] / (double)parameters.Scale, MidpointRounding.AwayFromZero) + parameters.ZeroPoint;
            integers[i] = (short)Math.Clamp(scaled, range.Minimum, range.Maximum);
        }

        return type == ElementType.Int16
            ? Tensor.FromValues<short>(constant.Name, type, constant.Shape, integers, parameters)
            : Tensor.FromValues<sbyte>(constant.Name, type, constant.Shape, [.. integers.Select(value => (sbyte)value)], parameters);
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

    /// <summary>Each bias in units of input · weights, rounded half to even.</summary>
    private static IEnumerable<double> Steps(Tensor bias, float inputScale, IReadOnlyList<float> weightScales) => bias.Values<float>().ToArray()
        .Select((value, i) => Math.Round(value / ((double)inputScale * weightScales[weightScales.Count == 1 ? 0 : i])));

    private static QuantizationParameters BiasQuantization(float inputScale, IReadOnlyList<float> weightScales) =>
        new([.. weightScales.Select(scale => (float)((double)inputScale * scale))], [.. new int[weightScales.Count]], weightScales.Count == 1 ? -1 : 0);

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
