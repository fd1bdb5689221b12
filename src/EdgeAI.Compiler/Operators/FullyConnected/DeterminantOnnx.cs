using EdgeAI.Compiler.Import.Onnx;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators.Logic;

namespace EdgeAI.Compiler.Operators.FullyConnected;

/// <summary>ONNX Det of matrices [...,n,n] of up to four rows, by expansion along the first row.</summary>
internal sealed class DeterminantOnnx : IOnnxForm
{
    private const int MostRows = 4;

    /// <inheritdoc/>
    public IReadOnlyList<string> OperatorTypes => ["Det"];

    /// <inheritdoc/>
    public void Import(OnnxNode node, OnnxGraphBuilder builder)
    {
        Tensor x = node.Input(0);
        int rank = x.Shape.Rank;
        if (rank < 2 || x.Shape[-1] != x.Shape[-2] || x.Shape[-1] is < 1 or > MostRows)
        {
            throw new OnnxNodeException($"the operand is {x.Shape}", $"Square matrices of up to {MostRows} rows are supported");
        }

        int size = x.Shape[-1];
        Tensor[][] elements = [.. Enumerable.Range(0, size).Select(row => builder.Element(x, rank - 2, row))
            .Select(row => Enumerable.Range(0, size).Select(column => builder.Element(row, rank - 2, column)).ToArray())];
        builder.Bind(node, 0, Of(builder, elements));
    }

    private static Tensor Of(OnnxGraphBuilder builder, Tensor[][] rows)
    {
        Tensor sum = rows[0][0];
        for (int column = 0; rows.Length > 1 && column < rows.Length; column++)
        {
            Tensor[][] others = [.. rows.Skip(1).Select(row => row.Where((_, i) => i != column).ToArray())];
            Tensor part = Plain.Step(builder, "Multiply", rows[0][column], Of(builder, others));
            sum = column == 0 ? part : Plain.Step(builder, column % 2 == 0 ? "Add" : "Subtract", sum, part);
        }

        return sum;
    }
}
