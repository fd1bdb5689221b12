using EdgeAI.Compiler.Data;
using EdgeAI.Compiler.Execution;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Quantization;

namespace EdgeAI.Simulator;

/// <summary>The first value of a run that is not what a reference says.</summary>
/// <param name="Tensor">Its name in the model file.</param>
/// <param name="Node">What made it: the file's node.</param>
/// <param name="Operator">The node's operator.</param>
/// <param name="LargestError">In reals.</param>
/// <param name="Range">The largest magnitude of the reference.</param>
/// <param name="Expected">The reference, reals.</param>
/// <param name="Actual">What the run made, reals, in the reference's extents.</param>
public sealed record Divergence(string Tensor, string Node, string Operator, double LargestError, double Range, NumericArray Expected, NumericArray Actual);

/// <summary>
/// Runs a graph on one case and compares every value that a reference has by name, in the order in which they are made.
/// <list type="bullet">
/// <item>A float value differs by more than 1e-4 of the reference's range; an integer one, as reals, by more than two and a half steps too.</item>
/// <item>Values of other element counts are not compared; the graph as the file has it keeps the file's order of axes.</item>
/// </list>
/// </summary>
public static class FirstDivergence
{
    private const double Tolerance = 1e-4;
    private const double Steps = 2.5;

    /// <summary>The first that differs, or null; and how many values were compared.</summary>
    public static (Divergence? First, int Compared) Find(
        Graph graph, IReadOnlyList<ReadOnlyMemory<byte>> inputs, IReadOnlyDictionary<string, NumericArray> reference, CancellationToken cancellation)
    {
        Divergence? first = null;
        int compared = 0;
        Dictionary<Tensor, Node> producers = graph.Producers();
        var executor = new GraphExecutor(graph);
        for (int i = 0; i < graph.Inputs.Count; i++)
        {
            executor.SetInput(i, inputs[i].Span);
        }

        executor.Observer = (tensor, bytes) =>
        {
            if (first is null && producers.TryGetValue(tensor, out Node? node) && reference.TryGetValue(QuantizedNames.Original(tensor.Name), out NumericArray? expected)
                && expected.Shape.ElementCount == tensor.Shape.ElementCount)
            {
                compared++;
                first = Compare(tensor, node, bytes.Span, expected);
            }
        };
        executor.Run(cancellation);
        return (first, compared);
    }

    private static Divergence? Compare(Tensor tensor, Node node, ReadOnlySpan<byte> bytes, NumericArray expected)
    {
        double[] actual = BorderValues.Decode(bytes, tensor, []);
        double largest = 0;
        double range = 0;
        for (int i = 0; i < actual.Length; i++)
        {
            double wanted = expected.ValueAt(i);
            if (wanted.Equals(actual[i]))
            {
                continue;
            }

            double error = Math.Abs(wanted - actual[i]);
            largest = double.IsNaN(error) ? double.PositiveInfinity : Math.Max(largest, error);
        }

        for (int i = 0; i < actual.Length; i++)
        {
            range = Math.Max(range, double.IsFinite(expected.ValueAt(i)) ? Math.Abs(expected.ValueAt(i)) : 0);
        }

        double step = tensor.Quantization is { IsPerChannel: false } quantization ? quantization.Scale * Steps : 0;
        return largest <= Math.Max((Tolerance * range) + 1e-12, step)
            ? null
            : new(QuantizedNames.Original(tensor.Name), node.Source, node.Operator, largest, range, Floats(expected.Shape, expected.ToSingles()), Floats(expected.Shape, [.. actual.Select(value => (float)value)]));
    }

    private static NumericArray Floats(Shape shape, float[] values) =>
        new(ElementType.Float32, shape, System.Runtime.InteropServices.MemoryMarshal.AsBytes(values.AsSpan()).ToArray());
}
