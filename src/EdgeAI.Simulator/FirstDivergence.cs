using System.Runtime.InteropServices;
using EdgeAI.Compiler.Data;
using EdgeAI.Compiler.Execution;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Quantization;

namespace EdgeAI.Simulator;

/// <summary>A value of a run that is not what a reference says.</summary>
/// <param name="Tensor">Its name in the model file.</param>
/// <param name="Node">What made it: the file's node.</param>
/// <param name="Operator">The node's operator.</param>
/// <param name="LargestError">In reals.</param>
/// <param name="Range">The largest magnitude of the reference.</param>
/// <param name="Expected">The reference, reals.</param>
/// <param name="Actual">What the run made, reals, in the reference's extents and order of axes.</param>
public sealed record Divergence(string Tensor, string Node, string Operator, double LargestError, double Range, NumericArray Expected, NumericArray Actual);

/// <summary>
/// Runs a graph on one case and compares every value that a reference has by name.
/// <list type="bullet">
/// <item>A float value differs by more than 1e-4 of the reference's range; an integer one, as reals, by more than two and a half steps too.</item>
/// <item>Values of other element counts are not compared. Passes keep images with channels last: a value is taken in that order of axes in which it comes nearest to
/// the reference, the reference's own first.</item>
/// <item>Channels that quantization rescaled or moved are brought back to the model's units, their steps too.</item>
/// </list>
/// </summary>
internal static class FirstDivergence
{
    private const double Tolerance = 1e-4;
    private const double Steps = 2.5;

    /// <summary>Every value that was compared, in the order in which they are made, with its divergence; null for one that agrees.</summary>
    /// <param name="graph">What runs.</param>
    /// <param name="cases">Its inputs: the last case is compared, those before it leave their states.</param>
    /// <param name="reference">Values by name.</param>
    /// <param name="names">What the file calls the graph's values.</param>
    /// <param name="maps">What became of its channels before it was made integer.</param>
    /// <param name="cancellation">Ends the run.</param>
    public static IReadOnlyList<(Tensor Tensor, Divergence? Divergence)> Compare(
        Graph graph, IReadOnlyList<IReadOnlyList<ReadOnlyMemory<byte>>> cases, IReadOnlyDictionary<string, NumericArray> reference, FileNames names,
        IReadOnlyList<ChannelMap> maps, CancellationToken cancellation)
    {
        var mapOf = maps.ToDictionary(map => map.Tensor, StringComparer.Ordinal);
        var compared = new List<(Tensor, Divergence?)>();
        Dictionary<Tensor, Node> producers = graph.Producers();
        Observe(graph, cases, (tensor, bytes) =>
        {
            if (producers.TryGetValue(tensor, out Node? node) && names.Of(tensor, node) is var name && reference.TryGetValue(name, out NumericArray? expected)
                && expected.Shape.ElementCount == tensor.Shape.ElementCount)
            {
                compared.Add((tensor, Compare(tensor, name, node, bytes.Span, expected, mapOf.GetValueOrDefault(QuantizedNames.Original(tensor.Name)))));
            }
        }, cancellation);
        return compared;
    }

    /// <summary>Runs all cases one after another and tells the values of the last.</summary>
    public static void Observe(
        Graph graph, IReadOnlyList<IReadOnlyList<ReadOnlyMemory<byte>>> cases, Action<Tensor, ReadOnlyMemory<byte>> observer, CancellationToken cancellation)
    {
        var executor = new GraphExecutor(graph);
        for (int number = 0; number < cases.Count; number++)
        {
            for (int i = 0; i < graph.Inputs.Count; i++)
            {
                executor.SetInput(i, cases[number][i].Span);
            }

            executor.Observer = number == cases.Count - 1 ? observer : null;
            executor.Run(cancellation);
        }
    }

    private static Divergence? Compare(Tensor tensor, string name, Node node, ReadOnlySpan<byte> bytes, NumericArray expected, ChannelMap? map)
    {
        double[] actual = BorderValues.Decode(bytes, tensor, []);
        for (int i = 0; i < actual.Length && map is not null; i++)
        {
            actual[i] = map.ToModel(actual[i], i);
        }

        double range = 0;
        for (int i = 0; i < actual.Length; i++)
        {
            range = Math.Max(range, double.IsFinite(expected.ValueAt(i)) ? Math.Abs(expected.ValueAt(i)) : 0);
        }

        double step = tensor.Quantization is { IsPerChannel: false } quantization ? quantization.Scale * Steps / (map?.Factors.Min() ?? 1) : 0;
        double allowed = Math.Max((Tolerance * range) + 1e-12, step);
        (double Error, int[] Places)? best = null;
        foreach (int[] places in AxisOrders.Between(expected.Shape, tensor.Shape))
        {
            double error = LargestError(actual, expected, places);
            if (error <= allowed)
            {
                return null;
            }

            best = best is { } other && other.Error <= error ? other : (error, places);
        }

        float[] ordered = new float[actual.Length];
        for (int i = 0; i < ordered.Length; i++)
        {
            ordered[best!.Value.Places[i]] = (float)actual[i];
        }

        return best is null ? null : new(
            name, node.Source, node.Operator, best.Value.Error, range, Floats(expected.Shape, expected.ToSingles()), Floats(expected.Shape, ordered));
    }

    private static double LargestError(double[] actual, NumericArray expected, int[] places)
    {
        double largest = 0;
        for (int i = 0; i < actual.Length; i++)
        {
            double wanted = expected.ValueAt(places[i]);
            if (!wanted.Equals(actual[i]))
            {
                double error = Math.Abs(wanted - actual[i]);
                largest = double.IsNaN(error) ? double.PositiveInfinity : Math.Max(largest, error);
            }
        }

        return largest;
    }

    /// <summary>Reals as an array.</summary>
    public static NumericArray Floats(Shape shape, float[] values) => new(ElementType.Float32, shape, MemoryMarshal.AsBytes(values.AsSpan()).ToArray());
}
