using EdgeAI.Compiler.Emission;
using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Operators.Sampling;

/// <summary>
/// RoiAlign: x [N,C,H,W], regions [R,4] as corners x, y, x, y, and the image of each region (int64 [R]) give [R,C,Height,Width] in float32. A bin is the
/// mean of bilinear samples, or the largest of their weighted pixels, as ONNX defines it. A region of an image that is not there takes the nearest.
/// </summary>
internal sealed class RoiAlignOperator : Operator
{
    private const int MostSamples = 1024;

    /// <inheritdoc/>
    public override string Name => "RoiAlign";

    /// <inheritdoc/>
    public override Type AttributesType => typeof(RoiAlignAttributes);

    /// <inheritdoc/>
    public override OperandRole RoleOf(Node node, int inputIndex) => inputIndex == 2 ? OperandRole.Untouched : OperandRole.Activation;

    /// <inheritdoc/>
    public override IReadOnlyList<TensorType> Infer(Node node)
    {
        OperandRules.AtMost(node, 3);
        Tensor x = node.Operand(0, "x");
        Tensor regions = node.Operand(1, "regions");
        Tensor images = node.Operand(2, "images");
        OperandRules.OfType(x, "x", ElementType.Float32);
        OperandRules.OfType(regions, "regions", ElementType.Float32);
        OperandRules.OfType(images, "images", ElementType.Int64);
        RoiAlignAttributes attributes = node.AttributesAs<RoiAlignAttributes>();
        OperandRules.InRange(attributes.Height, 1, int.MaxValue, "the height");
        OperandRules.InRange(attributes.Width, 1, int.MaxValue, "the width");
        OperandRules.InRange(attributes.Samples, 0, MostSamples, "the number of samples");
        return x.Shape.Rank == 4 && x.Shape.ElementCount > 0 && regions.Shape.Rank == 2 && regions.Shape[1] == 4 && images.Shape.ElementCount == regions.Shape[0]
            ? [new(ElementType.Float32, new Shape(regions.Shape[0], x.Shape[1], attributes.Height, attributes.Width))]
            : throw new OperatorException($"the regions '{regions}' [R,4] and their images '{images}' [R] do not fit '{x}' [N,C,H,W]");
    }

    /// <inheritdoc/>
    public override void Execute(OperatorCall call)
    {
        RoiAlignAttributes attributes = call.Node.AttributesAs<RoiAlignAttributes>();
        Shape shape = call.Node.Input(0).Shape;
        int plane = shape[2] * shape[3];
        for (int region = 0; region < call.Node.Output.Shape[0]; region++)
        {
            long image = Math.Clamp(call.Input<long>(2)[region], 0, shape[0] - 1);
            (float top, float height) = Extent(attributes, call.Input<float>(1)[(region * 4) + 1], call.Input<float>(1)[(region * 4) + 3]);
            (float left, float width) = Extent(attributes, call.Input<float>(1)[region * 4], call.Input<float>(1)[(region * 4) + 2]);
            float binHeight = height / attributes.Height;
            float binWidth = width / attributes.Width;
            (int rows, int columns) = (Samples(attributes.Samples, binHeight), Samples(attributes.Samples, binWidth));
            for (int c = 0; c < shape[1]; c++)
            {
                ReadOnlySpan<float> pixels = call.Input<float>(0).Slice((((int)image * shape[1]) + c) * plane, plane);
                Span<float> result = call.Output<float>()[(((region * shape[1]) + c) * attributes.Height * attributes.Width)..];
                for (int bin = 0; bin < attributes.Height * attributes.Width; bin++)
                {
                    float y = top + (bin / attributes.Width * binHeight);
                    float x = left + (bin % attributes.Width * binWidth);
                    float sum = 0;
                    for (int sample = 0; sample < rows * columns; sample++)
                    {
                        float atY = y + (((sample / columns) + 0.5f) * binHeight / rows);
                        float atX = x + (((sample % columns) + 0.5f) * binWidth / columns);
                        float value = Sample(pixels, shape[2], shape[3], atY, atX, attributes.Maximum);
                        sum = !attributes.Maximum ? sum + value : sample == 0 || value > sum ? value : sum;
                    }

                    result[bin] = attributes.Maximum ? sum : sum / Math.Max(1, rows * columns);
                }
            }
        }
    }

    /// <inheritdoc/>
    public override KernelCall Emit(Node node, EmissionContext context)
    {
        RoiAlignAttributes attributes = node.AttributesAs<RoiAlignAttributes>();
        Shape shape = node.Input(0).Shape;
        return new("edgeai_roi_align_f32", "edgeai_roi_align_f32",
            [
                KernelField.Of("batch", shape[0]), KernelField.Of("channels", shape[1]), KernelField.Of("in_height", shape[2]), KernelField.Of("in_width", shape[3]),
                KernelField.Of("regions", node.Output.Shape[0]), KernelField.Of("height", attributes.Height), KernelField.Of("width", attributes.Width),
                KernelField.Of("samples", attributes.Samples), KernelField.Of("scale", attributes.Scale),
                KernelField.Of("half_pixel", attributes.HalfPixel ? 1 : 0), KernelField.Of("maximum", attributes.Maximum ? 1 : 0),
            ],
            [context.Read(node.Input(0)), context.Read(node.Input(1)), context.Read(node.Input(2)), context.Write(node.Output)]);
    }

    private static (float Start, float Size) Extent(RoiAlignAttributes attributes, float from, float to)
    {
        float offset = attributes.HalfPixel ? 0.5f : 0;
        float start = (from * attributes.Scale) - offset;
        float size = (to * attributes.Scale) - offset - start;
        return (start, attributes.HalfPixel || size > 1 ? size : 1);
    }

    private static int Samples(int fixedCount, float size)
    {
        float count = MathF.Ceiling(size);
        return fixedCount > 0 ? fixedCount : !(count > 0) ? 0 : count > MostSamples ? MostSamples : (int)count;
    }

    private static float Sample(ReadOnlySpan<float> pixels, int height, int width, float y, float x, bool maximum)
    {
        if (!(y >= -1 && y <= height && x >= -1 && x <= width))
        {
            return 0;
        }

        (int low, int high, float t) = Neighbours(y, height);
        (int left, int right, float u) = Neighbours(x, width);
        float a = (1 - t) * (1 - u) * pixels[(low * width) + left];
        float b = (1 - t) * u * pixels[(low * width) + right];
        float c = t * (1 - u) * pixels[(high * width) + left];
        float d = t * u * pixels[(high * width) + right];
        if (!maximum)
        {
            return a + b + c + d;
        }

        float most = a > b ? a : b;
        most = most > c ? most : c;
        return most > d ? most : d;
    }

    private static (int Low, int High, float Weight) Neighbours(float place, int extent)
    {
        place = place > 0 ? place : 0;
        int low = (int)place;
        return low >= extent - 1 ? (extent - 1, extent - 1, 0) : (low, low + 1, place - low);
    }
}
