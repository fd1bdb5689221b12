using System.Runtime.InteropServices;
using EdgeAI.Compiler.Data;
using EdgeAI.Compiler.Execution;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators;

namespace EdgeAI.Compiler.Quantization;

/// <summary>
/// Learns the rounding of a layer's weights from the values that its operand takes (<see cref="RoundingSearch"/>).
/// <list type="bullet">
/// <item>At most <see cref="MostRows"/> of the layer's vectors are looked at, evenly spread over cases and pixels.</item>
/// <item>Covariances between different elements are drawn towards 0, because they come from few cases.</item>
/// <item>A channel keeps its weights where int32 could not be proven to hold the new ones' sum.</item>
/// <item>What the new weights add to a channel's mean is taken out of its bias.</item>
/// </list>
/// </summary>
internal static class LearntRounding
{
    private const double Shrink = 0.1;
    private const int MostRows = 4096;
    private const int MostDepth = 2048;
    private const int UsualSweeps = 4;

    /// <summary>The most <see cref="Work"/> for which rounding is learnt; what lies above takes minutes.</summary>
    public const double MostWork = 6e9;

    /// <summary>Multiplications that learning takes for a float graph, about: covariances of the operands, and some sweeps over each channel's weights.</summary>
    public static double Work(Graph graph)
    {
        double work = 0;
        foreach (Node layer in graph.Nodes.Where(LayerChannels.IsLayer))
        {
            var rows = new LayerRows(layer);
            double square = rows.Depth > MostDepth ? 0 : (double)rows.Depth * rows.Depth;
            work += square * ((rows.Groups * Math.Min(MostRows, 16.0 * rows.Pixels)) + (rows.Channels * UsualSweeps));
        }

        return work;
    }

    /// <summary>Changes the layer's weights and bias; false when its vectors are too long or none changed.</summary>
    /// <param name="layer">The int8 or int16 layer, its weights int8 or int4.</param>
    /// <param name="exact">The float layer.</param>
    /// <param name="values">Its operand by case.</param>
    /// <param name="reals">The float operand by case, for the error that arrives; null leaves it out.</param>
    public static bool TryRun(Node layer, Node exact, byte[][] values, byte[][]? reals)
    {
        var rows = new LayerRows(layer);
        if (rows.Depth > MostDepth || rows.Pixels == 0)
        {
            return false;
        }

        int count = Math.Clamp(MostRows / values.Length, 1, rows.Pixels);
        float[][]? arriving = reals is null ? null : Arriving(layer, exact, rows, values, reals, count);
        Tensor weights = layer.Input(1);
        ReadOnlySpan<float> wanted = exact.Input(1).Values<float>();
        sbyte[] integers = weights.Values<sbyte>().ToArray();
        ElementType type = layer.Input(0).Type;
        long[] bias = LayerBias.Of(layer);
        double largestBias = LayerBias.LargestOf(layer);
        int perGroup = rows.Channels / rows.Groups;
        float inputScale = layer.Input(0).Quantization!.Scale;
        bool changed = false;
        for (int group = 0; group < rows.Groups; group++)
        {
            var operand = new OperandStatistics(rows.Columns(values, group, count), rows.Depth, Shrink);
            for (int channel = group * perGroup; channel < (group + 1) * perGroup; channel++)
            {
                double scale = weights.Quantization!.ScaleOf(channel);
                double[] scaled = new double[rows.Depth];
                for (int k = 0; k < rows.Depth; k++)
                {
                    scaled[k] = wanted[rows.WeightIndex(channel, k)] / scale;
                }

                double[] towards = arriving is null ? new double[rows.Depth] : operand.CovarianceWith(arriving[channel], 1 / (inputScale * scale));
                sbyte[] chosen = RoundingSearch.Run(scaled, operand.Covariance, towards, WeightQuantizer.LargestOf(weights.Type));
                double shift = Enumerable.Range(0, rows.Depth).Sum(k => (integers[rows.WeightIndex(channel, k)] - chosen[k]) * operand.Means[k]);
                long moved = (long)Math.Clamp(bias[channel] + Math.Round(shift), -largestBias, largestBias);
                (long, long) interval = RangeProof.Interval(chosen.Select(weight => (int)weight), moved, layer.Input(0).Quantization!.ZeroPoint, type);
                if (!LayerBias.IsWide(layer) && !RangeProof.Holds(interval, RangeProof.ShiftOf(layer, channel)))
                {
                    continue;
                }

                for (int k = 0; k < rows.Depth; k++)
                {
                    int at = rows.WeightIndex(channel, k);
                    changed |= integers[at] != chosen[k];
                    integers[at] = chosen[k];
                }

                bias[channel] = moved;
            }
        }

        if (changed)
        {
            layer.Inputs[1] = WeightQuantizer.WithIntegers(weights, integers);
            LayerBias.Set(layer, bias);
        }

        return changed;
    }

    /// <summary>What the float weights make of the float operand less what they make of the integer one, by channel and row.</summary>
    private static float[][] Arriving(Node layer, Node exact, LayerRows rows, byte[][] values, byte[][] reals, int count)
    {
        float[][] errors = [.. Enumerable.Range(0, rows.Channels).Select(_ => new float[values.Length * count])];
        Tensor operand = exact.Input(0);
        var difference = new Tensor("difference", ElementType.Float32, operand.Shape);
        var result = new Tensor("result", ElementType.Float32, exact.Output.Shape);
        OperatorAttributes attributes = exact.Attributes is IClamped clamped ? clamped.WithClamp(Clamp.None) : exact.Attributes;
        var node = new Node("difference", exact.Operator, attributes) { Inputs = [difference, exact.Input(1)], Outputs = [result] };
        var executor = new GraphExecutor(new Graph { Inputs = [difference], Outputs = [result], Nodes = [node] });
        for (int c = 0; c < values.Length; c++)
        {
            float[] rounded = OutputProbe.Reals(layer.Input(0), values[c]);
            ReadOnlySpan<float> real = MemoryMarshal.Cast<byte, float>(reals[c]);
            for (int i = 0; i < rounded.Length; i++)
            {
                rounded[i] = real[i] - rounded[i];
            }

            executor.SetInput(0, MemoryMarshal.AsBytes(rounded.AsSpan()));
            executor.Run();
            ReadOnlySpan<float> made = MemoryMarshal.Cast<byte, float>(executor.Output(0));
            for (int i = 0; i < count; i++)
            {
                int pixel = rows.PixelAt(i, count, c, values.Length);
                for (int channel = 0; channel < rows.Channels; channel++)
                {
                    errors[channel][(c * count) + i] = made[(pixel * rows.Channels) + channel];
                }
            }
        }

        return errors;
    }
}
