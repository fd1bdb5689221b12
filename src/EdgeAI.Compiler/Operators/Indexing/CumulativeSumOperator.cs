using EdgeAI.Compiler.Emission;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators.Logic;

namespace EdgeAI.Compiler.Operators.Indexing;

/// <summary>CumulativeSum: the sum of the elements up to each along an axis, in float32 one after another or in integers that wrap.</summary>
internal sealed class CumulativeSumOperator : Operator
{
    /// <inheritdoc/>
    public override string Name => "CumulativeSum";

    /// <inheritdoc/>
    public override string? IntegersAsWritten => "integers";

    /// <inheritdoc/>
    public override Type AttributesType => typeof(CumulativeSumAttributes);

    /// <inheritdoc/>
    public override IReadOnlyList<TensorType> Infer(Node node)
    {
        OperandRules.AtMost(node, 1);
        Tensor x = node.Operand(0, "x");
        AxisWalk.Check(x, node.AttributesAs<CumulativeSumAttributes>().Axis);
        OperandRules.OfType(x, "x", LogicTypes.Numbers);
        return [new(x.Type, x.Shape)];
    }

    /// <inheritdoc/>
    public override void Execute(OperatorCall call)
    {
        CumulativeSumAttributes attributes = call.Node.AttributesAs<CumulativeSumAttributes>();
        ElementType type = call.Node.Input(0).Type;
        var walk = AxisWalk.Of(call.Node.Input(0).Shape, attributes.Axis);
        for (int i = 0; i < walk.Outer * walk.Inner; i++)
        {
            float real = 0;
            Int128 integer = 0;
            for (int k = 0; k < walk.Extent; k++)
            {
                int step = attributes.Reverse ? walk.Extent - 1 - k : k;
                long place = ((((long)(i / walk.Inner) * walk.Extent) + step) * walk.Inner) + (i % walk.Inner);
                if (type == ElementType.Float32)
                {
                    float next = real + call.Input<float>(0)[(int)place];
                    call.Output<float>()[(int)place] = attributes.Exclusive ? real : next;
                    real = next;
                }
                else
                {
                    Int128 next = integer + PlainElements.Integer(call.InputBytes(0), type, place);
                    PlainElements.Put(call.OutputBytes(), type, place, attributes.Exclusive ? integer : next);
                    integer = next;
                }
            }
        }
    }

    /// <inheritdoc/>
    public override KernelCall Emit(Node node, EmissionContext context)
    {
        CumulativeSumAttributes attributes = node.AttributesAs<CumulativeSumAttributes>();
        Tensor x = node.Input(0);
        return new("edgeai_cumulative_sum", "edgeai_cumulative_sum",
            [
                .. AxisWalk.Of(x.Shape, attributes.Axis).Fields(), KernelField.Pointer("type", PlainElements.Constant(x.Type)),
                KernelField.Of("exclusive", attributes.Exclusive ? 1 : 0), KernelField.Of("reverse", attributes.Reverse ? 1 : 0),
            ],
            [context.Read(x), context.Write(node.Output)]);
    }
}
