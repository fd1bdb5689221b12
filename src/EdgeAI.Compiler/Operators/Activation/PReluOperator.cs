using EdgeAI.Compiler.Emission;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators.ElementWise;

namespace EdgeAI.Compiler.Operators.Activation;

/// <summary>
/// PRelu: operands x and slope, which broadcasts to x; x from 0 on, slope · x below. int8 as TensorFlow Lite's PRELU: x rescaled, or the exact product rescaled;
/// int16 the same with zero points of 0.
/// </summary>
internal sealed class PReluOperator : Operator, ILayoutAgnostic
{
    /// <inheritdoc/>
    public override string Name => "PRelu";

    /// <inheritdoc/>
    public override Type AttributesType => typeof(NoAttributes);

    /// <inheritdoc/>
    public override QuantizationRule Quantization => QuantizationRule.Calibrated;

    /// <inheritdoc/>
    public override IReadOnlyList<TensorType> Infer(Node node)
    {
        if (node.Inputs.Count != 2 || node.Inputs[0] is not { } x || node.Inputs[1] is not { } slope)
        {
            throw new OperatorException($"PRelu takes 2 operands, x and slope, not {node.Inputs.Count}");
        }

        foreach (Tensor operand in (Tensor[])[x, slope])
        {
            bool quantized = operand.Type is ElementType.Int8 or ElementType.Int16 && operand.Quantization is { IsPerChannel: false };
            if (operand.Type != x.Type || (operand.Type != ElementType.Float32 && !quantized))
            {
                throw new OperatorException(
                    $"PRelu takes two operands of float32, or of int8 or int16 with one scale each; '{x.Name}' is {x.Type.DisplayName()}, '{slope.Name}' is {slope.Type.DisplayName()}");
            }
        }

        OperandRules.SymmetricInt16(node);
        if (BroadcastPlan.Combine(x.Shape, slope.Shape) != x.Shape)
        {
            throw new OperatorException($"PRelu cannot broadcast the slope '{slope.Name}' {slope.Shape} to '{x.Name}' {x.Shape}");
        }

        BroadcastPlan.Verify(Name, x.Shape, slope.Shape, x.Shape);
        return [new(x.Type, x.Shape)];
    }

    /// <inheritdoc/>
    public override void Execute(OperatorCall call)
    {
        Node node = call.Node;
        BroadcastPlan plan = call.Prepare(Plan);
        if (node.Input(0).Type == ElementType.Float32)
        {
            plan.Run(call.Input<float>(0), call.Input<float>(1), call.Output<float>(), default(FloatFunction));
        }
        else if (node.Input(0).Type == ElementType.Int16)
        {
            plan.Run(call.Input<short>(0), call.Input<short>(1), call.Output<short>(), new IntegerFunction(node));
        }
        else
        {
            plan.Run(call.Input<sbyte>(0), call.Input<sbyte>(1), call.Output<sbyte>(), new IntegerFunction(node));
        }
    }

    /// <inheritdoc/>
    public override IEnumerable<int> InPlaceInputs(Node node) => [0];

    /// <inheritdoc/>
    public override RowWindow? RowsRead(Node node, int inputIndex) => RowWindow.ElementWise(node, inputIndex);

    /// <inheritdoc/>
    public OperatorAttributes? Permuted(Node node, IReadOnlyList<int> permutation) => node.Attributes;

    /// <inheritdoc/>
    public override KernelCall Emit(Node node, EmissionContext context)
    {
        KernelField shape = Plan(node).Field();
        string[] arguments = [context.Read(node.Input(0)), context.Read(node.Input(1)), context.Write(node.Output)];
        if (node.Input(0).Type == ElementType.Float32)
        {
            return new("edgeai_prelu_f32", "edgeai_prelu_f32", [shape], [.. arguments]);
        }

        var function = new IntegerFunction(node);
        string kernel = node.Input(0).Type == ElementType.Int16 ? "edgeai_prelu_s16" : "edgeai_prelu_s8";
        return new(kernel, kernel, [shape, .. function.Fields()], [.. arguments]);
    }

    private static BroadcastPlan Plan(Node node) => BroadcastPlan.Of(node.Input(0).Shape, node.Input(1).Shape, node.Input(0).Shape);

    private readonly struct FloatFunction : IBinaryFunction<float, float, float>
    {
        public float Apply(float a, float b) => a >= 0 ? a : a * b;
    }

    private readonly struct IntegerFunction(Node node) : IBinaryFunction<sbyte, sbyte, sbyte>, IBinaryFunction<short, short, short>
    {
        private readonly IntegerRange _range = IntegerRange.Of(node.Output.Type);
        private readonly int _zeroPointX = node.Input(0).Quantization!.ZeroPoint;
        private readonly int _zeroPointSlope = node.Input(1).Quantization!.ZeroPoint;
        private readonly int _zeroPoint = node.Output.Quantization!.ZeroPoint;
        private readonly (int MultiplierQ31, int Shift) _above = FixedPoint.QuantizeMultiplier(
            (double)node.Input(0).Quantization!.Scale / node.Output.Quantization!.Scale);

        private readonly (int MultiplierQ31, int Shift) _below = FixedPoint.QuantizeMultiplier(
            (double)node.Input(0).Quantization!.Scale * node.Input(1).Quantization!.Scale / node.Output.Quantization!.Scale);

        public sbyte Apply(sbyte a, sbyte b) => (sbyte)Rescaled(a, b);

        public short Apply(short a, short b) => (short)Rescaled(a, b);

        private int Rescaled(int a, int b)
        {
            int x = a - _zeroPointX;
            int value = x >= 0
                ? FixedPoint.MultiplyByQuantizedMultiplier(x, _above.MultiplierQ31, _above.Shift)
                : FixedPoint.MultiplyByQuantizedMultiplier(x * (b - _zeroPointSlope), _below.MultiplierQ31, _below.Shift);
            return _range.Saturate(unchecked(value + _zeroPoint));
        }

        public IEnumerable<KernelField> Fields() =>
        [
            KernelField.Of("zero_point_x", _zeroPointX),
            KernelField.Of("zero_point_slope", _zeroPointSlope),
            KernelField.Of("zero_point", _zeroPoint),
            KernelField.Of("multiplier_above", _above.MultiplierQ31),
            KernelField.Of("shift_above", _above.Shift),
            KernelField.Of("multiplier_below", _below.MultiplierQ31),
            KernelField.Of("shift_below", _below.Shift),
        ];
    }
}
