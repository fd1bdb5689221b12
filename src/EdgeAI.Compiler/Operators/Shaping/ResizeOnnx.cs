using EdgeAI.Compiler.Import.Onnx;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators.Convolution;

namespace EdgeAI.Compiler.Operators.Shaping;

/// <summary>
/// ONNX Resize (operator sets 10, 11, 13 to 19) and Upsample (7 to 9). Images [N,C,(H,)W] have an operator of their own. Where corners align and a scale does
/// not make a whole number of elements, the last element of the specification is a place between two; PyTorch's corners meet.
/// </summary>
internal sealed class ResizeOnnx : IOnnxForm
{
    private const string CoordinateMode = "coordinate_transformation_mode";

    /// <summary>A float32 scale times an extent is a whole number to within this.</summary>
    private const double WholeElement = 1e-3;

    /// <inheritdoc/>
    public IReadOnlyList<string> OperatorTypes => ["Resize", "Upsample"];

    /// <inheritdoc/>
    public void Import(OnnxNode node, OnnxGraphBuilder builder)
    {
        Tensor x = node.Input(0);
        int rank = x.Shape.Rank;
        (float[] scales, int[] sizes) = Extents(node, x.Shape);
        bool alignsCorners = node.Text(CoordinateMode, "half_pixel") == "align_corners";
        if (alignsCorners && node.Producer == "pytorch")
        {
            scales = [.. sizes.Select((size, axis) => (float)size / x.Shape[axis])];
        }

        bool isImage = rank is 3 or 4 && scales[0] == 1 && scales[1] == 1 && sizes[0] == x.Shape[0] && sizes[1] == x.Shape[1];
        bool isPlain = !node.Flag("antialias") && node.Text("mode", "nearest") != "cubic"
            && node.Text(CoordinateMode, "half_pixel") is not ("half_pixel_symmetric" or "tf_crop_and_resize")
            && (!alignsCorners || sizes.Zip(scales, x.Shape.Extents).All(axis => Math.Abs((axis.Second * (double)axis.Third) - axis.First) < WholeElement));
        bool isLegacy = IsLegacy(node);
        if (!isImage || (!isPlain && !isLegacy))
        {
            builder.Bind(node, 0, ByMatrices(node, builder, x, scales, sizes));
            return;
        }

        ResizeCoordinates coordinates = isLegacy ? ResizeCoordinates.Asymmetric : Coordinates(node);
        ResizeInterpolation interpolation = Interpolation(node, isLegacy, scales[2..]);
        bool isLine = rank == 3;
        Tensor image = builder.ToChannelsLast(ChannelsFirst.AsImage(x, builder));
        var attributes = new Resize2DAttributes(
            isLine ? 1 : sizes[2], sizes[^1], isLine ? 1 : scales[2], scales[^1], coordinates, interpolation);
        builder.Bind(node, 0, ChannelsFirst.Restore(builder.Add("Resize2D", attributes, image), rank - 2, builder));
    }

    private static Tensor ByMatrices(OnnxNode node, OnnxGraphBuilder builder, Tensor x, float[] scales, int[] sizes)
    {
        float[] region = node.ConstantFloats(1, "region") ?? [];
        int[] axes = node.Ints("axes") is { } named
            ? [.. named.Select(axis => OnnxNode.Axis(axis, x.Shape.Rank))]
            : [.. Enumerable.Range(0, x.Shape.Rank)];
        Tensor result = x;
        long[] outside = new long[new Shape(sizes).ElementCount];
        long[] strides = new Shape(sizes).Strides();
        for (int i = 0; i < axes.Length; i++)
        {
            int axis = axes[i];
            bool hasRegion = region.Length == 2 * axes.Length;
            var matrix = new ResizeMatrix(x.Shape[axis], sizes[axis], scales[axis], hasRegion ? region[i] : 0, hasRegion ? region[i + axes.Length] : 1);
            if (scales[axis] == 1 && sizes[axis] == x.Shape[axis] && matrix is { Start: 0, End: 1 })
            {
                continue;
            }

            (float[] weights, bool[] rows) = IsLegacy(node)
                ? matrix.Of(node, "asymmetric", LegacyNearest(scales) == ResizeInterpolation.NearestCeiling ? "ceil" : "floor")
                : matrix.Of(node, node.Text(CoordinateMode, "half_pixel"), node.Text("nearest_mode", "round_prefer_floor"));
            result = Signal.LinearMap.Along(builder, result, axis, sizes[axis], weights);
            for (int k = 0; k < outside.Length; k++)
            {
                outside[k] = rows[k / strides[axis] % sizes[axis]] ? 1 : outside[k];
            }
        }

        return outside.Contains(1)
            ? builder.AddStep("extrapolated", "Select", NoAttributes.Instance,
                Logic.Plain.Integers(builder, "outside", ElementType.Bool, new Shape(sizes), outside),
                builder.Constant("extrapolation", node.Float("extrapolation_value", 0)), result)
            : result;
    }

    private static (float[] Scales, int[] Sizes) Extents(OnnxNode node, Shape shape)
    {
        bool isAttributeForm = node.OperatorType == "Upsample" && node.Version < 9;
        bool hasSizes = node.OperatorType == "Resize" && node.Version >= 11;
        float[] scales = (isAttributeForm ? (node.Floats("scales") is { } given ? [.. given] : null)
            : node.ConstantFloats(hasSizes ? 2 : 1, "scales")) ?? [];
        long[] sizes = hasSizes ? node.ConstantInts(3, "sizes") ?? [] : [];
        int[] axes = node.Ints("axes") is { } named
            ? [.. named.Select(axis => OnnxNode.Axis(axis, shape.Rank))]
            : [.. Enumerable.Range(0, shape.Rank)];
        bool byScale = scales.Length > 0;
        if ((byScale ? scales.Length : sizes.Length) != axes.Length)
        {
            throw new OnnxNodeException("scales or sizes do not fit the axes", "Give one for each axis");
        }

        float[] allScales = [.. Enumerable.Repeat(1f, shape.Rank)];
        int[] allSizes = [.. shape.Extents];
        string policy = node.Text("keep_aspect_ratio_policy", "stretch");
        if (!byScale && policy != "stretch")
        {
            IEnumerable<double> ratios = axes.Select((axis, i) => (double)sizes[i] / shape[axis]);
            double ratio = policy == "not_larger" ? ratios.Min() : ratios.Max();
            sizes = [.. axes.Select(axis => (long)Math.Floor((ratio * shape[axis]) + 0.5))];
        }

        for (int i = 0; i < axes.Length; i++)
        {
            int extent = shape[axes[i]];
            // In float32, as ONNX Runtime has it: a scale of 9/5 makes 9 elements of 5.
            double result = byScale ? MathF.Floor(extent * scales[i]) : sizes[i];
            if (!(result >= 1 && result <= int.MaxValue))
            {
                throw new OnnxNodeException($"axis {axes[i]} would have {result} elements", "Scales and sizes are positive");
            }

            allSizes[axes[i]] = (int)result;
            allScales[axes[i]] = byScale ? scales[i] : (float)result / extent;
        }

        return (allScales, allSizes);
    }

    private static ResizeCoordinates Coordinates(OnnxNode node) => node.Text(CoordinateMode, "half_pixel") switch
    {
        "half_pixel" => ResizeCoordinates.HalfPixel,
        "asymmetric" => ResizeCoordinates.Asymmetric,
        "align_corners" => ResizeCoordinates.AlignCorners,
        "pytorch_half_pixel" => ResizeCoordinates.PytorchHalfPixel,
        string other => throw new OnnxNodeException($"coordinate_transformation_mode is '{other}'",
            "half_pixel, pytorch_half_pixel, align_corners and asymmetric are supported"),
    };

    private static bool IsLegacy(OnnxNode node) => node.OperatorType == "Upsample" || node.Version < 11;

    /// <summary>Before operator set 11 nearest meant the element below when enlarging, and the one above when shrinking.</summary>
    private static ResizeInterpolation LegacyNearest(float[] scales)
    {
        bool shrinks = scales.Any(scale => scale < 1);
        return shrinks && scales.Any(scale => scale > 1)
            ? throw new OnnxNodeException("it enlarges one axis and shrinks the other", "Use operator set 11 or later")
            : shrinks ? ResizeInterpolation.NearestCeiling : ResizeInterpolation.NearestFloor;
    }

    private static ResizeInterpolation Interpolation(OnnxNode node, bool isLegacy, float[] scales)
    {
        string mode = node.Text("mode", "nearest");
        if (mode is "linear" or "bilinear")
        {
            return ResizeInterpolation.Linear;
        }

        if (mode != "nearest")
        {
            throw new OnnxNodeException($"mode is '{mode}'", "nearest and linear are supported");
        }

        if (isLegacy)
        {
            return LegacyNearest(scales);
        }

        return node.Text("nearest_mode", "round_prefer_floor") switch
        {
            "round_prefer_floor" => ResizeInterpolation.NearestRoundHalfDown,
            "round_prefer_ceil" => ResizeInterpolation.NearestRoundHalfUp,
            "floor" => ResizeInterpolation.NearestFloor,
            "ceil" => ResizeInterpolation.NearestCeiling,
            string other => throw new OnnxNodeException($"nearest_mode is '{other}'",
                "round_prefer_floor, round_prefer_ceil, floor and ceil are supported"),
        };
    }
}
