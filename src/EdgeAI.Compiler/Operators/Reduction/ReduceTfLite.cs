using EdgeAI.Compiler.Import.TfLite;
using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Operators.Reduction;

/// <summary>MEAN, SUM, REDUCE_MAX, REDUCE_MIN and REDUCE_PROD over constant axes.</summary>
internal sealed class ReduceTfLite : ITfLiteForm
{
    private const int KeepDimensionsSlot = 0;

    private static readonly Dictionary<string, string> Names = new(StringComparer.Ordinal)
    {
        ["MEAN"] = "ReduceMean",
        ["SUM"] = "ReduceSum",
        ["REDUCE_MAX"] = "ReduceMax",
        ["REDUCE_MIN"] = "ReduceMin",
        ["REDUCE_PROD"] = "ReduceProduct",
    };

    /// <inheritdoc/>
    public IReadOnlyList<string> Operators => [.. Names.Keys];

    /// <inheritdoc/>
    public void Import(TfLiteNode node)
    {
        node.RefuseOtherQuantized();
        Tensor x = node.Input(0);
        var axes = node.Integers(1, "axes").Select(axis => node.Axis(axis, x.Shape.Rank)).Distinct().Order().ToArray();
        if (axes.Length == 0)
        {
            throw node.Fault("reduces no axis");
        }

        node.Result(0, Names[node.Operator], new ReduceAttributes([.. axes], node.Options.Flag(KeepDimensionsSlot)), x);
    }
}
