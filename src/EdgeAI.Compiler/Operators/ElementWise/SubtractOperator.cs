using System.Numerics;
using EdgeAI.Compiler.Emission;
using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Operators.ElementWise;

/// <summary>Subtract: a − b. int8 and int16 as TensorFlow Lite Micro's SUB, whose multipliers are quotients of floats where ADD's are of doubles.</summary>
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
        float a = node.Input(0).Quantization!.Scale;
        float b = node.Input(1).Quantization!.Scale;
        float common = 2 * Math.Max(a, b);
        return new(node, AlignedScales.LeftShiftOf(node), a / common, b / common,
            common / ((1 << AlignedScales.LeftShiftOf(node)) * node.Output.Quantization!.Scale));
    }

    /// <summary>a − b.</summary>
    internal readonly struct Function : IPlainFunction
    {
        /// <inheritdoc/>
        public static T Apply<T>(T a, T b) where T : struct, INumber<T> => a - b;
    }
}
