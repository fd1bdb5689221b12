using EdgeAI.Compiler.Emission;
using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Operators;

/// <summary>What operators of the form "x times weights plus bias" (convolutions, fully connected) have in common: operands 0, 1 and 2 in that order.</summary>
internal static class WeightedSum
{
    /// <summary>
    /// x float32 with float32 weights and bias, int8 with constant int8 weights and a constant int32 bias, or int16 with constant int8 weights and a
    /// constant bias of int32 or int64, all zero points 0 (<see cref="WideChannelResult"/>).
    /// </summary>
    /// <param name="node">The node.</param>
    /// <param name="weightChannelAxis">The axis of the weights that counts result channels.</param>
    /// <param name="outputChannels">Result channels.</param>
    /// <param name="symmetricWeights">Whether zero points of int8 weights must be 0; those of int4 must.</param>
    /// <param name="takesNibbles">Whether weights beside int8 values may be int4.</param>
    public static void Operands(Node node, int weightChannelAxis, int outputChannels, bool symmetricWeights = true, bool takesNibbles = false)
    {
        OperandRules.AtMost(node, 3);
        Tensor x = node.Operand(0, "x");
        Tensor weights = node.Operand(1, "weights");
        Tensor? bias = node.OptionalInput(2);
        OperandRules.OfType(x, "x", ElementType.Float32, ElementType.Int8, ElementType.Int16);
        bool isWide = x.Type == ElementType.Int16;
        ReadOnlySpan<ElementType> weightTypes = isWide ? [ElementType.Int8]
            : x.Type == ElementType.Int8 && takesNibbles ? [ElementType.Int8, ElementType.Int4] : [x.Type];
        OperandRules.OfType(weights, "weights", weightTypes);
        if (bias is not null)
        {
            ReadOnlySpan<ElementType> biasTypes = isWide ? [ElementType.Int32, ElementType.Int64]
                : x.Type == ElementType.Int8 ? [ElementType.Int32] : [ElementType.Float32];
            OperandRules.OfType(bias, "bias", biasTypes);
            OperandRules.HasShape(bias, new Shape(outputChannels), "bias");
        }

        if (x.Type == ElementType.Float32)
        {
            return;
        }

        if (isWide)
        {
            OperandRules.SymmetricInt16(node);
            symmetricWeights = true;
        }

        OperandRules.QuantizedPerTensor(x, "x");
        OperandRules.QuantizedWeights(weights, weightChannelAxis, outputChannels);
        if (symmetricWeights || weights.Type == ElementType.Int4)
        {
            OperandRules.Symmetric(weights);
        }

        if (!weights.IsConstant || bias is { IsConstant: false })
        {
            throw new OperatorException($"weights '{weights}' and bias of an integer node must be constants");
        }

        if (node.Outputs.Count > 0 && node.Output.Quantization is not null)
        {
            OperandRules.QuantizedPerTensor(node.Output, "result");
        }
    }

    /// <summary>The bias, or zeros.</summary>
    public static int[] BiasOrZeros(Node node, int channelCount) =>
        node.OptionalInput(2) is { } bias ? bias.Values<int>().ToArray() : new int[channelCount];

    /// <summary>
    /// For each channel, bias − zero point of x · Σ weights, wrapping: the start of a sum over raw integers of x. The zero point of the weights
    /// adds its own constant part.
    /// </summary>
    /// <param name="node">An int8 node with constant weights.</param>
    /// <param name="channelCount">Channels of the result.</param>
    /// <param name="channelOf">The result channel of a position in the weights.</param>
    public static int[] FoldedBias(Node node, int channelCount, Func<long, int> channelOf)
    {
        int[] sums = BiasOrZeros(node, channelCount);
        int zeroPoint = node.Input(0).Quantization!.ZeroPoint;
        QuantizationParameters quantization = node.Input(1).Quantization!;
        ReadOnlySpan<sbyte> weights = node.Input(1).Values<sbyte>();
        for (int i = 0; i < weights.Length; i++)
        {
            int channel = channelOf(i);
            int weightZeroPoint = quantization.ZeroPoints.Length == 1 ? quantization.ZeroPoints[0] : quantization.ZeroPoints[channel];
            sums[channel] = unchecked(sums[channel] - (zeroPoint * (weights[i] - weightZeroPoint)));
        }

        return sums;
    }

    /// <summary>The address of the weights for kernels that take them as int8, widened where they are int4.</summary>
    public static string Int8Weights(Node node, EmissionContext context) => node.Input(1).Type == ElementType.Int4
        ? context.Constant(node, "weights", node.Input(1).Values<sbyte>())
        : context.Read(node.Input(1));

    /// <summary>The kernel that computes every node with int4 weights (edgeai_dot_s4.h).</summary>
    /// <param name="node">The node.</param>
    /// <param name="rowLength">Weights that follow one another from a whole byte on.</param>
    /// <param name="call">The call with the given address of the weights.</param>
    public static KernelVariant Nibbles(Node node, int rowLength, Func<EmissionContext, string, KernelCall> call) =>
        new(KernelVariant.Nibbles, context => call(context, context.Constant<byte>(node, "weights", NibbleLayout.Rows(node.Input(1).Values<sbyte>(), rowLength))))
        {
            ReadsNibbles = true,
        };

    /// <summary>The members of int8 parameter structs that describe how sums become the result.</summary>
    public static IEnumerable<KernelField> ResultFields(Node node, EmissionContext context, Clamp clamp, Requantization factors, int[] bias)
    {
        var range = IntegerRange.Clamped(clamp, node.Output);
        return
        [
            KernelField.Of("output_zero_point", node.Output.Quantization!.ZeroPoint),
            KernelField.Of("minimum", range.Minimum),
            KernelField.Of("maximum", range.Maximum),
            KernelField.Of("channel_step", factors.Shifts.Length > 1 ? 1 : 0),
            KernelField.Pointer("bias", context.Constant<int>(node, "bias", bias)),
            KernelField.Pointer("multipliers", context.Constant(node, "multipliers", factors.MultipliersQ31)),
            KernelField.Pointer("shifts", context.Constant(node, "shifts", factors.Shifts)),
        ];
    }
}
