using System.Runtime.InteropServices;
using EdgeAI.Compiler.Execution;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Planning;
using EdgeAI.Compiler.Tests.Passes;

namespace EdgeAI.Compiler.Tests.Execution;

[TestClass]
public sealed class ExecutorTests
{
    [TestMethod]
    public void ARunCanBeRepeatedWithOtherInputs()
    {
        Graph graph = Chain(out _);
        var executor = new GraphExecutor(graph);
        foreach (float value in new[] { -2f, 3f })
        {
            executor.SetInput(0, MemoryMarshal.AsBytes([value, 1, 1, 1]));
            executor.Run();
            Assert.AreEqual(MathF.Max(value, 0) + 1, MemoryMarshal.Cast<byte, float>(executor.Output(0))[0]);
        }
    }

    [TestMethod]
    public void TheObserverSeesInputsAndEveryResult()
    {
        Graph graph = Chain(out _);
        var executor = new GraphExecutor(graph);
        var seen = new List<string>();
        executor.Observer = (tensor, bytes) => seen.Add($"{tensor.Name} {bytes.Length}");
        executor.SetInput(0, new byte[16]);
        executor.Run();
        CollectionAssert.AreEqual(graph.Inputs.Concat(graph.Nodes.Select(node => node.Output)).Select(tensor => $"{tensor.Name} 16").ToArray(), seen);
    }

    [TestMethod]
    public void AnInputOfTheWrongSizeIsRefused() =>
        Assert.ThrowsExactly<ArgumentException>(() => new GraphExecutor(Chain(out _)).SetInput(0, new byte[15]));

    [TestMethod]
    public void ARunStopsWhenCancelled()
    {
        using var source = new CancellationTokenSource();
        source.Cancel();
        Assert.ThrowsExactly<OperationCanceledException>(() => new GraphExecutor(Chain(out _)).Run(source.Token));
    }

    [TestMethod]
    public void AGoodPlanGivesTheSameNumbers()
    {
        Graph graph = Chain(out Tensor[] values);
        Compare(graph, Plan(64, (values[0], 16, 0, 0), (values[1], 32, 0, 2), (values[2], 32, 1, 2), (values[3], 0, 2, 2)), poison: true, equal: true);
    }

    [TestMethod]
    public void PlacesThatOverlapShow()
    {
        Graph graph = Residual(out Tensor[] values);
        Compare(graph, Plan(64, (values[0], 0, 0, 2), (values[1], 16, 0, 1), (values[2], 32, 1, 2), (values[3], 48, 2, 2)), poison: false, equal: true);
        Compare(graph, Plan(64, (values[0], 0, 0, 2), (values[1], 0, 0, 1), (values[2], 32, 1, 2), (values[3], 48, 2, 2)), poison: false, equal: false);
    }

    [TestMethod]
    public void ALifetimeThatIsTooShortShowsByPoison()
    {
        Graph graph = Residual(out Tensor[] values);
        MemoryPlan plan = Plan(64, (values[0], 0, 0, 1), (values[1], 16, 0, 1), (values[2], 32, 1, 2), (values[3], 48, 2, 2));
        Compare(graph, plan, poison: false, equal: true);
        Compare(graph, plan, poison: true, equal: false);
    }

    [TestMethod]
    public void AMissingOrTooSmallPlaceIsRefused()
    {
        Graph graph = Chain(out Tensor[] values);
        Assert.ThrowsExactly<InvalidOperationException>(() => new ArenaExecutor(graph, Plan(64, (values[0], 16, 0, 0))));
        Assert.ThrowsExactly<InvalidOperationException>(() => new ArenaExecutor(graph, Plan(24,
            (values[0], 0, 0, 0), (values[1], 16, 0, 2), (values[2], 0, 1, 2), (values[3], 0, 2, 2))));
    }

    private static Graph Chain(out Tensor[] values)
    {
        var builder = new GraphBuilder();
        Tensor x = builder.Input(1, 4);
        Tensor relu = builder.Relu(x);
        Tensor view = builder.Reshape(relu, 2, 2);
        Tensor sum = builder.Binary("Add", view, builder.Scalar(1));
        values = [x, relu, view, sum];
        return builder.Build(sum);
    }

    private static Graph Residual(out Tensor[] values)
    {
        var builder = new GraphBuilder();
        Tensor x = builder.Input(1, 4);
        Tensor relu = builder.Relu(x);
        Tensor tanh = builder.Unary("Tanh", relu);
        Tensor sum = builder.Binary("Add", tanh, x);
        values = [x, relu, tanh, sum];
        return builder.Build(sum);
    }

    private static MemoryPlan Plan(long arenaBytes, params (Tensor Tensor, long Offset, int First, int Last)[] places) =>
        new(arenaBytes, arenaBytes, false, 0,
            [.. places.Select(place => new PlannedBuffer(place.Tensor.Name, place.Offset, 16, place.First, place.Last, [place.Tensor.Name], 16))]);

    private static void Compare(Graph graph, MemoryPlan plan, bool poison, bool equal)
    {
        byte[] input = MemoryMarshal.AsBytes<float>([-1f, 2f, -3f, 0.5f]).ToArray();
        var reference = new GraphExecutor(graph);
        reference.SetInput(0, input);
        reference.Run();
        var executor = new ArenaExecutor(graph, plan, poison);
        executor.SetInput(0, input);
        executor.Run();
        Assert.AreEqual(equal, executor.Output(0).SequenceEqual(reference.Output(0)));
    }
}
