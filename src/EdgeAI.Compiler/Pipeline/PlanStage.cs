using System.Collections.Immutable;
using System.Globalization;
using EdgeAI.Compiler.Diagnostics;
using EdgeAI.Compiler.Linking;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Passes;
using EdgeAI.Compiler.Planning;
using EdgeAI.Compiler.Planning.Kernels;
using EdgeAI.Compiler.Planning.Ordering;
using EdgeAI.Compiler.Planning.Regions;
using EdgeAI.Compiler.Settings;
using EdgeAI.Compiler.Targets;

namespace EdgeAI.Compiler.Pipeline;

/// <summary>
/// <see cref="QuantizedModel"/> + target + budgets → <see cref="PlannedModel"/>: a kernel for each node, then the arena for these kernels; then all
/// models of a target → <see cref="FirmwarePlan"/>.
/// </summary>
public static class PlanStage
{
    /// <summary>Throws <see cref="DiagnosticException"/> with every error found; adds warnings and notes to <paramref name="diagnostics"/>.</summary>
    public static PlannedModel Run(
        QuantizedModel quantized, TargetDescription target, ModelSettings settings, ICollection<Diagnostic> diagnostics,
        CancellationToken cancellation)
    {
        Graph graph = GraphCopy.Of(quantized.Graph);
        quantized = quantized with { Graph = graph };
        InstructionSet instructionSet = target.Instructions;
        IReadOnlyList<UserKernelLibrary> libraries = KernelLinking.Apply(graph, settings.KernelLibraries);
        ImmutableArray<ChosenKernel> kernels = KernelSelection.Choose(
            graph, instructionSet, KernelCostTable.Of(InstructionSets.CoreOfCosts(target.Core, instructionSet)), settings.Optimize, cancellation);
        (graph, MemoryPlan whole) = PlanInBestOrder(graph, instructionSet, cancellation);
        ImmutableArray<MemoryRegion> memories = RegionPlanner.MemoriesFor(target);
        MemoryPlan Fitted(long? mostArenaBytes) => RegionPlanner.Place(
            graph, BudgetedPlan.Fit(graph, whole, instructionSet, mostArenaBytes, settings.Budgets.SramBytes, cancellation), target,
            settings.Budgets.SramBytes, cancellation);
        MemoryPlan plan = Fitted(memories.IsEmpty ? null : memories.Sum(memory => memory.SizeBytes));
        bool IsTooLarge() => memories.Length > 1 && RegionVerifier.Verify(plan, target).Count > 0;
        if (whole.HasParts && IsTooLarge())
        {
            // A whole takes one memory as long as any of its parts lives; buffers apart may find room in several.
            whole = MemoryPlanner.PlanWithoutParts(graph, instructionSet, cancellation);
            plan = Fitted(memories.Sum(memory => memory.SizeBytes));
        }

        if (IsTooLarge())
        {
            plan = Fitted(memories.Max(memory => memory.SizeBytes));
        }

        plan = WeightCopyPlanner.Plan(graph, plan, target, cancellation);
        IReadOnlyList<string> faults = [.. OrderVerifier.Verify(quantized.Graph, graph), .. PlanVerifier.Verify(graph, plan, instructionSet)];
        if (faults.Count > 0)
        {
            throw DiagnosticCatalog.PlanAtFault.Throw(quantized.Source.Path, settings.Name, string.Join("; ", faults.Take(5)));
        }

        var kernelOf = kernels.ToDictionary(kernel => kernel.Node, StringComparer.Ordinal);
        HashSet<string> idle = [.. PlanSteps.Of(graph, plan).Where(step => step.RunsNothing).Select(step => step.Node.Name)];
        var planned = new PlannedModel(quantized with { Graph = graph }, target, plan)
        {
            Kernels = [.. graph.Nodes.Where(node => kernelOf.ContainsKey(node.Name) && !idle.Contains(node.Name)).Select(node => kernelOf[node.Name])],
            LinkedFiles = [.. libraries.SelectMany(library => library.Files)],
        };
        CheckSize(planned, settings, cancellation);
        return planned;
    }

    /// <summary>The plan of the file's order, or of one that makes the arena smaller.</summary>
    private static (Graph Graph, MemoryPlan Plan) PlanInBestOrder(Graph graph, InstructionSet instructionSet, CancellationToken cancellation)
    {
        MemoryPlan plan = MemoryPlanner.Plan(graph, instructionSet, cancellation);
        Graph best = graph;
        foreach (Graph ordered in NodeOrdering.FindAll(graph, instructionSet, cancellation))
        {
            MemoryPlan other = MemoryPlanner.Plan(ordered, instructionSet, cancellation);
            if (other.ArenaBytes < plan.ArenaBytes)
            {
                (best, plan) = (ordered, other);
            }
        }

        return (best, plan);
    }

    /// <summary>
    /// Places all models of one target together: those that never run at once share memory. Throws <see cref="DiagnosticException"/> when a
    /// memory of the target is too small.
    /// </summary>
    /// <param name="target">The target.</param>
    /// <param name="models">Its planned models.</param>
    /// <param name="diagnostics">Gets warnings and notes.</param>
    /// <param name="concurrency">Which models may run at the same time; null when none may.</param>
    public static FirmwarePlan Combine(
        TargetDescription target, IReadOnlyList<PlannedModel> models, ICollection<Diagnostic> diagnostics, ModelConcurrency? concurrency = null) =>
        FirmwarePlacement.Of(target, models, concurrency ?? ModelConcurrency.None);

    private static void CheckSize(PlannedModel planned, ModelSettings settings, CancellationToken cancellation)
    {
        (QuantizedModel quantized, TargetDescription target, MemoryPlan plan) = (planned.Quantized, planned.Target, planned.Plan);
        string file = quantized.Source.Path;
        var errors = new List<Diagnostic>();
        (int step, string node, string alive) = Peak(quantized.Graph, plan);
        if (settings.Budgets.SramBytes is { } budget && plan.ArenaBytes > budget)
        {
            errors.Add(DiagnosticCatalog.ArenaOverBudget.With(
                file, settings.Name, plan.ArenaBytes, target.Name, budget, step, node, alive,
                Remedy(planned, step, budget, cancellation)));
        }

        CheckMemories(file, target, settings, plan, (step, node, alive), errors);
        if (errors.Count > 0)
        {
            throw new DiagnosticException(errors);
        }
    }

    private static void CheckMemories(
        string file, TargetDescription target, ModelSettings settings, MemoryPlan plan, (int Step, string Node, string Alive) peak,
        List<Diagnostic> errors)
    {
        ImmutableArray<MemoryRegion> memories = RegionPlanner.MemoriesFor(target);
        if (memories.IsEmpty || RegionVerifier.Verify(plan, target).Count == 0)
        {
            return;
        }

        MemoryRegion largest = memories.MaxBy(memory => memory.SizeBytes)!;
        errors.Add(memories.Length == 1
            ? DiagnosticCatalog.ArenaOverMemory.With(
                file, settings.Name, plan.ArenaBytes, target.Name, largest.Name, largest.SizeBytes, peak.Step, peak.Node, peak.Alive)
            : DiagnosticCatalog.ArenaOverMemories.With(
                file, settings.Name, target.Name, string.Join(", ", memories.Select(memory => FormattableString.Invariant($"{memory.Name} {memory.SizeBytes}"))),
                Math.Max(plan.OverlapBoundBytes ?? plan.LowerBoundBytes, 0), peak.Step, peak.Node, peak.Alive));
    }

    /// <summary>What makes the arena smaller at the least cost: a setting that keeps every tensor as it is, where one helps; else smaller tensors.</summary>
    private static string Remedy(PlannedModel planned, int peak, long budgetBytes, CancellationToken cancellation)
    {
        PlannedBuffer[] alive = [.. planned.Plan.Buffers.Where(buffer => buffer.FirstStep <= peak && peak <= buffer.LastStep)];
        if (BorderSaving.Find(planned.Quantized.Graph, planned.Target.Instructions, alive, cancellation) is { } saving)
        {
            bool enough = planned.Plan.ArenaBytes - saving.SavedBytes <= budgetBytes;
            return string.Create(
                CultureInfo.InvariantCulture, $"Set {saving.Settings}, which saves {saving.SavedBytes} bytes and is {(enough ? "enough" : "not enough alone")}, make");
        }

        return "Make";
    }

    /// <summary>The first step with the most bytes alive, its node, and the buffers alive, largest first.</summary>
    private static (int Step, string Node, string Alive) Peak(Graph graph, MemoryPlan plan)
    {
        PlannedBuffer[] Alive(int step) => [.. plan.Buffers.Where(buffer => buffer.FirstStep <= step && step <= buffer.LastStep)];
        int peak = Enumerable.Range(0, Math.Max(1, graph.Nodes.Count)).MaxBy(step => Alive(step).Sum(buffer => buffer.Size));
        string alive = string.Join(", ", Alive(peak)
            .OrderByDescending(buffer => buffer.Size)
            .Select(buffer => string.Create(CultureInfo.InvariantCulture, $"{buffer.Name} {buffer.Size}")));
        return (peak, graph.Nodes.Count == 0 ? "border" : graph.Nodes[peak].Name, alive);
    }
}
