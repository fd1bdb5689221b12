using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Operators;

/// <summary>Constraints on a node's operands that many operators share; each throws <see cref="OperatorException"/> with what is there and what is allowed.</summary>
public static class OperandRules
{
    /// <summary>A required operand.</summary>
    public static Tensor Operand(this Node node, int index, string role) => node.OptionalInput(index)
        ?? throw new OperatorException($"operand {index} ({role}) is missing");

    /// <summary>At most so many operands.</summary>
    public static void AtMost(Node node, int count)
    {
        if (node.Inputs.Count > count)
        {
            throw new OperatorException($"{node.Inputs.Count} operands are given; at most {count} are taken");
        }
    }

    /// <summary>The operand has the given number of axes.</summary>
    public static void Rank(Tensor tensor, int rank, string role)
    {
        if (tensor.Shape.Rank != rank)
        {
            throw new OperatorException($"{role} '{tensor}' has {tensor.Shape.Rank} axes instead of {rank}");
        }
    }

    /// <summary>The operand has exactly the given shape.</summary>
    public static void HasShape(Tensor tensor, Shape shape, string role)
    {
        if (tensor.Shape != shape)
        {
            throw new OperatorException($"{role} '{tensor}' has the shape {tensor.Shape} instead of {shape}");
        }
    }

    /// <summary>The operand is of one of the types.</summary>
    public static void OfType(Tensor tensor, string role, params ReadOnlySpan<ElementType> allowed)
    {
        if (!allowed.Contains(tensor.Type))
        {
            string names = string.Join(" or ", allowed.ToArray().Select(type => type.DisplayName()));
            throw new OperatorException($"{role} '{tensor}' is {tensor.Type.DisplayName()}; {names} is taken");
        }
    }

    /// <summary>A setting lies in a range.</summary>
    public static void InRange(int value, int minimum, int maximum, string setting)
    {
        if (value < minimum || value > maximum)
        {
            throw new OperatorException($"{setting} is {value}; {(maximum == int.MaxValue ? $"at least {minimum}" : $"{minimum} to {maximum}")} is allowed");
        }
    }

    /// <summary>An int8 value with one scale and zero point.</summary>
    public static void QuantizedPerTensor(Tensor tensor, string role)
    {
        if (tensor.Quantization is not { } quantization)
        {
            throw new OperatorException($"{role} '{tensor}' has no quantization");
        }

        if (quantization.Scales.Length != 1 || quantization.ZeroPoints.Length != 1)
        {
            throw new OperatorException($"{role} '{tensor}' has {quantization.Scales.Length} scales; one is taken");
        }

        PositiveScales(tensor, role);
    }

    /// <summary>Weights with one scale, or one for each of the channels along an axis.</summary>
    public static void QuantizedWeights(Tensor weights, int channelAxis, int channelCount)
    {
        if (weights.Quantization is not { } quantization)
        {
            throw new OperatorException($"weights '{weights}' have no quantization");
        }

        if (quantization.Scales.Length != 1 && (quantization.Axis != channelAxis || quantization.Scales.Length != channelCount))
        {
            throw new OperatorException(
                $"weights '{weights}' have {quantization.Scales.Length} scales along axis {quantization.Axis}; one, or {channelCount} along axis {channelAxis}, are taken");
        }

        PositiveScales(weights, "weights");
    }

    /// <summary>Weights whose zero points are all 0.</summary>
    public static void Symmetric(Tensor weights)
    {
        if (weights.Quantization!.ZeroPoints.Any(zeroPoint => zeroPoint != 0))
        {
            throw new OperatorException($"weights '{weights}' have a zero point other than 0; only symmetric weights are taken");
        }
    }

    /// <summary>int16 operands and results have one scale and a zero point of 0.</summary>
    public static void SymmetricInt16(Node node)
    {
        foreach (Tensor tensor in node.Inputs.Concat(node.Outputs).OfType<Tensor>().Where(tensor => tensor is { Type: ElementType.Int16, Quantization: not null }))
        {
            QuantizedPerTensor(tensor, "value");
            if (tensor.Quantization!.ZeroPoint != 0)
            {
                throw new OperatorException($"int16 '{tensor}' has the zero point {tensor.Quantization.ZeroPoint}; {node.Operator} takes 0");
            }
        }
    }

    private static void PositiveScales(Tensor tensor, string role)
    {
        foreach (float scale in tensor.Quantization!.Scales)
        {
            if (!(scale > 0) || float.IsInfinity(scale))
            {
                throw new OperatorException(FormattableString.Invariant($"{role} '{tensor}' has the scale {scale}; a positive finite one is taken"));
            }
        }
    }
}
