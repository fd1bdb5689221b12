using EdgeAI.Compiler.Import.Onnx;
using EdgeAI.Compiler.Import.Onnx.Folding;
using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Operators.Shaping;

/// <summary>ONNX Slice and Split: parts of the operand.</summary>
internal sealed class SliceOnnx : IOnnxForm
{
    /// <inheritdoc/>
    public IReadOnlyList<string> OperatorTypes => ["Slice", "Split"];

    /// <inheritdoc/>
    public void Import(OnnxNode node, OnnxGraphBuilder builder)
    {
        Tensor x = node.Input(0);
        IReadOnlyList<SlicePart> parts = node.OperatorType == "Split" ? OnnxShapes.Split(node, x.Shape) : [OnnxShapes.Slice(node, x.Shape)];
        for (int i = 0; i < parts.Count; i++)
        {
            if (node.HasOutput(i))
            {
                builder.Bind(node, i, builder.Slice(x, "", parts[i].Starts, parts[i].Extents, parts[i].Steps));
            }
        }
    }
}

/// <summary>ONNX Concat.</summary>
internal sealed class ConcatOnnx : IOnnxForm
{
    /// <inheritdoc/>
    public IReadOnlyList<string> OperatorTypes => ["Concat"];

    /// <inheritdoc/>
    public void Import(OnnxNode node, OnnxGraphBuilder builder)
    {
        Tensor first = node.Input(0);
        int axis = OnnxNode.Axis(node.RequiredInt("axis"), first.Shape.Rank);
        builder.Bind(node, 0, node.Inputs.Count == 1
            ? first
            : builder.Add("Concatenate", new ConcatenateAttributes(axis), [.. node.Inputs]));
    }
}

/// <summary>
/// ONNX Gather. Indexes known at import that are in equal steps are one Slice, others are joined from the runs of equal steps in them; many runs,
/// and indexes that are computed, are looked up.
/// </summary>
internal sealed class GatherOnnx : IOnnxForm
{
    private const int MaximumRuns = 16;

    /// <inheritdoc/>
    public IReadOnlyList<string> OperatorTypes => ["Gather"];

    /// <inheritdoc/>
    public void Import(OnnxNode node, OnnxGraphBuilder builder)
    {
        Tensor x = node.Input(0);
        Tensor given = node.Input(1);
        int axis = OnnxNode.Axis(node.Int("axis", 0), x.Shape.Rank);
        if (!given.IsConstant)
        {
            builder.Bind(node, 0, builder.Add("Gather", new Indexing.GatherAttributes(axis), x, given));
            return;
        }

        ConstantArray numbers = ConstantArray.Of(given);
        int[] indexes = [.. Enumerable.Range(0, numbers.Count).Select(i => OnnxShapes.Index(numbers.IntegerAt(i), x.Shape[axis]))];
        List<(int Start, int Count, int Step)> runs = Runs(indexes);
        if (runs.Count > MaximumRuns)
        {
            builder.Bind(node, 0, builder.Add("Gather", new Indexing.GatherAttributes(axis), x, given));
            return;
        }

        List<Tensor> parts = [.. runs.Select(run => Part(builder, x, axis, run))];
        Tensor joined = parts.Count == 1 ? parts[0] : builder.AddStep("joined", "Concatenate", new ConcatenateAttributes(axis), [.. parts]);
        builder.Bind(node, 0, builder.Reshape(joined, "shaped",
            [.. x.Shape.Extents.Take(axis), .. given.Shape.Extents, .. x.Shape.Extents.Skip(axis + 1)]));
    }

    private static Tensor Part(OnnxGraphBuilder builder, Tensor x, int axis, (int Start, int Count, int Step) run) => builder.Slice(x, "",
        [.. Enumerable.Range(0, x.Shape.Rank).Select(i => i == axis ? run.Start : 0)],
        [.. x.Shape.Extents.Select((extent, i) => i == axis ? run.Count : extent)],
        [.. Enumerable.Range(0, x.Shape.Rank).Select(i => i == axis ? run.Step : 1)]);

    /// <summary>Cuts indexes into runs of equal steps, each as long as possible; no indexes are one empty run.</summary>
    private static List<(int Start, int Count, int Step)> Runs(int[] indexes)
    {
        var runs = new List<(int, int, int)>();
        int at = 0;
        while (at < indexes.Length)
        {
            int step = at + 1 < indexes.Length ? indexes[at + 1] - indexes[at] : 1;
            int end = at + 1;
            while (step != 0 && end < indexes.Length && indexes[end] - indexes[end - 1] == step)
            {
                end++;
            }

            runs.Add((indexes[at], end - at, step == 0 || end - at == 1 ? 1 : step));
            at = end;
        }

        return runs.Count == 0 ? [(0, 0, 1)] : runs;
    }
}
