using System.Numerics;
using EdgeAI.Compiler.Emission;
using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Operators.ElementWise;

/// <summary>Subtract: a − b. int8 as TensorFlow Lite Micro's SUB, whose multipliers are quotients of floats; int16 with those of ADD, of doubles.</summary>
internal sealed class SubtractOperator : BinaryOperator<SubtractOperator.Function>
{
    /// <inheritdoc/>
    public override string Name => "Subtract";

    /// <inheritdoc/>
    protected override string KernelName => "subtract";

    /// <inheritdoc/>
    protected override object PrepareInt8(Node node) => Multipliers(node).Tabulate(-1);

    /// <inheritdoc/>
    protected override void RunInt8(OperatorCall call, BroadcastPlan plan) =>
        plan.Run(call.Input<sbyte>(0), call.Input<sbyte>(1), call.Output<sbyte>(), new AlignedSum((AlignedTables)PreparedOf(call).Int8!));

    /// <inheritdoc/>
    protected override bool HasInt16Form => true;

    /// <inheritdoc/>
    protected override void RunInt16(OperatorCall call, BroadcastPlan plan) =>
        plan.Run(call.Input<short>(0), call.Input<short>(1), call.Output<short>(), new WideSum(Multipliers(call.Node), -1));

    /// <inheritdoc/>
    protected override IEnumerable<KernelField> Int8Fields(Node node) => Multipliers(node).Fields();

    private static AlignedScales Multipliers(Node node)
    {
        double a = node.Input(0).Quantization!.Scale;
        double b = node.Input(1).Quantization!.Scale;
        double result = node.Output.Quantization!.Scale;
        double common = 2 * Math.Max(a, b);
        int shift = AlignedScales.LeftShiftOf(node);
        return node.Input(0).Type == ElementType.Int16
            ? new(node, shift, a / common, b / common, common / ((1 << shift) * result))
            : new(node, shift, (float)(a / common), (float)(b / common), (float)(common / ((1 << shift) * result)));
    }

    /// <summary>a − b.</summary>
    internal readonly struct Function : IPlainFunction
    {
        /// <inheritdoc/>
        public static T Apply<T>(T a, T b) where T : struct, INumber<T> => a - b;
    }
}
