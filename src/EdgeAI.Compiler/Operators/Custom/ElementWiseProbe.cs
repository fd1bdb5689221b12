using EdgeAI.Compiler.Execution;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Passes;

namespace EdgeAI.Compiler.Operators.Custom;

/// <summary>
/// Whether a reference works element by element: operands whose elements change places, all alike, must give the result with its elements in those places. Told only
/// for nodes whose operands at run time all have the result's extents.
/// </summary>
internal static class ElementWiseProbe
{
    private const ulong Seed = 0x5EED;

    /// <summary>Whether the result follows from operands at other places.</summary>
    public static bool Differs(Node node, CustomInstance instance)
    {
        Graph graph = instance.Graph;
        Tensor result = graph.Outputs[0];
        if (node.Inputs.Any(operand => operand is { IsConstant: true, Shape.ElementCount: > 1 })
            || graph.Inputs.Any(input => input.Shape != result.Shape || !graph.Nodes.Any(reader => reader.Inputs.Contains(input))))
        {
            return false;
        }

        var numbers = new TestInputs(Seed);
        byte[][] inputs = [.. graph.Inputs.Select(numbers.Next)];
        int[] places = [.. Enumerable.Range(0, (int)result.Shape.ElementCount)];
        var shuffle = new SplitMix64(Seed);
        for (int i = places.Length - 1; i > 0; i--)
        {
            int other = (int)(shuffle.NextBits() % (ulong)(i + 1));
            (places[i], places[other]) = (places[other], places[i]);
        }

        var executor = new GraphExecutor(graph);
        byte[] plain = Run(executor, inputs);
        byte[] moved = Run(executor, [.. inputs.Select((bytes, i) => Moved(bytes, places, graph.Inputs[i].Type.ByteSize()))]);
        return !Moved(plain, places, result.Type.ByteSize()).AsSpan().SequenceEqual(moved);
    }

    private static byte[] Run(GraphExecutor executor, byte[][] inputs)
    {
        for (int i = 0; i < inputs.Length; i++)
        {
            executor.SetInput(i, inputs[i]);
        }

        executor.Run();
        return executor.Output(0).ToArray();
    }

    private static byte[] Moved(byte[] bytes, int[] places, int size)
    {
        byte[] moved = new byte[bytes.Length];
        for (int i = 0; i < places.Length; i++)
        {
            bytes.AsSpan(places[i] * size, size).CopyTo(moved.AsSpan(i * size));
        }

        return moved;
    }
}
