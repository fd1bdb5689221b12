using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators;
using EdgeAI.Compiler.Planning.Parts;
using EdgeAI.Compiler.Targets;

namespace EdgeAI.Compiler.Planning.Ordering;

/// <summary>
/// Orders the nodes of a graph, within their dependences, for the least peak of live bytes.
/// <list type="bullet">
/// <item>Dynamic programming over the sets of nodes that can have run (down-sets), set size by set size: for each set the least peak of the
/// orders that lead to it. Bytes alive after a set depend on the set alone.</item>
/// <item>A node that raises no peak and leaves no more alive than before runs at once. Sets whose peak is that of the file's order are dropped.</item>
/// <item>Where the sets of one size are more than fit the work, those with the least peak, then the fewest bytes alive, are kept: a beam.</item>
/// </list>
/// A graph with states keeps its order: what a node reads of a state depends on it. Deterministic: limits count sets. Limit: the least peak of bytes alive, which placement may miss; exact only while no set was cut.
/// Source: Ahn et al., "Ordering Chaos: Memory-Aware Scheduling of Irregularly Wired Neural Networks" (MLSys 2020), with a beam.
/// </summary>
public sealed class NodeOrdering
{
    private const int MostSets = 4096;
    private const int FewestSets = 32;
    private const int SetsOfAllSizes = 240_000;
    private readonly OrderProblem _problem;
    private readonly int _words;
    private readonly int _width;
    private readonly long _fileBytes;
    private readonly long _leastBytes;

    private NodeOrdering(OrderProblem problem)
    {
        _problem = problem;
        _words = (problem.Nodes.Length + 63) / 64;
        _width = Math.Clamp(SetsOfAllSizes / Math.Max(1, problem.Nodes.Length), FewestSets, MostSets);
        _fileBytes = PeakOfFile();
        _leastBytes = Enumerable.Range(0, problem.Nodes.Length).Select(problem.MostMadeBytes).DefaultIfEmpty(0).Max();
    }

    /// <summary>
    /// The graph with its nodes in an order of less peak, or null where none was found. Nodes and tensors are those of the graph given.
    /// </summary>
    /// <param name="graph">A verified graph.</param>
    /// <param name="instructionSet">Decides on scratch memory and overlaps.</param>
    /// <param name="cancellation">Ends the search.</param>
    public static Graph? Find(Graph graph, InstructionSet instructionSet, CancellationToken cancellation = default) =>
        Find(graph, instructionSet, [], cancellation);

    /// <summary>
    /// Orders of less peak: one for tensors in buffers of their own, and one where every tensor that can be part of another is.
    /// </summary>
    public static IEnumerable<Graph> FindAll(Graph graph, InstructionSet instructionSet, CancellationToken cancellation = default)
    {
        PartLink[] parts = [.. PartLinks.Find(graph, new(graph)).Select(places => places[0])];
        return new[] { Find(graph, instructionSet, [], cancellation), parts.Length > 0 ? Find(graph, instructionSet, parts, cancellation) : null }.OfType<Graph>();
    }

    private static Graph? Find(Graph graph, InstructionSet instructionSet, IEnumerable<PartLink> parts, CancellationToken cancellation)
    {
        if (graph.Nodes.Any(node => OperatorCatalog.Of(node).StateUse != StateUse.None))
        {
            return null;
        }

        var ordering = new NodeOrdering(new(graph, instructionSet, parts));
        return ordering.Search(cancellation) is { } order
            ? new() { Name = graph.Name, Inputs = graph.Inputs, Outputs = graph.Outputs, Nodes = [.. order.Select(index => graph.Nodes[index])] }
            : null;
    }

    private long PeakOfFile()
    {
        ulong[] ran = new ulong[_words];
        long alive = _problem.StartBytes;
        long peak = alive;
        for (int node = 0; node < _problem.Nodes.Length; node++)
        {
            (long during, alive) = _problem.BytesOf(node, ran, alive);
            peak = Math.Max(peak, during);
            ran[node >> 6] |= 1UL << (node & 63);
        }

        return peak;
    }

    private int[]? Search(CancellationToken cancellation)
    {
        int count = _problem.Nodes.Length;
        var ready = Enumerable.Range(0, count).Where(node => _problem.Needs[node].Length == 0).ToArray();
        List<Set> sets = [new(new ulong[_words], ready, Math.Max(_problem.StartBytes, _leastBytes), _problem.StartBytes, null, -1)];
        var known = new Dictionary<ulong[], int>(new SameBits());
        for (int size = 0; size < count && sets.Count > 0; size++)
        {
            cancellation.ThrowIfCancellationRequested();
            known.Clear();
            var larger = new List<Set>();
            foreach (Set set in sets)
            {
                Expand(set, larger, known);
            }

            sets = larger.Count <= _width
                ? larger
                : [.. larger.OrderBy(set => set.PeakBytes).ThenBy(set => set.AliveBytes).Take(_width)];
        }

        if (sets.Count == 0)
        {
            return null;
        }

        int[] order = new int[count];
        for ((Set? set, int i) = (sets[0], count - 1); set is { Node: >= 0 }; set = set.Before, i--)
        {
            order[i] = set.Node;
        }

        return order;
    }

    private void Expand(Set set, List<Set> larger, Dictionary<ulong[], int> known)
    {
        foreach (int node in set.Ready)
        {
            (long during, long after) = _problem.BytesOf(node, set.Ran, set.AliveBytes);
            if (during <= set.PeakBytes && after <= set.AliveBytes)
            {
                Add(set, node, set.PeakBytes, after, larger, known);
                return;
            }
        }

        foreach (int node in set.Ready)
        {
            (long during, long after) = _problem.BytesOf(node, set.Ran, set.AliveBytes);
            if (during < _fileBytes)
            {
                Add(set, node, Math.Max(set.PeakBytes, during), after, larger, known);
            }
        }
    }

    private void Add(Set set, int node, long peakBytes, long aliveBytes, List<Set> larger, Dictionary<ulong[], int> known)
    {
        if (peakBytes >= _fileBytes)
        {
            return;
        }

        ulong[] ran = [.. set.Ran];
        ran[node >> 6] |= 1UL << (node & 63);
        if (known.TryGetValue(ran, out int at))
        {
            if (peakBytes < larger[at].PeakBytes)
            {
                larger[at] = larger[at] with { PeakBytes = peakBytes, Before = set, Node = node };
            }

            return;
        }

        known.Add(ran, larger.Count);
        larger.Add(new(ran, ReadyAfter(set, node, ran), peakBytes, aliveBytes, set, node));
    }

    private int[] ReadyAfter(Set set, int node, ulong[] ran)
    {
        var ready = new List<int>(set.Ready.Length);
        ready.AddRange(set.Ready.Where(other => other != node));
        foreach (int next in _problem.After[node])
        {
            if (_problem.Needs[next].All(needed => (ran[needed >> 6] >> (needed & 63) & 1) != 0))
            {
                ready.Add(next);
            }
        }

        ready.Sort();
        return [.. ready];
    }

    /// <summary>Nodes that ran, what is ready then, and the best way there.</summary>
    private sealed record Set(ulong[] Ran, int[] Ready, long PeakBytes, long AliveBytes, Set? Before, int Node);

    private sealed class SameBits : IEqualityComparer<ulong[]>
    {
        public bool Equals(ulong[]? a, ulong[]? b) => a.AsSpan().SequenceEqual(b);

        public int GetHashCode(ulong[] bits)
        {
            ulong hash = 0;
            foreach (ulong word in bits)
            {
                hash = ((hash << 5 | hash >> 59) ^ word) * 0x9E3779B97F4A7C15;
            }

            return (int)(hash >> 32);
        }
    }
}
