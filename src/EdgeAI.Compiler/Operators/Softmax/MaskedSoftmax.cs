using EdgeAI.Compiler.Emission;
using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Operators.Softmax;

/// <summary>MaskedSoftmax: <see cref="MaskedSoftmax"/>.</summary>
/// <param name="Beta">Factor of the operand.</param>
/// <param name="MaskedWhere">The truth value of the mask where elements are left out.</param>
/// <param name="UniformWithout">Whether a row without elements has equal shares; else it has NaN.</param>
public sealed record MaskedSoftmaxAttributes(float Beta, bool MaskedWhere, bool UniformWithout) : OperatorAttributes;

/// <summary>
/// Softmax along the last axis over those elements that a Boolean mask leaves in; the others have no share. The mask's extents are the last of the operand's, so that it
/// is read again and again. In float32: what is left out may be of any size, and takes no range in which integers have steps.
/// </summary>
public sealed class MaskedSoftmax : Operator
{
    /// <inheritdoc/>
    public override string Name => "MaskedSoftmax";

    /// <inheritdoc/>
    public override Type AttributesType => typeof(MaskedSoftmaxAttributes);

    /// <inheritdoc/>
    public override OperandRole RoleOf(Node node, int inputIndex) => inputIndex == 0 ? OperandRole.Activation : OperandRole.Untouched;

    /// <summary>Whether a mask can be read again and again for an operand.</summary>
    public static bool Fits(Shape mask, Shape x)
    {
        int[] inner = [.. mask.Extents.SkipWhile(extent => extent == 1)];
        return x.Rank > 0 && inner.Length <= x.Rank && mask.Rank > 0 && mask[-1] == x[-1] && inner.AsSpan().SequenceEqual(x.Extents.AsSpan()[(x.Rank - inner.Length)..]);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<TensorType> Infer(Node node)
    {
        OperandRules.AtMost(node, 2);
        Tensor x = node.Operand(0, "x");
        Tensor mask = node.Operand(1, "mask");
        OperandRules.OfType(x, "x", ElementType.Float32);
        OperandRules.OfType(mask, "mask", ElementType.Bool);
        float beta = node.AttributesAs<MaskedSoftmaxAttributes>().Beta;
        return Fits(mask.Shape, x.Shape) && beta > 0 && float.IsFinite(beta)
            ? [new(x.Type, x.Shape)]
            : throw new OperatorException(FormattableString.Invariant($"the mask '{mask}' or the factor {beta} does not fit '{x}': the last extents must be equal, the factor positive"));
    }

    /// <inheritdoc/>
    public override IEnumerable<int> InPlaceInputs(Node node) => [0];

    /// <inheritdoc/>
    public override void Execute(OperatorCall call)
    {
        MaskedSoftmaxAttributes attributes = call.Node.AttributesAs<MaskedSoftmaxAttributes>();
        ReadOnlySpan<float> x = call.Input<float>(0);
        ReadOnlySpan<byte> mask = call.Input<byte>(1);
        Span<float> result = call.Output<float>();
        int depth = call.Node.Input(0).Shape[-1];
        for (int at = 0; at < result.Length; at += depth)
        {
            Run(x.Slice(at, depth), mask.Slice(at % mask.Length, depth), result.Slice(at, depth), attributes);
        }
    }

    /// <inheritdoc/>
    public override KernelCall Emit(Node node, EmissionContext context)
    {
        MaskedSoftmaxAttributes attributes = node.AttributesAs<MaskedSoftmaxAttributes>();
        Shape shape = node.Input(0).Shape;
        return new("edgeai_masked_softmax_f32", "edgeai_masked_softmax_f32",
            [
                KernelField.Of("rows", shape[-1] == 0 ? 0 : shape.ElementCount / shape[-1]),
                KernelField.Of("depth", shape[-1]),
                KernelField.Of("mask_rows", shape[-1] == 0 ? 1 : node.Input(1).Shape.ElementCount / shape[-1]),
                KernelField.Of("masked_where", attributes.MaskedWhere ? 1 : 0),
                KernelField.Of("share_without", attributes.UniformWithout ? 1f / Math.Max(1, shape[-1]) : float.NaN),
                KernelField.Of("beta", attributes.Beta),
            ],
            [context.Read(node.Input(0)), context.Read(node.Input(1)), context.Write(node.Output)]);
    }

    private static void Run(ReadOnlySpan<float> x, ReadOnlySpan<byte> mask, Span<float> result, MaskedSoftmaxAttributes attributes)
    {
        float maximum = float.NegativeInfinity;
        bool isEmpty = true;
        for (int i = 0; i < x.Length; i++)
        {
            if (mask[i] != 0 != attributes.MaskedWhere)
            {
                isEmpty = false;
                maximum = x[i] > maximum ? x[i] : maximum;
            }
        }

        if (isEmpty)
        {
            result.Fill(attributes.UniformWithout ? 1f / x.Length : float.NaN);
            return;
        }

        float sum = 0;
        for (int i = 0; i < x.Length; i++)
        {
            float e = mask[i] != 0 != attributes.MaskedWhere ? (float)PortableMath.Exp((x[i] - maximum) * attributes.Beta) : 0;
            result[i] = e;
            sum += e;
        }

        for (int i = 0; i < result.Length; i++)
        {
            result[i] /= sum;
        }
    }
}
