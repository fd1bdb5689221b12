using System.Collections.Immutable;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Planning;
using EdgeAI.Compiler.Planning.Regions;
using EdgeAI.Compiler.Targets;

namespace EdgeAI.Compiler.Tests.Planning;

/// <summary>A sound plan over two memories is damaged in every way a planner could go wrong; each damage must be found.</summary>
[TestClass]
public sealed class RegionVerifierTests
{
    private readonly Graph _graph;
    private readonly MemoryPlan _plan;
    private readonly TargetDescription _board = RegionPlannerTests.Board(("fast", 2112, 0), ("slow", 1 << 16, 9));

    public RegionVerifierTests()
    {
        var builder = new GraphBuilder("m");
        Tensor x = builder.AddInput("x", 8, 64);
        builder.Graph.Outputs.Add(builder.Transpose(builder.Transpose(x, 1, 0), 1, 0));
        _graph = builder.Graph;
        _plan = RegionPlanner.Place(_graph, MemoryPlanner.Plan(_graph), _board, null, CancellationToken.None);
    }

    [TestMethod]
    public void TheUndamagedPlanIsSound()
    {
        Assert.AreEqual(3, _plan.Regions.Length);
        Assert.AreEqual("", string.Join("; ", PlanVerifier.Verify(_graph, _plan).Concat(RegionVerifier.Verify(_plan, _board))));
    }

    [TestMethod]
    public void PartsThatLeaveGapsOrOverlapAreFound()
    {
        Finds("instead of at", Change(1, region => region with { Start = region.Start + 16 }));
        Finds("instead of at", Change(2, region => region with { Start = region.Start - 16 }));
        Finds("the parts take", Change(2, region => region with { Bytes = region.Bytes + 16 }));
    }

    [TestMethod]
    public void AlignmentThatIsNoPowerOfTwoIsFound()
    {
        Finds("cannot be aligned to 24", Change(1, region => region with { Alignment = 24 }));
        Finds("cannot be aligned to 8", Change(1, region => region with { Alignment = 8 }));
    }

    [TestMethod]
    public void ABufferOverTwoMemoriesIsFound()
    {
        PlannedBuffer buffer = _plan.Buffers.First(buffer => buffer.Offset == _plan.Regions[2].Start);
        Finds("lies in no single memory", _plan with { Buffers = _plan.Buffers.Replace(buffer, buffer with { Offset = buffer.Offset - 16 }) });
    }

    [TestMethod]
    public void PlacesThatDoNotLastAreFound()
    {
        PlannedBuffer table = _plan.Buffers.Single(buffer => buffer.Name == PlannedRegion.TableName);
        Finds("no room for the places", _plan with { Buffers = _plan.Buffers.Remove(table) });
        Finds("no room for the places", _plan with { Buffers = _plan.Buffers.Replace(table, table with { LastStep = 0 }) });
        Finds("no room for the places", _plan with { Buffers = _plan.Buffers.Replace(table, table with { Size = 8 }) });
        Finds("leave the first part", _plan with { Buffers = _plan.Buffers.Replace(table, table with { Offset = _plan.Regions[1].Start }) });
        PlannedBuffer last = _plan.Buffers[^1];
        Finds("what lasts between runs", _plan with { Buffers = _plan.Buffers.Replace(last, last with { Offset = 0 }) });
    }

    [TestMethod]
    public void PartsThatTheTargetCannotHoldAreFound()
    {
        FindsOnTarget("no memory 'flash' for arenas", Change(2, region => region with { Memory = "flash" }));
        FindsOnTarget("no memory 'other' for arenas", Change(2, region => region with { Memory = "other" }));
        FindsOnTarget("the parts in 'fast' take", Change(2, region => region with { Memory = "fast" }));
    }

    private MemoryPlan Change(int index, Func<PlannedRegion, PlannedRegion> change) =>
        _plan with { Regions = _plan.Regions.SetItem(index, change(_plan.Regions[index])) };

    private void Finds(string told, MemoryPlan damaged)
    {
        IReadOnlyList<string> faults = PlanVerifier.Verify(_graph, damaged);
        Assert.IsTrue(faults.Any(fault => fault.Contains(told, StringComparison.Ordinal)), $"'{told}' not in: {string.Join("; ", faults)}");
    }

    private void FindsOnTarget(string told, MemoryPlan damaged)
    {
        IReadOnlyList<string> faults = RegionVerifier.Verify(damaged, _board);
        Assert.IsTrue(faults.Any(fault => fault.Contains(told, StringComparison.Ordinal)), $"'{told}' not in: {string.Join("; ", faults)}");
    }
}
