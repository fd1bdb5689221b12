using System.Collections.Immutable;
using EdgeAI.Compiler.Import.TfLite;
using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Operators.Recurrent;

/// <summary>
/// UNIDIRECTIONAL_SEQUENCE_LSTM: operands 1 to 4 weights, 5 to 8 recurrent weights, 12 to 15 biases (input, forget, candidate, output), 18 and 19 the states,
/// which begin at zero in each run. Peepholes, projection, layer normalization and a coupled input gate are refused.
/// </summary>
internal sealed class SequenceLstmTfLite : ITfLiteForm
{
    private const int ActivationSlot = 0;
    private const int CellClipSlot = 1;
    private const int ProjectionClipSlot = 2;
    private const int TimeMajorSlot = 3;
    private const int DiagonalSlot = 5;
    private const int Tanh = 4;
    private const int FirstWeights = 1;
    private const int FirstRecurrent = 5;
    private const int FirstBias = 12;
    private const int CellState = 19;

    /// <inheritdoc/>
    public IReadOnlyList<string> Operators => ["UNIDIRECTIONAL_SEQUENCE_LSTM"];

    /// <inheritdoc/>
    public void Import(TfLiteNode node)
    {
        foreach ((int first, int last, string what) in new[] { (9, 11, "peepholes"), (16, 17, "a projection"), (20, 23, "layer normalization") })
        {
            if (Enumerable.Range(first, last - first + 1).Any(index => node.OptionalInput(index) is not null))
            {
                throw node.Fault($"has {what}, which is not supported");
            }
        }

        if (node.Options.Byte(ActivationSlot) != Tanh || node.Options.Flag(DiagonalSlot) || node.Options.Single(ProjectionClipSlot) != 0)
        {
            throw node.Fault("uses another activation than TANH, diagonal recurrent weights or a projection limit, which are not supported");
        }

        Tensor x = node.Ranked(node.Input(0), 3);
        if (node.OptionalInput(FirstWeights) is null)
        {
            throw node.Fault("couples its input gate to its forget gate, which is not supported");
        }

        int exponent = 0;
        if (x.Type == ElementType.Int8)
        {
            float scale = node.Handle(CellState).Quantization?.Scale ?? throw node.Fault("gives no scale for its cell state");
            exponent = (int)Math.ILogB(scale);
            if (Math.ScaleB(1, exponent) != scale)
            {
                throw node.Fault($"scales its cell state by {scale:R}, which is no power of two");
            }
        }

        var attributes = new SequenceLstmAttributes(node.Options.Flag(TimeMajorSlot), IsReverse: false, node.Options.Single(CellClipSlot), exponent);
        node.Result(0, "SequenceLstm", attributes, x, Joined(node, x, FirstWeights), Joined(node, x, FirstBias),
            Joined(node, x, FirstRecurrent));
    }

    /// <summary>Four gates' constants as one, each row with its gate's scale.</summary>
    private static Tensor Joined(TfLiteNode node, Tensor x, int first)
    {
        Tensor[] gates = [.. Enumerable.Range(first, SequenceLstm.Gates).Select(index => node.WeightsFor(x, index))];
        if (gates.Any(gate => !gate.IsConstant || gate.Shape != gates[0].Shape || gate.Type != gates[0].Type || gate.Shape.Rank == 0))
        {
            throw node.Fault("has weights or biases that are not constants of one shape and type");
        }

        var shape = new Shape([SequenceLstm.Gates * gates[0].Shape[0], .. gates[0].Shape.Extents[1..]]);
        byte[] bytes = [.. gates.SelectMany(gate => gate.Constant!.Value.ToArray())];
        return node.Constant<byte>(gates[0].Type, shape, bytes, Quantization(gates));
    }

    private static QuantizationParameters? Quantization(Tensor[] gates)
    {
        if (gates.Any(gate => gate.Quantization is null))
        {
            return null;
        }

        int rows = gates[0].Shape[0];
        ImmutableArray<float> scales = [.. gates.SelectMany(gate => Enumerable.Range(0, rows).Select(gate.Quantization!.ScaleOf))];
        ImmutableArray<int> zeroPoints = [.. gates.SelectMany(gate => Enumerable.Repeat(gate.Quantization!.ZeroPoint, rows))];
        return new QuantizationParameters(scales, zeroPoints, 0);
    }
}
