using System.Collections.Immutable;
using EdgeAI.Compiler.Pipeline;
using EdgeAI.Compiler.Planning;
using EdgeAI.Compiler.Settings;
using EdgeAI.Compiler.Targets;

namespace EdgeAI.Compiler.Tests.Planning;

/// <summary>Models that may run together share one budget: the cheapest set of ways that fits, as a search through all sets finds it.</summary>
[TestClass]
public sealed class SramSharingTests
{
    private static readonly TargetDescription Plain = TargetCatalog.Get("cortex-m4");
    private static readonly ModelConcurrency Together = new([("a", "b")]);

    [TestMethod]
    public void ModelsThatTakeTurnsNeedNotGiveWay()
    {
        long whole = Frontier()[0].ArenaBytes;
        Assert.IsEmpty(Share(whole + BudgetedPlan.StackAndStaticBytes, ModelConcurrency.None));
        Assert.IsEmpty(Share((2 * whole) + BudgetedPlan.StackAndStaticBytes, Together));
    }

    [TestMethod]
    public void TheCheapestSetThatFitsIsTaken()
    {
        PlanPoint[] ways = Frontier();
        long most = 2 * ways[0].ArenaBytes;
        long least = 2 * ways[^1].ArenaBytes;
        for (int part = 0; part <= 10; part++)
        {
            long budget = least + ((most - least) * part / 10) + BudgetedPlan.StackAndStaticBytes;
            (long Moved, long Steps) cheapest = ways.SelectMany(_ => ways, (a, b) => (a, b))
                .Where(set => set.a.ArenaBytes + set.b.ArenaBytes <= budget - BudgetedPlan.StackAndStaticBytes)
                .Select(set => (set.a.MovedBytes + set.b.MovedBytes, (long)set.a.Steps + set.b.Steps)).Min();
            ImmutableSortedDictionary<string, long> shares = Share(budget, Together);
            PlannedModel[] planned = [.. new[] { "a", "b" }.Select(name => Plan(name, budget, shares.TryGetValue(name, out long share) ? share : null))];
            PlanPoint[] taken = [.. planned.Select(model => PlanPoint.Of(model.Quantized.Graph, model.Plan))];
            Assert.AreEqual(cheapest, (taken.Sum(point => point.MovedBytes), taken.Sum(point => (long)point.Steps)), $"budget {budget}");
            Assert.IsLessThanOrEqualTo(
                budget - BudgetedPlan.StackAndStaticBytes, PlanStage.Combine(Plain, planned, [], Together).SharedArenaBytes, $"budget {budget}");
        }
    }

    [TestMethod]
    public void ABudgetThatNoSetReachesGivesTheSmallest()
    {
        PlanPoint[] ways = Frontier();
        ImmutableSortedDictionary<string, long> shares = Share((2 * ways[^1].ArenaBytes) - 1, Together);
        CollectionAssert.AreEqual(new[] { ways[^1].ArenaBytes, ways[^1].ArenaBytes }, shares.Values.ToArray());
    }

    [TestMethod]
    public void AMemoryIsALimitAsABudgetIs()
    {
        PlanPoint[] ways = Frontier();
        long bytes = ways[0].ArenaBytes + ways[^1].ArenaBytes;
        TargetDescription board = RegionPlannerTests.Board(("ram", bytes, 0));
        ImmutableSortedDictionary<string, long> shares = SramSharing.Run(
            board, [(PlanStageTests.Images("a"), Settings("a")), (PlanStageTests.Images("b"), Settings("b"))], null, Together, CancellationToken.None);
        Assert.IsLessThanOrEqualTo(bytes, shares.Values.Sum());
        Assert.HasCount(2, shares);
    }

    private static PlanPoint[] Frontier() => [.. Plan("a", null, null).Plan.Frontier];

    private static ModelSettings Settings(string name) => new() { Name = name };

    private static PlannedModel Plan(string name, long? budget, long? share) =>
        PlanStage.Run(PlanStageTests.Images(name), Plain, Settings(name), [], CancellationToken.None, new(budget, share));

    private static ImmutableSortedDictionary<string, long> Share(long budget, ModelConcurrency concurrency) => SramSharing.Run(
        Plain, [(PlanStageTests.Images("b"), Settings("b")), (PlanStageTests.Images("a"), Settings("a"))], budget, concurrency, CancellationToken.None);
}
