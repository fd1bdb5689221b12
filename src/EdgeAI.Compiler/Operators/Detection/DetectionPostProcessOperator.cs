using System.Runtime.InteropServices;
using EdgeAI.Compiler.Emission;
using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Operators.Detection;

/// <summary>
/// DetectionPostProcess: box encodings [1,N,4 or more] as (y, x, height, width) relative to anchors [N,4], scores [1,N,classes, a background class in
/// front or none]. The result, float32 [6 R + 1] for R rows, holds R boxes (top, left, bottom, right), R classes, R scores and the number of rows in
/// use; other rows are 0. Source: TensorFlow Lite's TFLite_Detection_PostProcess.
/// <list type="bullet">
/// <item>Boxes are decoded once, into working memory, beside a score for each.</item>
/// <item>The box with the highest score left is kept, the first of equal ones; it and all that it covers too much leave.</item>
/// <item>One suppression over each box's best class, and each kept box with its best classes; or a suppression for each class, the kept boxes of all
/// classes merged by score, and of equal scores the earlier class first.</item>
/// </list>
/// </summary>
internal sealed class DetectionPostProcessOperator : Operator
{
    private const int Coordinates = 4;

    /// <inheritdoc/>
    public override string Name => "DetectionPostProcess";

    /// <inheritdoc/>
    public override Type AttributesType => typeof(DetectionPostProcessAttributes);

    /// <inheritdoc/>
    public override IReadOnlyList<TensorType> Infer(Node node)
    {
        OperandRules.AtMost(node, 3);
        Tensor encodings = node.Operand(0, "encodings");
        Tensor scores = node.Operand(1, "scores");
        Tensor anchors = node.Operand(2, "anchors");
        OperandRules.OfType(encodings, "encodings", ElementType.Float32);
        OperandRules.OfType(scores, "scores", ElementType.Float32);
        OperandRules.OfType(anchors, "anchors", ElementType.Float32);
        OperandRules.Rank(encodings, 3, "encodings");
        OperandRules.Rank(scores, 3, "scores");
        OperandRules.Rank(anchors, 2, "anchors");
        int boxes = encodings.Shape[1];
        if (encodings.Shape[0] != 1 || encodings.Shape[2] < Coordinates || scores.Shape[0] != 1 || scores.Shape[1] != boxes
            || anchors.Shape != new Shape(boxes, Coordinates))
        {
            throw new OperatorException($"encodings '{encodings}' must be [1,boxes,4], scores '{scores}' [1,boxes,classes] and anchors '{anchors}' [boxes,4]");
        }

        var a = node.AttributesAs<DetectionPostProcessAttributes>();
        OperandRules.InRange(a.Detections, 1, 1 << 16, "the most detections");
        OperandRules.InRange(a.Classes, 1, 1 << 16, "the number of classes");
        OperandRules.InRange(a.ClassesOfDetection, 1, a.Classes, "the number of classes of a detection");
        OperandRules.InRange(a.DetectionsOfClass, 1, int.MaxValue, "the most detections of a class");
        OperandRules.InRange(scores.Shape[2] - a.Classes, 0, 1, "the number of background classes");
        return [new(ElementType.Float32, new Shape((6 * a.Rows) + 1))];
    }

    /// <inheritdoc/>
    public override long ScratchBytes(Node node) => (Coordinates + 1L) * sizeof(float) * node.Input(0).Shape[1];

    /// <inheritdoc/>
    public override void Execute(OperatorCall call)
    {
        var a = call.Node.AttributesAs<DetectionPostProcessAttributes>();
        int boxes = call.Node.Input(0).Shape[1];
        int classes = call.Node.Input(1).Shape[2];
        Span<float> scratch = MemoryMarshal.Cast<byte, float>(call.Scratch);
        Span<float> corners = scratch[..(Coordinates * boxes)];
        Span<float> left = scratch.Slice(Coordinates * boxes, boxes);
        Decode(a, call.Input<float>(0), call.Node.Input(0).Shape[2], call.Input<float>(2), corners);
        Span<float> result = call.Output<float>();
        result.Clear();
        var rows = new Rows(result[..(4 * a.Rows)], result.Slice(4 * a.Rows, a.Rows), result.Slice(5 * a.Rows, a.Rows), corners);
        ReadOnlySpan<float> scores = call.Input<float>(1);
        int background = classes - a.Classes;
        result[^1] = a.ByClass ? EachClass(a, scores, classes, background, left, rows) : BestClasses(a, scores, classes, background, left, rows);
    }

    /// <inheritdoc/>
    public override KernelCall Emit(Node node, EmissionContext context)
    {
        var a = node.AttributesAs<DetectionPostProcessAttributes>();
        return new("edgeai_detection_post_process", "edgeai_detection_post_process",
            [
                KernelField.Of("boxes", node.Input(0).Shape[1]), KernelField.Of("encoding", node.Input(0).Shape[2]),
                KernelField.Of("scores", node.Input(1).Shape[2]), KernelField.Of("classes", a.Classes), KernelField.Of("detections", a.Detections),
                KernelField.Of("classes_of_detection", a.ClassesOfDetection), KernelField.Of("detections_of_class", a.DetectionsOfClass),
                KernelField.Of("by_class", a.ByClass ? 1 : 0), KernelField.Of("least_score", a.LeastScore), KernelField.Of("most_share", a.MostShare),
                KernelField.Of("scale_y", a.ScaleY), KernelField.Of("scale_x", a.ScaleX), KernelField.Of("scale_height", a.ScaleHeight),
                KernelField.Of("scale_width", a.ScaleWidth),
            ],
            [context.Read(node.Input(0)), context.Read(node.Input(1)), context.Read(node.Input(2)), context.Write(node.Output), $"(float *){context.Scratch}"]);
    }

    private static int BestClasses(
        DetectionPostProcessAttributes a, ReadOnlySpan<float> scores, int classes, int background, Span<float> left, Rows rows)
    {
        for (int box = 0; box < left.Length; box++)
        {
            ReadOnlySpan<float> own = scores.Slice((box * classes) + background, a.Classes);
            left[box] = own[Next(own, -1)];
        }

        int count = 0;
        while (count < a.Rows && Take(left, a, rows.Corners) is >= 0 and var box)
        {
            ReadOnlySpan<float> own = scores.Slice((box * classes) + background, a.Classes);
            int index = -1;
            for (int i = 0; i < a.ClassesOfDetection; i++)
            {
                index = Next(own, index);
                rows.Put(count++, box, index, own[index]);
            }
        }

        return count;
    }

    private static int EachClass(
        DetectionPostProcessAttributes a, ReadOnlySpan<float> scores, int classes, int background, Span<float> left, Rows rows)
    {
        int count = 0;
        for (int index = 0; index < a.Classes; index++)
        {
            for (int box = 0; box < left.Length; box++)
            {
                left[box] = scores[(box * classes) + background + index];
            }

            for (int kept = 0; kept < a.DetectionsOfClass && Take(left, a, rows.Corners) is >= 0 and var box; kept++)
            {
                float score = scores[(box * classes) + background + index];
                int at = count;
                while (at > 0 && rows.Scores[at - 1] < score)
                {
                    at--;
                }

                if (at == a.Detections)
                {
                    break;
                }

                count = Math.Min(count + 1, a.Detections);
                for (int row = count - 1; row > at; row--)
                {
                    rows.Move(row - 1, row);
                }

                rows.Put(at, box, index, score);
            }
        }

        return count;
    }

    /// <summary>The class that follows in the order of scores; of equal ones, and where no score is a number, the first that is left.</summary>
    private static int Next(ReadOnlySpan<float> scores, int last)
    {
        int best = -1;
        for (int i = 0; i < scores.Length; i++)
        {
            bool isBehind = last < 0 || scores[i] < scores[last] || (scores[i] == scores[last] && i > last);
            if (isBehind && (best < 0 || scores[i] > scores[best]))
            {
                best = i;
            }
        }

        return Math.Max(best, 0);
    }

    /// <summary>Takes the box with the highest score and those that it covers too much out of those left: their score becomes NaN. −1 where none is left.</summary>
    private static int Take(Span<float> left, DetectionPostProcessAttributes a, ReadOnlySpan<float> corners)
    {
        int best = -1;
        for (int i = 0; i < left.Length; i++)
        {
            if (left[i] >= a.LeastScore && (best < 0 || left[i] > left[best]))
            {
                best = i;
            }
        }

        for (int i = 0; best >= 0 && i < left.Length; i++)
        {
            if (i == best || (!float.IsNaN(left[i]) && Share(corners.Slice(4 * best, 4), corners.Slice(4 * i, 4)) > a.MostShare))
            {
                left[i] = float.NaN;
            }
        }

        return best;
    }

    private static float Share(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        float areaA = (a[2] - a[0]) * (a[3] - a[1]);
        float areaB = (b[2] - b[0]) * (b[3] - b[1]);
        if (!(areaA > 0) || !(areaB > 0))
        {
            return 0;
        }

        float height = (a[2] < b[2] ? a[2] : b[2]) - (a[0] > b[0] ? a[0] : b[0]);
        float width = (a[3] < b[3] ? a[3] : b[3]) - (a[1] > b[1] ? a[1] : b[1]);
        float both = (height > 0 ? height : 0) * (width > 0 ? width : 0);
        return both / (areaA + areaB - both);
    }

    private static void Decode(DetectionPostProcessAttributes a, ReadOnlySpan<float> encodings, int stride, ReadOnlySpan<float> anchors, Span<float> corners)
    {
        for (int box = 0; box < corners.Length / Coordinates; box++)
        {
            ReadOnlySpan<float> e = encodings[(box * stride)..];
            ReadOnlySpan<float> anchor = anchors[(box * Coordinates)..];
            float y = (float)(((double)e[0] / a.ScaleY * anchor[2]) + anchor[0]);
            float x = (float)(((double)e[1] / a.ScaleX * anchor[3]) + anchor[1]);
            float height = (float)(0.5 * PortableMath.Exp((double)e[2] / a.ScaleHeight) * anchor[2]);
            float width = (float)(0.5 * PortableMath.Exp((double)e[3] / a.ScaleWidth) * anchor[3]);
            Span<float> corner = corners[(box * Coordinates)..];
            corner[0] = y - height;
            corner[1] = x - width;
            corner[2] = y + height;
            corner[3] = x + width;
        }
    }

    /// <summary>The rows of the result by column.</summary>
    private readonly ref struct Rows(Span<float> boxes, Span<float> classes, Span<float> scores, ReadOnlySpan<float> corners)
    {
        private readonly Span<float> _boxes = boxes;
        private readonly Span<float> _classes = classes;

        public Span<float> Scores { get; } = scores;

        public ReadOnlySpan<float> Corners { get; } = corners;

        public void Put(int row, int box, int index, float score)
        {
            Corners.Slice(Coordinates * box, Coordinates).CopyTo(_boxes[(Coordinates * row)..]);
            _classes[row] = index;
            Scores[row] = score;
        }

        public void Move(int from, int to)
        {
            _boxes.Slice(Coordinates * from, Coordinates).CopyTo(_boxes[(Coordinates * to)..]);
            _classes[to] = _classes[from];
            Scores[to] = Scores[from];
        }
    }
}
