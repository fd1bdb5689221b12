using EdgeAI.Compiler.Import.Onnx.Schema;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators.Shaping;

namespace EdgeAI.Compiler.Import.Onnx;

/// <summary>
/// If, Loop and Scan of an import: graphs inside nodes.
/// <list type="bullet">
/// <item>Of an If whose condition is known the branch takes its place; else both branches run and each result is selected.</item>
/// <item>A Loop whose number of rounds is known, by its trip count and a condition that stays true, and a Scan take as many copies of their body, which share
/// its constants.</item>
/// </list>
/// </summary>
internal sealed class OnnxControlFlow(OnnxGraphImport import, OnnxGraphBuilder builder)
{
    private const long MostRounds = 4096;

    /// <summary>Whether a node is one of them.</summary>
    public static bool Takes(OnnxSourceNode source) => source is { Domain: "", Proto.OpType: "If" or "Loop" or "Scan" };

    /// <summary>Adds what the node runs and binds its results. Throws <see cref="OnnxNodeException"/> where that depends on values at run time.</summary>
    public void Import(OnnxSourceNode source, OnnxNode node)
    {
        IReadOnlyList<Tensor>? results = node.OperatorType switch
        {
            "If" => If(source, node),
            "Loop" => Loop(source, node),
            _ => Scan(source, node),
        };
        for (int i = 0; results is not null && i < Math.Min(results.Count, node.Outputs.Count); i++)
        {
            if (node.HasOutput(i))
            {
                builder.Define(node.Outputs[i], results[i]);
            }
        }
    }

    private static GraphProto GraphOf(OnnxNode node, string name) =>
        node.GraphOf(name) ?? throw new OnnxNodeException($"the graph {name} is missing", "Export the model again");

    private static bool IsTrue(Tensor condition) => condition.Constant!.Value.Span.ContainsAnyExcept((byte)0);

    private static Tensor Single(Tensor tensor, ElementType type, string what) => tensor.Type == type && tensor.Shape.ElementCount == 1
        ? tensor
        : throw new OnnxNodeException($"its {what} is '{tensor}'", $"One element of type {type.DisplayName()} is meant");

    private IReadOnlyList<Tensor>? If(OnnxSourceNode source, OnnxNode node)
    {
        Tensor condition = Single(node.Input(0), ElementType.Bool, "condition");
        if (condition.IsConstant)
        {
            return import.Inline(source, GraphOf(node, IsTrue(condition) ? "then_branch" : "else_branch"), []);
        }

        IReadOnlyList<Tensor>? yes = import.Inline(source, GraphOf(node, "then_branch"), []);
        IReadOnlyList<Tensor>? no = import.Inline(source, GraphOf(node, "else_branch"), []);
        if (yes is null || no is null)
        {
            return null;
        }

        builder.Begin(node);
        var results = new List<Tensor>();
        for (int i = 0; i < Math.Min(yes.Count, no.Count); i++)
        {
            if (yes[i].Type != no[i].Type || yes[i].Shape != no[i].Shape)
            {
                throw new OnnxNodeException($"its condition is known only at run time, and its branches give {yes[i]} and {no[i]}",
                    "Branches of one type and shape are both run and selected from");
            }

            results.Add(builder.Add("Select", NoAttributes.Instance, condition, yes[i], no[i]));
        }

        return results;
    }

    private IReadOnlyList<Tensor>? Loop(OnnxSourceNode source, OnnxNode node)
    {
        GraphProto body = GraphOf(node, "body");
        long? trips = node.Optional(0) is { } given ? given.IsConstant ? Single(given, ElementType.Int64, "trip count").Values<long>()[0] : -1 : null;
        Tensor? condition = node.Optional(1) is { } wanted ? Single(wanted, ElementType.Bool, "condition") : null;
        int carried = node.Inputs.Count - 2;
        if (trips < 0 || condition is { IsConstant: false } || carried < 0)
        {
            throw new OnnxNodeException("the number of its rounds is known only at run time", "A constant trip count with a condition that stays true is supported");
        }

        Tensor[] values = [.. Enumerable.Range(2, carried).Select(node.Input)];
        var scanned = new List<Tensor>[Math.Max(0, body.Output.Count - 1 - carried)];
        for (int i = 0; i < scanned.Length; i++)
        {
            scanned[i] = [];
        }

        for (long round = 0; (trips is null || round < trips) && (condition is null || IsTrue(condition)); round++)
        {
            if (round == MostRounds)
            {
                throw new OnnxNodeException($"it runs more than {MostRounds} rounds", "Fewer rounds are written one after another");
            }

            Tensor number = Tensor.FromValues<long>(builder.UniqueTensorName($"{source.Name}/round"), ElementType.Int64, Shape.Scalar, [round]);
            Tensor goesOn = condition ?? Tensor.FromValues<byte>(builder.UniqueTensorName($"{source.Name}/on"), ElementType.Bool, Shape.Scalar, [1]);
            if (import.Inline(source, body, [number, goesOn, .. values]) is not { } results)
            {
                return null;
            }

            condition = results[0].IsConstant
                ? results[0]
                : throw new OnnxNodeException("it goes on by a condition that is known only at run time", "A condition that stays true is supported");
            values = [.. results.Skip(1).Take(carried)];
            for (int i = 0; i < scanned.Length; i++)
            {
                scanned[i].Add(results[1 + carried + i]);
            }
        }

        builder.Begin(node);
        return [.. values, .. scanned.Select(parts => Stacked(parts, 0))];
    }

    private IReadOnlyList<Tensor>? Scan(OnnxSourceNode source, OnnxNode node)
    {
        GraphProto body = GraphOf(node, "body");
        int count = (int)node.RequiredInt("num_scan_inputs");
        int states = node.Inputs.Count - count;
        if (node.Version < 9 || count < 1 || states < 0)
        {
            throw new OnnxNodeException("it is a Scan of operator set 8, or scans nothing", "Export the model again with opset 9 or later");
        }

        Tensor[] sequences = [.. Enumerable.Range(states, count).Select(node.Input)];
        int[] axes = [.. sequences.Select((sequence, i) => OnnxNode.Axis(At(node, "scan_input_axes", i), sequence.Shape.Rank))];
        int length = sequences[0].Shape[axes[0]];
        if (length > MostRounds || sequences.Where((sequence, i) => sequence.Shape[axes[i]] != length).Any())
        {
            throw new OnnxNodeException($"it scans sequences of different lengths, or of more than {MostRounds}", "Fewer rounds are written one after another");
        }

        Tensor[] values = [.. Enumerable.Range(0, states).Select(node.Input)];
        var scanned = new List<Tensor>[Math.Max(0, body.Output.Count - states)];
        for (int i = 0; i < scanned.Length; i++)
        {
            scanned[i] = [];
        }

        for (int round = 0; round < length; round++)
        {
            builder.Begin(node);
            Tensor[] slices = [.. sequences.Select((sequence, i) => Slice(sequence, axes[i], At(node, "scan_input_directions", i) == 0 ? round : length - 1 - round))];
            if (import.Inline(source, body, [.. values, .. slices]) is not { } results)
            {
                return null;
            }

            values = [.. results.Take(states)];
            for (int i = 0; i < scanned.Length; i++)
            {
                scanned[i].Insert(At(node, "scan_output_directions", i) == 0 ? scanned[i].Count : 0, results[states + i]);
            }
        }

        builder.Begin(node);
        return [.. values, .. scanned.Select((parts, i) => Stacked(parts, At(node, "scan_output_axes", i)))];
    }

    private static long At(OnnxNode node, string attribute, int index) =>
        node.Ints(attribute) is { } values && index < values.Length ? values[index] : 0;

    private Tensor Slice(Tensor sequence, int axis, int index)
    {
        int[] starts = new int[sequence.Shape.Rank];
        int[] extents = [.. sequence.Shape.Extents];
        starts[axis] = index;
        extents[axis] = 1;
        Tensor part = builder.Slice(sequence, "round", [.. starts], [.. extents], [.. extents.Select(_ => 1)]);
        return builder.Reshape(part, "element", [.. sequence.Shape.Extents.RemoveAt(axis)]);
    }

    /// <summary>Values one behind another on an axis of their own.</summary>
    private Tensor Stacked(List<Tensor> parts, long at)
    {
        if (parts.Count == 0)
        {
            throw new OnnxNodeException("it gathers the results of no rounds", "Leave the output out");
        }

        int axis = OnnxNode.Axis(at, parts[0].Shape.Rank + 1);
        Tensor[] wide = [.. parts.Select(part => builder.Reshape(part, "wide", [.. part.Shape.Extents.Insert(axis, 1)]))];
        return builder.AddStep("stacked", "Concatenate", new ConcatenateAttributes(axis), wide);
    }
}
