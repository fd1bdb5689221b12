using EdgeAI.Compiler.Emission;
using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Operators.Detection;

/// <summary>
/// NonMaxSuppression: boxes [B,N,4], scores [B,C,N], the most boxes of a class (int64), the largest share of intersection in union, and the score to be
/// above, or none. The result, int64 [count,3], has batch, class and box of those kept, by class from the highest score down; of equal scores the
/// first box comes first. Rows that no box is left for are −1; boxes behind the last row are left out. No memory is needed: each box kept is found by
/// one pass behind the last one looked at, and compared with the rows above.
/// </summary>
internal sealed class NonMaxSuppressionOperator : Operator
{
    /// <inheritdoc/>
    public override string Name => "NonMaxSuppression";

    /// <inheritdoc/>
    public override Type AttributesType => typeof(NonMaxSuppressionAttributes);

    /// <inheritdoc/>
    public override OperandRole RoleOf(Node node, int inputIndex) => inputIndex >= 2 ? OperandRole.Untouched : OperandRole.Activation;

    /// <inheritdoc/>
    public override IReadOnlyList<TensorType> Infer(Node node)
    {
        OperandRules.AtMost(node, 5);
        Tensor boxes = node.Operand(0, "boxes");
        Tensor scores = node.Operand(1, "scores");
        OperandRules.OfType(boxes, "boxes", ElementType.Float32);
        OperandRules.OfType(scores, "scores", ElementType.Float32);
        CheckSingle(node, 2, "the most boxes", ElementType.Int64);
        CheckSingle(node, 3, "the largest share", ElementType.Float32);
        CheckSingle(node, 4, "the score", ElementType.Float32);
        int count = node.AttributesAs<NonMaxSuppressionAttributes>().Count;
        return boxes.Shape.Rank == 3 && scores.Shape.Rank == 3 && boxes.Shape[2] == 4 && boxes.Shape[0] == scores.Shape[0]
            && boxes.Shape[1] == scores.Shape[2] && count >= 0
            ? [new(ElementType.Int64, new Shape(count, 3))]
            : throw new OperatorException($"the boxes '{boxes}' must be [batches,boxes,4] and the scores '{scores}' [batches,classes,boxes]");
    }

    /// <inheritdoc/>
    public override void Execute(OperatorCall call)
    {
        Node node = call.Node;
        (int boxes, int classes, int batches) = (node.Input(0).Shape[1], node.Input(1).Shape[1], node.Input(0).Shape[0]);
        (bool centered, int count) = node.AttributesAs<NonMaxSuppressionAttributes>();
        long most = node.Inputs.ElementAtOrDefault(2) is null ? 0 : call.Input<long>(2)[0];
        float share = node.Inputs.ElementAtOrDefault(3) is null ? 0 : call.Input<float>(3)[0];
        float? least = node.Inputs.ElementAtOrDefault(4) is null ? null : call.Input<float>(4)[0];
        Span<long> result = call.Output<long>();
        result.Fill(-1);
        int rows = 0;
        for (int group = 0; group < batches * classes; group++)
        {
            int batch = group / classes;
            ReadOnlySpan<float> scores = call.Input<float>(1).Slice(group * boxes, boxes);
            ReadOnlySpan<float> corners = call.Input<float>(0).Slice(batch * boxes * 4, boxes * 4);
            int first = rows;
            int last = -1;
            while (rows < count && rows - first < most && (last = Next(scores, last, least)) >= 0)
            {
                bool isKept = true;
                for (int row = first; row < rows; row++)
                {
                    isKept &= !IsOver(corners.Slice(last * 4, 4), corners.Slice((int)result[(row * 3) + 2] * 4, 4), centered, share);
                }

                if (isKept)
                {
                    result[rows * 3] = batch;
                    result[(rows * 3) + 1] = group % classes;
                    result[(rows * 3) + 2] = last;
                    rows++;
                }
            }
        }
    }

    /// <inheritdoc/>
    public override KernelCall Emit(Node node, EmissionContext context)
    {
        (bool centered, int count) = node.AttributesAs<NonMaxSuppressionAttributes>();
        return new("edgeai_non_max_suppression", "edgeai_non_max_suppression",
            [
                KernelField.Of("batches", node.Input(0).Shape[0]), KernelField.Of("classes", node.Input(1).Shape[1]),
                KernelField.Of("boxes", node.Input(0).Shape[1]), KernelField.Of("count", count), KernelField.Of("centered", centered ? 1 : 0),
            ],
            [context.Read(node.Input(0)), context.Read(node.Input(1)), Optional(2), Optional(3), Optional(4), context.Write(node.Output)]);

        string Optional(int index) => node.Inputs.ElementAtOrDefault(index) is { } tensor ? context.Read(tensor) : "NULL";
    }

    private static void CheckSingle(Node node, int index, string role, ElementType type)
    {
        if (node.Inputs.ElementAtOrDefault(index) is not { } tensor)
        {
            return;
        }

        OperandRules.OfType(tensor, role, type);
        if (tensor.Shape.ElementCount != 1)
        {
            throw new OperatorException($"{role} '{tensor}' must be one number");
        }
    }

    /// <summary>The box that follows in the order of scores, or −1.</summary>
    private static int Next(ReadOnlySpan<float> scores, int last, float? least)
    {
        int best = -1;
        for (int i = 0; i < scores.Length; i++)
        {
            bool isBehind = last < 0 || scores[i] < scores[last] || (scores[i] == scores[last] && i > last);
            bool isHigh = least is { } limit ? scores[i] > limit : !float.IsNaN(scores[i]);
            if (isHigh && isBehind && (best < 0 || scores[i] > scores[best]))
            {
                best = i;
            }
        }

        return best;
    }

    private static bool IsOver(ReadOnlySpan<float> a, ReadOnlySpan<float> b, bool centered, float share)
    {
        float intersection = 1;
        float areaA = 1;
        float areaB = 1;
        for (int axis = 0; axis < 2; axis++)
        {
            (float lowA, float highA) = Extent(a, axis, centered);
            (float lowB, float highB) = Extent(b, axis, centered);
            float width = (highA < highB ? highA : highB) - (lowA > lowB ? lowA : lowB);
            intersection *= width > 0 ? width : 0;
            areaA *= highA - lowA;
            areaB *= highB - lowB;
        }

        return areaA > 0 && areaB > 0 && intersection > 0 && intersection / (areaA + areaB - intersection) > share;
    }

    private static (float Low, float High) Extent(ReadOnlySpan<float> box, int axis, bool centered)
    {
        float low = centered ? box[axis] - (box[axis + 2] / 2) : box[axis];
        float high = centered ? box[axis] + (box[axis + 2] / 2) : box[axis + 2];
        return low < high ? (low, high) : (high, low);
    }
}
