using System.Globalization;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Planning;
using EdgeAI.Compiler.Planning.Streams;

namespace EdgeAI.Compiler.Emission;

/// <summary>
/// Where the operands and the result of one call of a stream stand, as C expressions: fixed in a window, and following <c>row</c>, the first row
/// made, in what is whole. Calls with equal keys are one piece of code.
/// </summary>
internal sealed class RowAddresses
{
    private readonly Dictionary<Tensor, string> _expressions = new(ReferenceEqualityComparer.Instance);

    private readonly ArenaPlaces _arena;

    private RowAddresses(string key, ArenaPlaces arena)
    {
        Key = key;
        _arena = arena;
    }

    /// <summary>Equal for calls of the same node, shape, places and moves.</summary>
    public string Key { get; private set; }

    /// <summary>The addresses of a call's step.</summary>
    public static RowAddresses Of(Graph graph, PlanStep step, ArenaPlaces arena)
    {
        Node node = graph.Nodes[step.NodeIndex];
        RowSchedule schedule = step.Part!.Value.Schedule;
        var addresses = new RowAddresses(string.Create(
            CultureInfo.InvariantCulture,
            $"{step.NodeIndex}:{System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(step.Node)}:{string.Join(';', step.Moves)}"), arena);
        for (int i = 0; i < node.Inputs.Count; i++)
        {
            if (step.Inputs[i] >= 0)
            {
                int stride = RowSlice.WindowOf(node, i)?.Stride ?? 0;
                addresses.Add(schedule, step.Node.Input(i), node.Input(i), step.Inputs[i], step.Row, stride);
            }
        }

        addresses.Add(schedule, step.Node.Output, node.Output, step.Outputs[0], step.Row, 1);
        return addresses;
    }

    /// <summary>The address of a tensor of the call's node, or null for a constant.</summary>
    public string? Find(Tensor tensor) => _expressions.GetValueOrDefault(tensor);

    private void Add(RowSchedule schedule, Tensor part, Tensor whole, long offset, int row, int stride)
    {
        string expression;
        if (stride == 0 || schedule.HeldOf(whole).IsWindow)
        {
            expression = _arena.At(offset);
        }
        else
        {
            long slope = stride * RowSlice.RowBytes(whole);
            (string memory, long start) = _arena.PartOf(offset);
            long first = offset - start - (row * slope);
            expression = string.Create(CultureInfo.InvariantCulture, $"({memory} + (row * {slope}u {(first < 0 ? '-' : '+')} {Math.Abs(first)}u))");
        }

        _expressions[part] = expression;
        Key += "|" + expression;
    }
}
