using EdgeAI.Compiler.Import.Onnx;

namespace EdgeAI.Compiler.Operators.Convolution;

/// <summary>
/// The window of ONNX Conv, ConvTranspose and the pools over one or two spatial axes, as two: a missing height has extent 1.
/// </summary>
/// <param name="Kernel">Extents of the window.</param>
/// <param name="Strides">Steps of the window.</param>
/// <param name="Dilations">Distance of the window's elements.</param>
/// <param name="Before">Padding in front.</param>
/// <param name="After">Padding behind.</param>
/// <param name="AutoPad">NOTSET, VALID, SAME_UPPER or SAME_LOWER.</param>
internal sealed record SpatialWindow(int[] Kernel, int[] Strides, int[] Dilations, int[] Before, int[] After, string AutoPad)
{
    /// <summary>
    /// Reads the attributes of a node whose operand has <paramref name="spatial"/> spatial axes (1 or 2); <paramref name="kernel"/> are the extents of
    /// the window on those. Padding of SAME is not settled yet.
    /// </summary>
    public static SpatialWindow Read(OnnxNode node, int spatial, int[] kernel)
    {
        int[] pads = node.Extents("pads", spatial * 2, 0, 0);
        string autoPad = node.Text("auto_pad", "NOTSET");
        if (autoPad is not ("NOTSET" or "VALID" or "SAME_UPPER" or "SAME_LOWER"))
        {
            throw new OnnxNodeException($"auto_pad is '{autoPad}'", "NOTSET, VALID, SAME_UPPER and SAME_LOWER are supported");
        }

        if (kernel.Any(extent => extent < 1))
        {
            throw new OnnxNodeException("the kernel is empty", "Kernel extents are 1 or more");
        }

        bool isExplicit = autoPad == "NOTSET";
        return new SpatialWindow(
            TwoAxes(kernel, 1),
            TwoAxes(node.Extents("strides", spatial, 1, 1), 1),
            TwoAxes(node.Extents("dilations", spatial, 1, 1), 1),
            TwoAxes(isExplicit ? pads[..spatial] : new int[spatial], 0),
            TwoAxes(isExplicit ? pads[spatial..] : new int[spatial], 0),
            autoPad);
    }

    /// <summary>Elements of the operand that the window spans on an axis.</summary>
    public long Span(int axis) => ((long)(Kernel[axis] - 1) * Dilations[axis]) + 1;

    /// <summary>With the padding that SAME gives for extents of height and width: ⌈extent / stride⌉ results.</summary>
    public SpatialWindow Settled(int height, int width)
    {
        if (AutoPad is not ("SAME_UPPER" or "SAME_LOWER"))
        {
            return this;
        }

        int[] before = new int[2];
        int[] after = new int[2];
        for (int axis = 0; axis < 2; axis++)
        {
            int extent = axis == 0 ? height : width;
            long results = (extent + (long)Strides[axis] - 1) / Strides[axis];
            long total = Math.Max(0, ((results - 1) * Strides[axis]) + Span(axis) - extent);
            long smaller = total / 2;
            if (total > int.MaxValue)
            {
                throw new OnnxNodeException("the padding is too large", "Use a smaller kernel");
            }

            before[axis] = (int)(AutoPad == "SAME_UPPER" ? smaller : total - smaller);
            after[axis] = (int)total - before[axis];
        }

        return this with { Before = before, After = after };
    }

    /// <summary>Results on an axis of the given extent; rounded up in ceil mode, where no window may start behind the operand.</summary>
    public int Results(int axis, int extent, bool roundsUp)
    {
        if (AutoPad is "SAME_UPPER" or "SAME_LOWER")
        {
            return (extent + Strides[axis] - 1) / Strides[axis];
        }

        long room = extent + (long)Before[axis] + After[axis] - Span(axis);
        if (room < 0)
        {
            throw new OnnxNodeException($"the window of {Span(axis)} elements is larger than the padded operand of {room + Span(axis)}",
                "Use a smaller kernel or more padding");
        }

        long results = (room / Strides[axis]) + 1;
        if (roundsUp && room % Strides[axis] != 0)
        {
            results++;
            if ((results - 1) * Strides[axis] >= extent + (long)Before[axis])
            {
                results--;
            }
        }

        return (int)results;
    }

    private static int[] TwoAxes(int[] values, int missing) => values.Length == 1 ? [missing, values[0]] : values;
}
