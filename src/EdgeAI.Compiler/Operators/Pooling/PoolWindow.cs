using EdgeAI.Compiler.Emission;
using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Operators.Pooling;

/// <summary>The extents of a pooling node and the places its windows cover.</summary>
internal sealed class PoolWindow(Node node)
{
    private readonly Shape _x = node.Input(0).Shape;
    private readonly Pool2DAttributes _attributes = node.AttributesAs<Pool2DAttributes>();

    /// <summary>Receives the window of one pixel of the result, top row first.</summary>
    /// <param name="pixels">Index of the first channel of each element inside the image, in row order.</param>
    /// <param name="paddedCount">How many elements of the window lie inside the padded image.</param>
    /// <param name="resultIndex">Index of the result's first channel.</param>
    public delegate void Visitor(ReadOnlySpan<int> pixels, int paddedCount, int resultIndex);

    /// <summary>Channels of operand and result.</summary>
    public int Channels => _x[3];

    /// <summary>Checks operand and attributes and gives the result's type.</summary>
    public static TensorType Infer(Node node)
    {
        var a = node.AttributesAs<Pool2DAttributes>();
        OperandRules.AtMost(node, 1);
        Tensor x = node.Operand(0, "x");
        OperandRules.Rank(x, 4, "x");
        OperandRules.OfType(x, "x", ElementType.Float32, ElementType.Int8, ElementType.Int16);
        OperandRules.InRange(Math.Min(a.KernelHeight, a.KernelWidth), 1, int.MaxValue, "kernel extent");
        OperandRules.InRange(Math.Min(a.StrideHeight, a.StrideWidth), 1, int.MaxValue, "stride");
        OperandRules.InRange(Math.Min(a.DilationHeight, a.DilationWidth), 1, int.MaxValue, "dilation");
        OperandRules.InRange(Math.Min(Math.Min(a.PadTop, a.PadBottom), Math.Min(a.PadLeft, a.PadRight)), 0, int.MaxValue, "padding");
        StartsInside(a.OutputHeight, a.StrideHeight, x.Shape[1] + (long)a.PadTop + a.PadBottom, "height");
        StartsInside(a.OutputWidth, a.StrideWidth, x.Shape[2] + (long)a.PadLeft + a.PadRight, "width");
        if (x.Type != ElementType.Float32)
        {
            OperandRules.QuantizedPerTensor(x, "x");
            OperandRules.SymmetricInt16(node);
        }

        return new(x.Type, new Shape(x.Shape[0], a.OutputHeight, a.OutputWidth, x.Shape[3]));
    }

    /// <summary>Visits the window of every pixel of the result in order.</summary>
    public void Visit(Visitor visitor)
    {
        Pool2DAttributes a = _attributes;
        Span<int> pixels = new int[a.KernelHeight * a.KernelWidth];
        int resultIndex = 0;
        for (int n = 0; n < _x[0]; n++)
        {
            for (int oy = 0; oy < a.OutputHeight; oy++)
            {
                int rows = Inside(oy * a.StrideHeight, a.KernelHeight, a.DilationHeight, _x[1] + a.PadTop + a.PadBottom);
                for (int ox = 0; ox < a.OutputWidth; ox++)
                {
                    int columns = Inside(ox * a.StrideWidth, a.KernelWidth, a.DilationWidth, _x[2] + a.PadLeft + a.PadRight);
                    int count = 0;
                    for (int ky = 0; ky < a.KernelHeight; ky++)
                    {
                        int y = (oy * a.StrideHeight) - a.PadTop + (ky * a.DilationHeight);
                        for (int kx = 0; kx < a.KernelWidth && y >= 0 && y < _x[1]; kx++)
                        {
                            int x = (ox * a.StrideWidth) - a.PadLeft + (kx * a.DilationWidth);
                            if (x >= 0 && x < _x[2])
                            {
                                pixels[count++] = ((((n * _x[1]) + y) * _x[2]) + x) * _x[3];
                            }
                        }
                    }

                    visitor(pixels[..count], rows * columns, resultIndex);
                    resultIndex += _x[3];
                }
            }
        }
    }

    /// <summary>What of the window of one pixel of the result lies inside the image.</summary>
    /// <param name="First">Index of the first element's first channel.</param>
    /// <param name="Rows">Rows; 0 where nothing lies inside.</param>
    /// <param name="RowStep">From one to the next, in elements.</param>
    /// <param name="Columns">Elements of a row.</param>
    /// <param name="ColumnStep">From one to the next.</param>
    /// <param name="ResultIndex">Index of the result's first channel.</param>
    public readonly record struct Span(int First, int Rows, int RowStep, int Columns, int ColumnStep, int ResultIndex);

    /// <summary>The windows of all pixels of the result in order.</summary>
    public IEnumerable<Span> Spans()
    {
        Pool2DAttributes a = _attributes;
        int resultIndex = 0;
        for (int n = 0; n < _x[0]; n++)
        {
            for (int oy = 0; oy < a.OutputHeight; oy++)
            {
                (int top, int rows) = InsideImage((oy * a.StrideHeight) - a.PadTop, a.KernelHeight, a.DilationHeight, _x[1]);
                for (int ox = 0; ox < a.OutputWidth; ox++)
                {
                    (int left, int columns) = InsideImage((ox * a.StrideWidth) - a.PadLeft, a.KernelWidth, a.DilationWidth, _x[2]);
                    bool isEmpty = rows == 0 || columns == 0;
                    yield return new Span(
                        isEmpty ? 0 : ((((n * _x[1]) + top) * _x[2]) + left) * _x[3], isEmpty ? 0 : rows, a.DilationHeight * _x[2] * _x[3], columns,
                        a.DilationWidth * _x[3], resultIndex);
                    resultIndex += _x[3];
                }
            }
        }
    }

    /// <summary>The windows as extents alone.</summary>
    public WindowOverlap Overlap() => new(
        _attributes.StrideHeight, _attributes.StrideWidth, _attributes.DilationHeight, _attributes.DilationWidth, _attributes.PadTop,
        _attributes.PadLeft, _attributes.KernelHeight, _attributes.KernelWidth);

    /// <summary>The attributes of a part: its padded image ends where the whole one does, or behind the rows that are there.</summary>
    public static Pool2DAttributes AttributesOfRows(Node node, RowPart part)
    {
        var whole = node.AttributesAs<Pool2DAttributes>();
        return whole with { PadTop = part.PaddingAbove, PadBottom = part.ReachesEnd ? whole.PadBottom : 0, OutputHeight = part.Rows };
    }

    /// <summary>The members that both pools' parameter structs begin with, in their order.</summary>
    public IEnumerable<KernelField> Fields() =>
    [
        KernelField.Of("batches", _x[0]),
        KernelField.Of("input_height", _x[1]),
        KernelField.Of("input_width", _x[2]),
        KernelField.Of("channels", _x[3]),
        KernelField.Of("output_height", _attributes.OutputHeight),
        KernelField.Of("output_width", _attributes.OutputWidth),
        KernelField.Of("kernel_height", _attributes.KernelHeight),
        KernelField.Of("kernel_width", _attributes.KernelWidth),
        KernelField.Of("stride_height", _attributes.StrideHeight),
        KernelField.Of("stride_width", _attributes.StrideWidth),
        KernelField.Of("dilation_height", _attributes.DilationHeight),
        KernelField.Of("dilation_width", _attributes.DilationWidth),
        KernelField.Of("pad_top", _attributes.PadTop),
        KernelField.Of("pad_left", _attributes.PadLeft),
    ];

    /// <summary>What an average needs besides.</summary>
    public IEnumerable<KernelField> AverageFields() =>
    [
        KernelField.Of("padded_height", _x[1] + _attributes.PadTop + _attributes.PadBottom),
        KernelField.Of("padded_width", _x[2] + _attributes.PadLeft + _attributes.PadRight),
        KernelField.Of("count_padding", _attributes.CountIncludePad ? 1 : 0),
    ];

    /// <summary>The first place at or behind a start that lies inside, and how many do.</summary>
    private static (int First, int Count) InsideImage(int start, int kernel, int dilation, int extent)
    {
        int skipped = start >= 0 ? 0 : (-start + dilation - 1) / dilation;
        int first = start + (skipped * dilation);
        return first >= extent || skipped >= kernel ? (0, 0) : (first, Math.Min(kernel - skipped, ((extent - 1 - first) / dilation) + 1));
    }

    private static int Inside(int start, int kernel, int dilation, int extent) =>
        start >= extent ? 0 : Math.Min(kernel, ((extent - start - 1) / dilation) + 1);

    private static void StartsInside(int output, int stride, long padded, string axis)
    {
        if (output < 1 || (output - 1L) * stride >= padded)
        {
            throw new OperatorException($"{output} windows, {stride} elements apart, do not start inside the padded {axis} of {padded}");
        }
    }
}
