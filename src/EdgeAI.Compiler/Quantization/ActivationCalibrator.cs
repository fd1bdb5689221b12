using System.Runtime.InteropServices;
using EdgeAI.Compiler.Data;
using EdgeAI.Compiler.Diagnostics;
using EdgeAI.Compiler.Execution;
using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Quantization;

/// <summary>
/// Finds ranges for every float tensor that is computed at run time.
/// <list type="bullet">
/// <item>The float graph runs once for each calibration case, in order.</item>
/// <item>Each tensor's values go into its histogram; <see cref="ActivationRange.Candidates"/> reads ranges from it.</item>
/// <item>Of a tensor that only a Select can bring to the outputs (<see cref="SelectedTensors"/>), finite values alone count: the others belong to the branch that
/// is not taken, or the Select's result shows them.</item>
/// </list>
/// </summary>
public static class ActivationCalibrator
{
    /// <summary>Candidate ranges by tensor, in the order of <see cref="ActivationRange.Methods"/>. Cases are in the order and type of the graph's inputs.</summary>
    public static IReadOnlyDictionary<Tensor, ActivationRange[]> Run(
        Graph graph, IEnumerable<TestCase> cases, CancellationToken cancellation) =>
        Run(graph, cases, (_, histogram) => ActivationRange.Candidates(histogram), cancellation);

    /// <summary>The range of each tensor that a method finds, an index into <see cref="ActivationRange.Methods"/>, given by the tensor's name.</summary>
    public static IReadOnlyDictionary<Tensor, ActivationRange> Run(
        Graph graph, IEnumerable<TestCase> cases, IReadOnlyDictionary<string, int> methods, CancellationToken cancellation) =>
        Run(graph, cases, (tensor, histogram) => ActivationRange.Of(histogram, methods[tensor.Name]), cancellation);

    private static Dictionary<Tensor, T> Run<T>(
        Graph graph, IEnumerable<TestCase> cases, Func<Tensor, ActivationHistogram, T> read, CancellationToken cancellation)
    {
        var histograms = new Dictionary<Tensor, ActivationHistogram>(ReferenceEqualityComparer.Instance);
        foreach (Tensor tensor in graph.Tensors().Where(tensor => !tensor.IsConstant && tensor.Type == ElementType.Float32))
        {
            histograms[tensor] = new ActivationHistogram();
        }

        IReadOnlySet<Tensor> selected = SelectedTensors.Of(graph);
        var executor = new GraphExecutor(graph)
        {
            Observer = (tensor, bytes) =>
            {
                if (histograms.TryGetValue(tensor, out ActivationHistogram? histogram))
                {
                    ReadOnlySpan<float> values = MemoryMarshal.Cast<byte, float>(bytes.Span);
                    if (selected.Contains(tensor))
                    {
                        histogram.AddFinite(values);
                    }
                    else
                    {
                        histogram.Add(values);
                    }
                }
            },
        };
        foreach (TestCase test in cases)
        {
            for (int i = 0; i < graph.Inputs.Count; i++)
            {
                executor.SetInput(i, test.Inputs[i].Span);
            }

            executor.Run(cancellation);
        }

        if (histograms.FirstOrDefault(pair => pair.Value.SawNonFinite && !selected.Contains(pair.Key)).Key is { } bad)
        {
            throw DiagnosticCatalog.ActivationNotFinite.Throw(null, bad.Name);
        }

        Tensor[] tensors = [.. histograms.Keys];
        var ranges = new T[tensors.Length];
        Parallel.For(0, tensors.Length, new ParallelOptions { CancellationToken = cancellation }, i => ranges[i] = read(tensors[i], histograms[tensors[i]]));
        return tensors.Zip(ranges).ToDictionary<(Tensor Tensor, T Range), Tensor, T>(
            pair => pair.Tensor, pair => pair.Range, ReferenceEqualityComparer.Instance);
    }
}
