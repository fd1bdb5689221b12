using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Operators.Recurrent;

/// <summary>The float form of <see cref="SequenceLstm"/>, in the C kernel's order of operations.</summary>
internal static class FloatLstm
{
    /// <summary>Computes the states after each step; returns the largest magnitude that the cell state took.</summary>
    public static float Run(
        Node node, ReadOnlySpan<float> x, ReadOnlySpan<float> weights, ReadOnlySpan<float> bias, ReadOnlySpan<float> recurrent, Span<float> result)
    {
        var steps = new LstmSteps(node);
        float clip = node.AttributesAs<SequenceLstmAttributes>().CellClip;
        int hidden = steps.Hidden;
        float[] gates = new float[SequenceLstm.Gates * hidden];
        float[] cell = new float[hidden];
        float largest = 0;
        for (int n = 0; n < steps.Batch; n++)
        {
            Array.Clear(cell);
            ReadOnlySpan<float> state = default;
            for (int t = 0; t < steps.Steps; t++)
            {
                int row = steps.Row(n, t);
                ReadOnlySpan<float> values = x.Slice(row * steps.Inputs, steps.Inputs);
                for (int g = 0; g < gates.Length; g++)
                {
                    gates[g] = bias[g] + Product(weights, g, values) + Product(recurrent, g, state);
                }

                Span<float> made = result.Slice(row * hidden, hidden);
                for (int i = 0; i < hidden; i++)
                {
                    float input = (float)PortableMath.Sigmoid(gates[i]);
                    float forget = (float)PortableMath.Sigmoid(gates[hidden + i]);
                    float candidate = (float)PortableMath.Tanh(gates[(2 * hidden) + i]);
                    float output = (float)PortableMath.Sigmoid(gates[(3 * hidden) + i]);
                    float next = (forget * cell[i]) + (input * candidate);
                    cell[i] = clip > 0 ? Math.Clamp(next, -clip, clip) : next;
                    largest = Math.Max(largest, Math.Abs(cell[i]));
                    made[i] = output * (float)PortableMath.Tanh(cell[i]);
                }

                state = made;
            }
        }

        return largest;
    }

    private static float Product(ReadOnlySpan<float> matrix, int row, ReadOnlySpan<float> values)
    {
        ReadOnlySpan<float> weights = matrix.Slice(row * values.Length, values.Length);
        float sum = 0;
        for (int i = 0; i < weights.Length; i++)
        {
            sum += weights[i] * values[i];
        }

        return sum;
    }
}
