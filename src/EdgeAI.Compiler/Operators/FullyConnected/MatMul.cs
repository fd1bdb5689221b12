using EdgeAI.Compiler.Emission;
using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Operators.FullyConnected;

/// <summary>
/// Matrix products of two values that are both computed at run time: <see cref="MatMulAttributes"/> tells extents. int8 arithmetic is that of
/// TensorFlow Lite's batch matrix multiplication: both zero points taken off, one factor, no limits; int16 with zero points of 0, sums of 64 bits and a
/// multiplier of 16.
/// </summary>
public sealed class MatMul : Operator
{
    // Leading axes are merged until at most so many are left: the kernels count through them.
    private const int BatchAxes = 3;

    /// <inheritdoc/>
    public override string Name => "MatMul";

    /// <inheritdoc/>
    public override Type AttributesType => typeof(MatMulAttributes);

    /// <inheritdoc/>
    public override QuantizationRule Quantization => QuantizationRule.Calibrated;

    /// <inheritdoc/>
    public override IReadOnlyList<TensorType> Infer(Node node)
    {
        var attributes = node.AttributesAs<MatMulAttributes>();
        OperandRules.AtMost(node, 2);
        Tensor a = node.Operand(0, "a");
        Tensor b = node.Operand(1, "b");
        OperandRules.OfType(a, "a", ElementType.Float32, ElementType.Int8, ElementType.Int16);
        OperandRules.OfType(b, "b", a.Type);
        if (a.Shape.Rank < 2 || b.Shape.Rank < 2)
        {
            throw new OperatorException($"a '{a}' and b '{b}' must have at least 2 axes");
        }

        int depth = a.Shape[attributes.TransposeA ? -2 : -1];
        int depthOfB = b.Shape[attributes.TransposeB ? -1 : -2];
        if (depth != depthOfB)
        {
            throw new OperatorException($"a '{a}' is multiplied along {depth} elements, b '{b}' along {depthOfB}");
        }

        if (a.Type != ElementType.Float32)
        {
            OperandRules.QuantizedPerTensor(a, "a");
            OperandRules.QuantizedPerTensor(b, "b");
            OperandRules.SymmetricInt16(node);
        }

        int[] leading = Leading(a.Shape, b.Shape);
        if (Batches(a.Shape, b.Shape).Count > BatchAxes)
        {
            throw new OperatorException($"the leading axes of a '{a}' and b '{b}' alternate in broadcasting more than {BatchAxes - 1} times");
        }

        return [new(a.Type, new Shape([.. leading, a.Shape[attributes.TransposeA ? -1 : -2], b.Shape[attributes.TransposeB ? -2 : -1]]))];
    }

    /// <inheritdoc/>
    public override long CountMacs(Node node) => node.Output.Shape.ElementCount * Product.Of(node).Depth;

    /// <inheritdoc/>
    public override void Execute(OperatorCall call)
    {
        var product = Product.Of(call.Node);
        if (call.Node.Input(0).Type == ElementType.Int8)
        {
            ExecuteIntegers(call, product);
        }
        else if (call.Node.Input(0).Type == ElementType.Int16)
        {
            ExecuteWide(call, product);
        }
        else
        {
            ExecuteFloats(call, product);
        }
    }

    /// <inheritdoc/>
    public override KernelCall Emit(Node node, EmissionContext context)
    {
        var product = Product.Of(node);
        List<KernelField> fields = [];
        for (int axis = 0; axis < BatchAxes; axis++)
        {
            fields.Add(KernelField.Of($"batch_extent_{axis}", product.Batches[axis].Extent));
            fields.Add(KernelField.Of($"batch_stride_a_{axis}", product.Batches[axis].StrideA));
            fields.Add(KernelField.Of($"batch_stride_b_{axis}", product.Batches[axis].StrideB));
        }

        fields.AddRange(
        [
            KernelField.Of("rows", product.Rows),
            KernelField.Of("columns", product.Columns),
            KernelField.Of("depth", product.Depth),
            KernelField.Of("row_stride_a", product.RowStrideA),
            KernelField.Of("depth_stride_a", product.DepthStrideA),
            KernelField.Of("column_stride_b", product.ColumnStrideB),
            KernelField.Of("depth_stride_b", product.DepthStrideB),
        ]);
        string type = "f32";
        if (node.Input(0).Type == ElementType.Int8)
        {
            type = "s8";
            fields.AddRange(
            [
                KernelField.Of("zero_point_a", node.Input(0).Quantization!.ZeroPoint),
                KernelField.Of("zero_point_b", node.Input(1).Quantization!.ZeroPoint),
                KernelField.Of("output_zero_point", node.Output.Quantization!.ZeroPoint),
            ]);
        }

        if (node.Input(0).Type != ElementType.Float32)
        {
            type = node.Input(0).Type == ElementType.Int16 ? "s16" : type;
            var factor = Requantization.OfProduct(node.Input(0), node.Input(1), node.Output);
            fields.AddRange([KernelField.Of("multiplier", factor.MultipliersQ31[0]), KernelField.Of("shift", factor.Shifts[0])]);
        }

        string function = "edgeai_matmul_" + type;
        return new(function, function, [.. fields], [context.Read(node.Input(0)), context.Read(node.Input(1)), context.Write(node.Output)]);
    }

    private static void ExecuteFloats(OperatorCall call, Product p)
    {
        const int block = PackedFloatMatrix.Block;
        float[] rows = new float[block * p.Depth];
        int result = 0;
        foreach ((int offsetA, int offsetB) in p.Offsets())
        {
            // Columns of b are the rows of the packed matrix.
            var matrix = new PackedFloatMatrix(call.Input<float>(1)[offsetB..], p.Columns, p.Depth, p.ColumnStrideB, p.DepthStrideB);
            float[] sums = new float[block * matrix.SumStride];
            ReadOnlySpan<float> a = call.Input<float>(0)[offsetA..];
            for (int first = 0; first < p.Rows; first += block)
            {
                int count = Math.Min(block, p.Rows - first);
                for (int row = 0; row < count; row++)
                {
                    for (int k = 0; k < p.Depth; k++)
                    {
                        rows[(row * p.Depth) + k] = a[((first + row) * p.RowStrideA) + (k * p.DepthStrideA)];
                    }
                }

                matrix.Multiply(rows, sums);
                for (int row = 0; row < count; row++)
                {
                    sums.AsSpan(row * matrix.SumStride, p.Columns).CopyTo(call.Output<float>()[result..]);
                    result += p.Columns;
                }
            }
        }
    }

    private static void ExecuteIntegers(OperatorCall call, Product p)
    {
        int zeroPointA = call.Node.Input(0).Quantization!.ZeroPoint;
        int zeroPointB = call.Node.Input(1).Quantization!.ZeroPoint;
        ChannelResult channels = call.Prepare(node => new ChannelResult(
            new int[p.Columns], Requantization.OfProduct(node.Input(0), node.Input(1), node.Output), node.Output, Clamp.None));
        int result = 0;
        foreach ((int offsetA, int offsetB) in p.Offsets())
        {
            var matrix = new PackedIntegerMatrix(
                call.Input<sbyte>(1)[offsetB..], p.Columns, p.Depth, p.ColumnStrideB, p.DepthStrideB, zeroPointB);
            short[] values = new short[matrix.PaddedDepth];
            int[] sums = new int[matrix.PaddedRows];
            ReadOnlySpan<sbyte> a = call.Input<sbyte>(0)[offsetA..];
            for (int row = 0; row < p.Rows; row++)
            {
                for (int k = 0; k < p.Depth; k++)
                {
                    values[k] = (short)(a[(row * p.RowStrideA) + (k * p.DepthStrideA)] - zeroPointA);
                }

                matrix.Multiply(values, sums);
                channels.Store(sums, 0, call.Output<sbyte>().Slice(result, p.Columns));
                result += p.Columns;
            }
        }
    }

    private static void ExecuteWide(OperatorCall call, Product p)
    {
        var factor = Requantization.OfProduct(call.Node.Input(0), call.Node.Input(1), call.Node.Output);
        int result = 0;
        foreach ((int offsetA, int offsetB) in p.Offsets())
        {
            ReadOnlySpan<short> a = call.Input<short>(0)[offsetA..];
            ReadOnlySpan<short> b = call.Input<short>(1)[offsetB..];
            Span<short> to = call.Output<short>();
            for (int row = 0; row < p.Rows; row++)
            {
                for (int column = 0; column < p.Columns; column++)
                {
                    long sum = 0;
                    for (int k = 0; k < p.Depth; k++)
                    {
                        sum += a[(row * p.RowStrideA) + (k * p.DepthStrideA)] * b[(column * p.ColumnStrideB) + (k * p.DepthStrideB)];
                    }

                    int scaled = FixedPoint.MultiplyWideByQuantizedMultiplier(sum, factor.MultipliersQ31[0], factor.Shifts[0]);
                    to[result++] = (short)Math.Clamp(scaled, short.MinValue, short.MaxValue);
                }
            }
        }
    }

    /// <summary>The broadcast leading extents.</summary>
    private static int[] Leading(Shape a, Shape b)
    {
        int rank = Math.Max(a.Rank, b.Rank) - 2;
        int[] extents = new int[rank];
        for (int axis = 0; axis < rank; axis++)
        {
            int extentA = Extent(a, axis - rank);
            int extentB = Extent(b, axis - rank);
            if (extentA != extentB && extentA != 1 && extentB != 1)
            {
                throw new OperatorException($"the leading extents of a {a} and b {b} do not broadcast");
            }

            extents[axis] = extentA == 1 ? extentB : extentA;
        }

        return extents;

        static int Extent(Shape shape, int fromEnd) => shape.Rank - 2 + fromEnd < 0 ? 1 : shape[shape.Rank - 2 + fromEnd];
    }

    /// <summary>The leading axes, outermost first, neighbours merged where one stride covers both; extents of 1 left out.</summary>
    private static List<BatchAxis> Batches(Shape a, Shape b)
    {
        int[] leading = Leading(a, b);
        var axes = new List<BatchAxis>();
        int strideA = a[-1] * a[-2];
        int strideB = b[-1] * b[-2];
        for (int axis = leading.Length - 1; axis >= 0; axis--)
        {
            int axisA = axis - leading.Length + a.Rank - 2;
            int axisB = axis - leading.Length + b.Rank - 2;
            int extentA = axisA < 0 ? 1 : a[axisA];
            int extentB = axisB < 0 ? 1 : b[axisB];
            if (leading[axis] != 1)
            {
                var here = new BatchAxis(leading[axis], extentA == 1 ? 0 : strideA, extentB == 1 ? 0 : strideB);
                if (axes.Count > 0 && axes[0] is var inner && here.StrideA == inner.StrideA * inner.Extent && here.StrideB == inner.StrideB * inner.Extent)
                {
                    axes[0] = inner with { Extent = inner.Extent * here.Extent };
                }
                else
                {
                    axes.Insert(0, here);
                }
            }

            strideA *= extentA;
            strideB *= extentB;
        }

        return axes;
    }

    private readonly record struct BatchAxis(int Extent, int StrideA, int StrideB);

    /// <summary>Extents and strides of one node, in elements.</summary>
    private sealed record Product(
        BatchAxis[] Batches, int Rows, int Columns, int Depth, int RowStrideA, int DepthStrideA, int ColumnStrideB, int DepthStrideB)
    {
        public static Product Of(Node node)
        {
            var attributes = node.AttributesAs<MatMulAttributes>();
            Shape a = node.Input(0).Shape;
            Shape b = node.Input(1).Shape;
            List<BatchAxis> batches = MatMul.Batches(a, b);
            while (batches.Count < BatchAxes)
            {
                batches.Insert(0, new(1, 0, 0));
            }

            return new([.. batches], a[attributes.TransposeA ? -1 : -2], b[attributes.TransposeB ? -2 : -1], a[attributes.TransposeA ? -2 : -1],
                attributes.TransposeA ? 1 : a[-1], attributes.TransposeA ? a[-1] : 1,
                attributes.TransposeB ? b[-1] : 1, attributes.TransposeB ? 1 : b[-1]);
        }

        /// <summary>The first element of a and b for each matrix of the result.</summary>
        public IEnumerable<(int A, int B)> Offsets()
        {
            for (int i = 0; i < Batches[0].Extent; i++)
            {
                for (int j = 0; j < Batches[1].Extent; j++)
                {
                    for (int k = 0; k < Batches[2].Extent; k++)
                    {
                        yield return (
                            (i * Batches[0].StrideA) + (j * Batches[1].StrideA) + (k * Batches[2].StrideA),
                            (i * Batches[0].StrideB) + (j * Batches[1].StrideB) + (k * Batches[2].StrideB));
                    }
                }
            }
        }
    }
}
