using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Operators.Recurrent;

/// <summary>One run of a <see cref="RecurrentOperator"/> in managed code, in the order of operations of the C kernel.</summary>
internal readonly ref struct RecurrentRun(OperatorCall call)
{
    private readonly RecurrentAttributes _attributes = call.Node.AttributesAs<RecurrentAttributes>();
    private readonly ReadOnlySpan<float> _x = call.Input<float>(0);
    private readonly ReadOnlySpan<float> _weights = call.Input<float>(1);
    private readonly ReadOnlySpan<float> _recurrent = call.Input<float>(2);
    private readonly ReadOnlySpan<float> _bias = call.OptionalInput<float>(3);
    private readonly ReadOnlySpan<int> _lengths = call.OptionalInput<int>(4);
    private readonly ReadOnlySpan<float> _first = call.OptionalInput<float>(5);
    private readonly ReadOnlySpan<float> _firstCell = call.OptionalInput<float>(6);
    private readonly ReadOnlySpan<float> _peepholes = call.OptionalInput<float>(7);
    private readonly Span<float> _result = call.Output<float>();
    private readonly int _steps = call.Node.Input(0).Shape[0];
    private readonly int _batch = call.Node.Input(0).Shape[1];
    private readonly int _inputs = call.Node.Input(0).Shape[2];
    private readonly int _hidden = call.Node.Input(2).Shape[2];
    private readonly int _directions = call.Node.Input(2).Shape[0];

    /// <summary>Computes the result.</summary>
    public void Run()
    {
        float[] gates = new float[_attributes.Gates * _hidden];
        float[] kept = new float[_hidden];
        for (int direction = 0; direction < _directions; direction++)
        {
            bool reverse = _attributes.IsReverse || direction == 1;
            for (int n = 0; n < _batch; n++)
            {
                int place = ((direction * _batch) + n) * _hidden;
                int row = _directions * _batch * _hidden;
                Span<float> state = _result.Slice((_steps * row) + place, _hidden);
                Span<float> cell = _result.Slice(((_steps + 1) * row) + place, _hidden);
                Start(_first, place, state);
                Start(_firstCell, place, cell);
                int length = _lengths.IsEmpty ? _steps : Math.Clamp(_lengths[n], 0, _steps);
                for (int t = 0; t < _steps; t++)
                {
                    int at = t < length && reverse ? length - 1 - t : t;
                    Span<float> made = _result.Slice((at * row) + place, _hidden);
                    if (t >= length)
                    {
                        made.Clear();
                        continue;
                    }

                    Step(direction, _x.Slice(((at * _batch) + n) * _inputs, _inputs), state, cell, gates, kept);
                    state.CopyTo(made);
                }
            }
        }
    }

    private static void Start(ReadOnlySpan<float> first, int place, Span<float> state)
    {
        if (first.IsEmpty)
        {
            state.Clear();
        }
        else
        {
            first.Slice(place, state.Length).CopyTo(state);
        }
    }

    private void Step(int direction, ReadOnlySpan<float> x, Span<float> state, Span<float> cell, float[] gates, float[] kept)
    {
        bool isGru = _attributes.Cell == RecurrentCell.Gru;
        int plain = isGru ? 2 * _hidden : gates.Length;
        for (int g = 0; g < plain; g++)
        {
            gates[g] = Sum(direction, g, x, state);
        }

        switch (_attributes.Cell)
        {
            case RecurrentCell.Simple:
                for (int i = 0; i < _hidden; i++)
                {
                    state[i] = Function(direction, 0, gates[i]);
                }

                break;
            case RecurrentCell.Gru:
                Gru(direction, x, state, gates, kept);
                break;
            default:
                Lstm(direction, state, cell, gates);
                break;
        }
    }

    private void Gru(int direction, ReadOnlySpan<float> x, Span<float> state, float[] gates, float[] kept)
    {
        for (int g = 0; g < 2 * _hidden; g++)
        {
            gates[g] = Function(direction, 0, gates[g]);
        }

        for (int i = 0; i < _hidden; i++)
        {
            kept[i] = _attributes.LinearBeforeReset ? state[i] : gates[_hidden + i] * state[i];
        }

        for (int i = 0; i < _hidden; i++)
        {
            int g = (2 * _hidden) + i;
            float past = Recurrence(direction, g, kept) + Bias(direction, g, 1);
            float reset = _attributes.LinearBeforeReset ? gates[_hidden + i] * past : past;
            gates[g] = Function(direction, 1, Forward(direction, g, x) + Bias(direction, g, 0) + reset);
        }

        for (int i = 0; i < _hidden; i++)
        {
            state[i] = ((1 - gates[i]) * gates[(2 * _hidden) + i]) + (gates[i] * state[i]);
        }
    }

    private void Lstm(int direction, Span<float> state, Span<float> cell, float[] gates)
    {
        for (int i = 0; i < _hidden; i++)
        {
            float input = Function(direction, 0, gates[i] + Peephole(direction, i, cell[i]));
            float forget = _attributes.CoupledForget
                ? 1 - input
                : Function(direction, 0, gates[(2 * _hidden) + i] + Peephole(direction, (2 * _hidden) + i, cell[i]));
            float candidate = Function(direction, 1, gates[(3 * _hidden) + i]);
            cell[i] = (forget * cell[i]) + (input * candidate);
            float output = Function(direction, 0, gates[_hidden + i] + Peephole(direction, _hidden + i, cell[i]));
            state[i] = output * Function(direction, 2, cell[i]);
        }
    }

    private float Peephole(int direction, int gate, float cell) => _peepholes.IsEmpty ? 0 : _peepholes[(direction * 3 * _hidden) + gate] * cell;

    private float Sum(int direction, int gate, ReadOnlySpan<float> x, ReadOnlySpan<float> state) =>
        Forward(direction, gate, x) + Bias(direction, gate, 0) + (Recurrence(direction, gate, state) + Bias(direction, gate, 1));

    private float Bias(int direction, int gate, int half)
    {
        int count = _attributes.Gates * _hidden;
        return _bias.IsEmpty ? 0 : _bias[(((direction * 2) + half) * count) + gate];
    }

    private float Forward(int direction, int gate, ReadOnlySpan<float> x) => Product(_weights, direction, gate, x);

    private float Recurrence(int direction, int gate, ReadOnlySpan<float> state) => Product(_recurrent, direction, gate, state);

    private float Product(ReadOnlySpan<float> weights, int direction, int gate, ReadOnlySpan<float> values)
    {
        ReadOnlySpan<float> row = weights.Slice(((direction * _attributes.Gates * _hidden) + gate) * values.Length, values.Length);
        float sum = 0;
        for (int i = 0; i < row.Length; i++)
        {
            sum += row[i] * values[i];
        }

        return sum;
    }

    private float Function(int direction, int index, float value)
    {
        float limit = _attributes.Clip;
        float limited = limit > 0 ? Math.Clamp(value, -limit, limit) : value;
        int place = (direction * 3) + index;
        float alpha = _attributes.Parameters[2 * place];
        float beta = _attributes.Parameters[(2 * place) + 1];
        return (RecurrentFunction)_attributes.Activations[place] switch
        {
            RecurrentFunction.Sigmoid => (float)PortableMath.Sigmoid(limited),
            RecurrentFunction.Tanh => (float)PortableMath.Tanh(limited),
            RecurrentFunction.Relu => limited > 0 ? limited : 0,
            RecurrentFunction.Affine => (alpha * limited) + beta,
            RecurrentFunction.LeakyRelu => limited < 0 ? alpha * limited : limited,
            RecurrentFunction.ThresholdedRelu => limited > alpha ? limited : 0,
            RecurrentFunction.ScaledTanh => alpha * (float)PortableMath.Tanh(beta * limited),
            RecurrentFunction.HardSigmoid => Math.Clamp((alpha * limited) + beta, 0, 1),
            RecurrentFunction.Elu => limited < 0 ? alpha * (float)PortableMath.ExpMinusOne(limited) : limited,
            RecurrentFunction.Softsign => limited / (1 + Math.Abs(limited)),
            _ => (limited > 0 ? limited : 0) + (float)PortableMath.Log(1 + PortableMath.Exp(-Math.Abs(limited))),
        };
    }
}
