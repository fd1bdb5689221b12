using EdgeAI.Compiler.Import.Onnx;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators.Activation;

namespace EdgeAI.Compiler.Operators.Reduction;

/// <summary>ONNX reductions, axes as attribute or as operand; norms and logarithms of sums as the operations they are made of.</summary>
internal sealed class ReduceOnnx : IOnnxForm
{
    private static readonly Dictionary<string, (string? Before, string Reduction, string? After)> Steps = new(StringComparer.Ordinal)
    {
        ["ReduceMean"] = (null, "ReduceMean", null),
        ["ReduceSum"] = (null, "ReduceSum", null),
        ["ReduceMax"] = (null, "ReduceMax", null),
        ["ReduceMin"] = (null, "ReduceMin", null),
        ["ReduceProd"] = (null, "ReduceProduct", null),
        ["ReduceL1"] = ("Absolute", "ReduceSum", null),
        ["ReduceL2"] = ("Square", "ReduceSum", "SquareRoot"),
        ["ReduceSumSquare"] = ("Square", "ReduceSum", null),
        ["ReduceLogSum"] = (null, "ReduceSum", "Logarithm"),
    };

    /// <inheritdoc/>
    public IReadOnlyList<string> OperatorTypes => [.. Steps.Keys];

    /// <inheritdoc/>
    public void Import(OnnxNode node, OnnxGraphBuilder builder)
    {
        (string? before, string reduction, string? after) = Steps[node.OperatorType];
        Tensor given = node.Input(0);
        Tensor x = given.Type == ElementType.Bool ? Logic.Plain.Cast(builder, given, ElementType.Float32) : given;
        int[] axes = OnnxShapes.ReductionAxes(node, x.Shape.Rank);
        Tensor result = before is null ? x : builder.AddStep("operand", before, UnaryAttributes.None, x);
        if (axes.Length > 0)
        {
            result = builder.Add(reduction, new ReduceAttributes([.. axes], node.Flag("keepdims", true)), result);
        }

        result = after is null ? result : builder.AddStep("result", after, UnaryAttributes.None, result);
        builder.Bind(node, 0, given.Type == ElementType.Bool ? Logic.Plain.Cast(builder, result, ElementType.Bool) : result);
    }
}
