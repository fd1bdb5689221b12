using System.Collections.Immutable;
using EdgeAI.Compiler.Import.TfLite;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators.Shaping;

namespace EdgeAI.Compiler.Operators.Detection;

/// <summary>
/// TFLite_Detection_PostProcess: encodings, scores and anchors give boxes [1,R,4], classes [1,R], scores [1,R] and their number [1], all as reals.
/// </summary>
internal sealed class DetectionTfLite : ITfLiteForm
{
    private const int DefaultDetectionsOfClass = 100;

    /// <inheritdoc/>
    public IReadOnlyList<string> Operators => ["CUSTOM TFLite_Detection_PostProcess"];

    /// <inheritdoc/>
    public void Import(TfLiteNode node)
    {
        FlexBufferMap settings = node.Settings();
        int classes = settings.Int32("num_classes", 1, 1 << 16);
        var attributes = new DetectionPostProcessAttributes(
            settings.Int32("max_detections", 1, 1 << 16), Math.Min(classes, settings.Int32("max_classes_per_detection", 1, 1 << 16)),
            settings.Has("detections_per_class") ? settings.Int32("detections_per_class", 1, int.MaxValue) : DefaultDetectionsOfClass,
            settings.Has("use_regular_nms") && settings.Flag("use_regular_nms"), settings.Single("nms_score_threshold"), settings.Single("nms_iou_threshold"), classes,
            Scale(node, settings, "y_scale"), Scale(node, settings, "x_scale"), Scale(node, settings, "h_scale"), Scale(node, settings, "w_scale"));
        Tensor all = node.Step("DetectionPostProcess", attributes, ElementType.Float32, node.Real(node.Input(0)), node.Real(node.Input(1)), node.Real(node.Input(2)));
        int rows = attributes.Rows;
        Part(node, 0, all, 0, [1, rows, 4]);
        Part(node, 1, all, 4 * rows, [1, rows]);
        Part(node, 2, all, 5 * rows, [1, rows]);
        Part(node, 3, all, 6 * rows, [1]);
    }

    private static void Part(TfLiteNode node, int output, Tensor all, int start, ImmutableArray<int> extents)
    {
        if (output < node.OutputCount)
        {
            int count = extents.Aggregate(1, (product, extent) => product * extent);
            Tensor part = node.Step("Slice", new SliceAttributes([start], [count], [1]), ElementType.Float32, all);
            node.RealResult(output, "Reshape", new ReshapeAttributes(extents), part);
        }
    }

    private static float Scale(TfLiteNode node, FlexBufferMap settings, string name) =>
        settings.Single(name) is > 0 and var scale ? scale : throw node.Fault($"has the setting '{name}' {settings.Single(name)}, which must be positive");
}
