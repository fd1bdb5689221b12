using System.Runtime.InteropServices;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators;

namespace EdgeAI.Compiler.Passes;

/// <summary>
/// y · factor + shift for each channel, put into the weights and bias of the layer that makes y. Computed in double, rounded once. Integer weights behind a
/// Dequantize stay integers: the factors become part of their scales, so that the layer can still become an integer one.
/// </summary>
internal static class ChannelScaling
{
    /// <summary>
    /// Finds the float convolution or fully connected layer behind a value, through Transposes and Reshapes that nothing else reads.
    /// The channel axis of the value must be the layer's last; an axis of −1 stands for one factor for all. Null when there is none.
    /// </summary>
    public static Node? FindLayer(Graph graph, Tensor value, int channelAxis, int channelCount)
    {
        int axis = channelAxis;
        while (graph.OnlyConsumer(value) is not null && graph.ProducerOf(value) is { } producer)
        {
            if (producer.Operator is "Transpose" or "Reshape")
            {
                if (axis >= 0 && channelCount > 1 && (axis = GraphRewriting.AxisInOperand(producer, axis)) < 0)
                {
                    return null;
                }

                value = producer.Input(0);
                continue;
            }

            bool isLayer = producer.Operator is "Conv2D" or "DepthwiseConv2D" or "TransposeConv2D" or "FullyConnected"
                && producer.Attributes is IClamped { Clamp.IsNone: true }
                && producer.Output.Type == ElementType.Float32
                && graph.ConstantBehind(producer.Input(1)) is not null
                && (producer.OptionalInput(2) is not { } bias || graph.ConstantBehind(bias) is not null);
            int channels = producer.Output.Shape.Rank == 0 ? 0 : producer.Output.Shape[-1];
            bool isChannel = channelAxis < 0 || (channels == channelCount && (channels == 1 || axis == producer.Output.Shape.Rank - 1));
            return isLayer && isChannel ? producer : null;
        }

        return null;
    }

    /// <summary>Changes the layer. Factors and shifts have one element, or one for each channel.</summary>
    public static void Apply(Graph graph, Node layer, ReadOnlySpan<double> factors, ReadOnlySpan<double> shifts)
    {
        int channels = layer.Output.Shape[-1];
        ReadOnlySpan<float> oldBias = layer.OptionalInput(2) is { } bias ? Reals(graph, bias) : default;
        float[] shifted = new float[channels];
        for (int channel = 0; channel < channels; channel++)
        {
            double value = oldBias.IsEmpty ? 0 : oldBias[channel];
            shifted[channel] = (float)((value * At(factors, channel)) + At(shifts, channel));
        }

        layer.Inputs[1] = ScaledIntegers(graph, layer, channels, factors) ?? ScaledReals(graph, layer, channels, factors);
        Tensor newBias = graph.FloatConstant(layer.OptionalInput(2) is { } named ? $"{named.Name}_scaled" : $"{layer.Name}_bias",
            new Shape(channels), shifted);
        if (layer.Inputs.Count > 2)
        {
            layer.Inputs[2] = newBias;
        }
        else
        {
            layer.Inputs.Add(newBias);
        }
    }

    private static Tensor ScaledReals(Graph graph, Node layer, int channels, ReadOnlySpan<double> factors)
    {
        Tensor weights = layer.Input(1);
        ReadOnlySpan<float> old = Reals(graph, weights);
        float[] scaled = new float[old.Length];
        for (int i = 0; i < old.Length; i++)
        {
            scaled[i] = (float)(old[i] * At(factors, Channel(layer, i, old.Length, channels)));
        }

        return graph.FloatConstant($"{weights.Name}_scaled", weights.Shape, scaled);
    }

    /// <summary>The same int8 weights with other scales, negated where a factor is negative; null where that is not possible.</summary>
    private static Tensor? ScaledIntegers(Graph graph, Node layer, int channels, ReadOnlySpan<double> factors)
    {
        Tensor weights = layer.Input(1);
        if (!factors.ContainsAnyExcept(1))
        {
            return weights;
        }

        int axis = layer.Operator == "DepthwiseConv2D" ? weights.Shape.Rank - 1 : 0;
        if (weights.IsConstant || graph.ConstantBehind(weights) is not { Type: ElementType.Int8, Quantization: { } old } integers
            || old.ZeroPoints.Any(zeroPoint => zeroPoint != 0) || weights.Shape[axis] != channels || (old.IsPerChannel && old.Axis != axis))
        {
            return null;
        }

        sbyte[] values = integers.Values<sbyte>().ToArray();
        for (int i = 0; i < values.Length; i++)
        {
            bool isNegated = At(factors, Channel(layer, i, values.Length, channels)) < 0;
            if (isNegated && values[i] == sbyte.MinValue)
            {
                return null;
            }

            values[i] = isNegated ? (sbyte)-values[i] : values[i];
        }

        bool isPerChannel = old.IsPerChannel || factors.Length > 1;
        float[] scales = new float[isPerChannel ? channels : 1];
        for (int channel = 0; channel < scales.Length; channel++)
        {
            scales[channel] = (float)(old.ScaleOf(channel) * Math.Abs(At(factors, channel)));
            if (!float.IsNormal(scales[channel]))
            {
                return null;
            }
        }

        Tensor constant = new(graph.UniqueTensorName($"{integers.Name}_scaled"), ElementType.Int8, integers.Shape)
        {
            Constant = MemoryMarshal.AsBytes<sbyte>(values).ToArray(),
            Quantization = isPerChannel ? new QuantizationParameters([.. scales], [.. new int[channels]], axis) : QuantizationParameters.PerTensor(scales[0], 0),
        };
        var reals = new Tensor(graph.UniqueTensorName($"{weights.Name}_scaled"), ElementType.Float32, weights.Shape);
        graph.Nodes.Insert(graph.Nodes.IndexOf(layer), new Node(graph.UniqueNodeName($"{layer.Name}_weights"), "Dequantize", NoAttributes.Instance)
        {
            Source = layer.Source,
            Inputs = [constant],
            Outputs = [reals],
        });
        return reals;
    }

    private static int Channel(Node layer, int index, int count, int channels) =>
        layer.Operator == "DepthwiseConv2D" ? index % channels : index / Math.Max(1, count / channels);

    /// <summary>The numbers of a float constant, or of one behind a Dequantize.</summary>
    private static float[] Reals(Graph graph, Tensor tensor) => tensor.IsConstant ? tensor.Values<float>().ToArray()
        : MemoryMarshal.Cast<byte, float>(FoldConstants.Compute(graph.ProducerOf(tensor)!).Single().Bytes).ToArray();

    private static double At(ReadOnlySpan<double> values, int channel) => values.Length == 1 ? values[0] : values[channel];
}
