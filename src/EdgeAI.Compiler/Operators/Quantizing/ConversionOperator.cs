using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Operators.Quantizing;

/// <summary>Quantize, Dequantize, Requantize: the same reals in another type, element by element.</summary>
internal abstract class ConversionOperator : Operator, ILayoutAgnostic
{
    /// <inheritdoc/>
    public override Type AttributesType => typeof(NoAttributes);

    /// <inheritdoc/>
    public sealed override QuantizationRule Quantization => QuantizationRule.Untouched;

    /// <inheritdoc/>
    public sealed override OperandRole RoleOf(Node node, int inputIndex) => OperandRole.Untouched;

    /// <inheritdoc/>
    public sealed override IReadOnlyList<TensorType> Infer(Node node)
    {
        Tensor x = node.OptionalInput(0) ?? throw new OperatorException($"{Name} takes an operand; none is given");
        return [new(ResultType(node, x), x.Shape)];
    }

    /// <inheritdoc/>
    public sealed override IEnumerable<int> InPlaceInputs(Node node) => node.Input(0).Type == node.Output.Type ? [0] : [];

    /// <inheritdoc/>
    public sealed override RowWindow? RowsRead(Node node, int inputIndex) => RowWindow.ElementWise(node, inputIndex);

    /// <inheritdoc/>
    public OperatorAttributes? Permuted(Node node, IReadOnlyList<int> permutation) =>
        node.Input(0).Quantization is { IsPerChannel: true } || node.Output.Quantization is { IsPerChannel: true } ? null : node.Attributes;

    /// <summary>The type of the result, from the operand and, where the node chooses it, from the result that is there.</summary>
    protected abstract ElementType ResultType(Node node, Tensor x);

    /// <summary>The type and quantization the node's result was given; throws unless it is an integer type of the list with one scale.</summary>
    protected ElementType GivenResult(Node node, params ReadOnlySpan<ElementType> allowed)
    {
        if (node.Outputs.Count == 0)
        {
            throw new OperatorException($"{Name} takes its result's type and quantization from its result; none is there");
        }

        Tensor result = node.Output;
        VerifyInteger(result, allowed);
        if (result.Quantization!.IsPerChannel)
        {
            throw new OperatorException($"{Name} makes a result with one scale; '{result.Name}' has {result.Quantization.Scales.Length}");
        }

        return result.Type;
    }

    /// <summary>Throws unless a tensor is quantized and of a type of the list.</summary>
    protected void VerifyInteger(Tensor tensor, params ReadOnlySpan<ElementType> allowed)
    {
        if (!allowed.Contains(tensor.Type))
        {
            string names = string.Join(", ", allowed.ToArray().Select(type => type.DisplayName()));
            throw new OperatorException($"{Name} takes '{tensor.Name}' as one of {names}; it is {tensor.Type.DisplayName()}");
        }

        if (tensor.Quantization is null)
        {
            throw new OperatorException($"{Name} needs the scale and zero point of '{tensor.Name}'; it has none");
        }
    }
}
