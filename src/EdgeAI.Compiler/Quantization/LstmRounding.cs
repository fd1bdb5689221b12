using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators.Recurrent;

namespace EdgeAI.Compiler.Quantization;

/// <summary>
/// Learns the rounding of an integer LSTM's weights for their own sums (<see cref="RoundingSearch"/>): those of the operand from the operand's values at all steps,
/// those of the state from the states before each step. What the new weights add to a gate's mean is taken out of its bias.
/// </summary>
internal static class LstmRounding
{
    private const int MostRows = 4096;
    private const int MostDepth = 2048;
    private const double Shrink = 0.1;
    private const double LargestBias = 1 << 30;

    /// <summary>Changes the layer's weights and bias; false when none changed.</summary>
    /// <param name="layer">The int8 or int16 layer.</param>
    /// <param name="exact">The float layer.</param>
    /// <param name="values">Its operand by case.</param>
    /// <param name="states">Its result by case.</param>
    public static bool TryRun(Node layer, Node exact, byte[][] values, byte[][] states)
    {
        var steps = new LstmSteps(layer);
        if (Math.Max(steps.Inputs, steps.Hidden) > MostDepth || steps.Steps < 2)
        {
            return false;
        }

        Tensor oldBias = layer.Input(2);
        double[] shifts = new double[oldBias.Shape[0]];
        bool changed = Round(layer, exact, 1, Columns(layer.Input(0), values, steps, steps.Inputs, 0), layer.Input(0).Quantization!.Scale, shifts);
        changed |= Round(layer, exact, 3, Columns(layer.Output, states, steps, steps.Hidden, 1), layer.Output.Quantization!.Scale, shifts);
        if (changed)
        {
            int[] bias = oldBias.Values<int>().ToArray();
            for (int i = 0; i < bias.Length; i++)
            {
                bias[i] = (int)Math.Clamp(bias[i] + Math.Round(shifts[i] / oldBias.Quantization!.ScaleOf(i)), -LargestBias, LargestBias);
            }

            layer.Inputs[2] = Tensor.FromValues<int>(oldBias.Name, oldBias.Type, oldBias.Shape, bias, oldBias.Quantization);
        }

        return changed;
    }

    /// <summary>Rounds the weights of one operand anew and adds what its sums lose in the mean to the shifts, in reals.</summary>
    private static bool Round(Node layer, Node exact, int index, short[] columns, float operandScale, double[] shifts)
    {
        Tensor weights = layer.Input(index);
        int depth = weights.Shape[1];
        ReadOnlySpan<float> wanted = exact.Input(index).Values<float>();
        sbyte[] integers = weights.Values<sbyte>().ToArray();
        var statistics = new OperandStatistics(columns, depth, Shrink);
        double[] nothing = new double[depth];
        double[] scaled = new double[depth];
        bool changed = false;
        for (int row = 0; row < weights.Shape[0]; row++)
        {
            double scale = weights.Quantization!.ScaleOf(row);
            for (int k = 0; k < depth; k++)
            {
                scaled[k] = wanted[(row * depth) + k] / scale;
            }

            sbyte[] chosen = RoundingSearch.Run(scaled, statistics.Covariance, nothing);
            for (int k = 0; k < depth; k++)
            {
                int at = (row * depth) + k;
                shifts[row] += (integers[at] - chosen[k]) * statistics.Means[k] * scale * operandScale;
                changed |= integers[at] != chosen[k];
                integers[at] = chosen[k];
            }
        }

        layer.Inputs[index] = Tensor.FromValues<sbyte>(weights.Name, weights.Type, weights.Shape, integers, weights.Quantization);
        return changed;
    }

    /// <summary>The rows of all steps but the last ones of each sequence, [depth, rows], evenly spread, the zero point taken off.</summary>
    private static short[] Columns(Tensor tensor, byte[][] values, LstmSteps steps, int depth, int skipped)
    {
        int each = steps.Batch * (steps.Steps - skipped);
        int count = Math.Clamp(MostRows / values.Length, 1, each);
        int rows = values.Length * count;
        short[] columns = new short[depth * rows];
        int zeroPoint = tensor.Quantization!.ZeroPoint;
        for (int c = 0; c < values.Length; c++)
        {
            short[] all = tensor.Type.Integers(values[c]);
            for (int i = 0; i < count; i++)
            {
                int place = (int)((((long)i * each) + ((long)c * each / values.Length)) / count);
                ReadOnlySpan<short> row = all.AsSpan(steps.Row(place % steps.Batch, place / steps.Batch) * depth, depth);
                for (int k = 0; k < depth; k++)
                {
                    columns[(k * rows) + (c * count) + i] = (short)(row[k] - zeroPoint);
                }
            }
        }

        return columns;
    }
}
