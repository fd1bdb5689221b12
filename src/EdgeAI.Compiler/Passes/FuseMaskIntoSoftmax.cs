using System.Runtime.InteropServices;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators.Softmax;

namespace EdgeAI.Compiler.Passes;

/// <summary>
/// Attention leaves elements out by a number far below all scores, −∞ or as −1e9, that is chosen or added in front of a Softmax: they become a Softmax over the others. The
/// number itself would have no integer form.
/// <list type="bullet">
/// <item>A Select of such a constant, by whatever condition; a row that has nothing left has equal shares as before, or NaN for −∞.</item>
/// <item>An Add of a constant that holds such numbers, where each of its rows leaves something.</item>
/// <item>Not where the scores hold such numbers themselves, from another mask: of a row in which both leave nothing the higher ones have the shares.</item>
/// </list>
/// </summary>
public sealed class FuseMaskIntoSoftmax : Pass
{
    /// <summary>No score is so low: e to the difference is 0 in float.</summary>
    private const float Lowest = -1e8f;
    private const int MostSteps = 6;

    /// <inheritdoc/>
    public override bool Run(Graph graph)
    {
        bool changed = false;
        foreach (Node softmax in graph.Nodes.Where(node => node.Operator == "Softmax" && node.Output.Type == ElementType.Float32).ToArray())
        {
            if (graph.Producers().GetValueOrDefault(softmax.Input(0)) is { } maker && graph.OnlyConsumer(maker.Output) == softmax)
            {
                changed |= maker.Operator == "Select" ? FuseSelect(graph, softmax, maker) : maker.Operator == "Add" && FuseAdd(graph, softmax, maker);
            }
        }

        return changed;
    }

    private static bool FuseSelect(Graph graph, Node softmax, Node select)
    {
        for (int left = 1; left <= 2; left++)
        {
            Tensor scores = select.Input(3 - left);
            if (select.Input(left) is not { Constant: { } bytes } || HoldsLowest(graph.Producers(), scores, MostSteps) || scores.Shape != select.Output.Shape || !MaskedSoftmax.Fits(select.Input(0).Shape, scores.Shape))
            {
                continue;
            }

            ReadOnlySpan<float> values = MemoryMarshal.Cast<byte, float>(bytes.Span);
            float first = values.IsEmpty ? 0 : values[0];
            if (first <= Lowest && !values.ContainsAnyExcept(first))
            {
                var attributes = new MaskedSoftmaxAttributes(softmax.AttributesAs<SoftmaxAttributes>().Beta, MaskedWhere: left == 1, UniformWithout: float.IsFinite(first));
                graph.Replace(softmax, "MaskedSoftmax", attributes, scores, select.Input(0));
                return true;
            }
        }

        return false;
    }

    private static bool FuseAdd(Graph graph, Node softmax, Node add)
    {
        int constant = add.Input(1).IsConstant ? 1 : 0;
        Tensor scores = add.Input(1 - constant);
        Tensor added = add.Input(constant);
        if (!added.IsConstant || HoldsLowest(graph.Producers(), scores, MostSteps) || scores.Shape != add.Output.Shape || !MaskedSoftmax.Fits(added.Shape, scores.Shape)
            || add.Attributes is Operators.ElementWise.BinaryAttributes { Clamp.IsNone: false })
        {
            return false;
        }

        float[] values = added.Values<float>().ToArray();
        bool[] mask = [.. values.Select(value => value <= Lowest)];
        bool leavesSome = mask.Contains(true) && mask.Chunk(added.Shape[-1]).All(row => row.Contains(false));
        if (!leavesSome || values.Any(float.IsNaN))
        {
            return false;
        }

        if (values.Any(value => value > Lowest && value != 0))
        {
            Tensor rest = Tensor.FromValues<float>(graph.UniqueTensorName($"{added.Name}/rest"), ElementType.Float32, added.Shape, [.. values.Select(value => value <= Lowest ? 0 : value)]);
            var moved = new Tensor(graph.UniqueTensorName($"{scores.Name}/moved"), ElementType.Float32, scores.Shape);
            graph.Nodes.Insert(graph.Nodes.IndexOf(softmax), new Node(graph.UniqueNodeName($"{add.Name}/rest"), "Add", add.Attributes) { Inputs = [scores, rest], Outputs = [moved], Source = add.Source });
            scores = moved;
        }

        Tensor leaves = Tensor.FromValues<byte>(graph.UniqueTensorName($"{added.Name}/mask"), ElementType.Bool, added.Shape, [.. mask.Select(one => one ? (byte)1 : (byte)0)]);
        graph.Replace(softmax, "MaskedSoftmax", new MaskedSoftmaxAttributes(softmax.AttributesAs<SoftmaxAttributes>().Beta, MaskedWhere: true, UniformWithout: false), scores, leaves);
        return true;
    }

    /// <summary>Whether a value may have such numbers, as far back as scores are scaled, moved and masked.</summary>
    private static bool HoldsLowest(Dictionary<Tensor, Node> producers, Tensor value, int steps)
    {
        if (value.Constant is { } bytes)
        {
            foreach (float one in value.Type == ElementType.Float32 ? MemoryMarshal.Cast<byte, float>(bytes.Span) : [])
            {
                if (one <= Lowest)
                {
                    return true;
                }
            }

            return false;
        }

        return steps > 0 && producers.GetValueOrDefault(value) is { Operator: "Select" or "Add" or "Subtract" or "Multiply" or "Divide" or "Reshape" or "Transpose" or "Concatenate" or "Slice" or "Clamp" or "Maximum" or "Minimum" } maker
            && maker.Inputs.OfType<Tensor>().Any(operand => HoldsLowest(producers, operand, steps - 1));
    }
}
