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
    /// Σ error² / Σ reference², meaned over probes, for each set and method.
    /// </summary>
    /// <param name="sets">Tensors that are rounded at once, with candidate parameters.</param>
    /// <param name="cases">How many cases of the probe are run.</param>
    /// <param name="cancellation">Stops between nodes.</param>
    public double[][] Measure(IReadOnlyList<RoundedSet> sets, int cases, CancellationToken cancellation)
    {
        int half = (cases + 1) / 2;
        double[][][] parts = new double[2][][];
        Parallel.Invoke(
            new ParallelOptions { CancellationToken = cancellation },
            () => parts[0] = Measure(sets, 0, half, cancellation),
            () => parts[1] = Measure(sets, half, cases, cancellation));
        return [.. parts[0].Select((row, set) => row.Select((value, i) => value + parts[1][set][i]).ToArray())];
    }

    private double[][] Measure(IReadOnlyList<RoundedSet> sets, int from, int to, CancellationToken cancellation)
    {
        double[][] noise = [.. sets.Select(_ => new double[ActivationRange.Methods.Count])];
        int[] firsts = [.. sets.Select(FirstMaker)];
        int[] order = [.. Enumerable.Range(0, sets.Count).OrderByDescending(set => firsts[set])];
        var rounded = new Dictionary<Tensor, QuantizationParameters>(ReferenceEqualityComparer.Instance);
        var executor = new GraphExecutor(_graph)
        {
            Observer = (tensor, bytes) =>
            {
                if (rounded.TryGetValue(tensor, out QuantizationParameters? parameters))
                {
                    Round(MemoryMarshal.Cast<byte, float>(MemoryMarshal.AsMemory(bytes).Span), parameters);
                }
            },
        };
        for (int c = from; c < to; c++)
        {
            rounded.Clear();
            _probe.SetInputs(executor, c);
            executor.Run(cancellation);
            foreach (int set in order)
            {
                rounded.Clear();
                foreach (int method in sets[set].Different)
                {
                    foreach (SharingTensors part in sets[set].Parts)
                    {
                        part.Tensors.ToList().ForEach(tensor => rounded[tensor] = part.ByMethod[method]);
                    }

                    if (firsts[set] < 0)
                    {
                        _probe.SetInputs(executor, c);
                        executor.Run(cancellation);
                    }
                    else
                    {
                        executor.RunFrom(firsts[set], cancellation);
                    }

                    noise[set][method] += _probe.RelativeNoise(executor, _probed, c);
                }
            }
        }

        return [.. noise.Select((row, set) => row.Select((_, method) => row[sets[set].FirstAlike(method)]).ToArray())];
    }

    private int FirstMaker(RoundedSet set) => set.Tensors.Min(tensor => _makers.GetValueOrDefault(tensor, -1));

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
