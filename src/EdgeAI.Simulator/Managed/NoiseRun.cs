using System.Collections.Immutable;
using EdgeAI.Compiler.Data;
using EdgeAI.Compiler.Diagnostics;
using EdgeAI.Compiler.Execution;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Noise;
using EdgeAI.Compiler.Operators;
using EdgeAI.Compiler.Pipeline;
using EdgeAI.Compiler.Settings;

namespace EdgeAI.Simulator.Managed;

/// <summary>
/// The model on disturbed test data: accuracy and noise of the outputs at each level of each EdgeAINoise item.
/// <list type="bullet">
/// <item>The float graph and the graph that runs take the same disturbed inputs; both are compared with the float graph on the clean ones.</item>
/// <item>The number of cases is bounded (<see cref="NoiseCases"/>) and told.</item>
/// <item>Cases are shared out over the processors; sums are added in the order of cases.</item>
/// </list>
/// </summary>
internal sealed class NoiseRun
{
    private readonly QuantizedModel _quantized;
    private readonly Graph? _float;
    private readonly Graph _file;
    private readonly IReadOnlyList<TestCase> _cases;
    private readonly bool _hasStates;

    private NoiseRun(ImportedModel imported, PlannedModel planned, Graph? floatGraph, IReadOnlyList<TestCase> cases)
    {
        _quantized = planned.Quantized;
        _float = floatGraph;
        _file = imported.Graph;
        _cases = cases;
        _hasStates = planned.Plan.StateBytes > 0;
    }

    /// <summary>The curves, in the order of the items; empty without items or real test data.</summary>
    public static ImmutableArray<NoiseCurve> Execute(SimulationRequest request, DeviceCases cases, ICollection<Diagnostic> diagnostics, CancellationToken cancellation)
    {
        ModelSettings settings = request.Settings;
        Tensor[] inputs = [.. request.Imported.Graph.Inputs];
        if (settings.Noise.IsEmpty || !cases.AreReal)
        {
            return [];
        }

        if (!inputs.Any(Disturbance.Touches))
        {
            diagnostics.Add(DiagnosticCatalog.NoiseWithoutSignal.With(null, settings.Name, string.Join(", ", inputs.Select(input => input.Name))));
            return [];
        }

        request.Tell("runs in noise");
        Graph? floatGraph = ManagedRun.FloatGraphOf(request.Imported, request.Planned);
        int levels = settings.Noise.Sum(noise => noise.Levels.Length);
        bool hasStates = request.Planned.Plan.StateBytes > 0;
        var run = new NoiseRun(request.Imported, request.Planned, floatGraph, NoiseCases.Bounded(cases.File, request.Imported.Graph, levels, hasStates));
        Outcome[] clean = run.Run(run._cases, cancellation);
        return
        [
            .. settings.Noise.Select(noise =>
            {
                var disturbance = Disturbance.Open(noise, inputs, cases.File, settings.TestData, settings.Display, diagnostics);
                return new NoiseCurve(
                    noise.Name, noise.Kind.ToString(), noise.IsBySnr, run._cases.Count,
                    [.. noise.Levels.Select(level => run.Point(level, disturbance, clean, cancellation))]);
            }),
        ];
    }

    private NoisePoint Point(double level, Disturbance disturbance, Outcome[] clean, CancellationToken cancellation)
    {
        Outcome[] noisy = Run([.. _cases.Select(test => disturbance.Apply(test, level))], cancellation);
        int labelled = _cases.Count(test => test.Label is not null);
        double? Share(Func<Outcome, double[][]?> outputs) => labelled == 0 || outputs(noisy[0]) is null ? null
            : (double)_cases.Where((test, i) => test.Label is { } label && TopClass.Of(outputs(noisy[i])![0]) == label).Count() / labelled;
        double? Ratio(Func<int, double[][]?> wanted, Func<int, double[][]?> outputs)
        {
            double signal = 0;
            double noise = 0;
            for (int i = 0; i < noisy.Length; i++)
            {
                if (wanted(i) is not { } exact || outputs(i) is not { } made)
                {
                    return null;
                }

                for (int o = 0; o < made.Length; o++)
                {
                    for (int element = 0; element < made[o].Length; element++)
                    {
                        double difference = exact[o][element] - made[o][element];
                        signal += exact[o][element] * exact[o][element];
                        noise += difference * difference;
                    }
                }
            }

            return Accuracy.Decibels(signal, noise);
        }

        double[][]? Reference(int i) => clean[i].Float ?? clean[i].Device;
        return new NoisePoint(level, Share(outcome => outcome.Float), Share(outcome => outcome.Device))
        {
            SqnrDb = Ratio(i => noisy[i].Float, i => noisy[i].Device),
            FloatOutputDb = Ratio(Reference, i => noisy[i].Float),
            QuantizedOutputDb = Ratio(Reference, i => noisy[i].Device),
        };
    }

    /// <summary>Reals of all outputs by case. A model with states runs the cases one after another.</summary>
    private Outcome[] Run(IReadOnlyList<TestCase> cases, CancellationToken cancellation)
    {
        var outcomes = new Outcome[cases.Count];
        if (_hasStates)
        {
            var only = new Worker(this);
            for (int i = 0; i < outcomes.Length; i++)
            {
                outcomes[i] = only.Run(cases[i], cancellation);
            }
        }
        else
        {
            var options = new ParallelOptions { CancellationToken = cancellation, MaxDegreeOfParallelism = Environment.ProcessorCount };
            Parallel.For(0, outcomes.Length, options, () => new Worker(this), (i, _, worker) =>
            {
                outcomes[i] = worker.Run(cases[i], cancellation);
                return worker;
            }, _ => { });
        }

        return outcomes;
    }

    /// <summary>Outputs of the float graph, null where there is none, and of the graph that runs.</summary>
    private readonly record struct Outcome(double[][]? Float, double[][] Device);

    /// <summary>One thread's executors.</summary>
    private sealed class Worker(NoiseRun run)
    {
        private readonly GraphExecutor _device = new(run._quantized.Graph);
        private readonly GraphExecutor? _float = run._float is null ? null : new GraphExecutor(run._float);

        public Outcome Run(TestCase test, CancellationToken cancellation)
        {
            BorderLayouts border = run._quantized.Border;
            for (int i = 0; i < test.Inputs.Length; i++)
            {
                _device.SetInput(i, BorderValues.Encode(test.Inputs[i], run._file.Inputs[i], _device.Graph.Inputs[i], border.InputPermutations[i]).Span);
                _float?.SetInput(i, test.Inputs[i].Span);
            }

            _device.Run(cancellation);
            _float?.Run(cancellation);
            return new Outcome(
                _float?.Graph.Outputs.Select((tensor, i) => BorderValues.Decode(_float.Output(i), tensor, [])).ToArray(),
                [.. _device.Graph.Outputs.Select((tensor, i) => BorderValues.Decode(_device.Output(i), tensor, border.OutputPermutations[i]))]);
        }
    }
}
