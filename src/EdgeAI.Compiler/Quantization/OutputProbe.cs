using System.Runtime.InteropServices;
using EdgeAI.Compiler.Data;
using EdgeAI.Compiler.Execution;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators;
using EdgeAI.Compiler.Operators.Softmax;

namespace EdgeAI.Compiler.Quantization;

/// <summary>
/// Judges quantized graphs by the noise of their outputs on calibration inputs.
/// <list type="bullet">
/// <item>Probed are the float outputs and, where an operator of fixed quantization (softmax, sigmoid) makes an output, its operand too,
/// because saturated probabilities tell little. Of softmax and sigmoid the operand counts as they make of it at half its size (<see cref="Soften"/>): logits far below the
/// largest do not matter.</item>
/// <item>The figure is the mean over probes of 10·log10(Σ float² / Σ (float − quantized)²) in dB over all cases.</item>
/// </list>
/// </summary>
internal sealed class OutputProbe
{
    private const double LargestDb = 120;
    private const float Softness = 2;
    private readonly IReadOnlyList<TestCase> _cases;
    private readonly string[] _names;
    private readonly Node?[] _softeners;
    private readonly float[][][] _references;
    private readonly double[] _signals;

    /// <summary>Runs the float graph on the cases.</summary>
    public OutputProbe(Graph graph, IReadOnlyList<TestCase> cases, CancellationToken cancellation)
    {
        _cases = cases;
        Dictionary<Tensor, Node> makers = graph.Producers();
        var probes = new List<Tensor>();
        var softeners = new Dictionary<Tensor, Node>(ReferenceEqualityComparer.Instance);
        foreach (Tensor output in graph.Outputs.Where(output => output is { IsConstant: false, Type: ElementType.Float32 }))
        {
            probes.Add(output);
            if (makers.TryGetValue(output, out Node? maker) && OperatorCatalog.Of(maker).Quantization == QuantizationRule.Fixed
                && maker.Inputs[0] is { IsConstant: false, Type: ElementType.Float32 } operand)
            {
                probes.Add(operand);
                if (!graph.Outputs.Contains(operand))
                {
                    softeners[operand] = maker;
                }
            }
        }

        Tensor[] distinct = [.. probes.Distinct<Tensor>(ReferenceEqualityComparer.Instance)];
        _names = [.. distinct.Select(tensor => tensor.Name)];
        _softeners = [.. distinct.Select(tensor => softeners.GetValueOrDefault(tensor))];
        _references = Values(graph, distinct, cancellation);
        _signals = [.. distinct.Select((_, probe) => _references.Sum(values => values[probe].Sum(value => (double)value * value)))];
    }

    /// <summary>How many cases are run.</summary>
    public int CaseCount => _cases.Count;

    /// <summary>Hands the inputs of a case to an executor.</summary>
    public void SetInputs(Executor executor, int index)
    {
        for (int i = 0; i < executor.Graph.Inputs.Count; i++)
        {
            executor.SetInput(i, _cases[index].Inputs[i].Span);
        }
    }

    /// <summary>The probed tensors of a float graph with the same names.</summary>
    public Tensor[] ProbedIn(Graph graph)
    {
        var byName = graph.Tensors().Where(tensor => !tensor.IsConstant).ToDictionary(tensor => tensor.Name, StringComparer.Ordinal);
        return [.. _names.Select(name => byName[name])];
    }

    /// <summary>
    /// What a case's values of the probed tensors add to Σ (reference − value)² / Σ reference², meaned over probes.
    /// </summary>
    public double RelativeNoise(Executor executor, Tensor[] probed, int index)
    {
        double sum = 0;
        for (int probe = 0; probe < probed.Length; probe++)
        {
            ReadOnlySpan<float> values = Soften(_softeners[probe], MemoryMarshal.Cast<byte, float>(executor.Value(probed[probe])));
            float[] reference = _references[index][probe];
            double noise = 0;
            for (int i = 0; i < reference.Length; i++)
            {
                double error = (double)reference[i] - values[i];
                noise += error * error;
            }

            sum += _signals[probe] > 0 ? noise / _signals[probe] : 0;
        }

        return probed.Length == 0 ? 0 : sum / probed.Length;
    }

    /// <summary>The mean signal-to-noise ratio in dB of a graph with the same inputs and names; 0 when there is nothing to probe.</summary>
    public double SqnrDb(Graph graph, CancellationToken cancellation)
    {
        Dictionary<string, Tensor> byName = graph.Tensors().Where(tensor => !tensor.IsConstant)
            .ToDictionary(tensor => tensor.Name, StringComparer.Ordinal);
        Tensor[] tensors =
        [
            .. _names.Select(name => byName.GetValueOrDefault(QuantizedNames.Integer(name, ElementType.Int16))
                ?? byName.GetValueOrDefault(QuantizedNames.Integer(name)) ?? byName.GetValueOrDefault(name)).OfType<Tensor>(),
        ];
        if (tensors.Length == 0 || tensors.Length != _names.Length)
        {
            return 0;
        }

        float[][][] values = Values(graph, tensors, cancellation);
        double sum = 0;
        for (int probe = 0; probe < tensors.Length; probe++)
        {
            double signal = 0;
            double noise = 0;
            for (int c = 0; c < _cases.Count; c++)
            {
                for (int i = 0; i < values[c][probe].Length; i++)
                {
                    double reference = _references[c][probe][i];
                    double error = reference - values[c][probe][i];
                    signal += reference * reference;
                    noise += error * error;
                }
            }

            sum += Decibels(signal, noise);
        }

        return sum / tensors.Length;
    }

    private static double Decibels(double signal, double noise) =>
        noise <= 0 ? LargestDb
        : signal <= 0 ? -LargestDb
        : Math.Clamp(10 * PortableMath.Log(signal / noise) / PortableMath.Log(10), -LargestDb, LargestDb);

    /// <summary>Values in reals by case and tensor. Each half of the cases has its own executor; nothing depends on the order of the halves.</summary>
    private float[][][] Values(Graph graph, Tensor[] tensors, CancellationToken cancellation)
    {
        float[][][] values = new float[_cases.Count][][];
        int half = (_cases.Count + 1) / 2;
        Parallel.Invoke(
            new ParallelOptions { CancellationToken = cancellation },
            () => Fill(graph, tensors, values, 0, half, cancellation),
            () => Fill(graph, tensors, values, half, _cases.Count, cancellation));
        return values;
    }

    private void Fill(Graph graph, Tensor[] tensors, float[][][] values, int from, int to, CancellationToken cancellation)
    {
        var executor = new GraphExecutor(graph);
        for (int c = from; c < to; c++)
        {
            for (int i = 0; i < graph.Inputs.Count; i++)
            {
                executor.SetInput(i, _cases[c].Inputs[i].Span);
            }

            executor.Run(cancellation);
            values[c] = [.. tensors.Select((tensor, probe) => Soften(_softeners[probe], Reals(tensor, executor.Value(tensor))).ToArray())];
        }
    }

    /// <summary>What a softmax or sigmoid makes of half the values; other values stay as they are.</summary>
    private static ReadOnlySpan<float> Soften(Node? maker, ReadOnlySpan<float> values)
    {
        if (maker?.Operator is not ("Softmax" or "Sigmoid"))
        {
            return values;
        }

        float[] softened = new float[values.Length];
        if (maker.Operator == "Sigmoid")
        {
            for (int i = 0; i < softened.Length; i++)
            {
                softened[i] = (float)PortableMath.Sigmoid(values[i] / Softness);
            }

            return softened;
        }

        int row = maker.Output.Shape[-1];
        float beta = maker.AttributesAs<SoftmaxAttributes>().Beta / Softness;
        for (int start = 0; start < values.Length; start += row)
        {
            Softmax.Run(values.Slice(start, row), softened.AsSpan(start, row), beta);
        }

        return softened;
    }

    /// <summary>The reals that a run-time value stands for.</summary>
    internal static float[] Reals(Tensor tensor, ReadOnlySpan<byte> bytes)
    {
        if (tensor.Type == ElementType.Float32)
        {
            return MemoryMarshal.Cast<byte, float>(bytes).ToArray();
        }

        short[] integers = tensor.Type.Integers(bytes);
        float[] reals = new float[integers.Length];
        QuantizationParameters quantization = tensor.Quantization!;
        for (int i = 0; i < reals.Length; i++)
        {
            reals[i] = quantization.Scale * (integers[i] - quantization.ZeroPoint);
        }

        return reals;
    }
}
