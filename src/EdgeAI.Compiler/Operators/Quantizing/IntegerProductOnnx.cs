using EdgeAI.Compiler.Import.Onnx;
using EdgeAI.Compiler.Import.Onnx.Folding;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators.Logic;

namespace EdgeAI.Compiler.Operators.Quantizing;

/// <summary>
/// ONNX MatMulInteger, QLinearMatMul, ConvInteger and QLinearConv with plain integers: zero points are taken off, the products are summed in float32, which is exact while sums
/// stay below 2^24, and brought back to integers.
/// </summary>
internal sealed class IntegerProductOnnx : IOnnxForm
{
    private const long ExactFloats = 1 << 24;

    /// <inheritdoc/>
    public IReadOnlyList<string> OperatorTypes => ["MatMulInteger", "QLinearMatMul", "ConvInteger", "QLinearConv"];

    /// <inheritdoc/>
    public void Import(OnnxNode node, OnnxGraphBuilder builder)
    {
        bool isInteger = node.OperatorType == "MatMulInteger";
        Tensor a = node.Input(0);
        if (node.OperatorType is "ConvInteger" or "QLinearConv")
        {
            Convolution(node, builder, a);
            return;
        }

        Tensor b = node.Input(isInteger ? 1 : 3);
        if (a.Shape.Rank < 2 || b.Shape.Rank < 2 || a.Shape[-1] * 65025L >= ExactFloats)
        {
            throw new OnnxNodeException($"it multiplies {a.Shape} and {b.Shape}", $"Matrices whose sums have up to {ExactFloats / 65025} products are supported");
        }

        Tensor left = Centred(builder, a, node.Optional(2), false);
        Tensor right = Centred(builder, b, node.Optional(isInteger ? 3 : 5), true);
        Tensor product = builder.Add("MatMul", new FullyConnected.MatMulAttributes(false, false), left, right);
        if (isInteger)
        {
            builder.Bind(node, 0, Plain.Cast(builder, product, ElementType.Int32));
            return;
        }

        Tensor factor = Plain.Step(builder, "Divide", Plain.Step(builder, "Multiply", Scale(builder, node.Input(1), false), Scale(builder, node.Input(4), true)),
            Scale(builder, node.Input(6), true));
        builder.Bind(node, 0, PlainQuantization.Saturated(builder, Plain.Step(builder, "Multiply", product, factor), node.Input(7)));
    }

    private static void Convolution(OnnxNode node, OnnxGraphBuilder builder, Tensor x)
    {
        bool isInteger = node.OperatorType == "ConvInteger";
        Tensor weights = node.Input(isInteger ? 1 : 3);
        if (!isInteger && weights.Shape.ElementCount / Math.Max(1, weights.Shape[0]) * 65025L >= ExactFloats && weights.IsConstant)
        {
            OfReals(node, builder, x, weights);
            return;
        }

        if (weights.Shape.Rank < 3 || weights.Shape.ElementCount / Math.Max(1, weights.Shape[0]) * 65025L >= ExactFloats)
        {
            throw new OnnxNodeException($"its filters are {weights.Shape}", $"Filters of up to {ExactFloats / 65025} elements are supported");
        }

        Tensor image = Centred(builder, x, node.Optional(2), true);
        Tensor? zeroPoint = node.Optional(isInteger ? 3 : 5);
        Tensor filters = Centred(builder, weights, zeroPoint is null ? null : PerFilter(builder, zeroPoint, weights.Shape.Rank), true);
        Tensor? bias = isInteger || node.Optional(8) is not { } integers ? null : Plain.Cast(builder, integers, ElementType.Float32);
        Tensor sums = Operators.Convolution.ConvolutionOnnx.Convolve(node, builder, image, filters, bias);
        if (isInteger)
        {
            builder.Bind(node, 0, Plain.Cast(builder, sums, ElementType.Int32));
            return;
        }

        Tensor factor = Plain.Step(builder, "Divide",
            Plain.Step(builder, "Multiply", node.Input(1), PerFilter(builder, node.Input(4), x.Shape.Rank, 1)), node.Input(6));
        builder.Bind(node, 0, PlainQuantization.Saturated(builder, Plain.Step(builder, "Multiply", sums, factor), node.Input(7)));
    }

    /// <summary>QLinearConv with large filters, over the reals that its operands stand for.</summary>
    private static void OfReals(OnnxNode node, OnnxGraphBuilder builder, Tensor x, Tensor weights)
    {
        QuantizationParameters image = QuantizeLinearOnnx.Given(node, 1, 2, -1, x.Shape);
        QuantizationParameters filters = QuantizeLinearOnnx.Given(node, 4, 5, 0, weights.Shape);
        QuantizationParameters result = QuantizeLinearOnnx.Given(node, 6, 7, -1, x.Shape);
        Tensor left = builder.AddConversion("Dequantize", ElementType.Float32, null, QuantizeLinearOnnx.Integers(builder, x, image));
        Tensor right = builder.AddConversion("Dequantize", ElementType.Float32, null, QuantizeLinearOnnx.Integers(builder, weights, filters));
        Tensor? bias = null;
        if (node.Optional(8) is { } integers)
        {
            int count = weights.Shape[0];
            var scales = new QuantizationParameters([.. Enumerable.Range(0, count).Select(i => image.Scale * filters.ScaleOf(i))], [.. new int[count]], 0);
            bias = builder.AddConversion("Dequantize", ElementType.Float32, null, QuantizeLinearOnnx.Integers(builder, integers, scales));
        }

        Tensor sums = Operators.Convolution.ConvolutionOnnx.Convolve(node, builder, left, right, bias);
        builder.Bind(node, 0, builder.AddConversion("Quantize", node.Input(7).Type, result, sums));
    }

    /// <summary>One value for each filter stands along the given axis.</summary>
    private static Tensor PerFilter(OnnxGraphBuilder builder, Tensor values, int rank, int axis = 0) => values.Shape.ElementCount == 1
        ? builder.Reshape(values, "one", [])
        : builder.Reshape(values, "per_filter", [values.Shape[0], .. Enumerable.Repeat(1, rank - axis - 1)]);

    /// <summary>The operand without its zero point, in float32; several zero points are those of rows, or of columns.</summary>
    private static Tensor Centred(OnnxGraphBuilder builder, Tensor x, Tensor? zeroPoint, bool byColumn)
    {
        Tensor reals = Plain.Cast(builder, x, ElementType.Float32);
        return zeroPoint is null ? reals : Plain.Step(builder, "Subtract", reals, Scale(builder, Plain.Cast(builder, zeroPoint, ElementType.Float32), byColumn));
    }

    /// <summary>One value for each row stands as a column.</summary>
    private static Tensor Scale(OnnxGraphBuilder builder, Tensor values, bool byColumn) =>
        values.Shape.Rank == 1 && values.Shape[0] > 1 && !byColumn ? builder.Reshape(values, "rows", values.Shape[0], 1) : values;
}

/// <summary>ONNX DynamicQuantizeLinear: scale and zero point of the operand's own range with 0 in it, then the integers.</summary>
internal sealed class DynamicQuantizeOnnx : IOnnxForm
{
    /// <inheritdoc/>
    public IReadOnlyList<string> OperatorTypes => ["DynamicQuantizeLinear"];

    /// <inheritdoc/>
    public void Import(OnnxNode node, OnnxGraphBuilder builder)
    {
        Tensor x = builder.Reshape(node.Input(0), "flat", (int)node.Input(0).Shape.ElementCount);
        Tensor zero = builder.Constant("zero", 0);
        var all = new Reduction.ReduceAttributes([0], false);
        Tensor highest = Plain.Step(builder, "Maximum", builder.AddStep("highest", "ReduceMax", all, x), zero);
        Tensor lowest = Plain.Step(builder, "Minimum", builder.AddStep("lowest", "ReduceMin", all, x), zero);
        Tensor scale = Plain.Step(builder, "Divide", Plain.Step(builder, "Subtract", highest, lowest), builder.Constant("steps", 255));
        builder.Bind(node, 1, scale);
        Tensor start = Plain.Step(builder, "Divide", Plain.Step(builder, "Subtract", zero, lowest), scale);
        Tensor zeroPoint = PlainQuantization.Integers(builder, start, ElementType.UInt8);
        builder.Bind(node, 2, zeroPoint);
        builder.Bind(node, 0, PlainQuantization.Saturated(builder, Plain.Step(builder, "Divide", node.Input(0), scale), zeroPoint));
    }
}

/// <summary>Quantization as plain arithmetic, for scales and zero points that are computed or stand for parts of a tensor.</summary>
internal static class PlainQuantization
{
    /// <summary>saturate(round(x) + zero point), half to even, in the type of the zero point.</summary>
    public static Tensor Saturated(OnnxGraphBuilder builder, Tensor x, Tensor zeroPoint)
    {
        Tensor rounded = builder.AddStep("rounded", "Round", Activation.UnaryAttributes.None, x);
        return Integers(builder, Plain.Step(builder, "Add", rounded, Plain.Cast(builder, zeroPoint, ElementType.Float32)), zeroPoint.Type);
    }

    /// <summary>Rounded and limited to the type's range.</summary>
    public static Tensor Integers(OnnxGraphBuilder builder, Tensor x, ElementType type)
    {
        (float minimum, float maximum) = type switch
        {
            ElementType.Int8 => (sbyte.MinValue, sbyte.MaxValue),
            ElementType.UInt8 => (byte.MinValue, byte.MaxValue),
            ElementType.Int16 => (short.MinValue, short.MaxValue),
            ElementType.UInt16 => ((float)ushort.MinValue, (float)ushort.MaxValue),
            _ => throw new OnnxNodeException($"the integers are {type.DisplayName()}", "8 and 16 bits are supported"),
        };
        Tensor rounded = builder.AddStep("whole", "Round", Activation.UnaryAttributes.None, x);
        Tensor limited = builder.AddStep("limited", "Clamp", new Activation.ClampAttributes(new Clamp(minimum, maximum)), rounded);
        return Plain.Cast(builder, limited, type);
    }

    /// <summary>QuantizeLinear to a type of fewer than 16 bits that C lacks, that of the zero point or the attribute output_dtype; null for others.</summary>
    public static Tensor? Small(OnnxNode node, OnnxGraphBuilder builder, Tensor x)
    {
        long type = node.FileType(2) is > 0 and var given ? given : node.Int("output_dtype", 0);
        if (node.OperatorType != "QuantizeLinear" || OnnxSmallTypes.Bits(type) == 0)
        {
            return null;
        }

        Tensor scaled = Plain.Step(builder, "Divide", x, Spread(node, builder, node.Input(1), x.Shape));
        if (OnnxSmallTypes.Float(type, node.Flag("saturate", true)) is { } format)
        {
            return builder.Add("RoundFloat", format, scaled);
        }

        (int minimum, int maximum) = OnnxSmallTypes.Integer(type)!.Value;
        Tensor rounded = builder.AddStep("rounded", "Round", Activation.UnaryAttributes.None, scaled);
        Tensor moved = node.Optional(2) is { } zeroPoint
            ? Plain.Step(builder, "Add", rounded, Plain.Cast(builder, Spread(node, builder, zeroPoint, x.Shape), ElementType.Float32))
            : rounded;
        Tensor limited = builder.AddStep("limited", "Clamp", new Activation.ClampAttributes(new Clamp(minimum, maximum)), moved);
        return Plain.Cast(builder, limited, OnnxElementTypes.Internal(type)!.Value);
    }

    /// <summary>QuantizeLinear or DequantizeLinear with whatever scales.</summary>
    public static void Import(OnnxNode node, OnnxGraphBuilder builder)
    {
        Tensor x = node.Input(0);
        Tensor scale = Spread(node, builder, node.Input(1), x.Shape);
        Tensor? zeroPoint = node.Optional(2) is { } given ? Spread(node, builder, given, x.Shape) : null;
        if (node.OperatorType == "DequantizeLinear")
        {
            Tensor reals = Plain.Cast(builder, x, ElementType.Float32);
            Tensor centred = zeroPoint is null ? reals : Plain.Step(builder, "Subtract", reals, Plain.Cast(builder, zeroPoint, ElementType.Float32));
            builder.Bind(node, 0, Plain.Step(builder, "Multiply", centred, scale));
            return;
        }

        ElementType type = OnnxElementTypes.Internal(node.Int("output_dtype", 0)) ?? ElementType.UInt8;
        builder.Bind(node, 0, Saturated(builder, Plain.Step(builder, "Divide", x, scale), zeroPoint ?? Plain.Integer(builder, "zero_point", type, 0)));
    }

    /// <summary>One value for the tensor, for each index of an axis, or for each block along it, so that it broadcasts.</summary>
    private static Tensor Spread(OnnxNode node, OnnxGraphBuilder builder, Tensor values, Shape shape)
    {
        if (values.Shape.ElementCount == 1)
        {
            return builder.Reshape(values, "one", []);
        }

        int axis = OnnxNode.Axis(node.Int("axis", 1), shape.Rank);
        int block = (int)node.Int("block_size", 0);
        if (values.Shape.Rank == 1 && block == 0)
        {
            return builder.Reshape(values, "per_axis", [values.Shape[0], .. Enumerable.Repeat(1, shape.Rank - axis - 1)]);
        }

        if (block < 1 || values.Shape.Rank != shape.Rank)
        {
            throw new OnnxNodeException($"the scales {values.Shape} do not fit {shape}", "Give one, one for each index of an axis, or blocks");
        }

        Tensor indexes = Plain.Integers(builder, "blocks", ElementType.Int64, new Shape(shape[axis]), [.. Enumerable.Range(0, shape[axis]).Select(i => (long)(i / block))]);
        return builder.AddStep("spread", "Gather", new Indexing.GatherAttributes(axis), values, indexes);
    }
}
