using System.Collections.Immutable;
using System.Runtime.InteropServices;
using EdgeAI.Compiler.Data;
using EdgeAI.Compiler.Execution;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators;
using EdgeAI.Compiler.Pipeline;
using EdgeAI.Compiler.Quantization;

namespace EdgeAI.Simulator.Managed;

/// <summary>
/// The in-process run: the planned graph at the plan's own offsets inside one poisoned arena, and beside it the float graph.
/// <list type="bullet">
/// <item>Every case runs through both; cases are shared out over the processors, and sums are added in the order of cases, so that the result does not depend on their number. Cases of a model with states follow one another, as on the device.</item>
/// <item>The noise of each layer is that of its first result against the float tensor of the same name, accumulated from the input; over the first <see cref="LayerCases"/> cases.
/// Channels that quantization rescaled or moved are compared in the units of the model file.</item>
/// </list>
/// </summary>
internal sealed class ManagedRun
{
    private const int LayerCases = 32;
    private const int IsolatedCases = 8;

    private readonly PlannedModel _planned;
    private readonly Graph? _floatGraph;
    private readonly DeviceCases _cases;
    private readonly Dictionary<string, Tensor> _floatTensors;
    private readonly Dictionary<string, ChannelMap> _maps;

    private ManagedRun(ImportedModel imported, PlannedModel planned, DeviceCases cases)
    {
        _planned = planned;
        _cases = cases;
        _floatGraph = FloatGraphOf(imported, planned);
        _floatTensors = _floatGraph?.Tensors().Where(tensor => tensor is { IsConstant: false, Type: ElementType.Float32 })
            .ToDictionary(tensor => tensor.Name, StringComparer.Ordinal) ?? [];
        _maps = planned.Quantized.Repairs.Maps.ToDictionary(map => map.Tensor, StringComparer.Ordinal);
    }

    /// <summary>Outputs of the device in each case: bytes of each output.</summary>
    public required ImmutableArray<ImmutableArray<byte[]>> Outputs { get; init; }

    /// <summary>Outputs of the float graph in each case, reals in the file's order; empty where there is no float graph apart from the device's.</summary>
    public required ImmutableArray<ImmutableArray<double[]>> FloatOutputs { get; init; }

    /// <summary>For each node: squared signal and squared noise of its first result; a null where there is no float tensor.</summary>
    public required ImmutableArray<(double Signal, double Noise)?> Layers { get; init; }

    /// <summary>For each node its result by itself, from float operands; a null where that cannot be told. Over the first <see cref="IsolatedCases"/> cases.</summary>
    public ImmutableArray<LayerNoise?> Isolated { get; init; } = [];

    /// <summary>The float graph that a quantized one is compared with; null where the file is quantized or runs in float.</summary>
    public static Graph? FloatGraphOf(ImportedModel imported, PlannedModel planned)
    {
        bool wasFloat = imported.Graph.Tensors().All(tensor => tensor.IsConstant || tensor.Quantization is null);
        bool isQuantized = planned.Quantized.Graph.Tensors().Any(tensor => tensor is { IsConstant: false, Quantization: not null });
        return wasFloat && isQuantized ? imported.Graph : null;
    }

    /// <summary>Runs all cases.</summary>
    public static ManagedRun Execute(ImportedModel imported, PlannedModel planned, DeviceCases cases, CancellationToken cancellation)
    {
        var run = new ManagedRun(imported, planned, cases) { Outputs = [], FloatOutputs = [], Layers = [] };
        int count = cases.Device.Count;
        var outputs = new ImmutableArray<byte[]>[count];
        var floats = new ImmutableArray<double[]>[run._floatGraph is null ? 0 : count];
        var layers = new (double Signal, double Noise)?[Math.Min(count, LayerCases)][];
        var isolated = new LayerNoise?[Math.Min(count, IsolatedCases)][];
        var options = new ParallelOptions { CancellationToken = cancellation, MaxDegreeOfParallelism = Environment.ProcessorCount };
        Worker RunCase(int i, Worker worker)
        {
            outputs[i] = worker.RunDevice(i, cancellation);
            if (run._floatGraph is not null)
            {
                floats[i] = worker.RunFloat(i, cancellation);
                if (i < layers.Length)
                {
                    layers[i] = worker.CompareLayers();
                }

                if (i < isolated.Length)
                {
                    isolated[i] = worker.CompareIsolated();
                }
            }

            return worker;
        }

        if (planned.Plan.StateBytes > 0)
        {
            var only = new Worker(run);
            for (int i = 0; i < count; i++)
            {
                cancellation.ThrowIfCancellationRequested();
                RunCase(i, only);
            }
        }
        else
        {
            Parallel.For(0, count, options, () => new Worker(run), (i, _, worker) => RunCase(i, worker), _ => { });
        }

        return new ManagedRun(imported, planned, cases)
        {
            Outputs = [.. outputs],
            FloatOutputs = [.. floats],
            Layers = run._floatGraph is null ? [.. planned.Quantized.Graph.Nodes.Select(_ => ((double, double)?)null)] : Sum(layers),
            Isolated = run._floatGraph is null
                ? [.. planned.Quantized.Graph.Nodes.Select(_ => (LayerNoise?)null)]
                : [.. planned.Quantized.Graph.Nodes.Select((_, node) => isolated.Select(layers => layers[node])
                    .Aggregate((LayerNoise?)null, (sum, one) => one is { } noise ? (sum ?? default).Plus(noise) : sum))],
        };
    }

    /// <summary>The arena after each step of the first case.</summary>
    public static IEnumerable<byte[]> Trace(PlannedModel planned, DeviceCases cases, CancellationToken cancellation)
    {
        var snapshots = new List<byte[]>();
        var executor = new ArenaExecutor(planned.Quantized.Graph, planned.Plan);
        SetInputs(executor, cases.Device[0]);
        executor.AfterStep = _ => snapshots.Add(executor.Arena.ToArray());
        executor.Run(cancellation);
        return snapshots;
    }

    private static void SetInputs(Executor executor, ImmutableArray<ReadOnlyMemory<byte>> inputs)
    {
        for (int i = 0; i < inputs.Length; i++)
        {
            executor.SetInput(i, inputs[i].Span);
        }
    }

    private static ImmutableArray<(double Signal, double Noise)?> Sum((double Signal, double Noise)?[][] cases)
    {
        var sums = new (double Signal, double Noise)?[cases[0].Length];
        foreach ((double Signal, double Noise)?[] layers in cases)
        {
            for (int i = 0; i < sums.Length; i++)
            {
                if (layers[i] is { } layer)
                {
                    (double signal, double noise) = sums[i] ?? default;
                    sums[i] = (signal + layer.Signal, noise + layer.Noise);
                }
            }
        }

        return [.. sums];
    }

    /// <summary>One thread's executors.</summary>
    private sealed class Worker
    {
        private readonly ManagedRun _run;
        private readonly ArenaExecutor _device;
        private readonly GraphExecutor? _float;
        private IsolatedLayers? _isolated;
        private readonly Dictionary<Tensor, byte[]> _results = new(ReferenceEqualityComparer.Instance);
        private bool _keepResults;

        public Worker(ManagedRun run)
        {
            _run = run;
            _device = new ArenaExecutor(run._planned.Quantized.Graph, run._planned.Plan, poisonDeadBytes: true);
            _float = run._floatGraph is null ? null : new GraphExecutor(run._floatGraph);
            var wanted = new HashSet<Tensor>(run._planned.Quantized.Graph.Nodes.Select(node => node.Output), ReferenceEqualityComparer.Instance);
            _device.Observer = (tensor, bytes) =>
            {
                if (_keepResults && wanted.Contains(tensor))
                {
                    _results[tensor] = bytes.ToArray();
                }
            };
        }

        public ImmutableArray<byte[]> RunDevice(int index, CancellationToken cancellation)
        {
            _keepResults = _float is not null && index < LayerCases;
            SetInputs(_device, _run._cases.Device[index]);
            _device.Run(cancellation);
            return [.. Enumerable.Range(0, _device.Graph.Outputs.Count).Select(i => _device.Output(i).ToArray())];
        }

        public ImmutableArray<double[]> RunFloat(int index, CancellationToken cancellation)
        {
            SetInputs(_float!, _run._cases.File[index].Inputs);
            _float!.Run(cancellation);
            return [.. _float.Graph.Outputs.Select((tensor, i) => BorderValues.Decode(_float.Output(i), tensor, []))];
        }

        public (double Signal, double Noise)?[] CompareLayers() =>
            [.. _run._planned.Quantized.Graph.Nodes.Select(node => CompareLayer(node.Output))];

        public LayerNoise?[] CompareIsolated() =>
            (_isolated ??= new IsolatedLayers(_run._planned.Quantized.Graph, _float!, _run._floatTensors, _run._maps)).Compare();

        private (double Signal, double Noise)? CompareLayer(Tensor tensor)
        {
            if (tensor.Quantization is not { IsPerChannel: false } || !_run._floatTensors.TryGetValue(QuantizedNames.Original(tensor.Name), out Tensor? original)
                || original.Shape.ElementCount != tensor.Shape.ElementCount)
            {
                return null;
            }

            ReadOnlySpan<float> expected = MemoryMarshal.Cast<byte, float>(_float!.Value(original));
            double[] actual = BorderValues.Decode(_results[tensor], tensor, []);
            double signal = 0;
            double noise = 0;
            ChannelMap? map = _run._maps.GetValueOrDefault(original.Name);
            for (int i = 0; i < actual.Length; i++)
            {
                double difference = expected[i] - (map?.ToModel(actual[i], i) ?? actual[i]);
                signal += (double)expected[i] * expected[i];
                noise += difference * difference;
            }

            return (signal, noise);
        }
    }
}
