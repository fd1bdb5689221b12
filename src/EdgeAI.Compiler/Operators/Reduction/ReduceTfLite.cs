using EdgeAI.Compiler.Import.TfLite;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators.Logic;

namespace EdgeAI.Compiler.Operators.Reduction;

/// <summary>MEAN, SUM, REDUCE_MAX, REDUCE_MIN and REDUCE_PROD over constant axes; REDUCE_ANY and REDUCE_ALL are extremes of 0 and 1.</summary>
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
        ["REDUCE_ANY"] = "ReduceMax",
        ["REDUCE_ALL"] = "ReduceMin",
    };

    /// <inheritdoc/>
    public IReadOnlyList<string> Operators => [.. Names.Keys];

    /// <inheritdoc/>
    public void Import(TfLiteNode node)
    {
        Tensor x = node.Input(0);
        var axes = node.Integers(1, "axes").Select(axis => node.Axis(axis, x.Shape.Rank)).Distinct().Order().ToArray();
        if (axes.Length == 0)
        {
            throw node.Fault("reduces no axis");
        }

        var attributes = new ReduceAttributes([.. axes], node.Options.Flag(KeepDimensionsSlot));
        if (x.Type == ElementType.Bool)
        {
            Tensor numbers = node.Step("Cast", new CastAttributes(ElementType.Float32), ElementType.Float32, x);
            Tensor extreme = node.Step(Names[node.Operator], attributes, ElementType.Float32, numbers);
            node.Result(0, "Cast", new CastAttributes(ElementType.Bool), extreme);
            return;
        }

        node.Computed(0, Names[node.Operator], attributes, x);
    }
}
