using System.Numerics;
using EdgeAI.Compiler.Emission;
using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Operators.Shaping;

/// <summary>
/// Resize2D: images of other height and width. Nearest copies elements of any type; Linear is of float32, of int8 in TensorFlow Lite's integer
/// arithmetic with 10 bits behind the point, rounded half away from zero, or of int16 in the same with 14 bits.
/// </summary>
internal sealed class Resize2DOperator : ShapingOperator
{
    /// <inheritdoc/>
    public override string Name => "Resize2D";

    /// <inheritdoc/>
    public override string? IntegersAsWritten => "all types, to the nearest";

    /// <inheritdoc/>
    public override Type AttributesType => typeof(Resize2DAttributes);

    /// <inheritdoc/>
    public override void Execute(OperatorCall call)
    {
        Node node = call.Node;
        if (!IsLinear(node))
        {
            RunNearest(call);
        }
        else if (node.Input(0).Type == ElementType.Float32)
        {
            RunLinear(call);
        }
        else if (node.Input(0).Type == ElementType.Int16)
        {
            RunLinearIntegers<short>(call);
        }
        else
        {
            RunLinearIntegers<sbyte>(call);
        }
    }

    /// <inheritdoc/>
    public override KernelCall Emit(Node node, EmissionContext context)
    {
        Shape x = node.Input(0).Shape;
        Shape result = node.Output.Shape;
        ResizeInterpolation interpolation = node.AttributesAs<Resize2DAttributes>().Interpolation;
        ResizeAxis rows = ResizeAxis.Rows(node);
        ResizeAxis columns = ResizeAxis.Columns(node);
        KernelField Table<T>(string name, T[] values) where T : unmanaged =>
            KernelField.Pointer(name, context.Constant<T>(node, name, values));

        var fields = new List<KernelField>
        {
            KernelField.Of("batches", x[0]),
            KernelField.Of("height_x", x[1]),
            KernelField.Of("width_x", x[2]),
            KernelField.Of("height", result[1]),
            KernelField.Of("width", result[2]),
        };
        string function;
        if (!IsLinear(node))
        {
            function = "edgeai_resize_nearest";
            fields.Add(KernelField.Of("pixel_bytes", (long)x[3] * node.Input(0).Type.ByteSize()));
            fields.Add(Table("rows", rows.Nearest(interpolation)));
            fields.Add(Table("columns", columns.Nearest(interpolation)));
        }
        else
        {
            fields.Add(KernelField.Of("channels", x[3]));
            if (node.Input(0).Type == ElementType.Float32)
            {
                function = "edgeai_resize_linear_f32";
                AddTables(rows.Linear(), "rows");
                AddTables(columns.Linear(), "columns");
            }
            else
            {
                function = node.Input(0).Type == ElementType.Int16 ? "edgeai_resize_linear_s16" : "edgeai_resize_linear_s8";
                bool isFine = node.Input(0).Type == ElementType.Int16;
                AddTables(isFine ? rows.LinearFine() : rows.LinearFixedPoint(), "rows");
                AddTables(isFine ? columns.LinearFine() : columns.LinearFixedPoint(), "columns");
            }
        }

        return new(function, function, [.. fields], [context.Read(node.Input(0)), context.Write(node.Output)]);

        void AddTables<T>((short[] Lower, short[] Upper, T[] Fraction) tables, string axis) where T : unmanaged
        {
            fields.Add(Table(axis + "_lower", tables.Lower));
            fields.Add(Table(axis + "_upper", tables.Upper));
            fields.Add(Table(axis + "_fraction", tables.Fraction));
        }
    }

    /// <inheritdoc/>
    protected override Shape InferShape(Node node, Tensor x)
    {
        var attributes = node.AttributesAs<Resize2DAttributes>();
        if (x.Shape.Rank != 4)
        {
            throw new OperatorException($"Resize2D takes [N,H,W,C]; '{x.Name}' is {x.Shape}");
        }

        int[] extents = [x.Shape[1], x.Shape[2], attributes.OutputHeight, attributes.OutputWidth];
        if (extents.Any(extent => extent is < 1 or > short.MaxValue))
        {
            throw new OperatorException(
                $"Resize2D takes heights and widths from 1 to {short.MaxValue}; '{x.Name}' {x.Shape} to {attributes.OutputHeight} by {attributes.OutputWidth} is given");
        }

        if (!(attributes.ScaleHeight > 0) || !(attributes.ScaleWidth > 0))
        {
            throw new OperatorException("Resize2D takes scales above 0");
        }

        if (IsLinear(node) && x.Type is not (ElementType.Float32 or ElementType.Int8 or ElementType.Int16))
        {
            throw new OperatorException($"Resize2D (Linear) takes float32, int8 or int16; '{x.Name}' is {x.Type.DisplayName()}");
        }

        return new Shape(x.Shape[0], attributes.OutputHeight, attributes.OutputWidth, x.Shape[3]);
    }

    private static bool IsLinear(Node node) => node.AttributesAs<Resize2DAttributes>().Interpolation == ResizeInterpolation.Linear;

    private static void RunNearest(OperatorCall call)
    {
        Node node = call.Node;
        Shape x = node.Input(0).Shape;
        ResizeInterpolation interpolation = node.AttributesAs<Resize2DAttributes>().Interpolation;
        short[] rows = ResizeAxis.Rows(node).Nearest(interpolation);
        short[] columns = ResizeAxis.Columns(node).Nearest(interpolation);
        int pixel = x[3] * node.Input(0).Type.ByteSize();
        ReadOnlySpan<byte> source = call.InputBytes(0);
        Span<byte> result = call.OutputBytes();
        int at = 0;
        for (int batch = 0; batch < x[0]; batch++)
        {
            foreach (short row in rows)
            {
                int from = ((batch * x[1]) + row) * x[2];
                foreach (short column in columns)
                {
                    source.Slice((from + column) * pixel, pixel).CopyTo(result[at..]);
                    at += pixel;
                }
            }
        }
    }

    private static void RunLinear(OperatorCall call)
    {
        Shape x = call.Node.Input(0).Shape;
        var rows = ResizeAxis.Rows(call.Node).Linear();
        var columns = ResizeAxis.Columns(call.Node).Linear();
        ReadOnlySpan<float> source = call.Input<float>(0);
        Span<float> result = call.Output<float>();
        int channels = x[3];
        int at = 0;
        for (int batch = 0; batch < x[0]; batch++)
        {
            for (int i = 0; i < rows.Lower.Length; i++)
            {
                int above = ((batch * x[1]) + rows.Lower[i]) * x[2];
                int below = ((batch * x[1]) + rows.Upper[i]) * x[2];
                float down = rows.Fraction[i];
                for (int j = 0; j < columns.Lower.Length; j++)
                {
                    int left = columns.Lower[j];
                    int right = columns.Upper[j];
                    float across = columns.Fraction[j];
                    for (int c = 0; c < channels; c++)
                    {
                        result[at++] = (source[((above + left) * channels) + c] * (1 - down) * (1 - across))
                            + (source[((below + left) * channels) + c] * down * (1 - across))
                            + (source[((above + right) * channels) + c] * (1 - down) * across)
                            + (source[((below + right) * channels) + c] * down * across);
                    }
                }
            }
        }
    }

    private static void RunLinearIntegers<T>(OperatorCall call) where T : unmanaged, IBinaryInteger<T>
    {
        bool isFine = typeof(T) == typeof(short);
        long one = 1 << (isFine ? ResizeAxis.FineBits : ResizeAxis.FractionBits);
        Shape x = call.Node.Input(0).Shape;
        ResizeAxis rowAxis = ResizeAxis.Rows(call.Node);
        ResizeAxis columnAxis = ResizeAxis.Columns(call.Node);
        (short[] Lower, short[] Upper, short[] Fraction) rows = isFine ? rowAxis.LinearFine() : rowAxis.LinearFixedPoint();
        (short[] Lower, short[] Upper, short[] Fraction) columns = isFine ? columnAxis.LinearFine() : columnAxis.LinearFixedPoint();
        ReadOnlySpan<T> source = call.Input<T>(0);
        Span<T> result = call.Output<T>();
        int channels = x[3];
        int at = 0;
        for (int batch = 0; batch < x[0]; batch++)
        {
            for (int i = 0; i < rows.Lower.Length; i++)
            {
                int above = ((batch * x[1]) + rows.Lower[i]) * x[2];
                int below = ((batch * x[1]) + rows.Upper[i]) * x[2];
                int down = rows.Fraction[i];
                for (int j = 0; j < columns.Lower.Length; j++)
                {
                    int left = columns.Lower[j];
                    int right = columns.Upper[j];
                    int across = columns.Fraction[j];
                    for (int c = 0; c < channels; c++)
                    {
                        long sum = (long.CreateTruncating(source[((above + left) * channels) + c]) * (one - down) * (one - across))
                            + (long.CreateTruncating(source[((below + left) * channels) + c]) * down * (one - across))
                            + (long.CreateTruncating(source[((above + right) * channels) + c]) * (one - down) * across)
                            + (long.CreateTruncating(source[((below + right) * channels) + c]) * down * across);
                        long nudge = sum > 0 ? one * one / 2 : -(one * one / 2);
                        result[at++] = T.CreateTruncating((sum + nudge) / (one * one));
                    }
                }
            }
        }
    }
}
