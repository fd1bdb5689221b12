using EdgeAI.Compiler.Emission;
using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Operators.Recurrent;

/// <summary>
/// SvdfMemory, the first half of TensorFlow Lite's SVDF: operands state [N,F·M] (M activations of each of F filters, the oldest first), x [N,I], and
/// weights [F,I]; the result is the state with every row one place older and x times the weights as its youngest. float32; or int8 x and weights
/// with a state of int8 or int16, by the arithmetic of the reference kernel.
/// </summary>
internal sealed class SvdfMemoryOperator : Operator
{
    /// <inheritdoc/>
    public override string Name => "SvdfMemory";

    /// <inheritdoc/>
    public override string? IntegersAsWritten => "int8, int16 memory";

    /// <inheritdoc/>
    public override Type AttributesType => typeof(NoAttributes);

    /// <inheritdoc/>
    public override IReadOnlyList<TensorType> Infer(Node node)
    {
        OperandRules.AtMost(node, 3);
        Tensor state = node.Operand(0, "state");
        Tensor x = node.Operand(1, "x");
        Tensor weights = node.Operand(2, "weights");
        OperandRules.Rank(state, 2, "state");
        OperandRules.Rank(x, 2, "x");
        OperandRules.Rank(weights, 2, "weights");
        OperandRules.OfType(x, "x", ElementType.Float32, ElementType.Int8);
        OperandRules.OfType(weights, "weights", x.Type);
        OperandRules.HasShape(weights, new Shape(weights.Shape[0], x.Shape[1]), "weights");
        if (x.Type == ElementType.Float32)
        {
            OperandRules.OfType(state, "state", ElementType.Float32);
        }
        else
        {
            OperandRules.OfType(state, "state", ElementType.Int8, ElementType.Int16);
            OperandRules.QuantizedPerTensor(x, "x");
            OperandRules.QuantizedPerTensor(weights, "weights");
            OperandRules.QuantizedPerTensor(state, "state");
            OperandRules.Symmetric(weights);
        }

        bool fits = state.Shape[0] == x.Shape[0] && weights.Shape[0] > 0 && state.Shape[1] > 0 && state.Shape[1] % weights.Shape[0] == 0;
        return fits
            ? [new(state.Type, state.Shape)]
            : throw new OperatorException($"the state '{state}' does not hold rows of the filters of '{weights}' for '{x}'");
    }

    /// <inheritdoc/>
    public override long CountMacs(Node node) => node.Input(1).Shape[0] * node.Input(2).Shape.ElementCount;

    /// <inheritdoc/>
    public override IEnumerable<int> InPlaceInputs(Node node) => [0];

    /// <inheritdoc/>
    public override void Execute(OperatorCall call)
    {
        Tensor weights = call.Node.Input(2);
        int filters = weights.Shape[0];
        int memory = call.Node.Output.Shape[1] / filters;
        int size = call.Node.Output.Type.ByteSize();
        ReadOnlySpan<byte> old = call.InputBytes(0);
        old[size..].CopyTo(call.OutputBytes());
        for (int batch = 0; batch < call.Node.Output.Shape[0]; batch++)
        {
            for (int filter = 0; filter < filters; filter++)
            {
                int at = (((batch * filters) + filter) * memory) + memory - 1;
                if (call.Node.Output.Type == ElementType.Float32)
                {
                    call.Output<float>()[at] = Dot(call, batch, filter, weights.Shape[1]);
                }
                else
                {
                    PlainElements.Put(call.OutputBytes(), call.Node.Output.Type, at, (Int128)IntegerDot(call, batch, filter, weights.Shape[1]));
                }
            }
        }
    }

    /// <inheritdoc/>
    public override KernelCall Emit(Node node, EmissionContext context)
    {
        Tensor state = node.Input(0);
        Tensor weights = node.Input(2);
        KernelField[] extents =
        [
            KernelField.Of("batches", state.Shape[0]), KernelField.Of("filters", weights.Shape[0]), KernelField.Of("inputs", weights.Shape[1]),
            KernelField.Of("memory", state.Shape[1] / weights.Shape[0]),
        ];
        string[] arguments = [context.Read(state), context.Read(node.Input(1)), context.Read(weights), context.Write(node.Output)];
        if (state.Type == ElementType.Float32)
        {
            return new("edgeai_svdf_memory_f32", "edgeai_svdf", [.. extents], [.. arguments]);
        }

        (int multiplierQ31, int shift) = Factor(node);
        return new("edgeai_svdf_memory_s8", "edgeai_svdf",
            [
                .. extents, KernelField.Of("state_16_bit", state.Type == ElementType.Int16 ? 1 : 0),
                KernelField.Of("input_zero_point", node.Input(1).Quantization!.ZeroPoint), KernelField.Of("state_zero_point", state.Quantization!.ZeroPoint),
                KernelField.Of("multiplier", multiplierQ31), KernelField.Of("shift", shift),
            ],
            [.. arguments]);
    }

    private static (int MultiplierQ31, int Shift) Factor(Node node) => FixedPoint.QuantizeMultiplier(
        (double)(node.Input(1).Quantization!.Scale * node.Input(2).Quantization!.Scale / node.Input(0).Quantization!.Scale));

    private static float Dot(OperatorCall call, int batch, int filter, int inputs)
    {
        ReadOnlySpan<float> x = call.Input<float>(1).Slice(batch * inputs, inputs);
        ReadOnlySpan<float> weights = call.Input<float>(2).Slice(filter * inputs, inputs);
        float sum = 0;
        for (int i = 0; i < inputs; i++)
        {
            sum += x[i] * weights[i];
        }

        return sum;
    }

    private static int IntegerDot(OperatorCall call, int batch, int filter, int inputs)
    {
        ReadOnlySpan<sbyte> x = call.Input<sbyte>(1).Slice(batch * inputs, inputs);
        ReadOnlySpan<sbyte> weights = call.Input<sbyte>(2).Slice(filter * inputs, inputs);
        int zeroPoint = call.Node.Input(1).Quantization!.ZeroPoint;
        int sum = 0;
        for (int i = 0; i < inputs; i++)
        {
            sum = unchecked(sum + (weights[i] * (x[i] - zeroPoint)));
        }

        (int multiplierQ31, int shift) = Factor(call.Node);
        int scaled = IntegerRange.Of(call.Node.Output.Type).Saturate(FixedPoint.MultiplyByQuantizedMultiplier(sum, multiplierQ31, shift));
        return unchecked(scaled + call.Node.Input(0).Quantization!.ZeroPoint);
    }
}

/// <summary>SvdfResult: how many filters make up one unit, and the fused limits.</summary>
public sealed record SvdfAttributes(int Rank, Clamp Clamp) : OperatorAttributes, IClamped
{
    /// <inheritdoc/>
    public OperatorAttributes WithClamp(Clamp clamp) => this with { Clamp = clamp };
}

/// <summary>
/// SvdfResult, the second half of SVDF: operands state [N,F·M], weights [F,M] of the state's type, bias [F/rank] or none; the result [N,F/rank] is,
/// for each unit, bias + the sum over its filters of the filter's activations times its weights.
/// </summary>
internal sealed class SvdfResultOperator : Operator
{
    /// <inheritdoc/>
    public override string Name => "SvdfResult";

    /// <inheritdoc/>
    public override string? IntegersAsWritten => "int8, int16 memory";

    /// <inheritdoc/>
    public override Type AttributesType => typeof(SvdfAttributes);

    /// <inheritdoc/>
    public override IReadOnlyList<TensorType> Infer(Node node)
    {
        OperandRules.AtMost(node, 3);
        Tensor state = node.Operand(0, "state");
        Tensor weights = node.Operand(1, "weights");
        int rank = node.AttributesAs<SvdfAttributes>().Rank;
        OperandRules.Rank(state, 2, "state");
        OperandRules.Rank(weights, 2, "weights");
        OperandRules.OfType(state, "state", ElementType.Float32, ElementType.Int8, ElementType.Int16);
        OperandRules.OfType(weights, "weights", state.Type);
        OperandRules.InRange(rank, 1, Math.Max(1, weights.Shape[0]), "rank");
        bool isFloat = state.Type == ElementType.Float32;
        if (!isFloat)
        {
            OperandRules.QuantizedPerTensor(state, "state");
            OperandRules.QuantizedPerTensor(weights, "weights");
            OperandRules.Symmetric(weights);
        }

        if (weights.Shape[0] % rank != 0 || state.Shape[1] != weights.Shape.ElementCount)
        {
            throw new OperatorException($"the weights '{weights}' do not fit the state '{state}' with a rank of {rank}");
        }

        if (node.OptionalInput(2) is { } bias)
        {
            OperandRules.OfType(bias, "bias", isFloat ? ElementType.Float32 : ElementType.Int32);
            OperandRules.HasShape(bias, new Shape(weights.Shape[0] / rank), "bias");
        }

        return [new(isFloat ? ElementType.Float32 : ElementType.Int8, new Shape(state.Shape[0], weights.Shape[0] / rank))];
    }

    /// <inheritdoc/>
    public override long CountMacs(Node node) => node.Input(0).Shape.ElementCount;

    /// <inheritdoc/>
    public override void Execute(OperatorCall call)
    {
        Node node = call.Node;
        int units = node.Output.Shape[1];
        int run = node.Input(0).Shape[1] / units;
        for (int i = 0; i < node.Output.Shape.ElementCount; i++)
        {
            if (node.Output.Type == ElementType.Float32)
            {
                call.Output<float>()[i] = node.AttributesAs<SvdfAttributes>().Clamp.Apply(Sum(call, i, units, run));
            }
            else
            {
                call.Output<sbyte>()[i] = IntegerSum(call, i, units, run);
            }
        }
    }

    /// <inheritdoc/>
    public override KernelCall Emit(Node node, EmissionContext context)
    {
        Clamp clamp = node.AttributesAs<SvdfAttributes>().Clamp;
        Tensor state = node.Input(0);
        KernelField[] extents =
        [
            KernelField.Of("batches", state.Shape[0]), KernelField.Of("units", node.Output.Shape[1]),
            KernelField.Of("filters", state.Shape[1] / node.Output.Shape[1] / node.Input(1).Shape[1]), KernelField.Of("memory", node.Input(1).Shape[1]),
        ];
        string[] arguments = [context.Read(state), context.Read(node.Input(1)), context.Read(node.OptionalInput(2)), context.Write(node.Output)];
        if (state.Type == ElementType.Float32)
        {
            return new("edgeai_svdf_result_f32", "edgeai_svdf",
                [.. extents, KernelField.Of("minimum", clamp.Minimum), KernelField.Of("maximum", clamp.Maximum)], [.. arguments]);
        }

        (int multiplierQ31, int shift) = Factor(node);
        var range = IntegerRange.Clamped(clamp, node.Output);
        return new("edgeai_svdf_result_s8", "edgeai_svdf",
            [
                .. extents, KernelField.Of("state_16_bit", state.Type == ElementType.Int16 ? 1 : 0),
                KernelField.Of("state_zero_point", state.Quantization!.ZeroPoint), KernelField.Of("output_zero_point", node.Output.Quantization!.ZeroPoint),
                KernelField.Of("multiplier", multiplierQ31), KernelField.Of("shift", shift),
                KernelField.Of("minimum", range.Minimum), KernelField.Of("maximum", range.Maximum),
            ],
            [.. arguments]);
    }

    private static (int MultiplierQ31, int Shift) Factor(Node node) => FixedPoint.QuantizeMultiplier(
        (double)(node.Input(0).Quantization!.Scale * node.Input(1).Quantization!.Scale / node.Output.Quantization!.Scale));

    // Each filter is summed by itself before the filters of a unit are, as the reference does.
    private static float Sum(OperatorCall call, int index, int units, int run)
    {
        int memory = call.Node.Input(1).Shape[1];
        int unit = index % units;
        ReadOnlySpan<float> state = call.Input<float>(0).Slice(index * run, run);
        ReadOnlySpan<float> weights = call.Input<float>(1).Slice(unit * run, run);
        float sum = call.HasInput(2) ? call.Input<float>(2)[unit] : 0;
        for (int filter = 0; filter < run; filter += memory)
        {
            float part = 0;
            for (int i = filter; i < filter + memory; i++)
            {
                part += weights[i] * state[i];
            }

            sum += part;
        }

        return sum;
    }

    private static sbyte IntegerSum(OperatorCall call, int index, int units, int run)
    {
        Node node = call.Node;
        int unit = index % units;
        int zeroPoint = node.Input(0).Quantization!.ZeroPoint;
        int sum = call.HasInput(2) ? call.Input<int>(2)[unit] : 0;
        for (int i = 0; i < run; i++)
        {
            int weight = (int)PlainElements.Integer(call.InputBytes(1), node.Input(1).Type, (unit * run) + i);
            int value = (int)PlainElements.Integer(call.InputBytes(0), node.Input(0).Type, (index * run) + i);
            sum = unchecked(sum + (weight * (value - zeroPoint)));
        }

        (int multiplierQ31, int shift) = Factor(node);
        int scaled = FixedPoint.MultiplyByQuantizedMultiplier(sum, multiplierQ31, shift);
        return (sbyte)IntegerRange.Clamped(node.AttributesAs<SvdfAttributes>().Clamp, node.Output).Saturate(unchecked(scaled + node.Output.Quantization!.ZeroPoint));
    }
}
