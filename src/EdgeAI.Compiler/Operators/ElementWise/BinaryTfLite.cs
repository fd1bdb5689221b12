using EdgeAI.Compiler.Import.TfLite;
using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Operators.ElementWise;

/// <summary>The element-wise operators of two operands; ADD, SUB, MUL and DIV may have a fused activation.</summary>
internal sealed class BinaryTfLite : ITfLiteForm
{
    private const int ActivationSlot = 0;

    private static readonly Dictionary<string, string> Names = new(StringComparer.Ordinal)
    {
        ["ADD"] = "Add",
        ["SUB"] = "Subtract",
        ["MUL"] = "Multiply",
        ["DIV"] = "Divide",
        ["MAXIMUM"] = "Maximum",
        ["MINIMUM"] = "Minimum",
        ["POW"] = "Power",
        ["SQUARED_DIFFERENCE"] = "SquaredDifference",
    };

    /// <inheritdoc/>
    public IReadOnlyList<string> Operators => [.. Names.Keys];

    /// <inheritdoc/>
    public void Import(TfLiteNode node)
    {
        Clamp clamp = node.Operator is "ADD" or "SUB" or "MUL" or "DIV" ? node.FusedActivation(ActivationSlot) : Clamp.None;
        if (node.Operator is "ADD" or "SUB")
        {
            node.Result(0, Names[node.Operator], new BinaryAttributes(clamp), node.Input(0), node.Input(1));
        }
        else
        {
            node.Computed(0, Names[node.Operator], new BinaryAttributes(clamp), node.Input(0), node.Input(1));
        }
    }
}
