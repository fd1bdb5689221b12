using EdgeAI.Compiler.Import.Onnx.Schema;
using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Import.Onnx;

/// <summary>
/// If, Loop, Scan and SequenceMap of an import: graphs inside nodes.
/// <list type="bullet">
/// <item>Of an If whose condition is known the branch takes its place; else both branches run and each result is selected.</item>
/// <item>A Loop whose number of rounds is known, by its trip count and a condition that stays true, and a Scan take as many copies of their body, which share
/// its constants.</item>
/// <item>A Loop that ends by a condition known only at run time, or by such a trip count, takes copies for the most rounds: its constant trip count, or the extent
/// that the file declares for what its rounds give, or the round in which its condition is false whatever the inputs (<c>i &lt; N</c> and something else). A round
/// behind the end leaves the values as they are, and gives zeros.</item>
/// <item>Sequences and optionals are carried like tensors; where a choice is made at run time, element by element.</item>
/// </list>
/// </summary>
internal sealed class OnnxControlFlow(OnnxGraphImport import, OnnxGraphBuilder builder)
{
    private const long MostRounds = 4096;

    /// <summary>The operators, of the default domain.</summary>
    public static IReadOnlyList<string> OperatorTypes { get; } = ["If", "Loop", "Scan", "SequenceMap"];

    /// <summary>Whether a node is one of them.</summary>
    public static bool Takes(OnnxSourceNode source) => source.Domain.Length == 0 && OperatorTypes.Contains(source.Proto.OpType);

    /// <summary>Adds what the node runs and binds its results. Throws <see cref="OnnxNodeException"/> where that depends on values at run time.</summary>
    public void Import(OnnxSourceNode source, OnnxNode node)
    {
        IReadOnlyList<OnnxValue>? results = node.OperatorType switch
        {
            "If" => If(source, node),
            "Loop" => Loop(source, node),
            "SequenceMap" => Map(source, node),
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

    private static Tensor Single(OnnxValue value, ElementType type, string what) => value.Tensor is { } tensor && tensor.Type == type && tensor.Shape.ElementCount == 1
        ? tensor
        : throw new OnnxNodeException($"its {what} is {value}", $"One element of type {type.DisplayName()} is meant");

    private IReadOnlyList<OnnxValue>? If(OnnxSourceNode source, OnnxNode node)
    {
        Tensor condition = Single(node.Value(0), ElementType.Bool, "condition");
        if (condition.IsConstant)
        {
            string branch = IsTrue(condition) ? "then_branch" : "else_branch";
            return import.Inline(source, branch, GraphOf(node, branch), []);
        }

        IReadOnlyList<OnnxValue>? yes = import.Inline(source, "then_branch", GraphOf(node, "then_branch"), []);
        IReadOnlyList<OnnxValue>? no = import.Inline(source, "else_branch", GraphOf(node, "else_branch"), []);
        if (yes is null || no is null)
        {
            return null;
        }

        builder.Begin(node);
        const string Obstacle = "its condition is known only at run time, and its branches give";
        const string Remedy = "Branches of one type and shape, sequences of one length, are both run and selected from";
        return [.. yes.Zip(no, (one, other) => one.With(other, (now, before) => Selected(condition, now, before, Obstacle, Remedy), Obstacle, Remedy))];
    }

    /// <summary>One of two values; where both are one constant that, so that "this, and a counter below a limit" has an end.</summary>
    private Tensor Selected(Tensor condition, Tensor one, Tensor other, string obstacle, string remedy) =>
        one.Type == other.Type && one.Shape == other.Shape && one.Constant is { } known && other.Constant is { } same && known.Span.SequenceEqual(same.Span) ? one
        : one.Type == other.Type && one.Shape == other.Shape ? builder.Add("Select", NoAttributes.Instance, condition, one, other)
        : throw new OnnxNodeException($"{obstacle} {one} and {other}", remedy);

    /// <summary>The body runs for each place of the first sequence, with the tensors of all sequences there, and with the other operands as they are.</summary>
    private IReadOnlyList<OnnxValue>? Map(OnnxSourceNode source, OnnxNode node)
    {
        GraphProto body = GraphOf(node, "body");
        int length = node.Value(0).Several("its first operand").Length;
        if (node.Values.FirstOrDefault(value => value?.Elements is { } elements && elements.Length < length) is { } shorter)
        {
            throw new OnnxNodeException($"it maps a sequence of {length} together with {shorter}", "Sequences of one length are mapped together");
        }

        List<Tensor>[] made = [.. body.Output.Select(_ => new List<Tensor>())];
        for (int place = 0; place < length; place++)
        {
            builder.Begin(node);
            if (import.Inline(source, "body", body, [.. node.Values.Select((_, i) => node.Value(i).Elements is { } elements ? elements[place] : node.Value(i))]) is not { } results)
            {
                return null;
            }

            for (int i = 0; i < made.Length; i++)
            {
                made[i].Add(results[i].Single("a result of its body"));
            }
        }

        return [.. made.Select(OnnxValue.Sequence)];
    }

    private IReadOnlyList<OnnxValue>? Loop(OnnxSourceNode source, OnnxNode node)
    {
        GraphProto body = GraphOf(node, "body");
        int carried = node.Inputs.Count - 2;
        if (carried < 0)
        {
            throw new OnnxNodeException("it has no trip count and no condition among its operands", "Export the model again");
        }

        Tensor? given = node.Values[0] is { } count ? Single(count, ElementType.Int64, "trip count") : null;
        Tensor? condition = node.Values[1] is { } wanted ? Single(wanted, ElementType.Bool, "condition") : null;

        var scanned = new List<Tensor>[Math.Max(0, body.Output.Count - 1 - carried)];
        for (int i = 0; i < scanned.Length; i++)
        {
            scanned[i] = [];
        }

        long? most = given is null ? null : given.IsConstant ? given.Values<long>()[0] : Declared(node, carried, scanned.Length);
        OnnxValue[] values = [.. Enumerable.Range(2, carried).Select(node.Value)];
        OnnxValue[] next = values; // what a round reads: constants are carried as if none had ended the loop
        Tensor? isRunning = null;
        bool counts = false;
        for (long round = 0; (most is null || round < most) && (condition is not { IsConstant: true } || IsTrue(condition)); round++)
        {
            if (condition is { IsConstant: false } && most is null or > MostRounds && (round == 0 ? !next.Any(value => value is { Tensor.IsConstant: true }) : !counts))
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
            OnnxValue[] made = [.. results.Skip(1).Take(carried)];
            counts = made.Zip(next).Any(pair => pair is { First.Tensor.Constant: { } now, Second.Tensor.Constant: { } before } && !now.Span.SequenceEqual(before.Span));
            values = [.. made.Select((result, i) => Kept(isRunning, result, values[i]))];
            next = [.. made.Select((result, i) => result is { Tensor.IsConstant: true } ? result : values[i])];
            for (int i = 0; i < scanned.Length; i++)
            {
                Tensor part = results[1 + carried + i].Single("a result of its rounds");
                scanned[i].Add(isRunning is null ? part : Kept(isRunning, part, Zeros(part)));
            }
        }

        builder.Begin(node);
        return [.. values, .. scanned.Select(parts => (OnnxValue)Stacked(parts, 0))];
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

    private OnnxValue Kept(Tensor? isRunning, OnnxValue now, OnnxValue before) => isRunning is null || ReferenceEquals(now, before) ? now
        : now.With(before, (one, other) => Kept(isRunning, one, other), "the number of its rounds is known only at run time, and a round makes of each other",
            "Sequences of one length can be carried through such a loop; give it a constant trip count, or what each round makes as an output of its own");

    /// <summary>The new value while rounds are run, else the old one.</summary>
    private Tensor Kept(Tensor? isRunning, Tensor now, Tensor before) =>
        isRunning is null || ReferenceEquals(now, before) ? now
        : now.Type == before.Type && now.Shape == before.Shape ? builder.AddStep("kept", "Select", NoAttributes.Instance, isRunning, now, before)
        : throw new OnnxNodeException($"the number of its rounds is known only at run time, and a round makes '{now}' of '{before}'",
            "Values of one type and shape can be carried through such a loop");

    private Tensor Zeros(Tensor like) => like.Type == ElementType.Float32
        ? builder.Constant("zeros", like.Shape, new float[like.Shape.ElementCount])
        : Operators.Logic.Plain.Integers(builder, "zeros", like.Type, like.Shape, new long[like.Shape.ElementCount]);

    private IReadOnlyList<OnnxValue>? Scan(OnnxSourceNode source, OnnxNode node)
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

        OnnxValue[] values = [.. Enumerable.Range(0, states).Select(node.Value)];
        var scanned = new List<Tensor>[Math.Max(0, body.Output.Count - states)];
        for (int i = 0; i < scanned.Length; i++)
        {
            scanned[i] = [];
        }

        for (int round = 0; round < length; round++)
        {
            builder.Begin(node);
            IEnumerable<OnnxValue> slices = sequences.Select((sequence, i) =>
                (OnnxValue)builder.Element(sequence, axes[i], At(node, "scan_input_directions", i) == 0 ? round : length - 1 - round));
            if (import.Inline(source, "body", body, [.. values, .. slices]) is not { } results)
            {
                return null;
            }

            values = [.. results.Take(states)];
            for (int i = 0; i < scanned.Length; i++)
            {
                scanned[i].Insert(At(node, "scan_output_directions", i) == 0 ? scanned[i].Count : 0, results[states + i].Single("a result of its rounds"));
            }
        }

        builder.Begin(node);
        return [.. values, .. scanned.Select((parts, i) => (OnnxValue)Stacked(parts, At(node, "scan_output_axes", i)))];
    }

    private static long At(OnnxNode node, string attribute, int index) =>
        node.Ints(attribute) is { } values && index < values.Length ? values[index] : 0;

    /// <summary>Values one behind another on an axis of their own.</summary>
    private Tensor Stacked(List<Tensor> parts, long at) => parts.Count == 0
        ? throw new OnnxNodeException("it gathers the results of no rounds", "Leave the output out")
        : builder.Stacked(parts, "stacked", OnnxNode.Axis(at, parts[0].Shape.Rank + 1));
}
