using EdgeAI.Compiler.Import.TfLite;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators.ElementWise;
using EdgeAI.Compiler.Operators.Indexing;
using EdgeAI.Compiler.Operators.Logic;
using EdgeAI.Compiler.Operators.Reduction;
using EdgeAI.Compiler.Operators.Shaping;

namespace EdgeAI.Compiler.Operators.Detection;

/// <summary>
/// NON_MAX_SUPPRESSION_V4 and V5: boxes [N,4], scores [N], the most boxes (a constant), the largest share and the score to be above. They give the
/// indexes of the boxes kept, in V5 their scores, and the number of boxes; behind those all is 0. Of V5 only hard suppression, a sigma of 0.
/// </summary>
internal sealed class NonMaxSuppressionTfLite : ITfLiteForm
{
    private static readonly BinaryAttributes Plain = new(Clamp.None);

    /// <inheritdoc/>
    public IReadOnlyList<string> Operators => ["NON_MAX_SUPPRESSION_V4", "NON_MAX_SUPPRESSION_V5"];

    /// <inheritdoc/>
    public void Import(TfLiteNode node)
    {
        Tensor boxes = node.Ranked(node.Real(node.Input(0)), 2);
        Tensor scores = node.Ranked(node.Real(node.Input(1)), 1);
        int most = node.Integers(2, "most boxes") is [>= 0 and var given] ? given : throw node.Fault("has no number of boxes");
        bool hasScores = node.Operator == "NON_MAX_SUPPRESSION_V5";
        if (hasScores && node.Input(5) is var sigma && !(sigma is { IsConstant: true, Type: ElementType.Float32 } && sigma.Values<float>() is [0]))
        {
            throw node.Fault("softens scores by a sigma that is not a constant 0, which is not supported");
        }

        int count = boxes.Shape[0];
        Tensor rows = node.Step("NonMaxSuppression", new NonMaxSuppressionAttributes(Centered: false, most), ElementType.Int64,
            node.Step("Reshape", new ReshapeAttributes([1, .. boxes.Shape.Extents]), ElementType.Float32, boxes),
            node.Step("Reshape", new ReshapeAttributes([1, 1, count]), ElementType.Float32, scores),
            node.Constant<long>(ElementType.Int64, Shape.Scalar, [most]), node.Input(3), node.Input(4));
        Tensor column = node.Step("Reshape", new ReshapeAttributes([most]), ElementType.Int64,
            node.Step("Slice", new SliceAttributes([0, 2], [most, 1], [1, 1]), ElementType.Int64, rows));
        Tensor zero = node.Constant<long>(ElementType.Int64, Shape.Scalar, [0]);
        Tensor places = node.Step("Maximum", Plain, ElementType.Int64, column, zero);
        node.Result(0, "Cast", new CastAttributes(ElementType.Int32), places);
        Tensor isKept = node.Step("GreaterOrEqual", NoAttributes.Instance, ElementType.Bool, column, zero);
        if (hasScores)
        {
            Tensor kept = node.Step("Gather", new GatherAttributes(0), ElementType.Float32, scores, places);
            node.Result(1, "Select", NoAttributes.Instance, isKept, kept, node.Constant<float>(ElementType.Float32, Shape.Scalar, [0]));
        }

        Tensor ones = node.Step("Cast", new CastAttributes(ElementType.Int32), ElementType.Int32, isKept);
        node.Result(hasScores ? 2 : 1, "ReduceSum", new ReduceAttributes([0], KeepDimensions: false), ones);
    }
}
