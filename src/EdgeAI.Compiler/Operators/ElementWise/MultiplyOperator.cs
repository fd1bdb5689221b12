using System.Numerics;
using EdgeAI.Compiler.Emission;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators.Quantizing;

namespace EdgeAI.Compiler.Operators.ElementWise;

/// <summary>Multiply: a · b. int8 and int16 as TensorFlow Lite's MUL: the exact product, rescaled once.</summary>
internal sealed class MultiplyOperator : BinaryOperator<MultiplyOperator.Function>
{
    /// <inheritdoc/>
    public override string Name => "Multiply";

    /// <inheritdoc/>
    protected override string KernelName => "multiply";

    /// <inheritdoc/>
    protected override object PrepareInt8(Node node) => new Product(node);

    /// <inheritdoc/>
    protected override void RunInt8(OperatorCall call, BroadcastPlan plan) =>
        plan.Run(call.Input<sbyte>(0), call.Input<sbyte>(1), call.Output<sbyte>(), (Product)PreparedOf(call).Int8!);

    /// <inheritdoc/>
    protected override bool HasInt16Form => true;

    /// <inheritdoc/>
    protected override bool TakesSymmetricInt16 => true;

    /// <inheritdoc/>
    protected override void RunInt16(OperatorCall call, BroadcastPlan plan) =>
        plan.Run(call.Input<short>(0), call.Input<short>(1), call.Output<short>(), new Product(call.Node));

    /// <inheritdoc/>
    protected override IEnumerable<KernelField> Int8Fields(Node node)
    {
        var product = new Product(node);
        return
        [
            KernelField.Of("zero_point_a", product.ZeroPointA),
            KernelField.Of("zero_point_b", product.ZeroPointB),
            KernelField.Of("zero_point", product.ZeroPoint),
            KernelField.Of("multiplier", product.Multiplier.MultiplierQ31),
            KernelField.Of("shift", product.Multiplier.Shift),
            KernelField.Of("minimum", product.Limits.Minimum),
            KernelField.Of("maximum", product.Limits.Maximum),
        ];
    }

    /// <summary>a · b.</summary>
    internal readonly struct Function : IPlainFunction
    {
        /// <inheritdoc/>
        public static T Apply<T>(T a, T b) where T : struct, INumber<T> => a * b;
    }

    private readonly struct Product(Node node) : IBinaryFunction<sbyte, sbyte, sbyte>, IBinaryFunction<short, short, short>
    {
        public int ZeroPointA { get; } = node.Input(0).Quantization!.ZeroPoint;

        public int ZeroPointB { get; } = node.Input(1).Quantization!.ZeroPoint;

        public int ZeroPoint { get; } = node.Output.Quantization!.ZeroPoint;

        public (int MultiplierQ31, int Shift) Multiplier { get; } = FixedPoint.QuantizeMultiplier(
            (double)node.Input(0).Quantization!.Scale * node.Input(1).Quantization!.Scale / node.Output.Quantization!.Scale);

        public IntegerRange Limits { get; } = IntegerRange.Clamped(
            node.AttributesAs<BinaryAttributes>().Clamp, node.Output);

        public sbyte Apply(sbyte a, sbyte b) => (sbyte)Rescaled(a, b);

        public short Apply(short a, short b) => (short)Rescaled(a, b);

        private int Rescaled(int a, int b)
        {
            int product = (a - ZeroPointA) * (b - ZeroPointB);
            int scaled = FixedPoint.MultiplyByQuantizedMultiplier(product, Multiplier.MultiplierQ31, Multiplier.Shift);
            return Math.Clamp(unchecked(ZeroPoint + scaled), Limits.Minimum, Limits.Maximum);
        }
    }
}
