using System.Collections.Immutable;
using EdgeAI.Compiler.Import.Onnx;
using EdgeAI.Compiler.Import.Onnx.Folding;
using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Operators.Quantizing;

/// <summary>
/// ONNX QuantizeLinear and DequantizeLinear with constant scale and zero point, for the tensor or for each index of an axis. The integers keep the
/// file's type and carry the quantization; constant integers stay constants in front of Dequantize.
/// </summary>
internal sealed class QuantizeLinearOnnx : IOnnxForm
{
    /// <inheritdoc/>
    public IReadOnlyList<string> OperatorTypes => ["QuantizeLinear", "DequantizeLinear"];

    /// <inheritdoc/>
    public void Import(OnnxNode node, OnnxGraphBuilder builder)
    {
        Tensor x = node.Input(0);
        if (PlainQuantization.Small(node, builder, x) is { } small)
        {
            builder.Bind(node, 0, small);
            return;
        }

        if (IsPlain(node, x))
        {
            PlainQuantization.Import(node, builder);
            return;
        }

        QuantizationParameters quantization = Parameters(node, x.Shape);
        Tensor result = node.OperatorType == "DequantizeLinear"
            ? builder.AddConversion("Dequantize", ElementType.Float32, null, Integers(builder, x, quantization))
            : Quantized(node, builder, x, quantization);
        builder.Bind(node, 0, result);
    }

    /// <summary>Whether the quantization is no constant of a tensor: computed, for blocks, or for channels of a result that is computed.</summary>
    private static bool IsPlain(OnnxNode node, Tensor x) =>
        !node.Input(1).IsConstant || (node.OperatorType == "DequantizeLinear" && x.Type.IsFloat()) || node.Optional(2) is { IsConstant: false } || node.Int("block_size", 0) != 0
        || (node.OperatorType == "QuantizeLinear" && !x.IsConstant && node.Input(1).Shape.ElementCount > 1);

    /// <summary>The integers with their meaning. Throws where they have another already.</summary>
    public static Tensor Integers(OnnxGraphBuilder builder, Tensor x, QuantizationParameters quantization)
    {
        if (x.Type.IsFloat())
        {
            throw new OnnxNodeException($"the operand is {x.Type.DisplayName()}", "Integers are needed");
        }

        if (quantization.Equals(x.Quantization))
        {
            return x;
        }

        if (x.IsConstant)
        {
            return new Tensor(builder.UniqueTensorName($"{x.Name}/integers"), x.Type, x.Shape)
            {
                Constant = x.Constant,
                Quantization = quantization,
            };
        }

        if (x.Quantization is not null)
        {
            throw new OnnxNodeException($"'{x.Name}' is read with another scale or zero point than it was made with",
                "Use those of its QuantizeLinear");
        }

        x.Quantization = quantization;
        return x;
    }

    private static Tensor Quantized(OnnxNode node, OnnxGraphBuilder builder, Tensor x, QuantizationParameters quantization)
    {
        long given = node.Int("output_dtype", 0);
        ElementType type = node.Optional(2)?.Type
            ?? (given == 0 ? ElementType.UInt8 : OnnxElementTypes.Internal(given))
            ?? throw new OnnxNodeException($"the result is {OnnxElementTypes.Name(given)}", "int8, uint8 and int16 are supported");
        if (type.IsFloat() || x.Type != ElementType.Float32)
        {
            throw new OnnxNodeException($"it makes {type.DisplayName()} of {x.Type.DisplayName()}", "Floats can be made integers");
        }

        return x.IsConstant
            ? Constant(builder.UniqueTensorName($"{node.Name}/integers"), x, type, quantization)
            : builder.AddConversion("Quantize", type, quantization, x);
    }

    /// <summary>saturate(round(x / scale) + zero point), half to even.</summary>
    private static Tensor Constant(string name, Tensor x, ElementType type, QuantizationParameters quantization)
    {
        (long minimum, long maximum) = type switch
        {
            ElementType.Int8 => (sbyte.MinValue, sbyte.MaxValue),
            ElementType.UInt8 => (byte.MinValue, byte.MaxValue),
            ElementType.Int16 => (short.MinValue, short.MaxValue),
            ElementType.UInt16 => (ushort.MinValue, ushort.MaxValue),
            _ => ((long)int.MinValue, int.MaxValue),
        };
        ReadOnlySpan<float> reals = x.Values<float>();
        ConstantArray integers = ConstantArray.Zeros(type, x.Shape);
        int inner = quantization.IsPerChannel
            ? x.Shape.Extents.Skip(quantization.Axis + 1).Aggregate(1, (product, extent) => product * extent)
            : 1;
        for (int i = 0; i < reals.Length; i++)
        {
            int channel = quantization.IsPerChannel ? i / inner % x.Shape[quantization.Axis] : 0;
            double rounded = Math.Round((double)(reals[i] / quantization.Scales[channel]), MidpointRounding.ToEven);
            integers.Integers[i] = (long)Math.Clamp(rounded + quantization.ZeroPoints[channel], minimum, maximum);
        }

        Tensor constant = integers.ToTensor(name);
        constant.Quantization = quantization;
        return constant;
    }

    private static QuantizationParameters Parameters(OnnxNode node, Shape shape)
    {
        if (node.Input(1).Shape.ElementCount > 1 && (node.Input(1).Shape.Rank != 1 || node.Int("block_size", 0) != 0))
        {
            throw new OnnxNodeException("it has a scale for each block", "One scale for the tensor or for each channel is supported");
        }

        return Given(node.Input(1), node.Optional(2), node.Int("axis", 1), shape);
    }

    /// <summary>Scale and zero point of two constants, for a tensor or for each index of an axis.</summary>
    public static QuantizationParameters Given(Tensor scale, Tensor? zeroPoint, long channelAxis, Shape shape)
    {
        float[] scales = scale is { IsConstant: true, Type: ElementType.Float32 } ? scale.Values<float>().ToArray()
            : throw new OnnxNodeException("the scale is not a constant of floats", "Only a constant scale is supported");
        int[] zeroPoints = new int[scales.Length];
        if (zeroPoint is not null)
        {
            if (!zeroPoint.IsConstant || zeroPoint.Type.IsFloat() || zeroPoint.Shape.ElementCount != scales.Length)
            {
                throw new OnnxNodeException("the zero point is not a constant of integers, one for each scale", "Give as many as scales");
            }

            ConstantArray values = ConstantArray.Of(zeroPoint);
            zeroPoints = [.. Enumerable.Range(0, values.Count).Select(i => (int)values.IntegerAt(i))];
        }

        if (scales.Length == 0 || scales.Any(size => !float.IsFinite(size) || size <= 0))
        {
            throw new OnnxNodeException("a scale is not a positive number", "Quantize the model again");
        }

        if (scales.Length == 1)
        {
            return QuantizationParameters.PerTensor(scales[0], zeroPoints[0]);
        }

        int axis = OnnxNode.Axis(channelAxis, shape.Rank);
        return shape[axis] == scales.Length
            ? new QuantizationParameters([.. scales], [.. zeroPoints], axis)
            : throw new OnnxNodeException($"{scales.Length} scales do not fit axis {axis} of {shape}", "Give one for each index of the axis");
    }
}
