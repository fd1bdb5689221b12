using System.Collections.Immutable;
using System.Globalization;
using EdgeAI.Compiler.Diagnostics;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Planning;
using EdgeAI.Compiler.Planning.Regions;
using EdgeAI.Compiler.Settings;
using EdgeAI.Compiler.Targets;

namespace EdgeAI.Compiler.Pipeline;

/// <summary>Holds the arena of a plan against budgets and memories, and names what would help.</summary>
internal sealed class SizeCheck(ModelPlanning planning, MemoryPlan plan, ModelSettings settings)
{
    private const int MostNamed = 8;

    /// <summary>An error for each limit that is broken.</summary>
    /// <param name="file">The model file.</param>
    /// <param name="targetBudget">The target's limit, or null.</param>
    /// <param name="cancellation">Ends the search for remedies.</param>
    public IEnumerable<Diagnostic> Run(string file, long? targetBudget, CancellationToken cancellation)
    {
        bool isOverBudget = plan.ArenaBytes > settings.Budgets.SramBytes || plan.ArenaBytes > targetBudget;
        ImmutableArray<MemoryRegion> memories = RegionPlanner.MemoriesFor(planning.Target);
        bool isOverMemory = !memories.IsEmpty && !planning.HasPlace(plan);
        if (!isOverBudget && !isOverMemory)
        {
            yield break;
        }

        var use = ArenaUse.Of(planning.Graph, plan);
        string peak = Peak(use);
        PlannedBuffer[] alive = [.. use.At(use.Peak).Select(taken => taken.Buffer)];
        string smaller = SmallerTensors.Ways(planning.Graph, alive);
        BorderSaving? border = BorderSaving.Find(planning.Graph, alive, planning.SmallestArena);
        foreach ((long? budget, string whose, string item) in new[]
        {
            (settings.Budgets.SramBytes, "its", "EdgeAIModel"), (targetBudget, "the target's", "EdgeAITarget"),
        })
        {
            if (plan.ArenaBytes > budget)
            {
                yield return DiagnosticCatalog.ArenaOverBudget.With(
                    file, settings.Name, plan.ArenaBytes, planning.Target.Name, whose, budget, peak, Remedy(border, budget.Value, item), smaller);
            }
        }

        if (isOverMemory)
        {
            yield return OverMemory(file, memories, use, peak, smaller);
        }
    }

    private Diagnostic OverMemory(string file, ImmutableArray<MemoryRegion> memories, ArenaUse use, string peak, string smaller)
    {
        MemoryRegion largest = memories.MaxBy(memory => memory.SizeBytes)!;
        return memories.Length == 1
            ? DiagnosticCatalog.ArenaOverMemory.With(
                file, settings.Name, plan.ArenaBytes, planning.Target.Name, largest.Name, largest.SizeBytes, peak, smaller)
            : DiagnosticCatalog.ArenaOverMemories.With(
                file, settings.Name, planning.Target.Name,
                string.Join(", ", memories.Select(memory => FormattableString.Invariant($"{memory.Name} {memory.SizeBytes}"))),
                Math.Max(PlanCertificate.Of(plan, use).BoundBytes, 0), peak, smaller);
    }

    /// <summary>What makes the arena fit at the least cost: a setting that keeps every tensor as it is; else smaller tensors or a larger budget.</summary>
    private string Remedy(BorderSaving? border, long budgetBytes, string item)
    {
        long enough = plan.ArenaBytes + BudgetedPlan.StackAndStaticBytes;
        string raise = string.Create(
            CultureInfo.InvariantCulture,
            $"set SramBudget=\"{enough}\" on the {item}, which is this arena and {BudgetedPlan.StackAndStaticBytes} bytes for stack and static data");
        if (border is null)
        {
            return char.ToUpperInvariant(raise[0]) + raise[1..];
        }

        bool fits = plan.ArenaBytes - border.SavedBytes <= budgetBytes;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"Set {border.Settings}, which saves {border.SavedBytes} bytes and is {(fits ? "enough" : "not enough alone")}, {raise}");
    }

    /// <summary>The fullest step, its rows where it makes some only, and what is taken then, the most first.</summary>
    private string Peak(ArenaUse use)
    {
        Graph graph = planning.Graph;
        int step = use.NodeAt(use.Peak);
        string node = graph.Nodes.Count == 0 ? "border" : graph.Nodes[step].Name;
        string rows = use.RowsAt(use.Peak) is var (first, end) ? string.Create(CultureInfo.InvariantCulture, $" at row{(end - first > 1 ? "s" : "")} {first}{(end - first > 1 ? $" to {end - 1}" : "")}") : "";
        ImmutableArray<TakenBytes> taken = use.At(use.Peak);
        string alive = string.Join(", ", taken.Take(MostNamed).Select(one => string.Create(CultureInfo.InvariantCulture, $"{First(one.Buffer.Name)} {one.Bytes}")));
        string rest = taken.Length > MostNamed
            ? string.Create(CultureInfo.InvariantCulture, $" and {taken.Length - MostNamed} more of {taken.Skip(MostNamed).Sum(one => one.Bytes)}") : "";
        return string.Create(CultureInfo.InvariantCulture, $"step {step} ('{node}'){rows} holds {alive}{rest}");
    }

    /// <summary>The first of names that a converter joined with <c>;</c>.</summary>
    private static string First(string name) => name.IndexOf(';', StringComparison.Ordinal) is > 0 and var joint ? name[..joint] + ";…" : name;
}
