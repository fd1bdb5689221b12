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
/// <item>A Loop that ends by a condition known only at run time, or by such a trip count, takes copies for the most rounds: its constant trip count, or the extent
/// that the file declares for what its rounds give, or the round in which its condition is false whatever the inputs (<c>i &lt; N</c> and something else). A round
/// behind the end leaves the values as they are, and gives zeros.</item>
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
            string branch = IsTrue(condition) ? "then_branch" : "else_branch";
            return import.Inline(source, branch, GraphOf(node, branch), []);
        }

        IReadOnlyList<Tensor>? yes = import.Inline(source, "then_branch", GraphOf(node, "then_branch"), []);
        IReadOnlyList<Tensor>? no = import.Inline(source, "else_branch", GraphOf(node, "else_branch"), []);
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
        Tensor? given = node.Optional(0) is { } count ? Single(count, ElementType.Int64, "trip count") : null;
        Tensor? condition = node.Optional(1) is { } wanted ? Single(wanted, ElementType.Bool, "condition") : null;
        int carried = node.Inputs.Count - 2;
        if (carried < 0)
        {
            throw new OnnxNodeException("it has no trip count and no condition among its operands", "Export the model again");
        }

        var scanned = new List<Tensor>[Math.Max(0, body.Output.Count - 1 - carried)];
        for (int i = 0; i < scanned.Length; i++)
        {
            scanned[i] = [];
        }

        long? most = given is null ? null : given.IsConstant ? given.Values<long>()[0] : Declared(node, carried, scanned.Length);
        Tensor[] values = [.. Enumerable.Range(2, carried).Select(node.Input)];
        Tensor[] next = values; // what a round reads: constants are carried as if none had ended the loop
        Tensor? isRunning = null;
        bool counts = false;
        for (long round = 0; (most is null || round < most) && (condition is not { IsConstant: true } || IsTrue(condition)); round++)
        {
            if (condition is { IsConstant: false } && most is null or > MostRounds && (round == 0 ? !next.Any(value => value.IsConstant) : !counts))
            {
                throw new OnnxNodeException("it goes on by a condition that is known only at run time, without a trip count that says how long at most",
                    $"Give it a constant trip count of at most {MostRounds}, or let its condition end too when a counter reaches a constant");
            }

            if (round == MostRounds)
            {
                throw new OnnxNodeException($"it runs more than {MostRounds} rounds", "Fewer rounds are written one after another");
            }

            builder.Begin(node);
            isRunning = IsRunning(isRunning, given, condition, round);
            Tensor number = Tensor.FromValues<long>(builder.UniqueTensorName($"{source.Name}/round"), ElementType.Int64, Shape.Scalar, [round]);
            Tensor goesOn = condition ?? Tensor.FromValues<byte>(builder.UniqueTensorName($"{source.Name}/on"), ElementType.Bool, Shape.Scalar, [1]);
            int first = builder.Nodes.Count;
            if (import.Inline(source, "body", body, [number, goesOn, .. next]) is not { } results)
            {
                return null;
            }

            builder.Begin(node);
            condition = Single(results[0], ElementType.Bool, "condition");
            condition = KnownTruth.Of(condition, builder.Nodes, first) is { } known && !condition.IsConstant
                ? Tensor.FromValues<byte>(builder.UniqueTensorName($"{source.Name}/on"), ElementType.Bool, Shape.Scalar, [known ? (byte)1 : (byte)0])
                : condition;
            Tensor[] made = [.. results.Skip(1).Take(carried)];
            counts = made.Zip(next).Any(pair => pair is { First.Constant: { } now, Second.Constant: { } before } && !now.Span.SequenceEqual(before.Span));
            values = [.. made.Select((result, i) => Kept(isRunning, result, values[i]))];
            next = [.. made.Select((result, i) => result.IsConstant ? result : values[i])];
            for (int i = 0; i < scanned.Length; i++)
            {
                Tensor part = results[1 + carried + i];
                scanned[i].Add(isRunning is null ? part : Kept(isRunning, part, Zeros(part)));
            }
        }

        builder.Begin(node);
        return [.. values, .. scanned.Select(parts => Stacked(parts, 0))];
    }

    /// <summary>The rounds that the file declares for the first result that has a row for each.</summary>
    private static long Declared(OnnxNode node, int carried, int scanned)
    {
        for (int i = carried; i < Math.Min(carried + scanned, node.Outputs.Count); i++)
        {
            if (node.HasOutput(i))
            {
                return node.DeclaredExtent(i, 0);
            }
        }

        throw new OnnxNodeException("the number of its rounds is known only at run time",
            $"Give it a constant trip count of at most {MostRounds} rounds, and end it by its condition");
    }

    /// <summary>Whether a round is run, as far as that is known only at run time; null where all are.</summary>
    private Tensor? IsRunning(Tensor? before, Tensor? trips, Tensor? condition, long round)
    {
        Tensor? result = before;
        if (trips is { IsConstant: false })
        {
            Tensor number = Operators.Logic.Plain.Integer(builder, "round", ElementType.Int64, round);
            result = Both(result, builder.AddStep("within", "Less", NoAttributes.Instance, number, builder.Reshape(trips, "trips")));
        }

        return condition is { IsConstant: false } ? Both(result, builder.Reshape(condition, "condition")) : result;
    }

    private Tensor Both(Tensor? a, Tensor b) => a is null ? b : builder.AddStep("both", "LogicalAnd", NoAttributes.Instance, a, b);

    /// <summary>The new value while rounds are run, else the old one.</summary>
    private Tensor Kept(Tensor? isRunning, Tensor now, Tensor before) =>
        isRunning is null || ReferenceEquals(now, before) ? now
        : now.Type == before.Type && now.Shape == before.Shape ? builder.AddStep("kept", "Select", NoAttributes.Instance, isRunning, now, before)
        : throw new OnnxNodeException($"the number of its rounds is known only at run time, and a round makes '{now}' of '{before}'",
            "Values of one type and shape can be carried through such a loop");

    private Tensor Zeros(Tensor like) => like.Type == ElementType.Float32
        ? builder.Constant("zeros", like.Shape, new float[like.Shape.ElementCount])
        : Operators.Logic.Plain.Integers(builder, "zeros", like.Type, like.Shape, new long[like.Shape.ElementCount]);

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
            if (import.Inline(source, "body", body, [.. values, .. slices]) is not { } results)
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
