using System.Numerics;
using EdgeAI.Compiler.Emission;
using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Operators.Quantizing;

/// <summary>
/// Dequantize: scale · (q − zero point) in double, rounded to float32, as TensorFlow Lite's DEQUANTIZE; which is one float product for types
/// of up to 16 bits. A constant may have a scale for each channel.
/// </summary>
internal sealed class DequantizeOperator : ConversionOperator
{
    /// <inheritdoc/>
    public override string Name => "Dequantize";

    /// <inheritdoc/>
    public override void Execute(OperatorCall call)
    {
        switch (call.Node.Input(0).Type)
        {
            case ElementType.Int8: Run<sbyte>(call); break;
            case ElementType.UInt8: Run<byte>(call); break;
            case ElementType.Int16: Run<short>(call); break;
            case ElementType.UInt16: Run<ushort>(call); break;
            default: Run<int>(call); break;
        }
    }

    /// <inheritdoc/>
    public override KernelCall Emit(Node node, EmissionContext context)
    {
        Tensor x = node.Input(0);
        string function = x.Type switch
        {
            ElementType.Int8 => "edgeai_dequantize_s8",
            ElementType.UInt8 => "edgeai_dequantize_u8",
            ElementType.Int16 => "edgeai_dequantize_s16",
            ElementType.UInt16 => "edgeai_dequantize_u16",
            _ => "edgeai_dequantize_s32",
        };
        (int channels, int inner) = Channels(x);
        QuantizationParameters quantization = x.Quantization!;
        return new(
            function, function,
            [
                KernelField.Of("count", x.Shape.ElementCount),
                KernelField.Of("channels", channels),
                KernelField.Of("inner", inner),
                KernelField.Pointer("scales", context.Constant(node, "scales", quantization.Scales.AsSpan())),
                KernelField.Pointer("zero_points", context.Constant(node, "zero_points", quantization.ZeroPoints.AsSpan())),
            ],
            [context.Read(x), context.Write(node.Output)]);
    }

    /// <inheritdoc/>
    protected override ElementType ResultType(Node node, Tensor x)
    {
        VerifyInteger(x, ElementType.Int8, ElementType.UInt8, ElementType.Int16, ElementType.UInt16, ElementType.Int32);
        QuantizationParameters quantization = x.Quantization!;
        if (quantization.IsPerChannel
            && (quantization.Axis >= x.Shape.Rank || quantization.Scales.Length != x.Shape[quantization.Axis]
                || quantization.ZeroPoints.Length != quantization.Scales.Length))
        {
            throw new OperatorException(
                $"Dequantize needs a scale and zero point for each index of axis {quantization.Axis} of '{x.Name}' {x.Shape}; {quantization.Scales.Length} scales are given");
        }

        return ElementType.Float32;
    }

    private static (int Channels, int Inner) Channels(Tensor x) => x.Quantization!.IsPerChannel
        ? (x.Quantization.Scales.Length, checked((int)x.Shape.Strides()[x.Quantization.Axis]))
        : (1, 1);

    private static void Run<T>(OperatorCall call) where T : unmanaged, IBinaryInteger<T>
    {
        Tensor x = call.Node.Input(0);
        (int channels, int inner) = Channels(x);
        ReadOnlySpan<float> scales = x.Quantization!.Scales.AsSpan();
        ReadOnlySpan<int> zeroPoints = x.Quantization.ZeroPoints.AsSpan();
        ReadOnlySpan<T> values = call.Input<T>(0);
        Span<float> result = call.Output<float>();
        int at = 0;
        for (int channel = 0; at < result.Length; channel = channel + 1 == channels ? 0 : channel + 1)
        {
            double scale = scales[channel];
            int zeroPoint = zeroPoints[channel];
            int end = channels == 1 ? result.Length : at + inner;
            for (; at < end; at++)
            {
                result[at] = (float)(scale * ((double)int.CreateTruncating(values[at]) - zeroPoint));
            }
        }
    }
}
