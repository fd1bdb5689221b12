using EdgeAI.Compiler.Import.Onnx;
using EdgeAI.Compiler.Import.Onnx.Folding;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators.Logic;

namespace EdgeAI.Compiler.Operators.Quantizing;

/// <summary>
/// ONNX MatMulInteger, QLinearMatMul, ConvInteger and QLinearConv.
/// <list type="bullet">
/// <item>With plain integers zero points are taken off and the products are summed in float32, which is exact while sums stay below 2^24; longer sums are cut into
/// parts that do, and the parts are added as int32.</item>
/// <item>QLinearMatMul and QLinearConv with constant scales are DequantizeLinear, the float operator and QuantizeLinear, of which integer operators are made; a
/// model that is read as written has the plain integers, where their sums are short enough.</item>
/// </list>
/// </summary>
internal sealed class IntegerProductOnnx : IOnnxForm
{
    /// <inheritdoc/>
    public IReadOnlyList<string> OperatorTypes => ["MatMulInteger", "QLinearMatMul", "ConvInteger", "QLinearConv"];

    /// <inheritdoc/>
    public void Import(OnnxNode node, OnnxGraphBuilder builder)
    {
        if (node.OperatorType is "ConvInteger" or "QLinearConv")
        {
            Convolution(node, builder);
        }
        else
        {
            Matrices(node, builder);
        }
    }

    private static void Matrices(OnnxNode node, OnnxGraphBuilder builder)
    {
        bool isInteger = node.OperatorType == "MatMulInteger";
        Tensor a = node.Input(0);
        Tensor b = node.Input(isInteger ? 1 : 3);
        if (a.Shape.Rank < 2 || b.Shape.Rank < 2)
        {
            throw new OnnxNodeException($"it multiplies {a.Shape} and {b.Shape}", "Give both operands two axes or more");
        }

        Tensor? columns = node.Optional(isInteger ? 3 : 5);
        IReadOnlyList<(int Start, int Count)> parts = ExactSums.Parts(b, columns, -2, false);
        if (!isInteger && (!builder.IsAsWritten || parts.Count > 1) && MatricesOfReals(node, builder, a, b))
        {
            return;
        }

        Tensor left = Centred(builder, a, node.Optional(2), false);
        Tensor right = Centred(builder, b, columns, true);
        Tensor sums = ExactSums.Add(builder, parts, (start, count) => builder.Add("MatMul", new FullyConnected.MatMulAttributes(false, false),
            builder.Part(left, "left", left.Shape.Rank - 1, start, count), builder.Part(right, "right", right.Shape.Rank - 2, start, count)));
        if (isInteger)
        {
            builder.Bind(node, 0, Plain.Cast(builder, sums, ElementType.Int32));
            return;
        }

        Tensor factor = Plain.Step(builder, "Divide", Plain.Step(builder, "Multiply", Scale(builder, node.Input(1), false), Scale(builder, node.Input(4), true)),
            Scale(builder, node.Input(6), true));
        builder.Bind(node, 0, PlainQuantization.Saturated(builder, Plain.Step(builder, "Multiply", Plain.Cast(builder, sums, ElementType.Float32), factor), node.Input(7)));
    }

    private static void Convolution(OnnxNode node, OnnxGraphBuilder builder)
    {
        bool isInteger = node.OperatorType == "ConvInteger";
        Tensor x = node.Input(0);
        Tensor weights = node.Input(isInteger ? 1 : 3);
        if (weights.Shape.Rank < 3)
        {
            throw new OnnxNodeException($"its filters are {weights.Shape}", "Give them three axes or more");
        }

        Tensor? zeroPoint = node.Optional(isInteger ? 3 : 5);
        zeroPoint = zeroPoint is null ? null : PerFilter(builder, zeroPoint, weights.Shape.Rank);
        IReadOnlyList<(int Start, int Count)> parts = ExactSums.Parts(weights, zeroPoint, 1, true);
        if (!isInteger && (!builder.IsAsWritten || parts.Count > 1) && ConvolutionOfReals(node, builder, x, weights))
        {
            return;
        }

        if (parts.Count > 1 && node.Int("group", 1) != 1)
        {
            throw new OnnxNodeException($"its filters {weights.Shape} have sums of 2^24 and more, in {node.Int("group", 1)} groups", "Such filters are supported in one group");
        }

        Tensor image = Centred(builder, x, node.Optional(2), true);
        Tensor filters = Centred(builder, weights, zeroPoint, true);
        Tensor sums = ExactSums.Add(builder, parts, (start, count) => Operators.Convolution.ConvolutionOnnx.Convolve(node, builder,
            parts.Count == 1 ? image : builder.Part(image, "channels", 1, start, count), builder.Part(filters, "filters", 1, start, count), null));
        if (isInteger)
        {
            builder.Bind(node, 0, Plain.Cast(builder, sums, ElementType.Int32));
            return;
        }

        if (node.Optional(8) is { } bias)
        {
            sums = Plain.Step(builder, "Add", sums, Plain.Cast(builder, PerFilter(builder, bias, x.Shape.Rank, 1), sums.Type));
        }

        Tensor factor = Plain.Step(builder, "Divide",
            Plain.Step(builder, "Multiply", node.Input(1), PerFilter(builder, node.Input(4), x.Shape.Rank, 1)), node.Input(6));
        builder.Bind(node, 0, PlainQuantization.Saturated(builder, Plain.Step(builder, "Multiply", Plain.Cast(builder, sums, ElementType.Float32), factor), node.Input(7)));
    }

    /// <summary>QLinearMatMul over the reals that its operands stand for; false where a quantization is computed, or stands for rows of the left operand.</summary>
    private static bool MatricesOfReals(OnnxNode node, OnnxGraphBuilder builder, Tensor a, Tensor b)
    {
        if (!HasConstants(node, 1, 2, 4, 5, 6, 7) || node.Input(1).Shape.ElementCount > 1 || node.Input(6).Shape.ElementCount > 1
            || (node.Input(4).Shape.ElementCount > 1 && (!b.IsConstant || node.Input(4).Shape.ElementCount != b.Shape[-1])))
        {
            return false;
        }

        Tensor? left = Reals(builder, a, Given(node, builder, 1, -1, a.Shape));
        Tensor? right = Reals(builder, b, Given(node, builder, 4, -1, b.Shape));
        return left is not null && right is not null && Quantized(node, builder, FullyConnected.MatMulOnnx.Product(builder, left, right));
    }

    /// <summary>QLinearConv over the reals that its operands stand for; false where a quantization is computed.</summary>
    private static bool ConvolutionOfReals(OnnxNode node, OnnxGraphBuilder builder, Tensor x, Tensor weights)
    {
        if (!HasConstants(node, 1, 2, 3, 4, 5, 6, 7) || node.Input(1).Shape.ElementCount > 1 || node.Optional(8) is { IsConstant: false })
        {
            return false;
        }

        QuantizationParameters image = Given(node, builder, 1, -1, x.Shape);
        QuantizationParameters filters = Given(node, builder, 4, 0, weights.Shape);
        Tensor? left = Reals(builder, x, image);
        Tensor? right = Reals(builder, weights, filters);
        Tensor? bias = null;
        if (node.Optional(8) is { } integers)
        {
            int count = weights.Shape[0];
            bias = Reals(builder, integers, new QuantizationParameters([.. Enumerable.Range(0, count).Select(i => image.Scale * filters.ScaleOf(i))], [.. new int[count]], 0));
        }

        return left is not null && right is not null && Quantized(node, builder, Operators.Convolution.ConvolutionOnnx.Convolve(node, builder, left, right, bias));
    }

    private static bool HasConstants(OnnxNode node, params ReadOnlySpan<int> operands)
    {
        bool all = true;
        foreach (int operand in operands)
        {
            all &= node.Optional(operand) is not { IsConstant: false };
        }

        return all;
    }

    /// <summary>A scale and the zero point behind it; scales of any shape are a row.</summary>
    private static QuantizationParameters Given(OnnxNode node, OnnxGraphBuilder builder, int scale, long axis, Shape shape) =>
        QuantizeLinearOnnx.Given(builder.Reshape(node.Input(scale), "row", (int)node.Input(scale).Shape.ElementCount), node.Optional(scale + 1), axis, shape);

    /// <summary>What integers stand for; null where they stand for something else already.</summary>
    private static Tensor? Reals(OnnxGraphBuilder builder, Tensor x, QuantizationParameters quantization) =>
        !x.IsConstant && x.Quantization is { } other && !other.Equals(quantization) ? null
        : builder.AddConversion("Dequantize", ElementType.Float32, null, QuantizeLinearOnnx.Integers(builder, x, quantization));

    private static bool Quantized(OnnxNode node, OnnxGraphBuilder builder, Tensor made)
    {
        builder.Bind(node, 0, builder.AddConversion("Quantize", node.Input(7).Type, Given(node, builder, 6, -1, made.Shape), made));
        return true;
    }

    /// <summary>One value for each filter stands along the given axis.</summary>
    private static Tensor PerFilter(OnnxGraphBuilder builder, Tensor values, int rank, int axis = 0) => values.Shape.ElementCount == 1
        ? builder.Reshape(values, "one", [])
        : builder.Reshape(values, "per_filter", [(int)values.Shape.ElementCount, .. Enumerable.Repeat(1, rank - axis - 1)]);

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
