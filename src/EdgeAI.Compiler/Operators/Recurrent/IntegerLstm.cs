using System.Numerics;
using EdgeAI.Compiler.Emission;
using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Operators.Recurrent;

/// <summary>
/// The int8 form of <see cref="SequenceLstm"/>, prepared once a node: bit for bit TensorFlow Lite Micro's integer LSTM where each gate's weights share a scale.
/// The int16 form is the same with zero points of 0 and gates whose sums have 64 bits and are rounded once.
/// </summary>
internal sealed class IntegerLstm
{
    private const double GateScale = 1.0 / 4096;
    private const double UnitScale = 1.0 / 32768;
    private readonly LstmSteps _steps;
    private readonly WideIntegerMatrix _weights;
    private readonly WideIntegerMatrix _recurrent;
    private readonly bool _isWide;
    private readonly IntegerRange _range;
    private readonly int[] _bias;
    private readonly Requantization _fromInput;
    private readonly Requantization _fromState;
    private readonly Requantization _products;
    private readonly int _inputZeroPoint;
    private readonly int _stateZeroPoint;
    private readonly int _cellExponent;
    private readonly int _cellClip;

    /// <summary>Of an int8 or int16 node.</summary>
    public IntegerLstm(Node node)
    {
        SequenceLstmAttributes attributes = node.AttributesAs<SequenceLstmAttributes>();
        _steps = new LstmSteps(node);
        QuantizationParameters x = node.Input(0).Quantization!;
        QuantizationParameters state = node.Output.Quantization!;
        int rows = SequenceLstm.Gates * _steps.Hidden;
        _weights = new(node.Input(1).Values<sbyte>(), rows, _steps.Inputs, _steps.Inputs);
        _recurrent = new(node.Input(3).Values<sbyte>(), rows, _steps.Hidden, _steps.Hidden);
        _bias = node.Input(2).Values<int>().ToArray();
        _fromInput = ToGates(x.Scale, node.Input(1).Quantization!, rows);
        _fromState = ToGates(state.Scale, node.Input(3).Quantization!, rows);
        _isWide = node.Input(0).Type == ElementType.Int16;
        _range = IntegerRange.Of(node.Output.Type);
        _inputZeroPoint = x.ZeroPoint;
        _stateZeroPoint = state.ZeroPoint;
        _cellExponent = attributes.CellExponent;
        double cellScale = Math.ScaleB(1, _cellExponent);
        _cellClip = attributes.CellClip > 0 ? (int)Math.Min(attributes.CellClip / cellScale, short.MaxValue) : 0;
        _products = Requantization.Of(UnitScale, UnitScale * UnitScale / cellScale, UnitScale * UnitScale / state.Scale);
    }

    /// <summary>The members of the C kernel's parameters behind the extents.</summary>
    public IEnumerable<KernelField> Fields(Node node, EmissionContext context)
    {
        int rows = _bias.Length;
        int[] start = [.. _bias];
        int[] recurrentStart = new int[rows];
        ReadOnlySpan<sbyte> weights = node.Input(1).Values<sbyte>();
        ReadOnlySpan<sbyte> recurrent = node.Input(3).Values<sbyte>();
        for (int i = 0; i < weights.Length; i++)
        {
            start[i / _steps.Inputs] = unchecked(start[i / _steps.Inputs] - (_inputZeroPoint * weights[i]));
        }

        for (int i = 0; i < recurrent.Length; i++)
        {
            recurrentStart[i / _steps.Hidden] -= _stateZeroPoint * recurrent[i];
        }

        return
        [
            .. _isWide ? [] : new[] { KernelField.Of("state_zero_point", _stateZeroPoint) }, KernelField.Of("cell_clip", _cellClip),
            KernelField.Of("tanh_multiplier", TanhFactor().Multiplier), KernelField.Of("tanh_shift", TanhFactor().Shift),
            Shaping.CopyPlan.Array("product_multipliers", _products.MultipliersQ31.ToArray()),
            Shaping.CopyPlan.Array("product_shifts", _products.Shifts.ToArray()),
            KernelField.Pointer("bias", context.Constant<int>(node, "bias", start)),
            KernelField.Pointer("multipliers", context.Constant(node, "multipliers", _fromInput.MultipliersQ31)),
            KernelField.Pointer("shifts", context.Constant(node, "shifts", _fromInput.Shifts)),
            .. _isWide ? [] : new[] { KernelField.Pointer("state_bias", context.Constant<int>(node, "state_bias", recurrentStart)) },
            KernelField.Pointer("state_multipliers", context.Constant(node, "state_multipliers", _fromState.MultipliersQ31)),
            KernelField.Pointer("state_shifts", context.Constant(node, "state_shifts", _fromState.Shifts)),
            KernelField.Pointer("sigmoid", context.Constant<ushort>(node, "sigmoid", SigmoidTable.Values)),
        ];
    }

    /// <summary>Computes the states after each step.</summary>
    public void Run<T>(ReadOnlySpan<T> x, Span<T> result) where T : unmanaged, IBinaryInteger<T>
    {
        int hidden = _steps.Hidden;
        short[] values = new short[_weights.PaddedDepth];
        short[] state = new short[_recurrent.PaddedDepth];
        long[] sums = new long[_bias.Length];
        long[] stateSums = new long[_bias.Length];
        short[] gates = new short[_bias.Length];
        short[] cell = new short[hidden];
        for (int n = 0; n < _steps.Batch; n++)
        {
            Array.Clear(cell);
            Array.Clear(state);
            for (int t = 0; t < _steps.Steps; t++)
            {
                int row = _steps.Row(n, t);
                Widen(x.Slice(row * _steps.Inputs, _steps.Inputs), _inputZeroPoint, values);
                _weights.Multiply(values, sums);
                _recurrent.Multiply(state, stateSums);
                for (int g = 0; g < gates.Length; g++)
                {
                    int input = Saturate(Scaled(_fromInput, sums[g] + _bias[g], g));
                    gates[g] = Activate(g / hidden, Saturate(input + Saturate(Scaled(_fromState, stateSums[g], g))));
                }

                Span<T> made = result.Slice(row * hidden, hidden);
                Step(gates, cell, made);
                Widen<T>(made, _stateZeroPoint, state);
            }
        }
    }

    private void Step<T>(short[] gates, short[] cell, Span<T> made) where T : unmanaged, IBinaryInteger<T>
    {
        (int multiplier, int shift) = TanhFactor();
        for (int i = 0; i < made.Length; i++)
        {
            int kept = Saturate(_products.Apply(gates[made.Length + i] * cell[i], 0));
            int added = Saturate(_products.Apply(gates[i] * gates[(2 * made.Length) + i], 1));
            short next = Saturate(kept + added);
            cell[i] = _cellClip > 0 ? (short)Math.Clamp((int)next, -_cellClip, _cellClip) : next;
            short squashed = SigmoidTable.Tanh(cell[i], multiplier, shift);
            int output = _products.Apply(gates[(3 * made.Length) + i] * squashed, 2) + _stateZeroPoint;
            made[i] = T.CreateTruncating(_range.Saturate(output));
        }
    }

    private int Scaled(Requantization factors, long sum, int gate) => _isWide
        ? FixedPoint.MultiplyWideByQuantizedMultiplier(sum, factors.MultipliersQ31[gate], factors.Shifts[gate])
        : factors.Apply(unchecked((int)sum), gate);

    private static void Widen<T>(ReadOnlySpan<T> source, int zeroPoint, short[] destination) where T : unmanaged, IBinaryInteger<T>
    {
        for (int i = 0; i < source.Length; i++)
        {
            destination[i] = (short)(short.CreateTruncating(source[i]) - zeroPoint);
        }
    }

    private static short Activate(int gate, short value) => gate == 2 ? SigmoidTable.Tanh(value, 3, 0) : SigmoidTable.Sigmoid(value);

    /// <summary>Brings the cell state to the table's steps: 3 · 2^(15 + exponent − 3), as a factor and a shift to the right.</summary>
    private (int Multiplier, int Shift) TanhFactor()
    {
        int left = 15 + _cellExponent - 3;
        return left >= 0 ? (3 << left, 0) : (3, -left);
    }

    private static short Saturate(int value) => (short)Math.Clamp(value, short.MinValue, short.MaxValue);

    /// <summary>Scale of the operand times that of the weights, the product rounded to float32, over the gates' scale.</summary>
    private static Requantization ToGates(float scale, QuantizationParameters weights, int rows)
    {
        double[] factors = new double[rows];
        for (int row = 0; row < rows; row++)
        {
            factors[row] = (double)(scale * weights.ScaleOf(row)) / GateScale;
        }

        return Requantization.Of(factors);
    }
}
