using System.Numerics;
using EdgeAI.Compiler.Emission;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Targets;

namespace EdgeAI.Compiler.Operators.Pooling;

/// <summary>
/// Means of windows: <see cref="Pool2DAttributes"/> tells what counts. int8 sums are divided rounding half away from zero, as TensorFlow Lite's
/// reference kernel does; a result with another quantization than the operand's, as large windows want it, is scaled from the mean with 16 fractional bits.
/// int16 the same, over at most 65535 elements.
/// </summary>
public sealed class AveragePool2D : Operator
{
    private const int FractionBits = 16;
    private const int MostInt16Elements = 65535;

    /// <inheritdoc/>
    public override string Name => "AveragePool2D";

    /// <inheritdoc/>
    public override Type AttributesType => typeof(Pool2DAttributes);

    /// <inheritdoc/>
    public override QuantizationRule Quantization => QuantizationRule.Calibrated;

    /// <inheritdoc/>
    public override bool KeepsUntoldQuantization => true;

    /// <inheritdoc/>
    public override IReadOnlyList<TensorType> Infer(Node node)
    {
        TensorType type = PoolWindow.Infer(node);
        if (type.Type != ElementType.Int16)
        {
            return [type];
        }

        var attributes = node.AttributesAs<Pool2DAttributes>();
        if ((long)attributes.KernelHeight * attributes.KernelWidth > MostInt16Elements)
        {
            throw new OperatorException($"a mean of int16 is over at most {MostInt16Elements} elements, not {attributes.KernelHeight} by {attributes.KernelWidth}");
        }

        return [type];
    }

    /// <inheritdoc/>
    public override void Execute(OperatorCall call)
    {
        if (call.Node.Input(0).Type == ElementType.Int8)
        {
            ExecuteIntegers<sbyte>(call);
        }
        else if (call.Node.Input(0).Type == ElementType.Int16)
        {
            ExecuteIntegers<short>(call);
        }
        else
        {
            ExecuteFloats(call);
        }
    }

    /// <inheritdoc/>
    public override int? ReadBehindPixels(Node node) => 1;

    /// <inheritdoc/>
    public override long? OverlapDistance(Node node, int inputIndex, InstructionSet instructionSet) => inputIndex == 0
        && ReadBehindPixels(node, instructionSet) is { } pixels
        ? new PoolWindow(node).Overlap().Distance(node.Input(0), node.Output, pixels)
        : null;

    /// <inheritdoc/>
    public override RowWindow? RowsRead(Node node, int inputIndex) => new PoolWindow(node).Overlap().Rows;

    /// <inheritdoc/>
    public override OperatorAttributes AttributesOfRows(Node node, RowPart part) => PoolWindow.AttributesOfRows(node, part);

    /// <inheritdoc/>
    public override KernelCall Emit(Node node, EmissionContext context)
    {
        var window = new PoolWindow(node);
        Clamp clamp = node.AttributesAs<Pool2DAttributes>().Clamp;
        string x = context.Read(node.Input(0));
        string result = context.Write(node.Output);
        if (node.Input(0).Type is ElementType.Int8 or ElementType.Int16)
        {
            bool isWide = node.Input(0).Type == ElementType.Int16;
            (int multiplier, int shift) = Factor(node);
            var range = IntegerRange.Clamped(clamp, node.Output);
            KernelField[] zeroPoints =
            [
                KernelField.Of("input_zero_point", node.Input(0).Quantization!.ZeroPoint),
                KernelField.Of("output_zero_point", node.Output.Quantization!.ZeroPoint),
            ];
            string kernel = isWide ? "edgeai_average_pool2d_s16" : "edgeai_average_pool2d_s8";
            return new(kernel, kernel,
                [
                    .. window.Fields(),
                    .. window.AverageFields(),
                    .. isWide ? [] : zeroPoints,
                    KernelField.Of("minimum", range.Minimum),
                    KernelField.Of("maximum", range.Maximum),
                    KernelField.Of("multiplier", multiplier),
                    KernelField.Of("shift", shift),
                ],
                [x, result]);
        }

        return new("edgeai_average_pool2d_f32", "edgeai_average_pool2d_f32",
            [
                .. window.Fields(),
                .. window.AverageFields(),
                KernelField.Of("minimum", clamp.Minimum),
                KernelField.Of("maximum", clamp.Maximum),
            ],
            [x, result]);
    }

    private static void ExecuteFloats(OperatorCall call)
    {
        var window = new PoolWindow(call.Node);
        var attributes = call.Node.AttributesAs<Pool2DAttributes>();
        int channels = window.Channels;
        float[] sums = new float[channels];
        window.Visit((pixels, paddedCount, resultIndex) =>
        {
            ReadOnlySpan<float> x = call.Input<float>(0);
            sums.AsSpan().Clear();
            foreach (int pixel in pixels)
            {
                ReadOnlySpan<float> values = x.Slice(pixel, channels);
                for (int c = 0; c < values.Length; c++)
                {
                    sums[c] += values[c];
                }
            }

            int count = attributes.CountIncludePad ? paddedCount : pixels.Length;
            Span<float> result = call.Output<float>().Slice(resultIndex, channels);
            for (int c = 0; c < result.Length; c++)
            {
                result[c] = attributes.Clamp.Apply(count == 0 ? 0 : sums[c] / count);
            }
        });
    }

    private static void ExecuteIntegers<T>(OperatorCall call)
        where T : unmanaged, IBinaryInteger<T>
    {
        var window = new PoolWindow(call.Node);
        var attributes = call.Node.AttributesAs<Pool2DAttributes>();
        (int multiplier, int shift) = Factor(call.Node);
        int inputZeroPoint = call.Node.Input(0).Quantization!.ZeroPoint;
        int outputZeroPoint = call.Node.Output.Quantization!.ZeroPoint;
        var range = IntegerRange.Clamped(attributes.Clamp, call.Node.Output);
        int channels = window.Channels;
        int[] sums = new int[channels];
        window.Visit((pixels, paddedCount, resultIndex) =>
        {
            ReadOnlySpan<T> x = call.Input<T>(0);
            int count = attributes.CountIncludePad ? paddedCount : pixels.Length;
            sums.AsSpan().Fill(inputZeroPoint * (count - pixels.Length));
            foreach (int pixel in pixels)
            {
                ReadOnlySpan<T> values = x.Slice(pixel, channels);
                for (int c = 0; c < values.Length; c++)
                {
                    sums[c] += int.CreateTruncating(values[c]);
                }
            }

            Span<T> result = call.Output<T>().Slice(resultIndex, channels);
            for (int c = 0; c < result.Length; c++)
            {
                int mean = multiplier == 0
                    ? count == 0 ? inputZeroPoint : (int)DivideRounded(sums[c], count)
                    : Scaled(sums[c], count);
                result[c] = T.CreateTruncating(range.Saturate(mean));
            }
        });

        int Scaled(int sum, int count)
        {
            long fraction = count == 0 ? 0 : DivideRounded((sum - ((long)inputZeroPoint * count)) << FractionBits, count);
            return FixedPoint.MultiplyByQuantizedMultiplier((int)fraction, multiplier, shift) + outputZeroPoint;
        }
    }

    private static long DivideRounded(long sum, int count) => (sum > 0 ? sum + (count / 2) : sum - (count / 2)) / count;

    /// <summary>The factor from means with 16 fractional bits to the result; (0, 0) when operand and result share their quantization.</summary>
    private static (int MultiplierQ31, int Shift) Factor(Node node)
    {
        QuantizationParameters x = node.Input(0).Quantization!;
        QuantizationParameters result = node.Output.Quantization!;
        return x.Scale == result.Scale && x.ZeroPoint == result.ZeroPoint
            ? (0, 0)
            : FixedPoint.QuantizeMultiplier((double)x.Scale / result.Scale / (1 << FractionBits));
    }
}
