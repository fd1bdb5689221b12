using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Operators;

/// <summary>
/// Which rows of an operand the rows of a result over one image [1,H,W,C] come from: row r from rows r·Stride − Padding to
/// r·Stride − Padding + Span − 1, as far as they exist. A span of 0 means that every row needs the whole operand.
/// </summary>
/// <param name="Stride">Rows of the operand from one row of the result to the next.</param>
/// <param name="Span">Rows from the first that is read to the last, inclusive.</param>
/// <param name="Padding">Rows of padding in front of the operand.</param>
public readonly record struct RowWindow(int Stride, int Span, int Padding)
{
    /// <summary>Row r from row r.</summary>
    public static RowWindow Same => new(1, 1, 0);

    /// <summary>Every row from all of the operand.</summary>
    public static RowWindow Whole => default;

    /// <summary>Whether rows are no matter.</summary>
    public bool IsWhole => Span == 0;

    /// <summary>The rows [First, End) of an operand of some height that a number of rows of the result read.</summary>
    public (int First, int End) Rows(int row, int count, int height) => (
        Math.Clamp((row * Stride) - Padding, 0, height),
        (int)Math.Clamp(((row + count - 1L) * Stride) - Padding + Span, 0, height));

    /// <summary>What an operand is to an operator that works element by element with broadcasting; null where its rows cannot be taken apart.</summary>
    public static RowWindow? ElementWise(Node node, int inputIndex)
    {
        Tensor operand = node.Input(inputIndex);
        if (operand.Shape.Rank < 3 || (operand.Shape[-3] == 1 && operand.Shape != node.Output.Shape))
        {
            return Whole;
        }

        return operand.Shape.Rank == 4 && !operand.IsConstant ? Same : null;
    }
}

/// <summary>Some consecutive rows of a result, and how the operand's rows that are there meet its edges.</summary>
/// <param name="Rows">Rows of the result.</param>
/// <param name="PaddingAbove">Rows of padding in front of the first row of the operand that the part reads.</param>
/// <param name="PaddingBelow">Rows of padding that the part's last window reaches behind the operand's last row.</param>
/// <param name="ReachesEnd">Whether the operand's last row is read.</param>
public readonly record struct RowPart(int Rows, int PaddingAbove, int PaddingBelow, bool ReachesEnd);
