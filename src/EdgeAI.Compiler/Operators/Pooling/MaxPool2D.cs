using System.Numerics;
using EdgeAI.Compiler.Emission;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Targets;

namespace EdgeAI.Compiler.Operators.Pooling;

/// <summary>Maxima of windows, padding ignored: <see cref="Pool2DAttributes"/> tells extents. An int8 or int16 result has the operand's quantization.</summary>
public sealed class MaxPool2D : Operator
{
    /// <inheritdoc/>
    public override string Name => "MaxPool2D";

    /// <inheritdoc/>
    public override Type AttributesType => typeof(Pool2DAttributes);

    /// <inheritdoc/>
    public override QuantizationRule Quantization => QuantizationRule.SameAsInput;

    /// <inheritdoc/>
    public override IReadOnlyList<TensorType> Infer(Node node)
    {
        TensorType type = PoolWindow.Infer(node);
        if (type.Type != ElementType.Float32 && node.Outputs.Count > 0 && node.Output.Quantization is { } quantization
            && !quantization.Equals(node.Input(0).Quantization))
        {
            throw new OperatorException($"result '{node.Output}' must have the scale and zero point of x '{node.Input(0)}'");
        }

        return [type];
    }

    /// <inheritdoc/>
    public override void Execute(OperatorCall call)
    {
        var attributes = call.Node.AttributesAs<Pool2DAttributes>();
        if (call.Node.Input(0).Type == ElementType.Int8)
        {
            ExecuteIntegers<sbyte>(call, IntegerRange.Clamped(attributes.Clamp, call.Node.Output));
        }
        else if (call.Node.Input(0).Type == ElementType.Int16)
        {
            ExecuteIntegers<short>(call, IntegerRange.Clamped(attributes.Clamp, call.Node.Output));
        }
        else
        {
            ExecuteFloats(call, attributes.Clamp);
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
        Clamp clamp = node.AttributesAs<Pool2DAttributes>().Clamp;
        IEnumerable<KernelField> fields = new PoolWindow(node).Fields();
        string x = context.Read(node.Input(0));
        string result = context.Write(node.Output);
        if (node.Input(0).Type != ElementType.Float32)
        {
            var range = IntegerRange.Clamped(clamp, node.Output);
            string function = node.Input(0).Type == ElementType.Int16 ? "edgeai_max_pool2d_s16" : "edgeai_max_pool2d_s8";
            return new(function, function,
                [.. fields, KernelField.Of("minimum", range.Minimum), KernelField.Of("maximum", range.Maximum)], [x, result]);
        }

        return new("edgeai_max_pool2d_f32", "edgeai_max_pool2d_f32",
            [.. fields, KernelField.Of("minimum", clamp.Minimum), KernelField.Of("maximum", clamp.Maximum)], [x, result]);
    }

    private static void ExecuteIntegers<T>(OperatorCall call, IntegerRange range)
        where T : unmanaged, IBinaryInteger<T>, IMinMaxValue<T>
    {
        var window = new PoolWindow(call.Node);
        int channels = window.Channels;
        window.Visit((pixels, _, resultIndex) =>
        {
            ReadOnlySpan<T> x = call.Input<T>(0);
            Span<T> result = call.Output<T>().Slice(resultIndex, channels);
            result.Fill(T.MinValue);
            foreach (int pixel in pixels)
            {
                ReadOnlySpan<T> values = x.Slice(pixel, channels);
                for (int c = 0; c < result.Length; c++)
                {
                    result[c] = T.Max(result[c], values[c]);
                }
            }

            for (int c = 0; c < result.Length; c++)
            {
                result[c] = T.CreateTruncating(range.Saturate(int.CreateTruncating(result[c])));
            }
        });
    }

    private static void ExecuteFloats(OperatorCall call, Clamp clamp)
    {
        var window = new PoolWindow(call.Node);
        int channels = window.Channels;
        ReadOnlySpan<float> x = call.Input<float>(0);
        Span<float> result = call.Output<float>();
        foreach (PoolWindow.Span span in window.Spans())
        {
            FloatVectors.Highest(x[span.First..], span.Rows, span.RowStep, span.Columns, span.ColumnStep, channels, clamp, result.Slice(span.ResultIndex, channels));
        }
    }
}
