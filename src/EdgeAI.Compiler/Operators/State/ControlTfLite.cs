using EdgeAI.Compiler.Import;
using EdgeAI.Compiler.Import.TfLite;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators.Shaping;

namespace EdgeAI.Compiler.Operators.State;

/// <summary>
/// IF, WHILE, CALL and STABLEHLO_COMPOSITE: other graphs of the file.
/// <list type="bullet">
/// <item>Of an IF whose condition is known the branch takes its place; else both branches run and each result is selected, so that they must not
/// assign variables.</item>
/// <item>A WHILE whose condition is known in each round takes as many copies of its body.</item>
/// <item>One that ends by values at run time takes copies up to the round in which its condition is false whatever these are (<c>i &lt; N</c> and something else): a round
/// behind the end leaves the values as they are.</item>
/// <item>A composite is the graph that says what it computes.</item>
/// </list>
/// </summary>
internal sealed class ControlTfLite : ITfLiteForm
{
    private const int ThenSlot = 0;
    private const int ElseSlot = 1;
    private const int ConditionSlot = 0;
    private const int BodySlot = 1;
    private const int CalledSlot = 0;
    private const int CompositeGraphSlot = 1;
    private const int MostRounds = 1000;

    /// <inheritdoc/>
    public IReadOnlyList<string> Operators => ["IF", "WHILE", "CALL", "STABLEHLO_COMPOSITE"];

    /// <inheritdoc/>
    public void Import(TfLiteNode node)
    {
        switch (node.Operator)
        {
            case "IF":
                If(node);
                break;
            case "WHILE":
                While(node);
                break;
            default:
                BindAll(node, node.Inline(node.Options.Int32(node.Operator == "CALL" ? CalledSlot : CompositeGraphSlot), node.Inputs()));
                break;
        }
    }

    private static void If(TfLiteNode node)
    {
        Tensor condition = node.Input(0);
        Tensor[] operands = [.. node.Inputs().Skip(1)];
        if (condition is { IsConstant: true, Type: ElementType.Bool, ByteSize: > 0 })
        {
            BindAll(node, node.Inline(node.Options.Int32(condition.Values<byte>()[0] != 0 ? ThenSlot : ElseSlot), operands));
            return;
        }

        int assignments = node.Variables.Assignments;
        IReadOnlyList<Tensor> yes = node.Inline(node.Options.Int32(ThenSlot), operands);
        IReadOnlyList<Tensor> no = node.Inline(node.Options.Int32(ElseSlot), operands);
        if (node.Variables.Assignments != assignments)
        {
            throw node.Fault("assigns variables under a condition that is known only at run time; assign a selected value behind it");
        }

        for (int i = 0; i < node.OutputCount; i++)
        {
            if (i >= yes.Count || i >= no.Count || yes[i].Shape != no[i].Shape || yes[i].Type != no[i].Type || !Equals(yes[i].Quantization, no[i].Quantization))
            {
                throw node.Fault(i >= yes.Count || i >= no.Count
                    ? $"takes {node.OutputCount} results of branches that give {yes.Count} and {no.Count}"
                    : $"has a condition that is known only at run time, and branches that give '{yes[i]}' and '{no[i]}'; branches of one type, shape and quantization are both run and selected from");
            }

            node.Result(i, "Select", NoAttributes.Instance, condition, yes[i], no[i]);
        }
    }

    private static void While(TfLiteNode node)
    {
        IReadOnlyList<Tensor> values = node.Inputs();
        IReadOnlyList<Tensor> next = values; // what a round reads: constants are carried as if none had ended the loop
        Tensor? isRunning = null;
        bool counts = values.Any(value => value.IsConstant);
        int assignments = node.Variables.Assignments;
        for (int round = 0; round < MostRounds; round++)
        {
            int first = node.Nodes.Count;
            Tensor condition = node.Inline(node.Options.Int32(ConditionSlot), next) is [{ Type: ElementType.Bool, Shape.ElementCount: 1 } only]
                ? only
                : throw node.Fault("has a condition that is not one truth value");
            bool? known = KnownTruth.Of(condition, node.Nodes, first);
            if (known == false)
            {
                BindAll(node, values);
                return;
            }

            if (known is null)
            {
                if (!counts)
                {
                    throw node.Fault("runs as often as values at run time tell; a condition that ends too when a counter reaches a constant, as in 'i < 10 and …', is supported");
                }

                Tensor one = condition.Shape.Rank == 0 ? condition : node.Step("Reshape", new ReshapeAttributes([]), ElementType.Bool, condition);
                isRunning = isRunning is null ? one : node.Step("LogicalAnd", NoAttributes.Instance, ElementType.Bool, isRunning, one);
            }

            IReadOnlyList<Tensor> made = node.Inline(node.Options.Int32(BodySlot), next);
            if (made.Count != next.Count)
            {
                throw node.Fault($"carries {next.Count} values through a body that gives {made.Count}");
            }

            if (isRunning is not null && node.Variables.Assignments != assignments)
            {
                throw node.Fault("assigns variables in rounds whose number is known only at run time; carry their values through the loop and assign behind it");
            }

            counts = made.Zip(next).Any(pair => pair is { First.Constant: { } now, Second.Constant: { } before } && !now.Span.SequenceEqual(before.Span));
            IReadOnlyList<Tensor> before = values;
            values = [.. made.Select((result, i) => Kept(node, isRunning, result, before[i]))];
            next = [.. made.Select((result, i) => result.IsConstant ? result : values[i])];
        }

        throw node.Fault($"runs more than {MostRounds} rounds");
    }

    /// <summary>The new value while rounds are run, else the old one.</summary>
    private static Tensor Kept(TfLiteNode node, Tensor? isRunning, Tensor now, Tensor before) =>
        isRunning is null || ReferenceEquals(now, before) ? now
        : now.Type == before.Type && now.Shape == before.Shape && Equals(now.Quantization, before.Quantization)
            ? node.Step("Select", NoAttributes.Instance, before, isRunning, now, before)
        : throw node.Fault($"has a number of rounds that is known only at run time, and a round makes '{now}' of '{before}'; values of one type, shape and quantization can be carried through such a loop");

    private static void BindAll(TfLiteNode node, IReadOnlyList<Tensor> values)
    {
        if (values.Count < node.OutputCount)
        {
            throw node.Fault($"takes {node.OutputCount} results of a graph that has {values.Count}");
        }

        for (int i = 0; i < node.OutputCount; i++)
        {
            node.Bind(i, values[i]);
        }
    }
}
