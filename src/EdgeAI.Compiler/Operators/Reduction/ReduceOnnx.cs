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
        ["ReduceLogSumExp"] = ("Exponential", "ReduceSum", "Logarithm"),
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
        if (node.OperatorType == "ReduceLogSumExp" && axes.Length > 0)
        {
            builder.Bind(node, 0, LogSumExp(builder, x, axes, node.Flag("keepdims", true)));
            return;
        }

        Tensor result = before is null ? x : builder.AddStep("operand", before, UnaryAttributes.None, x);
        if (axes.Length > 0)
        {
            result = builder.Add(reduction, new ReduceAttributes([.. axes], node.Flag("keepdims", true)), result);
        }

        result = after is null ? result : builder.AddStep("result", after, UnaryAttributes.None, result);
        builder.Bind(node, 0, given.Type == ElementType.Bool ? Logic.Plain.Cast(builder, result, ElementType.Bool) : result);
    }

    /// <summary>m + ln Σ e^(x − m) with m the largest element, so that no exponential overflows.</summary>
    private static Tensor LogSumExp(OnnxGraphBuilder builder, Tensor x, int[] axes, bool keepsAxes)
    {
        var kept = new ReduceAttributes([.. axes], true);
        Tensor most = builder.AddStep("most", "ReduceMax", kept, x);
        Tensor powers = builder.AddStep("powers", "Exponential", UnaryAttributes.None, Logic.Plain.Step(builder, "Subtract", x, most));
        Tensor sum = builder.AddStep("sum", "ReduceSum", kept, powers);
        Tensor result = builder.Add("Add", Logic.Plain.Binary, builder.AddStep("logarithm", "Logarithm", UnaryAttributes.None, sum), most);
        return keepsAxes ? result : builder.Reshape(result, "shaped", [.. x.Shape.Extents.Where((_, axis) => !axes.Contains(axis))]);
    }
}
