using System.Collections.Immutable;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Planning;

namespace EdgeAI.Reporting.Figures;

/// <summary>The first moment at which most bytes of the arena are taken; only what is taken then decides on the arena.</summary>
internal sealed class MemoryPeak
{
    private readonly ArenaUse _use;

    /// <summary>Finds it.</summary>
    public MemoryPeak(Graph graph, ArenaUse use)
    {
        _use = use;
        StepCount = Math.Max(1, graph.Nodes.Count);
        Moment = use.Peak;
        Step = use.NodeAt(use.Peak);
        Rows = use.RowsAt(use.Peak);
        TakenBytes = use.TakenAt(use.Peak);
        NodeSource = graph.Nodes.Count == 0 ? "the border" : graph.Nodes[Step].Source;
        Taken = use.At(use.Peak);
    }

    /// <summary>How many steps there are, at least 1.</summary>
    public int StepCount { get; }

    /// <summary>Its number among the moments of <see cref="ArenaUse"/>.</summary>
    public int Moment { get; }

    /// <summary>Its step, from 0.</summary>
    public int Step { get; }

    /// <summary>The rows [First, End) that the step makes then; null where it runs as a whole.</summary>
    public (int First, int End)? Rows { get; }

    /// <summary>Sum of the bytes taken; those that a result shares with an operand count twice.</summary>
    public long TakenBytes { get; }

    /// <summary>What the model file calls the node of that step.</summary>
    public string NodeSource { get; }

    /// <summary>What is taken, the most bytes first.</summary>
    public ImmutableArray<TakenBytes> Taken { get; }

    /// <summary>Whether bytes of a buffer are taken then.</summary>
    public bool IsAlive(PlannedBuffer buffer) => _use.Of(buffer, Moment).Bytes > 0;

    /// <summary><c>rows 4 to 5</c>; empty for a step that runs as a whole.</summary>
    public string RowText => Rows is not var (first, end) ? ""
        : end - first == 1 ? $"row {Numbers.Whole(first)}" : $"rows {Numbers.Whole(first)} to {Numbers.Whole(end - 1)}";

    /// <summary><c>step 3 ('conv2') with a 16,000 B, b 6,112 B</c>, the four largest.</summary>
    public string Describe()
    {
        const int Most = 4;
        IEnumerable<string> named = Taken.Take(Most).Select(taken => $"'{DisplayName.Of(taken.Buffer.Name)}' {Numbers.Bytes(taken.Bytes)}");
        string rest = Taken.Length > Most ? $" and {Numbers.Of(Taken.Length - Most, "more buffer")}" : "";
        string rows = RowText.Length > 0 ? $" at {RowText}" : "";
        return $"step {Numbers.Whole(Step)} ('{DisplayName.Of(NodeSource)}'){rows} with {string.Join(", ", named)}{rest}";
    }
}
