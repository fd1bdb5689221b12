using EdgeAI.Compiler.Import.Onnx;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators.Indexing;
using EdgeAI.Compiler.Operators.Logic;
using EdgeAI.Compiler.Operators.Reduction;
using EdgeAI.Compiler.Operators.Shaping;

namespace EdgeAI.Compiler.Operators.FullyConnected;

/// <summary>
/// ONNX Einsum: the operands are joined from the left, two at a time. Labels that only one of both has and nobody needs later are summed first; what both
/// have becomes the batch or the inner axis of a matrix product, in float32, or a product and a sum, in integers.
/// </summary>
internal sealed class EinsumOnnx : IOnnxForm
{
    private const int MostElements = 1 << 24;

    /// <inheritdoc/>
    public IReadOnlyList<string> OperatorTypes => ["Einsum"];

    /// <inheritdoc/>
    public void Import(OnnxNode node, OnnxGraphBuilder builder)
    {
        string equation = string.Concat(node.Text("equation", "").Where(letter => !char.IsWhiteSpace(letter)));
        string[] sides = equation.Split("->");
        string[] terms = sides[0].Split(',');
        if (sides.Length > 2 || terms.Length != node.Inputs.Count || !equation.Replace("->", "", StringComparison.Ordinal).All(IsAllowed))
        {
            throw new OnnxNodeException($"the equation '{equation}' does not fit {node.Inputs.Count} operands",
                "Give a term of letters for each operand, separated by commas, and at most one '->'");
        }

        var operands = new List<Labelled>();
        for (int i = 0; i < terms.Length; i++)
        {
            operands.Add(Distinct(builder, new(node.Input(i), Labels(terms[i], node.Input(i).Shape.Rank, equation))));
        }

        string result = sides.Length == 2
            ? Labels(sides[1], sides[1].Replace("...", "", StringComparison.Ordinal).Length + Ellipsis(operands).Length, equation)
            : Ellipsis(operands) + string.Concat(string.Concat(terms).Where(char.IsAsciiLetter).GroupBy(letter => letter)
                .Where(group => group.Count() == 1).Select(group => group.Key).Order());
        if (result.Distinct().Count() != result.Length || result.Any(label => !operands.Exists(operand => operand.Labels.Contains(label))))
        {
            throw new OnnxNodeException($"the result of the equation '{equation}' repeats a label or has one of its own", "Use each label of the operands at most once");
        }

        Spread(builder, operands);
        Labelled joined = operands[0];
        for (int i = 1; i < operands.Count; i++)
        {
            string needed = result + string.Concat(operands.Skip(i + 1).Select(operand => operand.Labels));
            joined = Join(builder, Summed(builder, joined, operands[i].Labels + needed), Summed(builder, operands[i], joined.Labels + needed), needed);
        }

        joined = Summed(builder, joined, result);
        builder.Bind(node, 0, Ordered(builder, joined, result).Tensor);
    }

    private static bool IsAllowed(char letter) => char.IsAsciiLetter(letter) || letter is '.' or ',';

    /// <summary>A letter for each axis; those that an ellipsis stands for are digits, the last axis 0.</summary>
    private static string Labels(string term, int rank, string equation)
    {
        int at = term.IndexOf("...", StringComparison.Ordinal);
        string letters = term.Replace("...", "", StringComparison.Ordinal);
        int hidden = rank - letters.Length;
        if (hidden < 0 || hidden > 9 || (hidden > 0 && at < 0) || letters.Contains('.', StringComparison.Ordinal))
        {
            throw new OnnxNodeException($"the term '{term}' of '{equation}' does not fit {rank} axes", "Give a letter for each axis, or one ellipsis");
        }

        return at < 0 ? letters : letters[..at] + string.Concat(Enumerable.Range(0, hidden).Reverse()) + letters[at..];
    }

    private static string Ellipsis(List<Labelled> operands) =>
        string.Concat(operands.SelectMany(operand => operand.Labels).Where(char.IsAsciiDigit).Distinct().OrderDescending());

    /// <summary>Of a label that stands twice, the diagonal.</summary>
    private static Labelled Distinct(OnnxGraphBuilder builder, Labelled operand)
    {
        string labels = string.Concat(operand.Labels.Distinct());
        if (labels.Length == operand.Labels.Length)
        {
            return operand;
        }

        long[] strides = operand.Tensor.Shape.Strides();
        int[] extents = [.. labels.Select(operand.Extent)];
        long count = extents.Aggregate(1L, (product, extent) => product * extent);
        bool isSquare = operand.Labels.Select((label, axis) => operand.Tensor.Shape[axis] == operand.Extent(label)).All(same => same);
        if (count > MostElements || !isSquare)
        {
            throw new OnnxNodeException($"the axes {operand.Labels} of {operand.Tensor.Shape} have no diagonal", "Axes of one label have one extent");
        }

        long[] steps = [.. labels.Select(label => operand.Labels.Select((other, axis) => other == label ? strides[axis] : 0).Sum())];
        long[] places = new long[count];
        for (int i = 0; i < places.Length; i++)
        {
            int rest = i;
            for (int axis = extents.Length - 1; axis >= 0; axis--)
            {
                places[i] += rest % extents[axis] * steps[axis];
                rest /= extents[axis];
            }
        }

        Tensor table = Plain.Integers(builder, "diagonal", ElementType.Int64, new Shape(extents), places);
        Tensor flat = builder.Reshape(operand.Tensor, "flat", (int)operand.Tensor.Shape.ElementCount);
        return new(builder.AddStep("diagonal", "Gather", new GatherAttributes(0), flat, table), labels);
    }

    /// <summary>Axes of extent 1 whose label is longer elsewhere are repeated.</summary>
    private static void Spread(OnnxGraphBuilder builder, List<Labelled> operands)
    {
        for (int i = 0; i < operands.Count; i++)
        {
            Labelled operand = operands[i];
            int[] extents = [.. operand.Labels.Select(label => operands.Where(other => other.Labels.Contains(label)).Max(other => other.Extent(label)))];
            for (int axis = 0; axis < extents.Length; axis++)
            {
                if (operand.Tensor.Shape[axis] != extents[axis] && operand.Tensor.Shape[axis] != 1)
                {
                    throw new OnnxNodeException($"label '{operand.Labels[axis]}' has the extents {operand.Tensor.Shape[axis]} and {extents[axis]}",
                        "A label has one extent, or 1");
                }
            }

            if (!operand.Tensor.Shape.Extents.AsSpan().SequenceEqual(extents))
            {
                operands[i] = operand with { Tensor = builder.AddStep("spread", "Broadcast", new BroadcastAttributes([.. extents]), operand.Tensor) };
            }
        }
    }

    private static Labelled Summed(OnnxGraphBuilder builder, Labelled operand, string needed)
    {
        int[] axes = [.. Enumerable.Range(0, operand.Labels.Length).Where(axis => !needed.Contains(operand.Labels[axis]))];
        return axes.Length == 0 ? operand : new(
            builder.AddStep("summed", "ReduceSum", new ReduceAttributes([.. axes], false), operand.Tensor), string.Concat(operand.Labels.Where(needed.Contains)));
    }

    private static Labelled Ordered(OnnxGraphBuilder builder, Labelled operand, string labels) =>
        new(builder.Transpose(operand.Tensor, "ordered", [.. labels.Select(label => operand.Labels.IndexOf(label, StringComparison.Ordinal))]), labels);

    private static Labelled Join(OnnxGraphBuilder builder, Labelled a, Labelled b, string needed)
    {
        string batch = string.Concat(a.Labels.Where(label => b.Labels.Contains(label) && needed.Contains(label)));
        string inner = string.Concat(a.Labels.Where(label => b.Labels.Contains(label) && !needed.Contains(label)));
        string left = string.Concat(a.Labels.Where(label => !b.Labels.Contains(label)));
        string right = string.Concat(b.Labels.Where(label => !a.Labels.Contains(label)));
        int[] result = [.. batch.Select(a.Extent), .. left.Select(a.Extent), .. right.Select(b.Extent)];
        (int batches, int rows, int depth, int columns) = (a.Count(batch), a.Count(left), a.Count(inner), b.Count(right));
        Tensor first = builder.Reshape(Ordered(builder, a, batch + left + inner).Tensor, "rows", batches, rows, depth);
        Tensor second = Ordered(builder, b, batch + inner + right).Tensor;
        Tensor product;
        if (inner.Length == 0)
        {
            product = Plain.Step(builder, "Multiply", builder.Reshape(first, "rows", batches, rows, 1), builder.Reshape(second, "columns", batches, 1, columns));
        }
        else if (a.Tensor.Type.IsFloat())
        {
            product = builder.Add("MatMul", new MatMulAttributes(false, false), first, builder.Reshape(second, "columns", batches, depth, columns));
        }
        else
        {
            Tensor products = Plain.Step(builder, "Multiply",
                builder.Reshape(first, "rows", batches, rows, depth, 1), builder.Reshape(second, "columns", batches, 1, depth, columns));
            product = builder.AddStep("sum", "ReduceSum", new ReduceAttributes([2], false), products);
        }

        return new(builder.Reshape(product, "joined", result), batch + left + right);
    }

    /// <summary>A tensor and the label of each of its axes.</summary>
    private sealed record Labelled(Tensor Tensor, string Labels)
    {
        /// <summary>The extent of a label.</summary>
        public int Extent(char label) => Tensor.Shape[Labels.IndexOf(label, StringComparison.Ordinal)];

        /// <summary>Elements over some labels.</summary>
        public int Count(string labels) => labels.Aggregate(1, (product, label) => checked(product * Extent(label)));
    }
}
