using EdgeAI.Compiler.Emission;
using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Operators.Sampling;

/// <summary>GridSample: the values of an image or volume at places that a grid names, in float32. The same order of operations as the C kernel.</summary>
internal sealed class GridSampleOperator : Operator
{
    private const int MostTaps = 4;

    /// <inheritdoc/>
    public override string Name => "GridSample";

    /// <inheritdoc/>
    public override Type AttributesType => typeof(GridSampleAttributes);

    /// <inheritdoc/>
    public override IReadOnlyList<TensorType> Infer(Node node)
    {
        OperandRules.AtMost(node, 2);
        Tensor x = node.Operand(0, "x");
        Tensor grid = node.Operand(1, "grid");
        OperandRules.OfType(x, "x", ElementType.Float32);
        OperandRules.OfType(grid, "grid", ElementType.Float32);
        int axes = x.Shape.Rank - 2;
        return axes is 2 or 3 && grid.Shape.Rank == axes + 2 && grid.Shape[-1] == axes && grid.Shape[0] == x.Shape[0]
            && x.Shape.Extents.Skip(2).All(extent => extent > 0)
            ? [new(ElementType.Float32, new Shape([x.Shape[0], x.Shape[1], .. grid.Shape.Extents.Skip(1).Take(axes)]))]
            : throw new OperatorException($"the grid '{grid}' does not fit '{x}' of two or three spatial axes");
    }

    /// <inheritdoc/>
    public override void Execute(OperatorCall call)
    {
        GridSampleAttributes attributes = call.Node.AttributesAs<GridSampleAttributes>();
        Shape shape = call.Node.Input(0).Shape;
        int[] extents = Extents(shape);
        int axes = shape.Rank - 2;
        int size = extents[0] * extents[1] * extents[2];
        int places = (int)(call.Node.Input(1).Shape.ElementCount / axes / Math.Max(1, shape[0]));
        Span<int> indexes = stackalloc int[3 * MostTaps];
        Span<float> weights = stackalloc float[3 * MostTaps];
        for (int n = 0; n < shape[0]; n++)
        {
            for (int place = 0; place < places; place++)
            {
                indexes.Clear();
                weights.Clear();
                weights[0] = 1;
                for (int axis = 0; axis < axes; axis++)
                {
                    float coordinate = call.Input<float>(1)[(((n * places) + place) * axes) + axis];
                    int at = 2 - axis;
                    Taps(attributes, coordinate, extents[at], indexes.Slice(at * MostTaps, MostTaps), weights.Slice(at * MostTaps, MostTaps));
                }

                for (int c = 0; c < shape[1]; c++)
                {
                    ReadOnlySpan<float> plane = call.Input<float>(0).Slice(((n * shape[1]) + c) * size, size);
                    call.Output<float>()[(((n * shape[1]) + c) * places) + place] = Sum(plane, extents, indexes, weights);
                }
            }
        }
    }

    /// <inheritdoc/>
    public override KernelCall Emit(Node node, EmissionContext context)
    {
        GridSampleAttributes attributes = node.AttributesAs<GridSampleAttributes>();
        Shape shape = node.Input(0).Shape;
        int axes = shape.Rank - 2;
        return new("edgeai_grid_sample_f32", "edgeai_grid_sample_f32",
            [
                KernelField.Of("batch", shape[0]), KernelField.Of("channels", shape[1]), KernelField.Of("axes", axes),
                Shaping.CopyPlan.Array("extents", Extents(shape)),
                KernelField.Of("places", node.Input(1).Shape.ElementCount / axes / Math.Max(1, shape[0])),
                KernelField.Of("interpolation", (int)attributes.Interpolation), KernelField.Of("padding", (int)attributes.Padding),
                KernelField.Of("align_corners", attributes.AlignCorners ? 1 : 0),
            ],
            [context.Read(node.Input(0)), context.Read(node.Input(1)), context.Write(node.Output)]);
    }

    private static int[] Extents(Shape shape) => shape.Rank == 5 ? [shape[2], shape[3], shape[4]] : [1, shape[2], shape[3]];

    private static float Sum(ReadOnlySpan<float> plane, int[] extents, ReadOnlySpan<int> indexes, ReadOnlySpan<float> weights)
    {
        float sum = 0;
        for (int i = 0; i < MostTaps; i++)
        {
            for (int k = 0; k < MostTaps; k++)
            {
                float outer = weights[i] * weights[MostTaps + k];
                for (int m = 0; m < MostTaps && outer != 0; m++)
                {
                    float weight = outer * weights[(2 * MostTaps) + m];
                    if (weight != 0)
                    {
                        sum += weight * plane[(((indexes[i] * extents[1]) + indexes[MostTaps + k]) * extents[2]) + indexes[(2 * MostTaps) + m]];
                    }
                }
            }
        }

        return sum;
    }

    /// <summary>The elements along an axis that a coordinate needs, and their weights; one outside has weight 0.</summary>
    private static void Taps(GridSampleAttributes attributes, float coordinate, int extent, Span<int> indexes, Span<float> weights)
    {
        float x = attributes.AlignCorners ? (coordinate + 1) / 2 * (extent - 1) : (((coordinate + 1) * extent) - 1) / 2;
        x = !(x > -1e6f) ? -1e6f : x > 1e6f ? 1e6f : x;
        if (attributes.Interpolation != GridInterpolation.Cubic)
        {
            x = Inside(attributes, x, extent);
        }

        float floor = MathF.Floor(x);
        float t = x - floor;
        int first = (int)floor;
        switch (attributes.Interpolation)
        {
            case GridInterpolation.Nearest:
                first = (int)MathF.Round(x, MidpointRounding.ToEven);
                weights[0] = 1;
                break;
            case GridInterpolation.Linear:
                weights[0] = 1 - t;
                weights[1] = t;
                break;
            default:
                first--;
                weights[0] = Outer(1 + t);
                weights[1] = Inner(t);
                weights[2] = Inner(1 - t);
                weights[3] = Outer(2 - t);
                break;
        }

        for (int i = 0; i < MostTaps; i++)
        {
            int index = (int)Inside(attributes, first + i, extent);
            bool isOutside = index < 0 || index >= extent;
            indexes[i] = isOutside ? 0 : index;
            weights[i] = isOutside ? 0 : weights[i];
        }
    }

    private static float Inner(float t) => (((1.25f * t) - 2.25f) * t * t) + 1;

    private static float Outer(float t) => ((((-0.75f * t) + 3.75f) * t) - 6) * t + 3;

    /// <summary>A place brought inside as the padding has it.</summary>
    private static float Inside(GridSampleAttributes attributes, float x, int extent)
    {
        float low = attributes.AlignCorners ? 0 : -0.5f;
        float high = attributes.AlignCorners ? extent - 1 : extent - 0.5f;
        switch (attributes.Padding)
        {
            case GridPadding.Border:
                return x < 0 ? 0 : x > extent - 1 ? extent - 1 : x;
            case GridPadding.Reflection when high > low:
                float range = high - low;
                float distance = MathF.Abs(x - low);
                float turns = MathF.Floor(distance / range);
                float rest = distance - (turns * range);
                float mirrored = turns - (2 * MathF.Floor(turns / 2)) == 0 ? low + rest : high - rest;
                return mirrored < 0 ? 0 : mirrored > extent - 1 ? extent - 1 : mirrored;
            case GridPadding.Reflection:
                return 0;
            default:
                return x;
        }
    }
}

/// <summary>ONNX GridSample.</summary>
internal sealed class GridSampleOnnx : Import.Onnx.IOnnxForm
{
    /// <inheritdoc/>
    public IReadOnlyList<string> OperatorTypes => ["GridSample"];

    /// <inheritdoc/>
    public void Import(Import.Onnx.OnnxNode node, Import.Onnx.OnnxGraphBuilder builder)
    {
        GridInterpolation interpolation = node.Text("mode", "linear") switch
        {
            "nearest" => GridInterpolation.Nearest,
            "cubic" or "bicubic" => GridInterpolation.Cubic,
            _ => GridInterpolation.Linear,
        };
        GridPadding padding = node.Text("padding_mode", "zeros") switch
        {
            "border" => GridPadding.Border,
            "reflection" => GridPadding.Reflection,
            _ => GridPadding.Zeros,
        };
        builder.Bind(node, 0, builder.Add("GridSample", new GridSampleAttributes(interpolation, padding, node.Flag("align_corners")), node.Input(0), node.Input(1)));
    }
}
