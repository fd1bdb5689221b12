using EdgeAI.Compiler.Import.TfLite;
using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Operators.State;

/// <summary>
/// IF, WHILE, CALL and STABLEHLO_COMPOSITE: other graphs of the file.
/// <list type="bullet">
/// <item>Of an IF whose condition is known the branch takes its place; else both branches run and each result is selected, so that they must not
/// assign variables.</item>
/// <item>A WHILE whose condition is known in each round takes as many copies of its body.</item>
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
                throw node.Fault($"has branches whose result {i} differs in type or extents");
            }

            node.Result(i, "Select", NoAttributes.Instance, condition, yes[i], no[i]);
        }
    }

    private static void While(TfLiteNode node)
    {
        IReadOnlyList<Tensor> values = node.Inputs();
        for (int round = 0; round < MostRounds; round++)
        {
            Tensor goesOn = node.Inline(node.Options.Int32(ConditionSlot), values) is [var only]
                ? only
                : throw node.Fault("has a condition with more than one result");
            if (goesOn is not { IsConstant: true, Type: ElementType.Bool, ByteSize: > 0 })
            {
                throw node.Fault("runs as often as values at run time tell; a number of rounds that is known when building is supported");
            }

            if (goesOn.Values<byte>()[0] == 0)
            {
                BindAll(node, values);
                return;
            }

            values = node.Inline(node.Options.Int32(BodySlot), values);
        }

        throw node.Fault($"runs more than {MostRounds} rounds");
    }

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
