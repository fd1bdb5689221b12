using EdgeAI.Compiler.Import.Onnx;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators.Activation;
using EdgeAI.Compiler.Operators.Indexing;
using EdgeAI.Compiler.Operators.Logic;
using EdgeAI.Compiler.Operators.Reduction;

namespace EdgeAI.Compiler.Operators.Softmax;

/// <summary>ONNX NegativeLogLikelihoodLoss and SoftmaxCrossEntropyLoss: values [N,C,…], classes [N,…], and a weight for each class or none.</summary>
internal sealed class LossOnnx : IOnnxForm
{
    /// <inheritdoc/>
    public IReadOnlyList<string> OperatorTypes => ["NegativeLogLikelihoodLoss", "SoftmaxCrossEntropyLoss"];

    /// <inheritdoc/>
    public void Import(OnnxNode node, OnnxGraphBuilder builder)
    {
        Tensor x = node.Input(0);
        Tensor classes = node.Input(1);
        int rank = x.Shape.Rank;
        bool fits = rank >= 2 && classes.Shape.Rank == rank - 1
            && x.Shape.Extents.Where((_, axis) => axis != 1).SequenceEqual(classes.Shape.Extents);
        if (!fits)
        {
            throw new OnnxNodeException($"the classes {classes.Shape} do not fit the values {x.Shape}", "Values are [N,C,…], classes [N,…]");
        }

        Tensor logarithms = node.OperatorType == "SoftmaxCrossEntropyLoss" ? LogSoftmax(builder, x) : x;
        builder.Bind(node, 1, logarithms);
        Tensor indexes = Plain.Cast(builder, classes, ElementType.Int64);
        Tensor? ignored = node.Has("ignore_index")
            ? Plain.Step(builder, "Equal", indexes, Plain.Integer(builder, "ignored", ElementType.Int64, node.Int("ignore_index", 0)))
            : null;
        Tensor zero = builder.Constant("zero", 0f);
        Tensor wide = builder.Reshape(indexes, "wide", [classes.Shape[0], 1, .. classes.Shape.Extents.Skip(1)]);
        Tensor picked = builder.Reshape(FlatIndexes.GatherElements(builder, logarithms, wide, 1), "picked", [.. classes.Shape.Extents]);
        Tensor loss = builder.AddStep("loss", "Negate", UnaryAttributes.None, picked);
        Tensor weights = node.Optional(2) is { } given
            ? builder.AddStep("weights", "Gather", new GatherAttributes(0), given, indexes)
            : builder.Constant("weights", classes.Shape, [.. Enumerable.Repeat(1f, checked((int)classes.Shape.ElementCount))]);
        if (ignored is not null)
        {
            weights = builder.AddStep("weights", "Select", NoAttributes.Instance, ignored, zero, weights);
            loss = builder.AddStep("loss", "Select", NoAttributes.Instance, ignored, zero, loss);
        }

        loss = Plain.Step(builder, "Multiply", loss, weights);
        string reduction = node.Text("reduction", "mean");
        var all = new ReduceAttributes([.. Enumerable.Range(0, rank - 1)], false);
        builder.Bind(node, 0, reduction switch
        {
            "none" => loss,
            "sum" => builder.AddStep("sum", "ReduceSum", all, loss),
            "mean" => Plain.Step(builder, "Divide", builder.AddStep("sum", "ReduceSum", all, loss), builder.AddStep("share", "ReduceSum", all, weights)),
            _ => throw new OnnxNodeException($"reduction is '{reduction}'", "none, sum and mean are supported"),
        });
    }

    private static Tensor LogSoftmax(OnnxGraphBuilder builder, Tensor x)
    {
        int rank = x.Shape.Rank;
        int[] last = [0, .. Enumerable.Range(2, rank - 2), 1];
        int[] back = [0, rank - 1, .. Enumerable.Range(1, rank - 2)];
        Tensor logarithms = builder.Add("LogSoftmax", new SoftmaxAttributes(1), builder.Transpose(x, "last", last));
        return builder.Transpose(logarithms, "logarithms", back);
    }
}
