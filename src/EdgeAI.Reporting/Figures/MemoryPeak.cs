using System.Collections.Immutable;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Planning;

namespace EdgeAI.Reporting.Figures;

/// <summary>The first step at which most bytes of the arena are taken; the sum there is the plan's lower bound, before rounding.</summary>
internal sealed class MemoryPeak
{
    /// <summary>Finds it.</summary>
    public MemoryPeak(Graph graph, MemoryPlan plan)
    {
        StepCount = Math.Max(1, graph.Nodes.Count);
        long[] taken = new long[StepCount];
        foreach (PlannedBuffer buffer in plan.Buffers)
        {
            for (int step = Math.Max(0, buffer.FirstStep); step <= Math.Min(buffer.LastStep, StepCount - 1); step++)
            {
                taken[step] += buffer.Size;
            }
        }

        Step = Array.IndexOf(taken, taken.Max());
        TakenBytes = taken[Step];
        NodeSource = graph.Nodes.Count == 0 ? "the border" : graph.Nodes[Step].Source;
        Buffers =
        [
            .. plan.Buffers.Where(IsAlive).OrderByDescending(buffer => buffer.Size).ThenBy(buffer => buffer.Name, StringComparer.Ordinal),
        ];
    }

    /// <summary>How many steps there are, at least 1.</summary>
    public int StepCount { get; }

    /// <summary>Its number, from 0.</summary>
    public int Step { get; }

    /// <summary>Sum of the buffers there.</summary>
    public long TakenBytes { get; }

    /// <summary>What the model file calls the node of that step.</summary>
    public string NodeSource { get; }

    /// <summary>The buffers there, largest first.</summary>
    public ImmutableArray<PlannedBuffer> Buffers { get; }

    /// <summary>Whether a buffer is taken at the step.</summary>
    public bool IsAlive(PlannedBuffer buffer) => buffer.FirstStep <= Step && Step <= buffer.LastStep;

    /// <summary><c>step 3 ('conv2') with a 16,000 B, b 6,112 B</c>, the four largest buffers.</summary>
    public string Describe()
    {
        const int Most = 4;
        IEnumerable<string> named = Buffers.Where(buffer => buffer.Size > 0).Take(Most).Select(buffer => $"'{DisplayName.Of(buffer.Name)}' {Numbers.Bytes(buffer.Size)}");
        string rest = Buffers.Length > Most ? $" and {Numbers.Of(Buffers.Length - Most, "more buffer")}" : "";
        return $"step {Numbers.Whole(Step)} ('{DisplayName.Of(NodeSource)}') with {string.Join(", ", named)}{rest}";
    }
}
