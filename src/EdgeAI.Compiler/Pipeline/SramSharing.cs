using System.Collections.Immutable;
using EdgeAI.Compiler.Diagnostics;
using EdgeAI.Compiler.Operators;
using EdgeAI.Compiler.Planning;
using EdgeAI.Compiler.Planning.Regions;
using EdgeAI.Compiler.Settings;
using EdgeAI.Compiler.Targets;

namespace EdgeAI.Compiler.Pipeline;

/// <summary>
/// How the models of one target share its SRAM, where the plans that each would get alone do not fit together.
/// <list type="bullet">
/// <item>Each model brings its ways to run, from the one it would get alone to the smallest arena. A set takes one way of each; it fits where the models
/// have their places in the target's memories and these take no more than the target's budget.</item>
/// <item>Sets are tried by cost: the bytes that all models move in a run of each, then their steps. The first that fits is the cheapest. Stack and static
/// data get their room where any set leaves it.</item>
/// <item>After <see cref="MostTried"/> sets, each model in turn instead takes the cheapest way that fits beside the smallest of the others.</item>
/// </list>
/// Deterministic. Limit: every model counts as if it ran equally often.
/// </summary>
public sealed class SramSharing
{
    private const int MostTried = 2000;

    private readonly TargetDescription _target;
    private readonly ModelConcurrency _concurrency;
    private readonly List<Contender> _models = [];

    private SramSharing(TargetDescription target, ModelConcurrency concurrency) => (_target, _concurrency) = (target, concurrency);

    /// <summary>The arena that each model may take, by name; empty where the models need not give way to each other.</summary>
    /// <param name="target">The target.</param>
    /// <param name="models">Its models; one that cannot be planned counts for nothing here.</param>
    /// <param name="budgetBytes">The target's limit of arenas, stack and static data, or null.</param>
    /// <param name="concurrency">Which may run at the same time.</param>
    /// <param name="cancellation">Ends the planning.</param>
    public static ImmutableSortedDictionary<string, long> Run(
        TargetDescription target, IEnumerable<(QuantizedModel Quantized, ModelSettings Settings)> models, long? budgetBytes, ModelConcurrency concurrency,
        CancellationToken cancellation)
    {
        var sharing = new SramSharing(target, concurrency);
        (QuantizedModel Quantized, ModelSettings Settings)[] all = [.. models.OrderBy(model => model.Settings.Name, StringComparer.Ordinal)];
        foreach ((QuantizedModel quantized, ModelSettings settings) in sharing.LieApart(all) ? all : [])
        {
            try
            {
                ArenaLimits limits = new TargetSram(budgetBytes, null).LimitsWith(settings.Budgets.SramBytes);
                (QuantizedModel settled, ArenaLimits within) = TypeAssignment.Settle(quantized, target, settings, limits, [], cancellation);
                var planning = new ModelPlanning(settled, target, settings, within, cancellation);
                MemoryPlan alone = planning.Choose();
                if (limits.Holds(alone.ArenaBytes) && planning.HasPlace(alone))
                {
                    sharing._models.Add(new(settings.Name, planning, alone));
                }
            }
            catch (DiagnosticException)
            {
                // Its own planning tells.
            }
        }

        return sharing.Share(budgetBytes);
    }

    /// <summary>Whether models can take more than the largest: some may run together, one keeps state, or memories are filled one after another.</summary>
    private bool LieApart(IReadOnlyList<(QuantizedModel Quantized, ModelSettings Settings)> models) => models.Count > 1
        && (RegionPlanner.MemoriesFor(_target).Length > 1
            || models.Any(model => model.Quantized.Graph.Nodes.Any(node => OperatorCatalog.Of(node).StateUse != StateUse.None)
                || models.Any(other => _concurrency.MayRunTogether(model.Settings.Name, other.Settings.Name))));

    private ImmutableSortedDictionary<string, long> Share(long? budgetBytes)
    {
        int[] alone = new int[_models.Count];
        if (_models.Count < 2 || (BytesOf(alone) is { } bytes && !(bytes > budgetBytes - BudgetedPlan.StackAndStaticBytes)))
        {
            return ImmutableSortedDictionary<string, long>.Empty;
        }

        _models.ForEach(model => model.FindWays());
        int[] smallest = [.. _models.Select(model => model.Ways.Count - 1)];
        int[] chosen = BytesOf(smallest) is not { } least || least > budgetBytes ? smallest
            : Cheapest(least > budgetBytes - BudgetedPlan.StackAndStaticBytes ? budgetBytes : budgetBytes - BudgetedPlan.StackAndStaticBytes, smallest);
        return _models.Select((model, index) => (model.Name, model.Ways[chosen[index]].ArenaBytes))
            .ToImmutableSortedDictionary(share => share.Name, share => share.ArenaBytes, StringComparer.Ordinal);
    }

    private int[] Cheapest(long? limitBytes, int[] smallest)
    {
        bool Fits(int[] ways) => BytesOf(ways) is { } bytes && !(bytes > limitBytes);
        var open = new PriorityQueue<int[], (long Moved, long Steps, int Number)>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        void Open(int[] ways)
        {
            if (seen.Add(string.Join(',', ways)))
            {
                open.Enqueue(ways, (Sum(ways, point => point.MovedBytes), Sum(ways, point => point.Steps), seen.Count));
            }
        }

        Open(new int[_models.Count]);
        for (int tried = 0; tried < MostTried && open.TryDequeue(out int[]? ways, out _); tried++)
        {
            if (Fits(ways))
            {
                return ways;
            }

            for (int model = 0; model < ways.Length; model++)
            {
                if (ways[model] < smallest[model])
                {
                    Open([.. ways.Select((way, index) => index == model ? way + 1 : way)]);
                }
            }
        }

        int[] eased = [.. smallest];
        for (int model = 0; model < eased.Length; model++)
        {
            eased[model] = Enumerable.Range(0, eased[model] + 1).First(way =>
                way == smallest[model] || Fits([.. eased.Select((other, index) => index == model ? way : other)]));
        }

        return eased;
    }

    private long Sum(int[] ways, Func<PlanPoint, long> cost) => ways.Select((way, model) => cost(_models[model].Points[way])).Sum();

    /// <summary>The memory that the models take together; null where they find no place.</summary>
    private long? BytesOf(int[] ways)
    {
        try
        {
            return FirmwarePlacement.Of(_target, _models.Select((model, index) => model.Planning.PlannedOf(model.Ways[ways[index]])), _concurrency).SharedArenaBytes;
        }
        catch (DiagnosticException)
        {
            return null;
        }
    }

    /// <summary>A model and its ways, each costlier than the one before: at first only the one it would get alone.</summary>
    private sealed class Contender(string name, ModelPlanning planning, MemoryPlan alone)
    {
        public string Name => name;

        public ModelPlanning Planning => planning;

        public IReadOnlyList<MemoryPlan> Ways { get; private set; } = [alone];

        public IReadOnlyList<PlanPoint> Points { get; private set; } = [];

        public void FindWays()
        {
            (MemoryPlan Way, PlanPoint Point)[] all = [.. planning.From(alone).Select(way => (way, PlanPoint.Of(planning.Graph, way)))];
            int first = Enumerable.Range(0, all.Length).First(way =>
                way + 1 == all.Length || (all[way].Point.MovedBytes, all[way].Point.Steps).CompareTo((all[way + 1].Point.MovedBytes, all[way + 1].Point.Steps)) < 0);
            Ways = [.. all[first..].Select(way => way.Way)];
            Points = [.. all[first..].Select(way => way.Point)];
        }
    }
}
