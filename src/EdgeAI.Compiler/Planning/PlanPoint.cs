using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Planning;

/// <summary>One way to run a model: less memory for more work.</summary>
/// <param name="ArenaBytes">Size of the arena.</param>
/// <param name="ExtraMacs">Multiply-accumulate operations beyond those of the model.</param>
/// <param name="MovedBytes">Bytes moved within the arena during a run.</param>
/// <param name="Steps">Steps of a run.</param>
public sealed record PlanPoint(long ArenaBytes, long ExtraMacs, long MovedBytes, int Steps)
{
    /// <summary>What a plan costs. Rows are kept, never made again, so that no plan multiplies more often than the model.</summary>
    public static PlanPoint Of(Graph graph, MemoryPlan plan)
    {
        IReadOnlyList<PlanStep> steps = PlanSteps.Of(graph, plan);
        return new(plan.ArenaBytes, 0, steps.Sum(step => step.Moves.Sum(move => move.Size)), steps.Count);
    }
}
