using System.Collections.Immutable;
using EdgeAI.Compiler.Diagnostics;
using EdgeAI.Compiler.Execution;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Pipeline;
using EdgeAI.Compiler.Tests.Emission;

namespace EdgeAI.Compiler.Tests.Import.TfLite;

/// <summary>CIRCULAR_BUFFER: the last inputs, and runs that end at it.</summary>
[TestClass]
public sealed class CircularBufferTests(TestContext context)
{
    private const sbyte Int8 = 9;
    private const int Depth = 3;
    private const int Add = 0;

    [TestMethod]
    [DataRow(1, 1)]
    [DataRow(1, 4)]
    [DataRow(2, 3)]
    [DataRow(3, 2)]
    public void The_last_inputs_go_on_every_few_runs(int runs, int slots)
    {
        // A buffer, its double, and a second buffer over what the first lets through.
        const int Frames = 13;
        float[] scale = [0.5f];
        var file = new TfLiteFiles();
        int x = file.Tensor("x", Int8, [1, 1, 1, Depth], scales: scale);
        int kept = file.Tensor("kept", Int8, [1, slots, 1, Depth], scales: scale);
        int doubled = file.Tensor("doubled", Int8, [1, slots, 1, Depth], scales: scale);
        int flat = file.Tensor("flat", Int8, [1, 1, slots, Depth], scales: scale);
        int second = file.Tensor("second", Int8, [1, 2, slots, Depth], scales: scale);
        int late = file.Tensor("late", Int8, [1, 2, slots, Depth], scales: scale);
        file.Custom("CIRCULAR_BUFFER", FlexBuffers.Of(("cycles_max", runs)), [x], [kept]);
        file.Operator(Add, [kept, kept], [doubled]);
        int shape = file.Tensor("shape", 2, [4], TfLiteFiles.Bytes(1, 1, slots, Depth));
        file.Operator(22, [doubled, shape], [flat]);
        file.Custom("CIRCULAR_BUFFER", FlexBuffers.Of(("cycles_max", 2)), [flat], [second]);
        file.Operator(Add, [second, second], [late]);
        Graph graph = ImportStage.Run(
            new("buffers", "buffers.tflite", file.Finish([x], [kept, doubled, late]), ImmutableSortedDictionary<string, Shape>.Empty, _ => null), [], CancellationToken.None).Graph;
        CollectionAssert.AreEqual(new[] { "kept", "doubled", "late" }, graph.Outputs.Select(output => output.Name).ToArray());

        var executor = new GraphExecutor(graph);
        var random = new Random(7);
        var one = new Queue<byte>(new byte[slots * Depth]);
        var two = new Queue<byte>(new byte[2 * slots * Depth]);
        byte[] expectedDoubled = new byte[slots * Depth];
        byte[] expectedLate = new byte[2 * slots * Depth];
        int left = runs;
        int leftSecond = 2;
        for (int frame = 0; frame < Frames; frame++)
        {
            byte[] input = [.. Enumerable.Range(0, Depth).Select(_ => (byte)random.Next(-25, 25))];
            executor.SetInput(0, input);
            executor.Run();
            Push(one, input);
            CollectionAssert.AreEqual(one.ToArray(), executor.Output(0).ToArray(), $"kept, frame {frame}");
            if (--left == 0)
            {
                left = runs;
                expectedDoubled = [.. one.Select(value => (byte)(2 * value))];
                Push(two, expectedDoubled);
                if (--leftSecond == 0)
                {
                    leftSecond = 2;
                    expectedLate = [.. two.Select(value => (byte)(2 * value))];
                }
            }

            CollectionAssert.AreEqual(expectedDoubled, executor.Output(1).ToArray(), $"doubled, frame {frame}");
            CollectionAssert.AreEqual(expectedLate, executor.Output(2).ToArray(), $"late, frame {frame}");
        }

        if (runs == 2)
        {
            var fresh = new GraphExecutor(graph);
            byte[] input = [1, 2, 3];
            fresh.SetInput(0, input);
            fresh.Run();
            GeneratedC.Check(context, graph, fresh, input);
        }
    }

    [TestMethod]
    public void A_buffer_of_other_extents_is_refused()
    {
        var file = new TfLiteFiles();
        int x = file.Tensor("x", Int8, [1, 2, 1, Depth], scales: [1]);
        int kept = file.Tensor("kept", Int8, [1, 4, 1, Depth], scales: [1]);
        file.Custom("CIRCULAR_BUFFER", FlexBuffers.Of(("cycles_max", 1)), [x], [kept]);
        var refused = Assert.ThrowsExactly<DiagnosticException>(() => ImportStage.Run(
            new("buffers", "buffers.tflite", file.Finish([x], [kept]), ImmutableSortedDictionary<string, Shape>.Empty, _ => null), [], CancellationToken.None));
        Assert.AreEqual("EAI1203", refused.Diagnostics.Single().Code);
    }

    private static void Push(Queue<byte> queue, byte[] values)
    {
        foreach (byte value in values)
        {
            queue.Dequeue();
            queue.Enqueue(value);
        }
    }
}
