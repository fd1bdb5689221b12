using EdgeAI.Compiler.Diagnostics;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators;

namespace EdgeAI.Compiler.Quantization;

/// <summary>
/// What is told of nodes, once for each node of the file: where there are copies of it, as the rounds of a loop are, the first one stands for all, with their number
/// and what all of them cost.
/// </summary>
internal sealed class NodeDiagnostics
{
    private readonly OrderedDictionary<(string Code, string Source, string Operator), Entry> _entries = [];

    /// <summary>Something about one node.</summary>
    public void Add(Node node, Diagnostic told) => Add(node, told.Code, (copies, _) => copies == 1
        ? told
        : told with { Message = FormattableString.Invariant($"{told.Message} So it is in {copies} copies of the node, as the rounds of a loop make; this is the first.") });

    /// <summary>Something about what a node costs in float.</summary>
    /// <param name="node">The node.</param>
    /// <param name="kind">Whose values the cost is the last of.</param>
    /// <param name="values">Those before it.</param>
    public void AddCost(Node node, DiagnosticDescriptor kind, params object?[] values) =>
        Add(node, kind.Code, (_, cost) => kind.With(null, [.. values, cost]));

    /// <summary>Adds what was told, in the order of first nodes.</summary>
    public void Tell(ICollection<Diagnostic> diagnostics)
    {
        foreach (Entry entry in _entries.Values)
        {
            int copies = entry.Names.Count;
            string times = copies == 1 ? "costs" : FormattableString.Invariant($"runs {copies} times and costs in all");
            diagnostics.Add(entry.Text(copies, FormattableString.Invariant($"It {times} {entry.Macs} MACs and {entry.Bytes} bytes in float")));
        }
    }

    private void Add(Node node, string code, Func<int, string, Diagnostic> text)
    {
        (string, string, string) key = (code, node.Source, node.Operator);
        Entry entry = _entries.GetValueOrDefault(key) ?? new Entry(text, new HashSet<string>(StringComparer.Ordinal), 0, 0);
        if (!entry.Names.Add(node.Name))
        {
            return;
        }

        long bytes = node.Inputs.Concat(node.Outputs).Where(tensor => tensor?.Type == ElementType.Float32).Sum(tensor => tensor!.ByteSize);
        _entries[key] = entry with { Macs = entry.Macs + OperatorCatalog.Of(node).CountMacs(node), Bytes = entry.Bytes + bytes };
    }

    private sealed record Entry(Func<int, string, Diagnostic> Text, HashSet<string> Names, long Macs, long Bytes);
}
