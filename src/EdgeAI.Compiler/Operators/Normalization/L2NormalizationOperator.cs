using EdgeAI.Compiler.Emission;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators.Activation;

namespace EdgeAI.Compiler.Operators.Normalization;

/// <summary>
/// L2Normalization: rows along the last axis over the root of the sum of their squares, at least 10⁻⁶. The int8 result has the scale 1/128 and the zero
/// point 0, as TensorFlow Lite's specification fixes them, and the bytes of TensorFlow Lite Micro; the scale of the operand does not matter.
/// </summary>
internal sealed class L2NormalizationOperator : Operator
{
    private const float LeastNorm = 1e-6f;

    /// <summary>Fractional bits of the int8 result.</summary>
    private const int ResultBits = 7;

    /// <inheritdoc/>
    public override string Name => "L2Normalization";

    /// <inheritdoc/>
    public override Type AttributesType => typeof(NoAttributes);

    /// <inheritdoc/>
    public override QuantizationRule Quantization => QuantizationRule.Fixed;

    /// <inheritdoc/>
    public override QuantizationParameters FixedQuantization(ElementType type) => type == ElementType.Int8
        ? QuantizationParameters.PerTensor(1f / (1 << ResultBits), 0)
        : throw new NotSupportedException($"{Name} has no form of {type.DisplayName()}");

    /// <inheritdoc/>
    public override IReadOnlyList<TensorType> Infer(Node node)
    {
        OperandRules.AtMost(node, 1);
        Tensor x = node.Operand(0, "x");
        OperandRules.OfType(x, "x", ElementType.Float32, ElementType.Int8);
        if (x.Shape.Rank == 0)
        {
            throw new OperatorException($"{Name} takes rows; '{x}' is one number");
        }

        if (x.Type == ElementType.Int8)
        {
            OperandRules.QuantizedPerTensor(x, "x");
            if (node.Outputs.Count > 0 && !FixedQuantization(ElementType.Int8).Equals(node.Output.Quantization))
            {
                throw new OperatorException($"the result '{node.Output}' of {Name} needs the scale 1/128 and the zero point 0");
            }
        }

        return [new(x.Type, x.Shape)];
    }

    /// <inheritdoc/>
    public override IEnumerable<int> InPlaceInputs(Node node) => [0];

    /// <inheritdoc/>
    public override void Execute(OperatorCall call)
    {
        Tensor x = call.Node.Input(0);
        int depth = x.Shape[-1];
        for (int row = 0; row < Rows(x.Shape); row++)
        {
            if (x.Type == ElementType.Int8)
            {
                Run(call.Input<sbyte>(0).Slice(row * depth, depth), call.Output<sbyte>().Slice(row * depth, depth), x.Quantization!.ZeroPoint);
            }
            else
            {
                Run(call.Input<float>(0).Slice(row * depth, depth), call.Output<float>().Slice(row * depth, depth));
            }
        }
    }

    /// <inheritdoc/>
    public override KernelCall Emit(Node node, EmissionContext context)
    {
        Tensor x = node.Input(0);
        KernelField[] shape = [KernelField.Of("rows", Rows(x.Shape)), KernelField.Of("depth", x.Shape[-1])];
        return x.Type == ElementType.Int8
            ? new("edgeai_l2_normalization_s8", "edgeai_l2_normalization_s8", [.. shape, KernelField.Of("zero_point", x.Quantization!.ZeroPoint)],
                [context.Read(x), context.Write(node.Output)])
            : new("edgeai_l2_normalization_f32", "edgeai_l2_normalization_f32", [.. shape, KernelField.Of("least_norm", LeastNorm)],
                [context.Read(x), context.Write(node.Output)]);
    }

    private static int Rows(Shape shape) => (int)(shape.ElementCount / Math.Max(1, shape[-1]));

    // A sum of squares that wraps at 32 bits is taken as an empty one.
    private static void Run(ReadOnlySpan<sbyte> x, Span<sbyte> result, int zeroPoint)
    {
        int squares = 0;
        foreach (sbyte value in x)
        {
            int distance = value - zeroPoint;
            squares = unchecked(squares + (distance * distance));
        }

        (int multiplierQ31, int shift) = FixedPointFunctions.ReciprocalSquareRoot(squares);
        for (int i = 0; i < x.Length; i++)
        {
            int value = FixedPoint.MultiplyByQuantizedMultiplier(x[i] - zeroPoint, multiplierQ31, shift + ResultBits);
            result[i] = (sbyte)Math.Clamp(value, sbyte.MinValue, sbyte.MaxValue);
        }
    }

    private static void Run(ReadOnlySpan<float> x, Span<float> result)
    {
        float squares = 0;
        foreach (float value in x)
        {
            squares += value * value;
        }

        float root = MathF.Sqrt(squares);
        float norm = root > LeastNorm ? root : LeastNorm;
        for (int i = 0; i < x.Length; i++)
        {
            result[i] = x[i] / norm;
        }
    }
}
