using EdgeAI.Compiler.Import.TfLite;
using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Operators.Shaping;

/// <summary>MATRIX_DIAG: vectors as the diagonals of matrices of zeros; MATRIX_SET_DIAG: of matrices that are given, which need not be square.</summary>
internal sealed class DiagonalTfLite : ITfLiteForm
{
    private const int MostElements = 1 << 24;

    /// <inheritdoc/>
    public IReadOnlyList<string> Operators => ["MATRIX_DIAG", "MATRIX_SET_DIAG"];

    /// <inheritdoc/>
    public void Import(TfLiteNode node)
    {
        bool isSet = node.Operator == "MATRIX_SET_DIAG";
        Tensor diagonal = node.Input(isSet ? 1 : 0);
        if (diagonal.Shape.Rank == 0 || (isSet && node.Input(0).Shape.Rank != diagonal.Shape.Rank + 1))
        {
            throw node.Fault($"takes diagonals from '{diagonal}'");
        }

        int length = diagonal.Shape[-1];
        (int rows, int columns) = isSet ? (node.Input(0).Shape[-2], node.Input(0).Shape[-1]) : (length, length);
        if (length != Math.Min(rows, columns) || (long)rows * columns > MostElements || !Equals(diagonal.Quantization, node.Declared().Quantization))
        {
            throw node.Fault($"puts the diagonals '{diagonal}' into matrices of {rows} rows and {columns} columns, or under another scale");
        }

        byte[] isDiagonal = new byte[rows * columns];
        for (int i = 0; i < length; i++)
        {
            isDiagonal[(i * columns) + i] = 1;
        }

        Tensor mask = node.Constant<byte>(ElementType.Bool, new Shape(rows, columns), isDiagonal);
        int rank = diagonal.Shape.Rank;
        Tensor wide = node.Step("Reshape", new ReshapeAttributes(diagonal.Shape.Extents.Insert(rows <= columns ? rank : rank - 1, 1)), like: diagonal, diagonal);
        node.Result(0, "Select", NoAttributes.Instance, mask, wide, isSet ? node.Input(0) : Zero(node, diagonal));
    }

    /// <summary>What stands for the real 0.</summary>
    private static Tensor Zero(TfLiteNode node, Tensor like)
    {
        byte[] bytes = new byte[like.Type.ByteSize()];
        if (like.Quantization is { } quantization)
        {
            BitConverter.GetBytes(quantization.ZeroPoint).AsSpan(0, Math.Min(4, bytes.Length)).CopyTo(bytes);
        }

        return node.Constant<byte>(like.Type, Shape.Scalar, bytes, like.Quantization);
    }
}
