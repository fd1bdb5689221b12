using EdgeAI.Compiler.Emission;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators.Quantizing;

namespace EdgeAI.Compiler.Operators.Shaping;

/// <summary>Pad: elements around the operand. A constant is a real number, rounded to the operand's integers.</summary>
internal sealed class PadOperator : ShapingOperator, ILayoutAgnostic
{
    /// <inheritdoc/>
    public override string Name => "Pad";

    /// <inheritdoc/>
    public override Type AttributesType => typeof(PadAttributes);

    /// <inheritdoc/>
    public override bool IsView(Node node) => node.Input(0).Shape == node.Output.Shape;

    /// <inheritdoc/>
    public override void Execute(OperatorCall call) =>
        call.Prepare(Plan).Run(call.InputBytes(0), call.OutputBytes(), Value(call.Node));

    /// <inheritdoc/>
    public override RowWindow? RowsRead(Node node, int inputIndex) =>
        inputIndex == 0 && node.Input(0).Shape.Extents[..2].SequenceEqual(node.Output.Shape.Extents[..2]) ? RowWindow.Same : null;

    /// <inheritdoc/>
    public OperatorAttributes? Permuted(Node node, IReadOnlyList<int> permutation)
    {
        var attributes = node.AttributesAs<PadAttributes>();
        return attributes with
        {
            Before = AxisOrder.Undo(attributes.Before, permutation),
            After = AxisOrder.Undo(attributes.After, permutation),
        };
    }

    /// <inheritdoc/>
    public override KernelCall Emit(Node node, EmissionContext context) => new(
        "edgeai_pad", "edgeai_pad", [.. Plan(node).Fields(Value(node))], [context.Read(node.Input(0)), context.Write(node.Output)]);

    /// <inheritdoc/>
    protected override Shape InferShape(Node node, Tensor x)
    {
        var attributes = node.AttributesAs<PadAttributes>();
        VerifyRank("entries in Before", attributes.Before.Length, x);
        VerifyRank("entries in After", attributes.After.Length, x);
        int[] extents = new int[x.Shape.Rank];
        for (int axis = 0; axis < extents.Length; axis++)
        {
            int before = attributes.Before[axis];
            int after = attributes.After[axis];
            int most = attributes.Mode switch
            {
                PadMode.Reflect => Math.Max(x.Shape[axis] - 1, 0),
                PadMode.Edge when x.Shape[axis] == 0 => 0,
                _ => int.MaxValue,
            };
            if (before < 0 || after < 0 || before > most || after > most)
            {
                throw new OperatorException(
                    $"Pad ({attributes.Mode}) puts {before} before and {after} after axis {axis} of '{x.Name}' {x.Shape}; 0 to {most} are allowed");
            }

            extents[axis] = checked(before + x.Shape[axis] + after);
        }

        if (new PadPlan(x.Shape, attributes).Axes > PadPlan.MostAxes)
        {
            throw new OperatorException($"Pad of '{x.Name}' {x.Shape} is over more than {PadPlan.MostAxes} axes");
        }

        return new Shape(extents);
    }

    private static PadPlan Plan(Node node) => new(node.Input(0).Shape, node.AttributesAs<PadAttributes>());

    private static byte[] Value(Node node)
    {
        Tensor x = node.Input(0);
        float value = node.AttributesAs<PadAttributes>().Value;
        if (x.Quantization is { IsPerChannel: false } quantization)
        {
            return Bytes(x.Type, AffineQuantization.Quantize(value, quantization.Scale, quantization.ZeroPoint, IntegerRange.Of(x.Type)));
        }

        return Bytes(x.Type, value);
    }

    private static byte[] Bytes(ElementType type, double value) => type switch
    {
        ElementType.Float32 => BitConverter.GetBytes((float)value),
        ElementType.Float64 => BitConverter.GetBytes(value),
        ElementType.Float16 => BitConverter.GetBytes((Half)value),
        ElementType.Bool => [value == 0 ? (byte)0 : (byte)1],
        ElementType.Int8 => [unchecked((byte)sbyte.CreateSaturating(value))],
        ElementType.UInt8 => [byte.CreateSaturating(value)],
        ElementType.Int16 => BitConverter.GetBytes(short.CreateSaturating(value)),
        ElementType.UInt16 => BitConverter.GetBytes(ushort.CreateSaturating(value)),
        ElementType.Int32 => BitConverter.GetBytes(int.CreateSaturating(value)),
        ElementType.UInt32 => BitConverter.GetBytes(uint.CreateSaturating(value)),
        ElementType.UInt64 => BitConverter.GetBytes(ulong.CreateSaturating(value)),
        _ => BitConverter.GetBytes(long.CreateSaturating(value)),
    };
}
