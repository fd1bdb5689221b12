using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators;

namespace EdgeAI.Compiler.Planning.Streams;

/// <summary>
/// Which nodes can run part by part, and the node of a part: the same operator over the rows of its operands that the part reads. Every
/// kernel sees an ordinary image of few rows.
/// </summary>
public static class RowSlice
{
    /// <summary>
    /// Whether a node's rows can be made one after another: one image in and out, a row of padding alone is never a window, and the kernel is one of ours.
    /// </summary>
    public static bool IsPossible(Node node)
    {
        Operator definition = OperatorCatalog.Of(node);
        if (node.Outputs.Count != 1 || !IsImage(node.Output) || definition.IsView(node) || node.Linked is not null)
        {
            return false;
        }

        bool follows = false;
        for (int i = 0; i < node.Inputs.Count; i++)
        {
            if (node.Inputs[i] is not { } operand)
            {
                continue;
            }

            if (definition.RowsRead(node, i) is not { } window)
            {
                return false;
            }

            if (!window.IsWhole)
            {
                if (operand.IsConstant || !IsImage(operand) || !ReadsItsOperand(window, operand.Shape[1], node.Output.Shape[1])
                    || !IsAligned(operand, window) || !IsAligned(node.Output, window))
                {
                    return false;
                }

                follows = true;
            }
        }

        return follows;
    }

    /// <summary>How an operand's rows follow the result's; null for operands that are read whole or left out.</summary>
    public static RowWindow? WindowOf(Node node, int inputIndex) =>
        node.Inputs[inputIndex] is not null && OperatorCatalog.Of(node).RowsRead(node, inputIndex) is { IsWhole: false } window ? window : null;

    /// <summary>The node that makes rows [row, row + count) of a node's result. Its tensors have the names of the whole ones.</summary>
    public static Node Of(Node node, int row, int count)
    {
        var inputs = new List<Tensor?>();
        var part = new RowPart(count, 0, 0, false);
        for (int i = 0; i < node.Inputs.Count; i++)
        {
            Tensor? operand = node.Inputs[i];
            if (WindowOf(node, i) is not { } window)
            {
                inputs.Add(operand);
                continue;
            }

            int height = operand!.Shape[1];
            (int first, int end) = window.Rows(row, count, height);
            part = new(
                count, Math.Max(0, window.Padding - (row * window.Stride)),
                Math.Max(0, ((row + count - 1) * window.Stride) - window.Padding + window.Span - height), part.ReachesEnd || end == height);
            inputs.Add(Rows(operand, end - first));
        }

        return new(node.Name, node.Operator, OperatorCatalog.Of(node).AttributesOfRows(node, part))
        {
            Source = node.Source,
            Kernel = node.Kernel,
            IsPart = true,
            Inputs = inputs,
            Outputs = [Rows(node.Output, count)],
        };
    }

    /// <summary>Bytes of one row.</summary>
    public static long RowBytes(Tensor image) => (long)image.Shape[2] * image.Shape[3] * image.Type.ByteSize();

    private static Tensor Rows(Tensor image, int count) =>
        new(image.Name, image.Type, new Shape(1, count, image.Shape[2], image.Shape[3])) { Quantization = image.Quantization };

    private static bool IsImage(Tensor tensor) => tensor.Shape.Rank == 4 && tensor.Shape[0] == 1 && tensor.ByteSize > 0;

    /// <summary>Kernels take pixels at any place, but rows of whole words only at one.</summary>
    private static bool IsAligned(Tensor image, RowWindow window)
    {
        int alignment = MemoryPlanner.AlignmentOf(image.Type);
        return RowBytes(image) % alignment == 0
            || (window != RowWindow.Same && RowBytes(image) / image.Shape[2] % MemoryPlanner.BufferAlignment != 0 && image.Type.ByteSize() == 1);
    }

    private static bool ReadsItsOperand(RowWindow window, int height, int resultHeight) =>
        window.Padding < window.Span && ((resultHeight - 1L) * window.Stride) - window.Padding < height;
}
