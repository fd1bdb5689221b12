using System.Collections.Immutable;
using System.Runtime.InteropServices;
using EdgeAI.Compiler.Execution;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators.Quantizing;

namespace EdgeAI.Compiler.Quantization.Mixed;

/// <summary>
/// Measures how much noise each layer brings in int8, in int16, and in int8 with int4 weights.
/// <list type="bullet">
/// <item>Each case runs once in float. Then the layers are taken from the last to the first: a layer's integer form computes its result from the float
/// operands, that result takes the place of the float one, and the float graph runs on from there. What stands before the layer is still the float run's.</item>
/// <item>Above <see cref="MostWork"/> multiplications (<see cref="RunWork"/>) the noise of each layer's own result stands for it, and nothing runs on.</item>
/// </list>
/// Bounded by work, independent of time and of the number of processors.
/// </summary>
internal sealed class SensitivityTable
{
    private const long MostWork = 12_000_000_000;

    /// <summary>Layers of more are made ready for each case anew, which takes time but no memory: so much, in multiplications.</summary>
    private const int MostKept = 512;
    private const long OfMaking = 50_000;

    private static readonly ElementType[] Types = [ElementType.Int8, ElementType.Int16, ElementType.Int4];

    private readonly Graph _graph;
    private readonly OutputProbe _probe;
    private readonly Tensor[] _probed;
    private readonly Layer[] _layers;

    private SensitivityTable(MixedCandidates candidates, OutputProbe probe)
    {
        _graph = candidates.Exact;
        _probe = probe;
        _probed = probe.ProbedIn(_graph);
        var units = new LayerUnits(candidates);
        Dictionary<Node, int> places = _graph.Nodes.Select((node, i) => (node, i))
            .ToDictionary<(Node Node, int Place), Node, int>(pair => pair.Node, pair => pair.Place, ReferenceEqualityComparer.Instance);
        _layers = [.. units.Units.Select(node => new Layer(places[node], node, [.. Types.Select(type => units.Form(node, type))]))];
    }

    /// <summary>One entry for each layer with a choice, in the order of nodes.</summary>
    public static ImmutableArray<LayerSensitivity> Measure(MixedCandidates candidates, OutputProbe probe, CancellationToken cancellation)
    {
        var table = new SensitivityTable(candidates, probe);
        long work = RunWork.Of(candidates.Exact);

        // From a layer to the end is half the graph, in the mean, and there are up to three types.
        long forms = table._layers.Sum(layer => layer.Forms.Count(form => form is not null));
        long perCase = Math.Max(1, work * forms / 2);
        bool isLocal = perCase > MostWork;
        int cases = isLocal ? (int)Math.Clamp(MostWork / (work + (table._layers.Length > MostKept ? forms * OfMaking : 0)), 1, probe.CaseCount) : (int)Math.Clamp(MostWork / perCase, 1, probe.CaseCount);
        double[][][] parts = new double[2][][];
        int half = (cases + 1) / 2;
        Parallel.Invoke(
            new ParallelOptions { CancellationToken = cancellation },
            () => parts[0] = table.Measure(0, half, isLocal, cancellation),
            () => parts[1] = table.Measure(half, cases, isLocal, cancellation));
        return
        [
            .. table._layers.Select((layer, i) =>
            {
                double? Noise(int type) => layer.Forms[type] is null ? null : (parts[0][i][type] + parts[1][i][type]) / (isLocal ? cases : 1);
                return new LayerSensitivity(layer.Node.Name, Noise(0), Noise(1), isLocal) { Int4Noise = Noise(2) };
            }),
        ];
    }

    /// <summary>By layer and type.</summary>
    private double[][] Measure(int from, int to, bool isLocal, CancellationToken cancellation)
    {
        double[][] noise = [.. _layers.Select(_ => new double[Types.Length])];
        Dictionary<Tensor, byte[]>? replaced = null;
        var executor = new GraphExecutor(_graph)
        {
            Observer = (tensor, bytes) =>
            {
                if (replaced is not null && replaced.TryGetValue(tensor, out byte[]? made))
                {
                    made.CopyTo(MemoryMarshal.AsMemory(bytes));
                }
            },
        };
        GraphExecutor?[][] alone = [.. _layers.Select(_ => new GraphExecutor?[Types.Length])];
        for (int c = from; c < to; c++)
        {
            replaced = null;
            _probe.SetInputs(executor, c);
            executor.Run(cancellation);
            for (int i = _layers.Length - 1; i >= 0; i--)
            {
                Layer layer = _layers[i];
                for (int type = 0; type < Types.Length; type++)
                {
                    if (layer.Forms[type] is not { } node)
                    {
                        continue;
                    }

                    GraphExecutor form = alone[i][type] ?? Alone(layer.Node, node);
                    alone[i][type] = _layers.Length > MostKept ? null : form;
                    Tensor[] operands = Operands(layer.Node);
                    for (int operand = 0; operand < operands.Length; operand++)
                    {
                        form.SetInput(operand, executor.Value(operands[operand]));
                    }

                    form.Run(cancellation);
                    if (isLocal)
                    {
                        noise[i][type] += Relative(MemoryMarshal.Cast<byte, float>(executor.Value(layer.Node.Output)), MemoryMarshal.Cast<byte, float>(form.Output(0)));
                        continue;
                    }

                    replaced = new(ReferenceEqualityComparer.Instance);
                    for (int output = 0; output < layer.Node.Outputs.Count; output++)
                    {
                        replaced[layer.Node.Outputs[output]] = form.Output(output).ToArray();
                    }

                    executor.RunFrom(layer.Index, cancellation);
                    noise[i][type] += _probe.RelativeNoise(executor, _probed, c);
                    replaced = null;
                }
            }
        }

        return noise;
    }

    private static double Relative(ReadOnlySpan<float> reference, ReadOnlySpan<float> values)
    {
        double signal = 0;
        double noise = 0;
        for (int i = 0; i < reference.Length; i++)
        {
            double error = (double)reference[i] - values[i];
            signal += (double)reference[i] * reference[i];
            noise += error * error;
        }

        return signal > 0 ? noise / signal : 0;
    }

    /// <summary>Float operands, the integer layer, float results.</summary>
    private static GraphExecutor Alone(Node node, Node form)
    {
        var graph = new Graph { Name = node.Name };
        var integers = new Dictionary<Tensor, Tensor>(ReferenceEqualityComparer.Instance);
        Tensor[] operands = Operands(node);
        foreach (Tensor operand in operands)
        {
            graph.Inputs.Add(new Tensor(operand.Name, operand.Type, operand.Shape));
        }

        var layer = new Node(form.Name, form.Operator, form.Attributes);
        for (int i = 0; i < form.Inputs.Count; i++)
        {
            Tensor? operand = form.Inputs[i];
            if (operand is null or { IsConstant: true })
            {
                layer.Inputs.Add(operand);
                continue;
            }

            Tensor real = graph.Inputs[Array.FindIndex(operands, tensor => ReferenceEquals(tensor, node.Inputs[i]))];
            if (operand.Quantization is null)
            {
                layer.Inputs.Add(real);
                continue;
            }

            if (!integers.TryGetValue(operand, out Tensor? integer))
            {
                integers[operand] = integer = new Tensor($"{operand.Name}:{i}", operand.Type, operand.Shape) { Quantization = operand.Quantization };
                graph.Nodes.Add(new Node($"Quantize {i}", "Quantize", QuantizeAttributes.Away) { Inputs = [real], Outputs = [integer] });
            }

            layer.Inputs.Add(integer);
        }

        graph.Nodes.Add(layer);
        foreach (Tensor output in form.Outputs)
        {
            var made = new Tensor($"{output.Name}:made", output.Type, output.Shape) { Quantization = output.Quantization };
            var result = new Tensor($"{output.Name}:real", ElementType.Float32, output.Shape);
            layer.Outputs.Add(made);
            graph.Nodes.Add(new Node($"Dequantize {output.Name}", "Dequantize", NoAttributes.Instance) { Inputs = [made], Outputs = [result] });
            graph.Outputs.Add(result);
        }

        return new GraphExecutor(graph);
    }

    private static Tensor[] Operands(Node node) =>
        [.. node.Inputs.OfType<Tensor>().Where(tensor => !tensor.IsConstant).Distinct<Tensor>(ReferenceEqualityComparer.Instance)];

    private sealed record Layer(int Index, Node Node, Node?[] Forms);
}
