using EdgeAI.Compiler.Emission;
using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Operators.Signal;

/// <summary>
/// SignalOverlapAdd: frames [..., n, size] that begin Step samples apart, added up behind what earlier ones left, [..., size − Step]; the result,
/// [..., n · Step + size − Step], ends with what is left for later ones. int16 saturates after each frame; float32.
/// Source: the signal library of TensorFlow Lite Micro.
/// </summary>
internal sealed class SignalOverlapAddOperator : Operator
{
    /// <inheritdoc/>
    public override string Name => "SignalOverlapAdd";

    /// <inheritdoc/>
    public override string? IntegersAsWritten => "int16";

    /// <inheritdoc/>
    public override Type AttributesType => typeof(SignalOverlapAddAttributes);

    /// <inheritdoc/>
    public override IReadOnlyList<TensorType> Infer(Node node)
    {
        OperandRules.AtMost(node, 2);
        Tensor x = node.Operand(0, "frames");
        Tensor rest = node.Operand(1, "rest");
        OperandRules.OfType(x, "frames", ElementType.Int16, ElementType.Float32);
        OperandRules.OfType(rest, "rest", x.Type);
        int step = node.AttributesAs<SignalOverlapAddAttributes>().Step;
        if (x.Shape.Rank < 2 || x.Shape.ElementCount == 0)
        {
            throw new OperatorException($"the frames '{x}' should be [..., n, size]");
        }

        OperandRules.InRange(step, 1, x.Shape[-1], "the step");
        int[] outer = [.. x.Shape.Extents.AsSpan()[..^2]];
        OperandRules.HasShape(rest, new Shape([.. outer, x.Shape[-1] - step]), "rest");
        long length = ((long)x.Shape[-2] * step) + x.Shape[-1] - step;
        return length <= int.MaxValue
            ? [new(x.Type, new Shape([.. outer, (int)length]))]
            : throw new OperatorException($"the frames '{x}' give {length} samples; at most {int.MaxValue} are taken");
    }

    /// <inheritdoc/>
    public override void Execute(OperatorCall call)
    {
        if (call.Node.Output.Type == ElementType.Float32)
        {
            Add<float>(call, (a, b) => a + b);
        }
        else
        {
            Add<short>(call, (a, b) => (short)Math.Clamp(a + b, short.MinValue, short.MaxValue));
        }
    }

    /// <inheritdoc/>
    public override KernelCall Emit(Node node, EmissionContext context)
    {
        string function = node.Output.Type == ElementType.Float32 ? "edgeai_signal_overlap_add_f32" : "edgeai_signal_overlap_add_s16";
        Shape shape = node.Input(0).Shape;
        return new(function, "edgeai_signal_overlap_add",
            [
                KernelField.Of("rows", node.Output.Shape.ElementCount / node.Output.Shape[-1]), KernelField.Of("frames", shape[-2]),
                KernelField.Of("size", shape[-1]), KernelField.Of("step", node.AttributesAs<SignalOverlapAddAttributes>().Step),
            ],
            [context.Read(node.Input(0)), context.Read(node.Input(1)), context.Write(node.Output)]);
    }

    private static void Add<T>(OperatorCall call, Func<T, T, T> sum) where T : unmanaged
    {
        Shape shape = call.Node.Input(0).Shape;
        int step = call.Node.AttributesAs<SignalOverlapAddAttributes>().Step;
        (int frames, int size, int length) = (shape[-2], shape[-1], call.Node.Output.Shape[-1]);
        for (int row = 0; row < call.Output<T>().Length / length; row++)
        {
            Span<T> result = call.Output<T>().Slice(row * length, length);
            result.Clear();
            call.Input<T>(1).Slice(row * (size - step), size - step).CopyTo(result);
            for (int i = 0; i < frames * size; i++)
            {
                ref T place = ref result[(i / size * step) + (i % size)];
                place = sum(place, call.Input<T>(0)[(row * frames * size) + i]);
            }
        }
    }
}
