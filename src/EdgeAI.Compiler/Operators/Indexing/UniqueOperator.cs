using EdgeAI.Compiler.Emission;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators.Logic;

namespace EdgeAI.Compiler.Operators.Indexing;

/// <summary>
/// Unique: the parts of x along an axis that differ, in ascending order of their elements (NaN behind all numbers and equal to NaN) or in the order of their
/// first places. The result is flat, int64 [2 Count + extent of the axis]: the first place of each; for each part of x which of them it is, −1 for one
/// that there was no place for; how often each is there. Places behind the last repeat the first, with a number of 0. Where more parts differ than there
/// are places, the first of the order stay.
/// </summary>
internal sealed class UniqueOperator : Operator
{
    /// <inheritdoc/>
    public override string Name => "Unique";

    /// <inheritdoc/>
    public override string? IntegersAsWritten => "integers, bool";

    /// <inheritdoc/>
    public override Type AttributesType => typeof(UniqueAttributes);

    /// <inheritdoc/>
    public override IReadOnlyList<TensorType> Infer(Node node)
    {
        OperandRules.AtMost(node, 1);
        Tensor x = node.Operand(0, "x");
        UniqueAttributes attributes = node.AttributesAs<UniqueAttributes>();
        AxisWalk.Check(x, attributes.Axis);
        OperandRules.OfType(x, "x", LogicTypes.All);
        int extent = x.Shape[attributes.Axis];
        OperandRules.InRange(attributes.Count, Math.Min(1, extent), extent, "the number of places");
        return [new(ElementType.Int64, new Shape((2 * attributes.Count) + extent))];
    }

    /// <inheritdoc/>
    public override void Execute(OperatorCall call)
    {
        Tensor x = call.Node.Input(0);
        UniqueAttributes attributes = call.Node.AttributesAs<UniqueAttributes>();
        Find(x, call.InputBytes(0), attributes, call.Output<long>());
    }

    /// <summary>How many parts of a constant along an axis differ.</summary>
    public static int CountOf(Tensor constant, int axis)
    {
        int extent = constant.Shape[axis];
        long[] result = new long[3L * extent];
        return Find(constant, constant.Constant!.Value.Span, new UniqueAttributes(axis, extent, true), result);
    }

    /// <inheritdoc/>
    public override KernelCall Emit(Node node, EmissionContext context)
    {
        UniqueAttributes attributes = node.AttributesAs<UniqueAttributes>();
        Tensor x = node.Input(0);
        return new("edgeai_unique", "edgeai_unique",
            [
                .. AxisWalk.Of(x.Shape, attributes.Axis).Fields(), KernelField.Pointer("type", PlainElements.Constant(x.Type)),
                KernelField.Of("count", attributes.Count), KernelField.Of("sorted", attributes.IsSorted ? 1 : 0),
            ],
            [context.Read(x), context.Write(node.Output)]);
    }

    private static int Find(Tensor x, ReadOnlySpan<byte> bytes, UniqueAttributes attributes, Span<long> result)
    {
        var walk = AxisWalk.Of(x.Shape, attributes.Axis);
        Span<long> places = result[..attributes.Count];
        Span<long> which = result.Slice(attributes.Count, walk.Extent);
        Span<long> numbers = result[(attributes.Count + walk.Extent)..];
        numbers.Clear();
        int found = 0;
        for (int part = 0; part < walk.Extent; part++)
        {
            (int at, bool isThere) = Place(part, places[..found], attributes.IsSorted, bytes, x.Type, walk);
            if (isThere)
            {
                numbers[at]++;
            }
            else if (at < places.Length)
            {
                found = Math.Min(found + 1, places.Length);
                for (int i = found - 1; i > at; i--)
                {
                    places[i] = places[i - 1];
                    numbers[i] = numbers[i - 1];
                }

                places[at] = part;
                numbers[at] = 1;
            }
        }

        for (int part = 0; part < walk.Extent; part++)
        {
            (int at, bool isThere) = Place(part, places[..found], attributes.IsSorted, bytes, x.Type, walk);
            which[part] = isThere ? at : -1;
        }

        if (found > 0)
        {
            places[found..].Fill(places[0]);
        }

        return found;
    }

    /// <summary>Where a part is among those found, or where it would be.</summary>
    private static (int At, bool IsThere) Place(int part, ReadOnlySpan<long> found, bool isSorted, ReadOnlySpan<byte> bytes, ElementType type, AxisWalk walk)
    {
        for (int i = 0; i < found.Length; i++)
        {
            int order = Order(part, (int)found[i], bytes, type, walk);
            if (order == 0 || (isSorted && order < 0))
            {
                return (i, order == 0);
            }
        }

        return (found.Length, false);
    }

    private static int Order(int a, int b, ReadOnlySpan<byte> bytes, ElementType type, AxisWalk walk)
    {
        for (int i = 0; i < walk.Outer * walk.Inner; i++)
        {
            int start = (i / walk.Inner * walk.Extent * walk.Inner) + (i % walk.Inner);
            int order = type == ElementType.Float32
                ? Order(PlainElements.Real(bytes, type, start + (a * walk.Inner)), PlainElements.Real(bytes, type, start + (b * walk.Inner)))
                : PlainElements.Integer(bytes, type, start + (a * walk.Inner)).CompareTo(PlainElements.Integer(bytes, type, start + (b * walk.Inner)));
            if (order != 0)
            {
                return order;
            }
        }

        return 0;
    }

    private static int Order(double a, double b) =>
        double.IsNaN(a) || double.IsNaN(b) ? double.IsNaN(a).CompareTo(double.IsNaN(b)) : a < b ? -1 : a > b ? 1 : 0;
}
