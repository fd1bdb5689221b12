using System.Numerics;
using EdgeAI.Compiler.Emission;
using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Operators.ElementWise;

/// <summary>
/// SquaredDifference: (a − b)². int8 as TensorFlow Lite's SQUARED_DIFFERENCE: both operands on a common scale with 7 bits behind the point, so that
/// the square fits 32 bits, then rescaled; int16 the same without these bits.
/// </summary>
internal sealed class SquaredDifferenceOperator : BinaryOperator<SquaredDifferenceOperator.Function>
{
    private const int Int8LeftShift = 7;

    /// <inheritdoc/>
    public override string Name => "SquaredDifference";

    /// <inheritdoc/>
    protected override string KernelName => "squared_difference";

    /// <inheritdoc/>
    protected override object PrepareInt8(Node node) => Multipliers(node).Tabulate(-1);

    /// <inheritdoc/>
    protected override void RunInt8(OperatorCall call, BroadcastPlan plan) =>
        plan.Run(call.Input<sbyte>(0), call.Input<sbyte>(1), call.Output<sbyte>(), new AlignedSquare((AlignedTables)PreparedOf(call).Int8!));

    /// <inheritdoc/>
    protected override bool HasInt16Form => true;

    /// <inheritdoc/>
    protected override bool TakesSymmetricInt16 => true;

    /// <inheritdoc/>
    protected override void RunInt16(OperatorCall call, BroadcastPlan plan) =>
        plan.Run(call.Input<short>(0), call.Input<short>(1), call.Output<short>(), new WideSquare(Multipliers(call.Node)));

    /// <inheritdoc/>
    protected override IEnumerable<KernelField> Int8Fields(Node node) => Multipliers(node).Fields();

    private static AlignedScales Multipliers(Node node)
    {
        double a = node.Input(0).Quantization!.Scale;
        double b = node.Input(1).Quantization!.Scale;
        double common = 2.0 * Math.Max(a, b);
        int leftShift = node.Input(0).Type == ElementType.Int16 ? 0 : Int8LeftShift;
        return new(node, leftShift, a / common, b / common, common * common / ((1 << (2 * leftShift)) * node.Output.Quantization!.Scale));
    }

    /// <summary>(a − b)².</summary>
    internal readonly struct Function : IPlainFunction
    {
        /// <inheritdoc/>
        public static T Apply<T>(T a, T b) where T : struct, INumber<T> => (a - b) * (a - b);
    }

    private readonly struct WideSquare(AlignedScales scales) : IBinaryFunction<short, short, short>
    {
        public short Apply(short a, short b) => (short)scales.SquareOfDifference(a, b);
    }

    private readonly struct AlignedSquare(AlignedTables tables) : IBinaryFunction<sbyte, sbyte, sbyte>
    {
        public sbyte Apply(sbyte a, sbyte b)
        {
            int difference = tables.A[(byte)a] + tables.B[(byte)b];
            return tables.Finish(difference * difference);
        }
    }
}
