using System.Runtime.InteropServices;
using EdgeAI.Compiler.Data;
using EdgeAI.Compiler.Execution;
using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Quantization;

/// <summary>
/// The noise that rounding one set of tensors to given parameters, and nothing else, leaves at a float graph's outputs.
/// <list type="bullet">
/// <item>Each case runs once in float; then the sets are taken from the last to the first, and the graph runs again from the node that makes the
/// set's first tensor: what stands before it is still the float run's.</item>
/// </list>
/// </summary>
internal sealed class IsolatedNoise
{
    private readonly Graph _graph;
    private readonly OutputProbe _probe;
    private readonly Tensor[] _probed;
    private readonly Dictionary<Tensor, int> _makers = new(ReferenceEqualityComparer.Instance);

    /// <summary>Of a graph, at the places that a probe looks at.</summary>
    public IsolatedNoise(Graph graph, OutputProbe probe)
    {
        _graph = graph;
        _probe = probe;
        _probed = probe.ProbedIn(graph);
        for (int i = 0; i < graph.Nodes.Count; i++)
        {
            foreach (Tensor output in graph.Nodes[i].Outputs)
            {
                _makers[output] = i;
            }
        }
    }

    /// <summary>
    /// Σ error² / Σ reference², meaned over probes, for each set and each of its candidates.
    /// </summary>
    /// <param name="sets">Tensors that share parameters, with candidate parameters.</param>
    /// <param name="cases">How many cases of the probe are run.</param>
    /// <param name="cancellation">Stops between nodes.</param>
    public double[][] Measure(
        IReadOnlyList<(IReadOnlyList<Tensor> Tensors, IReadOnlyList<QuantizationParameters> Candidates)> sets, int cases, CancellationToken cancellation)
    {
        int half = (cases + 1) / 2;
        double[][][] parts = new double[2][][];
        Parallel.Invoke(
            new ParallelOptions { CancellationToken = cancellation },
            () => parts[0] = Measure(sets, 0, half, cancellation),
            () => parts[1] = Measure(sets, half, cases, cancellation));
        return [.. parts[0].Select((row, set) => row.Select((value, i) => value + parts[1][set][i]).ToArray())];
    }

    private double[][] Measure(
        IReadOnlyList<(IReadOnlyList<Tensor> Tensors, IReadOnlyList<QuantizationParameters> Candidates)> sets, int from, int to,
        CancellationToken cancellation)
    {
        double[][] noise = [.. sets.Select(set => new double[set.Candidates.Count])];
        int[] order = [.. Enumerable.Range(0, sets.Count).OrderByDescending(set => FirstMaker(sets[set].Tensors))];
        HashSet<Tensor> members = new(ReferenceEqualityComparer.Instance);
        QuantizationParameters? parameters = null;
        var executor = new GraphExecutor(_graph)
        {
            Observer = (tensor, bytes) =>
            {
                if (parameters is not null && members.Contains(tensor))
                {
                    Round(MemoryMarshal.Cast<byte, float>(MemoryMarshal.AsMemory(bytes).Span), parameters);
                }
            },
        };
        for (int c = from; c < to; c++)
        {
            parameters = null;
            _probe.SetInputs(executor, c);
            executor.Run(cancellation);
            foreach (int set in order)
            {
                members = new(sets[set].Tensors, ReferenceEqualityComparer.Instance);
                int first = FirstMaker(sets[set].Tensors);
                for (int i = 0; i < sets[set].Candidates.Count; i++)
                {
                    parameters = sets[set].Candidates[i];
                    if (first < 0)
                    {
                        _probe.SetInputs(executor, c);
                        executor.Run(cancellation);
                    }
                    else
                    {
                        executor.RunFrom(first, cancellation);
                    }

                    noise[set][i] += _probe.RelativeNoise(executor, _probed, c);
                }
            }
        }

        return noise;
    }

    private int FirstMaker(IReadOnlyList<Tensor> tensors) => tensors.Min(tensor => _makers.GetValueOrDefault(tensor, -1));

    private static void Round(Span<float> values, QuantizationParameters parameters)
    {
        float scale = parameters.Scale;
        float low = -128 - parameters.ZeroPoint;
        float high = 127 - parameters.ZeroPoint;
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = scale * Math.Clamp(MathF.Round(values[i] / scale), low, high);
        }
    }
}
