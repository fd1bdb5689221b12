using EdgeAI.Compiler.Emission;
using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Operators.Attention;

/// <summary>
/// LinearAttention: a state [keys,values] for each key head, written and read once a step, in float32. Operands: queries [batch, steps, query heads · keys],
/// keys [batch, steps, key heads · keys], values [batch, steps, key heads · values], first states [batch, key heads, keys, values] or none (zeros),
/// decays [batch, steps, key heads or key heads · keys] or none, rates [batch, steps, key heads or 1] or none. A step t does for each key head:
/// <list type="bullet">
/// <item>with decays: row i of the state · exp(decay), one decay for all rows or one for each;</item>
/// <item>with rates: v = rate · (v − stateᵀ · k), so that the state comes to give v for k;</item>
/// <item>state += k ⊗ v; and for each of its query heads, which follow one another, the result is scale · stateᵀ · q.</item>
/// </list>
/// The result is flat: all results [batch, steps, query heads · values] and behind them the last states [batch, key heads, keys, values].
/// Source: the ONNX specification of LinearAttention.
/// </summary>
internal sealed class LinearAttentionOperator : Operator
{
    /// <inheritdoc/>
    public override string Name => "LinearAttention";

    /// <inheritdoc/>
    public override Type AttributesType => typeof(LinearAttentionAttributes);

    /// <inheritdoc/>
    public override IReadOnlyList<TensorType> Infer(Node node)
    {
        OperandRules.AtMost(node, 6);
        string[] roles = ["queries", "keys", "values"];
        for (int i = 0; i < roles.Length; i++)
        {
            OperandRules.Rank(node.Operand(i, roles[i]), 3, roles[i]);
        }

        (int queryHeads, int keyHeads, _) = node.AttributesAs<LinearAttentionAttributes>();
        Shape queries = node.Input(0).Shape;
        Shape values = node.Input(2).Shape;
        bool fit = keyHeads > 0 && queryHeads > 0 && queryHeads % keyHeads == 0 && queries[2] >= queryHeads && queries[2] % queryHeads == 0
            && values[2] >= keyHeads && values[2] % keyHeads == 0;
        if (!fit)
        {
            throw new OperatorException($"{queryHeads} query heads and {keyHeads} key heads do not fit '{node.Input(0)}' and '{node.Input(2)}': "
                + "query heads are a multiple of key heads, and both divide the last axis");
        }

        (int batch, int steps) = (queries[0], queries[1]);
        int keySize = queries[2] / queryHeads;
        int valueSize = values[2] / keyHeads;
        Check(node, 1, "keys", new Shape(batch, steps, keyHeads * keySize));
        Check(node, 2, "values", new Shape(batch, steps, values[2]));
        Check(node, 3, "first states", new Shape(batch, keyHeads, keySize, valueSize));
        Check(node, 4, "decays", new Shape(batch, steps, keyHeads), new Shape(batch, steps, keyHeads * keySize));
        Check(node, 5, "rates", new Shape(batch, steps, keyHeads), new Shape(batch, steps, 1));
        OperandRules.OfType(node.Input(0), "queries", ElementType.Float32);
        long count = ((long)batch * steps * queryHeads * valueSize) + ((long)batch * keyHeads * keySize * valueSize);
        return [new(ElementType.Float32, new Shape(checked((int)count)))];
    }

    /// <inheritdoc/>
    public override long CountMacs(Node node)
    {
        Sizes s = Of(node);
        long state = (long)s.KeySize * s.ValueSize;
        return (long)s.Batch * s.Steps * state * (s.QueryHeads + (s.KeyHeads * (s.HasRates ? 2 : 1)));
    }

    /// <inheritdoc/>
    public override void Execute(OperatorCall call)
    {
        Sizes s = Of(call.Node);
        int stateSize = s.KeySize * s.ValueSize;
        Span<float> results = call.Output<float>()[..(s.Batch * s.Steps * s.QueryHeads * s.ValueSize)];
        Span<float> states = call.Output<float>()[results.Length..];
        if (call.HasInput(3))
        {
            call.Input<float>(3).CopyTo(states);
        }
        else
        {
            states.Clear();
        }

        int group = s.QueryHeads / s.KeyHeads;
        for (int step = 0; step < s.Batch * s.Steps; step++)
        {
            for (int head = 0; head < s.KeyHeads; head++)
            {
                int place = (step * s.KeyHeads) + head;
                Span<float> state = states.Slice(((step / s.Steps * s.KeyHeads) + head) * stateSize, stateSize);
                ReadOnlySpan<float> key = call.Input<float>(1).Slice(place * s.KeySize, s.KeySize);
                Span<float> read = results.Slice(((step * s.QueryHeads) + (head * group)) * s.ValueSize, group * s.ValueSize);
                if (s.HasDecays)
                {
                    Fade(state, call.Input<float>(4).Slice(place * s.DecaySize, s.DecaySize), s.KeySize);
                }

                // What is written stands where the first of the results will.
                Span<float> written = read[..s.ValueSize];
                call.Input<float>(2).Slice(place * s.ValueSize, s.ValueSize).CopyTo(written);
                if (s.HasRates)
                {
                    Correct(state, key, written, call.Input<float>(5)[s.RatesPerStep == 1 ? step : place]);
                }

                for (int i = 0; i < s.KeySize; i++)
                {
                    Span<float> row = state.Slice(i * s.ValueSize, s.ValueSize);
                    for (int j = 0; j < row.Length; j++)
                    {
                        row[j] += key[i] * written[j];
                    }
                }

                int firstQuery = ((step * s.QueryHeads) + (head * group)) * s.KeySize;
                for (int query = 0; query < group; query++)
                {
                    Read(state, call.Input<float>(0).Slice(firstQuery + (query * s.KeySize), s.KeySize), read.Slice(query * s.ValueSize, s.ValueSize), s.Scale);
                }
            }
        }
    }

    /// <inheritdoc/>
    public override KernelCall Emit(Node node, EmissionContext context)
    {
        Sizes s = Of(node);
        return new("edgeai_linear_attention_f32", "edgeai_linear_attention_f32",
            [
                KernelField.Of("batch", s.Batch), KernelField.Of("steps", s.Steps), KernelField.Of("query_heads", s.QueryHeads),
                KernelField.Of("key_heads", s.KeyHeads), KernelField.Of("key_size", s.KeySize), KernelField.Of("value_size", s.ValueSize),
                KernelField.Of("decay_size", s.DecaySize), KernelField.Of("rates_per_step", s.RatesPerStep), KernelField.Of("scale", s.Scale),
            ],
            [.. Enumerable.Range(0, 6).Select(i => context.Read(node.OptionalInput(i))), context.Write(node.Output)]);
    }

    private static void Fade(Span<float> state, ReadOnlySpan<float> decays, int rows)
    {
        int columns = state.Length / rows;
        for (int i = 0; i < rows; i++)
        {
            float factor = (float)PortableMath.Exp(decays[decays.Length == 1 ? 0 : i]);
            foreach (ref float value in state.Slice(i * columns, columns))
            {
                value *= factor;
            }
        }
    }

    private static void Correct(ReadOnlySpan<float> state, ReadOnlySpan<float> key, Span<float> written, float rate)
    {
        for (int i = 0; i < key.Length; i++)
        {
            ReadOnlySpan<float> row = state.Slice(i * written.Length, written.Length);
            for (int j = 0; j < row.Length; j++)
            {
                written[j] -= row[j] * key[i];
            }
        }

        foreach (ref float value in written)
        {
            value *= rate;
        }
    }

    private static void Read(ReadOnlySpan<float> state, ReadOnlySpan<float> query, Span<float> result, float scale)
    {
        result.Clear();
        for (int i = 0; i < query.Length; i++)
        {
            ReadOnlySpan<float> row = state.Slice(i * result.Length, result.Length);
            for (int j = 0; j < row.Length; j++)
            {
                result[j] += query[i] * row[j];
            }
        }

        foreach (ref float value in result)
        {
            value *= scale;
        }
    }

    private static Sizes Of(Node node)
    {
        (int queryHeads, int keyHeads, float scale) = node.AttributesAs<LinearAttentionAttributes>();
        Shape queries = node.Input(0).Shape;
        int decaySize = node.OptionalInput(4) is { } decays ? decays.Shape[2] / keyHeads : 0;
        return new(queries[0], queries[1], queryHeads, keyHeads, queries[2] / queryHeads, node.Input(2).Shape[2] / keyHeads, decaySize,
            node.OptionalInput(5)?.Shape[2] ?? 0, scale);
    }

    private static void Check(Node node, int index, string role, params ReadOnlySpan<Shape> allowed)
    {
        if (node.OptionalInput(index) is not { } operand)
        {
            return;
        }

        OperandRules.OfType(operand, role, ElementType.Float32);
        if (!allowed.Contains(operand.Shape))
        {
            throw new OperatorException($"{role} '{operand}' have the shape {operand.Shape} instead of {string.Join(" or ", allowed.ToArray())}");
        }
    }

    private readonly record struct Sizes(
        int Batch, int Steps, int QueryHeads, int KeyHeads, int KeySize, int ValueSize, int DecaySize, int RatesPerStep, float Scale)
    {
        public bool HasDecays => DecaySize > 0;

        public bool HasRates => RatesPerStep > 0;
    }
}
