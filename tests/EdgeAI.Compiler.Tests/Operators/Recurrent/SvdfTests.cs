using System.Collections.Immutable;
using System.Runtime.InteropServices;
using EdgeAI.Compiler.Diagnostics;
using EdgeAI.Compiler.Execution;
using EdgeAI.Compiler.Import.TfLite;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Pipeline;
using EdgeAI.Compiler.Planning;
using EdgeAI.Compiler.Tests.Import.TfLite;

namespace EdgeAI.Compiler.Tests.Operators.Recurrent;

/// <summary>A layer with a memory: runs follow one another, a reset begins anew, and the plan keeps the state apart.</summary>
[TestClass]
public sealed class SvdfTests
{
    [TestMethod]
    public void Runs_remember_what_came_before()
    {
        Graph graph = Layer();
        Assert.IsEmpty(GraphVerifier.Verify(graph));
        var alone = new GraphExecutor(graph);
        MemoryPlan plan = MemoryPlanner.Plan(graph);
        Assert.IsEmpty(PlanVerifier.Verify(graph, plan));
        Assert.AreEqual(16, plan.StateBytes);
        var arena = new ArenaExecutor(graph, plan, poisonDeadBytes: true);
        foreach (Executor executor in new Executor[] { alone, arena })
        {
            // 10 · the activation before + 1 · this one, each 2 · x, + 0.5.
            CollectionAssert.AreEqual(new[] { 2.5f, 24.5f, 46.5f }, (float[])[Run(executor, 1), Run(executor, 2), Run(executor, 3)]);
            executor.Reset();
            Assert.AreEqual(2.5f, Run(executor, 1));
        }
    }

    [TestMethod]
    public void A_plan_that_puts_a_value_on_the_state_is_found()
    {
        Graph graph = Layer();
        MemoryPlan plan = MemoryPlanner.Plan(graph);
        PlannedBuffer other = plan.Buffers.First(buffer => buffer.Offset >= plan.StateBytes);
        MemoryPlan wrong = plan with { Buffers = plan.Buffers.Replace(other, other with { Offset = 0 }) };
        Assert.IsNotEmpty(PlanVerifier.Verify(graph, wrong));
    }

    [TestMethod]
    public void A_state_read_behind_its_store_is_found()
    {
        Graph graph = Layer();
        Node store = graph.Nodes.First(node => node.Operator == "StoreState");
        graph.Nodes.Remove(store);
        graph.Nodes.Insert(1, store);
        Assert.IsNotEmpty(GraphVerifier.Verify(graph));
    }

    private static float Run(Executor executor, float x)
    {
        executor.SetInput(0, MemoryMarshal.AsBytes(new[] { x }.AsSpan()));
        executor.Run();
        return MemoryMarshal.Cast<byte, float>(executor.Output(0))[0];
    }

    private static Graph Layer()
    {
        var file = new TfLiteFiles();
        int x = file.Tensor("x", 0, [1, 1]);
        int features = file.Tensor("features", 0, [1, 1], TfLiteFiles.Bytes(2f));
        int time = file.Tensor("time", 0, [1, 2], TfLiteFiles.Bytes(10f, 1f));
        int bias = file.Tensor("bias", 0, [1], TfLiteFiles.Bytes(0.5f));
        int state = file.Tensor("state", 0, [1, 2], variable: true);
        int y = file.Tensor("y", 0, [1, 1]);
        file.Operator(27, [x, features, time, bias, state], [y], (0, 1));
        return TfLiteImporter.Import(
            new ImportRequest("model", "model.tflite", file.Finish([x], [y]), ImmutableSortedDictionary<string, Shape>.Empty, _ => null),
            new List<Diagnostic>(), CancellationToken.None);
    }
}
