using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Planning;

namespace EdgeAI.Compiler.Tests.Planning;

/// <summary>Sound plans are damaged in every way a planner could go wrong; each damage must be found.</summary>
[TestClass]
public sealed class PlanVerifierTests
{
    private readonly Graph _graph;
    private readonly MemoryPlan _plan;

    public PlanVerifierTests()
    {
        // x -> n0 -> t0 (kept for n3); t0 -> n1 transpose -> t1; t1 -> n2 in place -> t2; t2 view t3; t0 view t4; n5: t3 + t4
        var builder = new GraphBuilder();
        Tensor x = builder.AddInput("x", 4, 8);
        Tensor first = builder.Transpose(x, 1, 0);
        Tensor second = builder.Transpose(first, 1, 0);
        Tensor relu = builder.Relu(second);
        Tensor view = builder.Reshape(relu, 8, 4);
        builder.Graph.Outputs.Add(builder.Add(view, first));
        builder.Graph.Outputs.Add(x);
        _graph = builder.Graph;
        _plan = MemoryPlanner.Plan(_graph);
    }

    [TestMethod]
    public void TheUndamagedPlanIsSound() => Assert.AreEqual(0, PlanVerifier.Verify(_graph, _plan).Count);

    [TestMethod]
    public void OverlapIsFound() => Finds("overlap", Change("t0", buffer => buffer with { Offset = Buffer("x").Offset }));

    [TestMethod]
    public void PartialOverlapIsFound() =>
        Finds("overlap", Change("t0", buffer => buffer with { Offset = Buffer("t1").Offset + (Buffer("t1").Offset > 0 ? -4 : 4) }));

    [TestMethod]
    public void MisalignmentIsFound() => Finds("not aligned", Change("t0", buffer => buffer with { Offset = buffer.Offset + 2 }));

    [TestMethod]
    public void MisalignmentHiddenByTheBufferIsFound() => Finds(
        "not aligned to its elements",
        Change("t0", buffer => buffer with { Offset = buffer.Offset + 2, Alignment = 2 }) with { ArenaBytes = _plan.ArenaBytes + 16, LowerBoundBytes = _plan.LowerBoundBytes + 16 });

    [TestMethod]
    public void PlaceOutsideTheArenaIsFound()
    {
        Finds("leaves the arena", Change("t0", buffer => buffer with { Offset = _plan.ArenaBytes }));
        Finds("leaves the arena", Change("t0", buffer => buffer with { Offset = -4 }));
        Finds("leaves the arena", _plan with { ArenaBytes = _plan.ArenaBytes - 16, LowerBoundBytes = _plan.LowerBoundBytes - 16 });
    }

    [TestMethod]
    public void BufferTooSmallIsFound() => Finds("too small", Change("t0", buffer => buffer with { Size = buffer.Size - 4 }));

    [TestMethod]
    public void LifetimeTooShortIsFound()
    {
        Finds("is used from step", Change("t0", buffer => buffer with { LastStep = buffer.LastStep - 1 }));
        Finds("is used from step", Change("x", buffer => buffer with { LastStep = buffer.LastStep - 1 }));
        Finds("is taken from step", Change("x", buffer => buffer with { FirstStep = -1 }));
    }

    [TestMethod]
    public void MissingTensorIsFound()
    {
        Finds("has no buffer", _plan with { Buffers = _plan.Buffers.Remove(Buffer("t0")) });
        Finds("has no buffer", Change("t3", buffer => buffer with { Tensors = buffer.Tensors.Remove("t3") }));
    }

    [TestMethod]
    public void UnknownAndDoubledTensorsAreFound()
    {
        Finds("no tensor 'ghost'", Change("t0", buffer => buffer with { Tensors = buffer.Tensors.Add("ghost") }));
        Finds("two buffers", Change("t0", buffer => buffer with { Tensors = buffer.Tensors.Add("x") }));
    }

    [TestMethod]
    public void WrongBoundIsFound()
    {
        Finds("lower bound", _plan with { LowerBoundBytes = 16, Optimal = false });
        Finds("lower bound", _plan with { LowerBoundBytes = _plan.ArenaBytes + 16, Optimal = false });
        Finds("marked as the smallest", _plan with { Optimal = !_plan.Optimal });
    }

    [TestMethod]
    public void IllegalSharingIsFound()
    {
        // A transpose cannot work in place: x and t0 in one buffer.
        Finds("over its operand", Merge("x", "t0"));
        // The buffer of t0, which the last node reads, is reused by t1.
        Finds("", Merge("t0", "t1"));
    }

    [TestMethod]
    public void ViewElsewhereIsFound()
    {
        PlannedBuffer buffer = Buffer("t3");
        var moved = new PlannedBuffer("t3", _plan.ArenaBytes, buffer.Size, buffer.FirstStep, buffer.LastStep, ["t3"], 4);
        long arena = _plan.ArenaBytes + buffer.Size;
        Finds("is a view and lies elsewhere", Change("t3", old => old with { Tensors = old.Tensors.Remove("t3") }) with
        {
            ArenaBytes = arena,
            LowerBoundBytes = arena,
            Optimal = true,
            Buffers = [.. Change("t3", old => old with { Tensors = old.Tensors.Remove("t3") }).Buffers, moved],
        });
    }

    [TestMethod]
    public void ImpossibleStateIsFound() => Finds("state is impossible", _plan with { StateBytes = _plan.ArenaBytes + 1 });

    private PlannedBuffer Buffer(string tensor) => _plan.Buffers.Single(buffer => buffer.Tensors.Contains(tensor));

    private MemoryPlan Change(string tensor, Func<PlannedBuffer, PlannedBuffer> change) =>
        _plan with { Buffers = _plan.Buffers.Replace(Buffer(tensor), change(Buffer(tensor))) };

    private MemoryPlan Merge(string first, string second)
    {
        PlannedBuffer a = Buffer(first);
        PlannedBuffer b = Buffer(second);
        PlannedBuffer merged = a with
        {
            FirstStep = Math.Min(a.FirstStep, b.FirstStep),
            LastStep = Math.Max(a.LastStep, b.LastStep),
            Tensors = [.. a.Tensors, .. b.Tensors],
            Offset = _plan.ArenaBytes,
        };
        long arena = _plan.ArenaBytes + a.Size;
        return _plan with { Buffers = _plan.Buffers.Replace(a, merged).Remove(b), ArenaBytes = arena, LowerBoundBytes = arena, Optimal = true };
    }

    private void Finds(string told, MemoryPlan damaged)
    {
        IReadOnlyList<string> faults = PlanVerifier.Verify(_graph, damaged);
        Assert.AreNotEqual(0, faults.Count, "the damage was not found");
        Assert.IsTrue(faults.Any(fault => fault.Contains(told, StringComparison.Ordinal)), $"'{told}' not in: {string.Join("; ", faults)}");
    }
}
