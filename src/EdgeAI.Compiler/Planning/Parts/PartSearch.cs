using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Planning.Overlap;

namespace EdgeAI.Compiler.Planning.Parts;

/// <summary>
/// Chooses which tensors are parts of others.
/// <list type="bullet">
/// <item>A part spares a copy, but takes the buffer of its whole while it lives. A choice is judged by the largest load of a step, then by how many steps
/// have it, then by the bytes that are copied.</item>
/// <item>Two descents, one from every part in its first place and one from no part: one tensor after another takes another place, or one of its own, where
/// that is better, until none is or the work is done.</item>
/// </list>
/// Deterministic: limits count nodes looked at. Limit: a heuristic; tensors that only together make a choice better are not found, and placement may miss the load.
/// </summary>
internal sealed class PartSearch
{
    private const long MostWork = 400_000;
    private readonly Graph _graph;
    private readonly KernelNeeds _needs;
    private readonly TensorPlaces _views;
    private readonly IReadOnlyList<IReadOnlyList<PartLink>> _links;
    private readonly CancellationToken _cancellation;
    private long _work;

    private PartSearch(Graph graph, KernelNeeds needs, CancellationToken cancellation)
    {
        (_graph, _needs, _cancellation) = (graph, needs, cancellation);
        _views = new(graph);
        _links = PartLinks.Find(graph, _views);
    }

    /// <summary>The choice without parts.</summary>
    public static PartChoice None(Graph graph, KernelNeeds needs) => Of(graph, needs, new(graph), []);

    /// <summary>The choices that are worth placing, that without parts among them: of those with the same buffers one.</summary>
    public static IReadOnlyList<PartChoice> Run(Graph graph, KernelNeeds needs, CancellationToken cancellation)
    {
        var search = new PartSearch(graph, needs, cancellation);
        int[] none = new int[search._links.Count];
        PartChoice apart = search.Choose(none);
        return search._links.Count == 0
            ? [apart]
            : [.. new[] { search.Descend([.. none.Select(_ => 1)]), search.Descend(none), apart }.DistinctBy(choice => string.Join(';', choice.Parts.Select(link => $"{link.Part.Name} {link.Whole.Name}")))];
    }

    private PartChoice Descend(int[] chosen)
    {
        PartChoice best = Choose(chosen);
        long workEnd = _work + (MostWork / 2);
        for (bool better = true; better;)
        {
            better = false;
            for (int i = 0; i < chosen.Length && _work < workEnd; i++)
            {
                _cancellation.ThrowIfCancellationRequested();
                int kept = chosen[i];
                for (int place = 0; place <= _links[i].Count; place++)
                {
                    if (place == kept)
                    {
                        continue;
                    }

                    chosen[i] = place;
                    PartChoice tried = Choose(chosen);
                    if (Compare(tried, best) < 0)
                    {
                        (best, kept, better) = (tried, place, true);
                    }
                }

                chosen[i] = kept;
            }
        }

        return best;
    }

    private static int Compare(PartChoice a, PartChoice b) =>
        (a.LoadBytes, a.StepsOfLoad, -a.UncopiedBytes).CompareTo((b.LoadBytes, b.StepsOfLoad, -b.UncopiedBytes));

    /// <summary>By the number of each tensor's place; 0 where it is no part.</summary>
    private PartChoice Choose(int[] places)
    {
        _work += _graph.Nodes.Count;
        return Of(_graph, _needs, _views, [.. places.Select((place, i) => (place, i)).Where(item => item.place > 0).Select(item => _links[item.i][item.place - 1])]);
    }

    private static PartChoice Of(Graph graph, KernelNeeds needs, TensorPlaces views, IReadOnlyList<PartLink> parts)
    {
        PlannedBuffer[] buffers = BufferFinder.Find(graph, views, parts, needs);
        long[] loads = new long[graph.Nodes.Count + 2];
        foreach (PlannedBuffer buffer in buffers)
        {
            loads[buffer.FirstStep] += buffer.Size;
            loads[buffer.LastStep + 1] -= buffer.Size;
        }

        for (int step = 1; step < loads.Length; step++)
        {
            loads[step] += loads[step - 1];
        }

        foreach (OverlapPair pair in OverlapPairs.Find(graph, needs, buffers, []))
        {
            loads[pair.Step] -= pair.SharedBytes(buffers[pair.Operand].Size, buffers[pair.Result].Size);
        }

        long load = loads.Max();
        return new(parts, buffers, load, loads.Count(bytes => bytes == load));
    }
}
