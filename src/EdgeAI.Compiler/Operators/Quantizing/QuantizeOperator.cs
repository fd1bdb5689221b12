using System.Numerics;
using EdgeAI.Compiler.Emission;
using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Operators.Quantizing;

/// <summary>
/// Quantize: float32 to the result's integer type, as TensorFlow Lite's AffineQuantize and ONNX's QuantizeLinear: x / scale in float, rounded as
/// <see cref="QuantizeAttributes"/> tells, plus zero point, saturated. NaN becomes the zero point.
/// </summary>
internal sealed class QuantizeOperator : ConversionOperator
{
    /// <inheritdoc/>
    public override string Name => "Quantize";

    /// <inheritdoc/>
    public override Type AttributesType => typeof(QuantizeAttributes);

    /// <inheritdoc/>
    public override void Execute(OperatorCall call)
    {
        switch (call.Node.Output.Type)
        {
            case ElementType.Int8: Run<sbyte>(call); break;
            case ElementType.UInt8: Run<byte>(call); break;
            case ElementType.Int16: Run<short>(call); break;
            default: Run<ushort>(call); break;
        }
    }

    /// <inheritdoc/>
    public override KernelCall Emit(Node node, EmissionContext context)
    {
        Tensor result = node.Output;
        string function = result.Type switch
        {
            ElementType.Int8 => "edgeai_quantize_s8",
            ElementType.UInt8 => "edgeai_quantize_u8",
            ElementType.Int16 => "edgeai_quantize_s16",
            _ => "edgeai_quantize_u16",
        };
        bool toEven = node.AttributesAs<QuantizeAttributes>().HalfToEven;
        return new(
            toEven ? function.Replace("quantize", "quantize_even", StringComparison.Ordinal) : function, toEven ? "edgeai_quantize_even" : function,
            [
                KernelField.Of("count", result.Shape.ElementCount),
                KernelField.Of("scale", result.Quantization!.Scale),
                KernelField.Of("zero_point", result.Quantization.ZeroPoint),
            ],
            [context.Read(node.Input(0)), context.Write(result)])
        {
            ParameterType = toEven ? "edgeai_quantize_even_params" : function + "_params",
        };
    }

    /// <inheritdoc/>
    protected override ElementType ResultType(Node node, Tensor x)
    {
        if (x.Type != ElementType.Float32)
        {
            throw new OperatorException($"Quantize takes float32; '{x.Name}' is {x.Type.DisplayName()}");
        }

        return GivenResult(node, ElementType.Int8, ElementType.UInt8, ElementType.Int16, ElementType.UInt16);
    }

    private static void Run<T>(OperatorCall call) where T : unmanaged, IBinaryInteger<T>
    {
        QuantizationParameters quantization = call.Node.Output.Quantization!;
        IntegerRange range = IntegerRange.Of(call.Node.Output.Type);
        float scale = quantization.Scale;
        int zeroPoint = quantization.ZeroPoint;
        bool toEven = call.Node.AttributesAs<QuantizeAttributes>().HalfToEven;
        ReadOnlySpan<float> x = call.Input<float>(0);
        Span<T> result = call.Output<T>();
        for (int i = 0; i < result.Length; i++)
        {
            result[i] = T.CreateTruncating(AffineQuantization.Quantize(x[i], scale, zeroPoint, range, toEven));
        }
    }
}
