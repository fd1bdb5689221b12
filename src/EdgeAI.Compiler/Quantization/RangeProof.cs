using System.Globalization;
using EdgeAI.Compiler.Diagnostics;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators;

namespace EdgeAI.Compiler.Quantization;

/// <summary>
/// Proves for every channel of an int8 or int16 layer that its sum, its bias and its requantization stay within int32 for any input at all, or within the
/// 47 bits of a sum of 64 bits and the 32 of its result.
/// <list type="bullet">
/// <item>A sum lies between bias + Σ of the smaller and bias + Σ of the larger of weight · (lowest − zero point) and weight · (highest − zero point); so does
/// every part of it, whatever the order, between bias + Σ of the negative ones and bias + Σ of the positive ones.</item>
/// <item>A factor above 1 shifts the sum to the left first: shifted, it must stay within int32 too.</item>
/// </list>
/// Padding adds nothing, for it stands for the zero point. Where only the shift to the left stands against the proof, a coarser scale of the result takes it away.
/// </summary>
internal static class RangeProof
{
    private const int NamedChannels = 16;
    private const int MostBits = 31;

    /// <summary>The smallest and the largest value of a channel's sum and of its parts.</summary>
    /// <param name="weights">The channel's weights less their zero point.</param>
    /// <param name="bias">Where the sum starts.</param>
    /// <param name="zeroPoint">Of the operand.</param>
    /// <param name="type">Of the operand.</param>
    public static (long Low, long High) Interval(IEnumerable<int> weights, long bias, int zeroPoint, ElementType type = ElementType.Int8)
    {
        var range = IntegerRange.Of(type);
        long low = bias;
        long high = bias;
        foreach (int weight in weights)
        {
            long first = (long)weight * (range.Minimum - zeroPoint);
            long last = (long)weight * (range.Maximum - zeroPoint);
            low += Math.Min(0, Math.Min(first, last));
            high += Math.Max(0, Math.Max(first, last));
        }

        return (low, high);
    }

    /// <summary>Whether an interval stays within int32 when shifted to the left.</summary>
    public static bool Holds((long Low, long High) interval, int shift) =>
        interval.Low >= int.MinValue >> Math.Max(0, shift) && interval.High <= int.MaxValue >> Math.Max(0, shift);

    /// <summary>Whether 32 bits hold every sum of a layer over int16 values with these biases, also shifted to the left.</summary>
    public static bool HoldsIn32(Node layer, long[] bias)
    {
        var rows = new LayerRows(layer);
        sbyte[] weights = layer.Input(1).Values<sbyte>().ToArray();
        return Enumerable.Range(0, rows.Channels).All(channel => Holds(IntervalOf(layer, rows, weights, bias[channel], channel), ShiftOf(layer, channel)));
    }

    /// <summary>Whether every channel of a layer is proven; true for nodes that are no integer layers.</summary>
    public static bool Holds(Node node)
    {
        if (!IsLayer(node))
        {
            return true;
        }

        var rows = new LayerRows(node);
        sbyte[] weights = node.Input(1).Values<sbyte>().ToArray();
        return Enumerable.Range(0, rows.Channels).All(channel => Holds(node, IntervalOf(node, rows, weights, BiasOf(node, channel), channel), channel, 0));
    }

    /// <summary>Layers that are proven once the scale of their result is a power of two larger, with its exponent; in the order of nodes.</summary>
    public static IReadOnlyList<(Node Layer, int Bits)> WithCoarserResult(Graph graph)
    {
        var found = new List<(Node, int)>();
        var told = new NodeDiagnostics();
        foreach (Node node in graph.Nodes.Where(IsLayer))
        {
            var rows = new LayerRows(node);
            sbyte[] weights = node.Input(1).Values<sbyte>().ToArray();
            int most = 0;
            for (int channel = 0; channel < rows.Channels && most <= MostBits; channel++)
            {
                (long Low, long High) interval = IntervalOf(node, rows, weights, BiasOf(node, channel), channel);
                while (most <= MostBits && !Holds(node, interval, channel, most))
                {
                    most++;
                }
            }

            if (most is > 0 and <= MostBits)
            {
                found.Add((node, most));
            }
        }

        return found;
    }

    /// <summary>Whether a channel's sums are proven with a result whose scale is larger by a power of two.</summary>
    private static bool Holds(Node node, (long Low, long High) interval, int channel, int coarserBits)
    {
        double factor = Math.ScaleB(FactorOf(node, channel), -coarserBits);
        bool isWide = node.Input(0).Type == ElementType.Int16 && WideChannelResult.IsWide(node);
        return isWide ? HoldsIn64(interval, factor) : Holds(interval, FixedPoint.QuantizeMultiplier(factor).Shift);
    }

    /// <summary>Whether a sum of 64 bits stays within the 47 that its scaling takes, and its result within int32.</summary>
    private static bool HoldsIn64((long Low, long High) interval, double factor)
    {
        double largest = Math.Max(-(double)interval.Low, interval.High);
        return largest < 1L << 47 && largest * factor < int.MaxValue && FixedPoint.QuantizeMultiplier(factor).Shift <= 14;
    }

    /// <summary>Warns of each layer that has channels without a proof, with the first of them.</summary>
    public static void Run(Graph graph, ICollection<Diagnostic> diagnostics)
    {
        var told = new NodeDiagnostics();
        foreach (Node node in graph.Nodes.Where(IsLayer))
        {
            var rows = new LayerRows(node);
            sbyte[] weights = node.Input(1).Values<sbyte>().ToArray();
            var open = new List<(int Channel, long Low, long High)>();
            for (int channel = 0; channel < rows.Channels; channel++)
            {
                (long low, long high) = IntervalOf(node, rows, weights, BiasOf(node, channel), channel);
                if (!Holds(node, (low, high), channel, 0))
                {
                    open.Add((channel, low, high));
                }
            }

            if (open.Count > 0)
            {
                string channels = string.Join(", ", open.Take(NamedChannels).Select(one => one.Channel.ToString(CultureInfo.InvariantCulture)))
                    + (open.Count > NamedChannels ? string.Create(CultureInfo.InvariantCulture, $" and {open.Count - NamedChannels} more") : "");
                told.Add(node, DiagnosticCatalog.RangeNotProven.With(
                    null, open.Count, channels, node.Source, open[0].Low, open[0].High, ShiftOf(node, open[0].Channel)));
            }
        }

        told.Tell(diagnostics);
    }

    private static bool IsLayer(Node node) =>
        node.Operator is "Conv2D" or "DepthwiseConv2D" or "FullyConnected" or "TransposeConv2D"
        && node.Output is { Type: ElementType.Int8 or ElementType.Int16, Quantization: not null }
        && node.Output.Shape.ElementCount > 0 && node.Input(0).Quantization is not null
        && node.Input(1) is { IsConstant: true, Type: ElementType.Int8 or ElementType.Int4, Quantization: not null }
        && node.OptionalInput(2) is null or { IsConstant: true, Type: ElementType.Int32 or ElementType.Int64 };

    private static long BiasOf(Node node, int channel) => node.OptionalInput(2) switch
    {
        null => 0,
        { Type: ElementType.Int64 } wide => wide.Values<long>()[channel],
        var bias => bias.Values<int>()[channel],
    };

    private static (long Low, long High) IntervalOf(Node node, LayerRows rows, sbyte[] values, long bias, int channel)
    {
        QuantizationParameters quantization = node.Input(1).Quantization!;
        int weightZeroPoint = quantization.ZeroPoints.Length == 1 ? quantization.ZeroPoint : quantization.ZeroPoints[channel];
        return Interval(
            Enumerable.Range(0, rows.Depth).Select(k => values[rows.WeightIndex(channel, k)] - weightZeroPoint), bias, node.Input(0).Quantization!.ZeroPoint,
            node.Input(0).Type);
    }

    private static double FactorOf(Node node, int channel) =>
        (double)node.Input(0).Quantization!.Scale * node.Input(1).Quantization!.ScaleOf(channel) / node.Output.Quantization!.Scale;

    /// <summary>How far a channel's sums are shifted to the left; to the right where it is negative.</summary>
    public static int ShiftOf(Node node, int channel) => FixedPoint.QuantizeMultiplier(FactorOf(node, channel)).Shift;
}
