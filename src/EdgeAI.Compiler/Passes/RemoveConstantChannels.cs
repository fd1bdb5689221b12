using System.Collections.Immutable;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators;
using EdgeAI.Compiler.Operators.Convolution;
using EdgeAI.Compiler.Operators.FullyConnected;

namespace EdgeAI.Compiler.Passes;

/// <summary>
/// Takes channels out of int8 layers that carry nothing, without changing a byte of the outputs.
/// <list type="bullet">
/// <item>A channel of a convolution or fully connected layer whose weights are all zero is a constant: its scaled bias. A depthwise layer makes
/// constants of constants, where no padding stands in for them: there is none, or the constant is the zero point it pads with.</item>
/// <item>A constant that a layer sums over becomes part of its bias; a channel that no layer's weights read needs no maker.</item>
/// <item>Channels are taken out by fours, the width that kernels work in; what is left over stays.</item>
/// </list>
/// Limit: only chains of convolutions, depthwise convolutions without multiplier and fully connected layers are followed.
/// </summary>
public sealed class RemoveConstantChannels : Pass
{
    private const int KernelWidth = 4;

    /// <inheritdoc/>
    public override bool Run(Graph graph)
    {
        bool changed = false;
        foreach (Node node in graph.Nodes.ToArray())
        {
            if (IsSum(node) && Removed(graph, node) is { Count: > 0 } channels)
            {
                int count = node.Output.Shape[-1];
                int[] kept = [.. Enumerable.Range(0, count).Where(channel => !channels.Contains(channel))];
                sbyte?[] values = [.. Enumerable.Range(0, count).Select(channel => ConstantOf(node, channel, null))];
                RemoveFromReaders(graph, node.Output, kept, values);
                RemoveRows(graph, node, 0, kept);
                changed = true;
            }
        }

        return changed;
    }

    /// <summary>An int8 layer whose result channels each have weights of their own.</summary>
    private static bool IsSum(Node node) =>
        node.Attributes is Conv2DAttributes { Groups: 1 } or FullyConnectedAttributes && IsInt8(node)
        && (node.Input(1).Quantization!.ZeroPoints.All(zeroPoint => zeroPoint == 0));

    private static bool IsDepthwise(Node node) => node.Attributes is DepthwiseConv2DAttributes { DepthMultiplier: 1 } && IsInt8(node);

    private static bool IsInt8(Node node) =>
        node.Input(0) is { Type: ElementType.Int8, Quantization: not null } && node.Output is { Type: ElementType.Int8, Quantization: not null }
        && node.Input(1) is { IsConstant: true, Type: ElementType.Int8, Quantization: not null } && node.OptionalInput(2) is null or { IsConstant: true };

    /// <summary>The channels to take out of a layer and its readers: so many that a multiple of four is left.</summary>
    private static HashSet<int> Removed(Graph graph, Node node)
    {
        int count = node.Output.Shape[-1];
        int[] removable = [.. Enumerable.Range(0, count).Where(
            channel => IsRemovable(graph, node.Output, channel, ConstantOf(node, channel, null)))];
        int kept = Math.Max(KernelWidth, (count - removable.Length + KernelWidth - 1) / KernelWidth * KernelWidth);
        return [.. removable.Skip(removable.Length - Math.Max(0, count - kept))];
    }

    /// <summary>Whether every reader can do without a channel whose value is known, or null.</summary>
    private static bool IsRemovable(Graph graph, Tensor tensor, int channel, sbyte? value)
    {
        Node[] readers = [.. graph.Nodes.Where(node => node.Inputs.Contains(tensor))];
        return readers.Length > 0 && !graph.IsOutput(tensor) && readers.All(reader =>
            reader.Inputs.Count(input => ReferenceEquals(input, tensor)) == 1 && ReferenceEquals(reader.Inputs[0], tensor)
            && (IsSum(reader) ? reader.Input(1).Shape[-1] == tensor.Shape[-1] && (IsForeseen(reader, value) || WeightsOf(reader, channel, ofInput: true).All(weight => weight == 0))
                : IsDepthwise(reader) && IsRemovable(graph, reader.Output, channel, ConstantOf(reader, channel, value))));
    }

    /// <summary>Whether a constant operand channel gives every place of a reader's result the same.</summary>
    private static bool IsForeseen(Node reader, sbyte? value) => value is { } known && (known == reader.Input(0).Quantization!.ZeroPoint || !IsPadded(reader));

    private static bool IsPadded(Node node) => node.Attributes is Conv2DAttributes a
        ? (a.PadTop | a.PadBottom | a.PadLeft | a.PadRight) != 0
        : node.Attributes is DepthwiseConv2DAttributes d && (d.PadTop | d.PadBottom | d.PadLeft | d.PadRight) != 0;

    /// <summary>The value of a layer's result channel when it is the same everywhere; a depthwise layer may owe it to its operand's.</summary>
    private static sbyte? ConstantOf(Node node, int channel, sbyte? operand)
    {
        sbyte[] weights = [.. WeightsOf(node, channel, ofInput: false)];
        int sum = node.OptionalInput(2)?.Values<int>()[channel] ?? 0;
        if (weights.Any(weight => weight != 0))
        {
            if (!IsDepthwise(node) || !IsForeseen(node, operand))
            {
                return null;
            }

            sum = unchecked(sum + ((operand!.Value - node.Input(0).Quantization!.ZeroPoint) * weights.Sum(weight => weight)));
        }

        int channels = node.Output.Shape[-1];
        bool perTensor = node.Attributes is FullyConnectedAttributes && node.Input(1).Quantization!.Scales.Length == 1;
        Requantization factors = perTensor
            ? Requantization.OfProduct(node.Input(0), node.Input(1), node.Output)
            : Requantization.PerChannel(node.Input(0), node.Input(1), node.Output, channels);
        int scaled = unchecked(factors.Apply(sum, perTensor ? 0 : channel) + node.Output.Quantization!.ZeroPoint);
        return (sbyte)IntegerRange.Clamped(((IClamped)node.Attributes).Clamp, node.Output).Saturate(scaled);
    }

    /// <summary>The weights of a result channel, or those with which a sum reads an operand channel.</summary>
    private static IEnumerable<sbyte> WeightsOf(Node node, int channel, bool ofInput)
    {
        Tensor weights = node.Input(1);
        int last = weights.Shape[-1];
        long count = weights.Shape.ElementCount;
        bool strided = ofInput || IsDepthwise(node);
        long depth = strided ? count / last : count / weights.Shape[0];
        for (long i = 0; i < depth; i++)
        {
            yield return weights.Values<sbyte>()[(int)(strided ? (i * last) + channel : (channel * depth) + i)];
        }
    }

    private static void RemoveFromReaders(Graph graph, Tensor tensor, int[] kept, sbyte?[] values)
    {
        foreach (Node reader in graph.Nodes.Where(node => node.Inputs.Contains(tensor)).ToArray())
        {
            if (IsDepthwise(reader))
            {
                sbyte?[] results = [.. values.Select((value, channel) => ConstantOf(reader, channel, value))];
                RemoveFromReaders(graph, reader.Output, kept, results);
                RemoveRows(graph, reader, reader.Input(1).Shape.Rank - 1, kept);
                continue;
            }

            FoldIntoBias(graph, reader, kept, values);
            reader.Inputs[1] = Slice(graph, reader.Input(1), reader.Input(1).Shape.Rank - 1, kept);
        }
    }

    /// <summary>Adds what a sum gets from the channels that are not kept; those without a value have no weights.</summary>
    private static void FoldIntoBias(Graph graph, Node reader, int[] kept, sbyte?[] values)
    {
        Tensor weights = reader.Input(1);
        int outputs = weights.Shape[0];
        int inputs = weights.Shape[-1];
        int zeroPoint = reader.Input(0).Quantization!.ZeroPoint;
        int[] bias = WeightedSum.BiasOrZeros(reader, outputs);
        var isKept = kept.ToHashSet();
        ReadOnlySpan<sbyte> numbers = weights.Values<sbyte>();
        int depth = numbers.Length / outputs;
        for (int i = 0; i < numbers.Length; i++)
        {
            if (!isKept.Contains(i % inputs) && values[i % inputs] is { } value)
            {
                bias[i / depth] = unchecked(bias[i / depth] + ((value - zeroPoint) * numbers[i]));
            }
        }

        Tensor? old = reader.OptionalInput(2);
        var folded = Tensor.FromValues<int>(
            graph.UniqueTensorName(old?.Name ?? $"{weights.Name}_bias"), ElementType.Int32, new Shape(outputs), bias, old?.Quantization);
        if (reader.Inputs.Count > 2)
        {
            reader.Inputs[2] = folded;
        }
        else
        {
            reader.Inputs.Add(folded);
        }
    }

    /// <summary>Leaves the kept channels of a layer's weights, bias and result.</summary>
    private static void RemoveRows(Graph graph, Node node, int axis, int[] kept)
    {
        node.Inputs[1] = Slice(graph, node.Input(1), axis, kept);
        if (node.OptionalInput(2) is { } bias)
        {
            node.Inputs[2] = Slice(graph, bias, 0, kept);
        }

        node.Output.Shape = new Shape([.. node.Output.Shape.Extents[..^1], kept.Length]);
    }

    private static Tensor Slice(Graph graph, Tensor constant, int axis, int[] kept)
    {
        int size = constant.Type.ByteSize();
        ImmutableArray<int> extents = constant.Shape.Extents;
        int inner = size * extents[(axis + 1)..].Aggregate(1, (product, extent) => product * extent);
        int extent = extents[axis];
        int outer = constant.Constant!.Value.Length / Math.Max(1, inner * extent);
        ReadOnlySpan<byte> source = constant.Constant.Value.Span;
        byte[] bytes = new byte[outer * kept.Length * inner];
        for (int i = 0; i < outer; i++)
        {
            for (int j = 0; j < kept.Length; j++)
            {
                source.Slice(((i * extent) + kept[j]) * inner, inner).CopyTo(bytes.AsSpan(((i * kept.Length) + j) * inner));
            }
        }

        QuantizationParameters? quantization = constant.Quantization;
        if (quantization is { Scales.Length: > 1 } && quantization.Axis == axis)
        {
            quantization = new([.. kept.Select(index => quantization.Scales[index])], [.. kept.Select(index => quantization.ZeroPoints[index])], axis);
        }

        return new Tensor(graph.UniqueTensorName(constant.Name), constant.Type, new Shape(extents.SetItem(axis, kept.Length).AsSpan()))
        {
            Constant = bytes,
            Quantization = quantization,
        };
    }
}
