using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Passes;

/// <summary>y · factor + shift for each channel, put into the weights and bias of the layer that makes y. Computed in double, rounded once.</summary>
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
                && producer.Input(1) is { IsConstant: true, Type: ElementType.Float32 }
                && producer.OptionalInput(2) is null or { IsConstant: true, Type: ElementType.Float32 };
            int channels = producer.Output.Shape.Rank == 0 ? 0 : producer.Output.Shape[-1];
            bool isChannel = channelAxis < 0 || (channels == channelCount && (channels == 1 || axis == producer.Output.Shape.Rank - 1));
            return isLayer && isChannel ? producer : null;
        }

        return null;
    }

    /// <summary>Changes the layer. Factors and shifts have one element, or one for each channel.</summary>
    public static void Apply(Graph graph, Node layer, ReadOnlySpan<double> factors, ReadOnlySpan<double> shifts)
    {
        Tensor weights = layer.Input(1);
        int channels = layer.Output.Shape[-1];
        bool channelsLast = layer.Operator == "DepthwiseConv2D";
        ReadOnlySpan<float> old = weights.Values<float>();
        float[] scaled = new float[old.Length];
        int inner = channels == 0 ? 1 : old.Length / channels;
        for (int i = 0; i < old.Length; i++)
        {
            int channel = channelsLast ? i % channels : i / inner;
            scaled[i] = (float)(old[i] * At(factors, channel));
        }

        ReadOnlySpan<float> oldBias = layer.OptionalInput(2) is { } bias ? bias.Values<float>() : default;
        float[] shifted = new float[channels];
        for (int channel = 0; channel < channels; channel++)
        {
            double value = oldBias.IsEmpty ? 0 : oldBias[channel];
            shifted[channel] = (float)((value * At(factors, channel)) + At(shifts, channel));
        }

        layer.Inputs[1] = graph.FloatConstant($"{weights.Name}_scaled", weights.Shape, scaled);
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

    private static double At(ReadOnlySpan<double> values, int channel) => values.Length == 1 ? values[0] : values[channel];
}
