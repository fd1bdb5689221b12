using EdgeAI.Compiler.Import.Onnx;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators.Shaping;

namespace EdgeAI.Compiler.Operators.Recurrent;

/// <summary>
/// ONNX LSTM as one <see cref="SequenceLstm"/> a direction, which has an int8 form: constant weights, states that begin at zero, the usual functions, no
/// limit, peepholes, coupled gates or sequence lengths, and a last cell state that nothing reads.
/// </summary>
internal static class PlainLstmOnnx
{
    /// <summary>ONNX keeps the gates in the order input, output, forget, candidate.</summary>
    private static readonly int[] Order = [0, 2, 3, 1];

    /// <summary>Imports the node if it is such a one.</summary>
    public static bool TryImport(OnnxNode node, OnnxGraphBuilder builder, RecurrentAttributes attributes, int directions, bool isBatchFirst)
    {
        Tensor x = node.Input(0);
        Tensor weights = node.Input(1);
        Tensor recurrent = node.Input(2);
        Tensor? bias = node.Optional(3);
        bool isPlain = attributes is { Cell: RecurrentCell.Lstm, CoupledForget: false, Clip: <= 0 }
            && Enumerable.Range(0, directions).All(d => attributes.Activations.AsSpan(3 * d, 3).SequenceEqual([0, 1, 1]))
            && node.Optional(4) is null && IsZero(node.Optional(5)) && IsZero(node.Optional(6)) && node.Optional(7) is null && !node.HasOutput(2)
            && IsFloatConstant(weights) && IsFloatConstant(recurrent) && (bias is null || IsFloatConstant(bias))
            && x.Type == ElementType.Float32 && x.Shape.Rank == 3 && weights.Shape.Rank == 3 && recurrent.Shape.Rank == 3
            && recurrent.Shape[1] == SequenceLstm.Gates * recurrent.Shape[2] && weights.Shape[1] == recurrent.Shape[1]
            && weights.Shape[0] == directions && recurrent.Shape[0] == directions && weights.Shape[2] == x.Shape[2]
            && (bias is null || bias.Shape == new Shape(directions, 2 * recurrent.Shape[1]));
        if (!isPlain)
        {
            return false;
        }

        var made = new Tensor[directions];
        var last = new Tensor[directions];
        int hidden = recurrent.Shape[2];
        int stepAxis = isBatchFirst ? 1 : 0;
        for (int d = 0; d < directions; d++)
        {
            bool isReverse = attributes.IsReverse || d == 1;
            Tensor states = builder.AddStep($"direction_{d}", "SequenceLstm", new SequenceLstmAttributes(!isBatchFirst, isReverse, 0, -11), x,
                Rows(builder, $"weights_{d}", weights, d, hidden), Bias(builder, $"bias_{d}", bias, d, hidden), Rows(builder, $"recurrent_{d}", recurrent, d, hidden));
            int steps = x.Shape[stepAxis];
            int batch = x.Shape[1 - stepAxis];
            made[d] = builder.Reshape(states, $"states_{d}", isBatchFirst ? [batch, steps, 1, hidden] : [steps, 1, batch, hidden]);
            int at = isReverse ? 0 : steps - 1;
            Tensor row = builder.Slice(states, $"last_{d}", isBatchFirst ? [0, at, 0] : [at, 0, 0], isBatchFirst ? [batch, 1, hidden] : [1, batch, hidden], [1, 1, 1]);
            last[d] = isBatchFirst ? builder.Reshape(row, $"last_row_{d}", batch, 1, hidden) : row;
        }

        if (node.HasOutput(0))
        {
            builder.Bind(node, 0, Joined(builder, "states", isBatchFirst ? 2 : 1, made));
        }

        if (node.HasOutput(1))
        {
            builder.Bind(node, 1, Joined(builder, "last", isBatchFirst ? 1 : 0, last));
        }

        return true;
    }

    private static Tensor Joined(OnnxGraphBuilder builder, string suffix, int axis, Tensor[] parts) =>
        parts.Length == 1 ? parts[0] : builder.AddStep(suffix, "Concatenate", new ConcatenateAttributes(axis), parts);

    private static Tensor Rows(OnnxGraphBuilder builder, string suffix, Tensor weights, int direction, int hidden)
    {
        int columns = weights.Shape[2];
        int gate = hidden * columns;
        ReadOnlySpan<float> values = weights.Values<float>().Slice(direction * SequenceLstm.Gates * gate, SequenceLstm.Gates * gate);
        return builder.Constant(suffix, new Shape(SequenceLstm.Gates * hidden, columns), Reordered(values, gate));
    }

    /// <summary>The biases of the operand and of the state as one.</summary>
    private static Tensor Bias(OnnxGraphBuilder builder, string suffix, Tensor? bias, int direction, int hidden)
    {
        int count = SequenceLstm.Gates * hidden;
        float[] sums = new float[count];
        if (bias is not null)
        {
            ReadOnlySpan<float> values = bias.Values<float>().Slice(direction * 2 * count, 2 * count);
            for (int i = 0; i < count; i++)
            {
                sums[i] = values[i] + values[count + i];
            }
        }

        return builder.Constant(suffix, new Shape(count), Reordered(sums, hidden));
    }

    private static float[] Reordered(ReadOnlySpan<float> values, int gate)
    {
        float[] result = new float[values.Length];
        for (int i = 0; i < Order.Length; i++)
        {
            values.Slice(Order[i] * gate, gate).CopyTo(result.AsSpan(i * gate));
        }

        return result;
    }

    private static bool IsFloatConstant(Tensor tensor) => tensor is { IsConstant: true, Type: ElementType.Float32 };

    private static bool IsZero(Tensor? state) =>
        state is null || (state is { IsConstant: true, Type: ElementType.Float32 } && !state.Values<float>().ContainsAnyExcept(0f));
}
