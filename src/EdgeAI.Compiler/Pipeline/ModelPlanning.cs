using System.Collections.Immutable;
using EdgeAI.Compiler.Linking;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Passes;
using EdgeAI.Compiler.Planning;
using EdgeAI.Compiler.Planning.Kernels;
using EdgeAI.Compiler.Planning.Ordering;
using EdgeAI.Compiler.Planning.Regions;
using EdgeAI.Compiler.Planning.Streams;
using EdgeAI.Compiler.Settings;
using EdgeAI.Compiler.Targets;

namespace EdgeAI.Compiler.Pipeline;

/// <summary>
/// One model on one target: its kernels, its order, and the ways to run it, from the least work to the smallest arena. Throws
/// <see cref="Diagnostics.DiagnosticException"/> when a user's kernel cannot be linked.
/// </summary>
internal sealed class ModelPlanning
{
    private readonly QuantizedModel _quantized;
    private readonly ArenaLimits _limits;
    private readonly IReadOnlyList<UserKernelLibrary> _libraries;
    private readonly IReadOnlyList<UserOperator> _operators;
    private readonly ImmutableArray<ChosenKernel> _kernels;
    private readonly MemoryPlan _whole;
    private readonly bool _hasOneMemory;
    private readonly CancellationToken _cancellation;

    /// <summary>Chooses kernels and order, and plans whole layers.</summary>
    public ModelPlanning(
        QuantizedModel quantized, TargetDescription target, ModelSettings settings, ArenaLimits limits, CancellationToken cancellation)
    {
        FileOrder = GraphCopy.Of(quantized.Graph);
        (_quantized, Target, _limits, _cancellation) = (quantized with { Graph = FileOrder }, target, limits, cancellation);
        _hasOneMemory = RegionPlanner.MemoriesFor(target).Length <= 1;
        InstructionSet = target.Instructions;
        _libraries = KernelLinking.Apply(FileOrder, settings.KernelLibraries);
        _operators = KernelLinking.OperatorsIn(FileOrder, settings.Operators);
        _kernels = KernelSelection.Choose(
            FileOrder, InstructionSet, KernelCostTable.Of(InstructionSets.CoreOfCosts(target.Core, InstructionSet)), settings.Optimize,
            keepsNibbles: quantized.Scheme == nameof(QuantizationScheme.Auto), cancellation);
        (Graph, _whole) = PlanInBestOrder(FileOrder);
        if (_whole.HasParts && !_hasOneMemory && !HasPlace(Place(_whole)))
        {
            // A whole takes one memory as long as any of its parts lives; buffers apart may find room in several.
            _whole = MemoryPlanner.PlanWithoutParts(Graph, InstructionSet, cancellation);
        }
    }

    /// <summary>The device.</summary>
    public TargetDescription Target { get; }

    /// <summary>The kernels' instructions.</summary>
    public InstructionSet InstructionSet { get; }

    /// <summary>The nodes in the file's order.</summary>
    public Graph FileOrder { get; }

    /// <summary>The nodes in the order in which they run.</summary>
    public Graph Graph { get; }

    /// <summary>
    /// The cheapest way within the limits, in its place in the target's memories, with all ways that were weighed; above a limit where none is within.
    /// </summary>
    public MemoryPlan Choose()
    {
        MemoryPlan whole = Place(_whole);
        bool isWhole = _limits.HoldsWithRest(whole.ArenaBytes) && HasPlace(whole);
        MemoryPlan[] ways = Ways(isWhole ? StreamSearch.UnaskedWork : StreamSearch.AskedWork, placed: !isWhole);
        int chosen = isWhole ? -1 : BudgetedPlan.Choose(ways, _limits, HasPlace);
        return WithFrontier(isWhole ? whole : ways[chosen], ways);
    }

    /// <summary>All ways from a chosen one on, each in its place: the arena of each next is smaller.</summary>
    public IReadOnlyList<MemoryPlan> From(MemoryPlan chosen)
    {
        MemoryPlan[] ways = Ways(StreamSearch.AskedWork, placed: true);
        return [chosen, .. ways.Where(way => way.ArenaBytes < chosen.ArenaBytes && HasPlace(way)).Select(way => WithFrontier(way, ways))];
    }

    /// <summary>The smallest arena of a graph of the same nodes, by any way; for what-ifs.</summary>
    public long SmallestArena(Graph graph) =>
        StreamSearch.Run(graph, MemoryPlanner.Plan(graph, InstructionSet, _cancellation), InstructionSet, StreamSearch.AskedWork, _cancellation)[^1].ArenaBytes;

    /// <summary>Whether a plan lies in memories of the target that are large enough, or the target names none.</summary>
    public bool HasPlace(MemoryPlan placed) => RegionVerifier.Verify(placed, Target).Count == 0;

    /// <summary>What the stages behind take over.</summary>
    public PlannedModel PlannedOf(MemoryPlan placed)
    {
        var kernelOf = _kernels.ToDictionary(kernel => kernel.Node, StringComparer.Ordinal);
        HashSet<string> idle = [.. PlanSteps.Of(Graph, placed).Where(step => step.RunsNothing).Select(step => step.Node.Name)];
        return new PlannedModel(_quantized with { Graph = Graph }, Target, placed)
        {
            Kernels = [.. Graph.Nodes.Where(node => kernelOf.ContainsKey(node.Name) && !idle.Contains(node.Name)).Select(node => kernelOf[node.Name])],
            LinkedFiles = [.. _libraries.SelectMany(library => library.Files), .. _operators.SelectMany(used => used.Files)],
        };
    }

    private MemoryPlan[] Ways(long mostWork, bool placed) =>
    [
        .. StreamSearch.Run(Graph, _whole, InstructionSet, mostWork, _cancellation).Select(way => placed || _hasOneMemory ? Place(way) : way),
    ];

    private MemoryPlan WithFrontier(MemoryPlan chosen, IEnumerable<MemoryPlan> ways)
    {
        var own = PlanPoint.Of(Graph, chosen);
        return chosen with
        {
            Frontier =
            [
                .. ways.Select(way => PlanPoint.Of(Graph, way)).Where(point => point != own).Append(own)
                    .OrderByDescending(point => point.ArenaBytes).ThenBy(point => point.MovedBytes).ThenBy(point => point.Steps),
            ],
        };
    }

    private MemoryPlan Place(MemoryPlan plan) => RegionPlanner.Place(Graph, plan, Target, _limits.SramBytes, _cancellation);

    /// <summary>The plan of the file's order, or of one that makes the arena smaller.</summary>
    private (Graph Graph, MemoryPlan Plan) PlanInBestOrder(Graph graph)
    {
        MemoryPlan plan = MemoryPlanner.Plan(graph, InstructionSet, _cancellation);
        Graph best = graph;
        foreach (Graph ordered in NodeOrdering.FindAll(graph, InstructionSet, _cancellation))
        {
            MemoryPlan other = MemoryPlanner.Plan(ordered, InstructionSet, _cancellation);
            if (other.ArenaBytes < plan.ArenaBytes)
            {
                (best, plan) = (ordered, other);
            }
        }

        return (best, plan);
    }
}
