using EdgeAI.Compiler.Emission;
using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Operators.Shaping;

/// <summary>
/// An operator that moves elements of any type and computes nothing. Its result has the type of its operand, and means the same reals.
/// </summary>
internal abstract class ShapingOperator : Operator
{
    /// <inheritdoc/>
    public override string? IntegersAsWritten => "all types";

    /// <inheritdoc/>
    public sealed override QuantizationRule Quantization => QuantizationRule.SameAsInput;

    /// <inheritdoc/>
    public sealed override IReadOnlyList<TensorType> Infer(Node node)
    {
        Tensor x = Operand(node);
        VerifySameQuantization(node, x);
        try
        {
            Shape shape = InferShape(node, x);
            _ = checked((int)shape.ElementCount);
            return [new(x.Type, shape)];
        }
        catch (OverflowException)
        {
            throw new OperatorException($"{Name} of '{x.Name}' {x.Shape} is larger than 2 GiB: more than {int.MaxValue} elements");
        }
    }

    /// <summary>The shape of the result.</summary>
    protected abstract Shape InferShape(Node node, Tensor x);

    /// <summary>The first operand, which must be there.</summary>
    protected Tensor Operand(Node node) => node.OptionalInput(0) ?? throw new OperatorException($"{Name} takes an operand; none is given");

    /// <summary>Throws unless the number of settings is the operand's number of axes.</summary>
    protected void VerifyRank(string setting, int count, Tensor x)
    {
        if (count != x.Shape.Rank)
        {
            throw new OperatorException($"{Name} has {count} {setting} for '{x.Name}' {x.Shape} of {x.Shape.Rank} axes");
        }
    }

    /// <summary>The walk, refused when it has more axes than the C kernel takes.</summary>
    protected CopyPlan Limited(CopyPlan plan) => plan.Axes <= CopyPlan.MostAxes
        ? plan
        : throw new OperatorException($"{Name} moves over {plan.Axes} axes; {CopyPlan.MostAxes} are the most");

    /// <summary>The call of the kernel that walks <paramref name="plan"/>.</summary>
    protected static KernelCall EmitCopy(Node node, EmissionContext context, CopyPlan plan) => new(
        "edgeai_copy", "edgeai_copy", [.. plan.Fields(node.Input(0).Type.ByteSize())],
        [context.Read(node.Input(0)), context.Write(node.Output)]);

    private void VerifySameQuantization(Node node, Tensor first)
    {
        IEnumerable<Tensor?> others = node.Inputs.Skip(1).Concat(node.Outputs);
        foreach (Tensor? other in others)
        {
            if (other?.Quantization is { IsPerChannel: false } quantization && other.Type == first.Type
                && first.Quantization is { IsPerChannel: false } expected && !quantization.Equals(expected))
            {
                throw new OperatorException($"{Name} moves integers unchanged; '{first.Name}' and '{other.Name}' must have the same scale and zero point");
            }
        }
    }
}
