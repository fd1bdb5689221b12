using EdgeAI.Compiler.Data;
using EdgeAI.Compiler.Execution;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators;

namespace EdgeAI.Compiler.Pipeline;

/// <summary>
/// Measures how near the outputs of quantized graphs are to those of the float graph, by the figures of the simulation: the ratio of signal to noise over all
/// outputs and cases, and top-1 accuracy.
/// <list type="bullet">
/// <item>Cases are taken in the order of the noise that a coarse graph leaves in them, the worst first, so that what does not keep a limit is soon known. Models
/// with states keep the order that was given.</item>
/// <item>Of many cases the worst few stand for all: their noise counts as many times as the coarse graph's noise in all is that in them, and classes are
/// taken to change in no other.</item>
/// </list>
/// </summary>
internal sealed class QualityMeasurement
{
    private readonly BorderLayouts _border;
    private readonly CancellationToken _cancellation;
    private readonly Judged[] _cases;
    private readonly double _signal;
    private readonly double _noiseFactor;
    private readonly int _rightElsewhere;
    private readonly int _count;
    private readonly bool _isLabelled;
    private readonly bool _hasState;

    /// <summary>Runs the float graph and the coarse one on all cases.</summary>
    public QualityMeasurement(Graph exact, Graph coarse, IReadOnlyList<TestCase> cases, BorderLayouts border, CancellationToken cancellation)
    {
        (_border, _cancellation, _count, _noiseFactor) = (border, cancellation, cases.Count, 1);
        _isLabelled = cases.All(test => test.Label is not null);
        _hasState = exact.Nodes.Any(node => OperatorCatalog.Of(node).StateUse != StateUse.None);
        var judged = new Judged[cases.Count];
        Judged[] empty = [.. cases.Select(test => new Judged(test, [], 0, false))];
        Run(exact, empty, (c, outputs) =>
        {
            judged[c] = new Judged(cases[c], outputs, 0, cases[c].Label == TopClass.Of(outputs[0]));
            return true;
        });
        foreach (Judged one in judged)
        {
            _signal += one.Exact.Sum(output => output.Sum(value => value * value));
        }

        Run(coarse, judged, (c, outputs) =>
        {
            judged[c] = judged[c] with { CoarseNoise = NoiseOf(judged[c], outputs) };
            return true;
        });
        _cases = _hasState ? judged : [.. judged.OrderByDescending(one => one.CoarseNoise)];
    }

    private QualityMeasurement(QualityMeasurement all, int count)
    {
        (_border, _cancellation, _count, _signal, _isLabelled, _hasState) = (all._border, all._cancellation, all._count, all._signal, all._isLabelled, all._hasState);
        _cases = all._cases[..count];
        double here = _cases.Sum(one => one.CoarseNoise);
        _noiseFactor = here > 0 ? all._cases.Sum(one => one.CoarseNoise) / here : 1;
        _rightElsewhere = all._cases[count..].Count(one => one.IsRight);
    }

    /// <summary>The cases with most noise, which stand for all; all where they are no more than that, or follow one another.</summary>
    public QualityMeasurement Worst(int count) => _hasState || count >= _cases.Length ? this : new QualityMeasurement(this, count);

    /// <summary>Whether a graph keeps the limits; runs no more cases than that takes.</summary>
    public bool Holds(Graph graph, QualityLimits limits)
    {
        int floatRight = _rightElsewhere + _cases.Count(one => one.IsRight);
        double mostNoise = limits.MinSqnrDb is { } db ? _signal / PortableMath.Pow(10, db / 10) / _noiseFactor : double.PositiveInfinity;
        double leastRight = Math.Max((floatRight - ((limits.MaxDrop ?? _count) * _count)), (limits.MinAccuracy ?? 0) * _count) - 1e-6;
        double mostWrong = _isLabelled ? _cases.Length + _rightElsewhere - leastRight : double.PositiveInfinity;
        double[] noise = new double[_cases.Length];
        bool[] isRight = new bool[_cases.Length];
        double[] noiseOf = new double[2];
        int[] wrongOf = new int[2];
        bool ended = Run(graph, _cases, (c, outputs) =>
        {
            noise[c] = NoiseOf(_cases[c], outputs);
            isRight[c] = _cases[c].Test.Label == TopClass.Of(outputs[0]);

            // Each half tells for itself what is past a limit for both: a part is never more than the whole.
            noiseOf[c % 2] += noise[c];
            wrongOf[c % 2] += isRight[c] ? 0 : 1;
            return noiseOf[c % 2] <= mostNoise * 1.0001 && wrongOf[c % 2] <= mostWrong;
        });
        return ended && noise.Sum() <= mostNoise && (!_isLabelled || _rightElsewhere + isRight.Count(right => right) >= leastRight);
    }

    /// <summary>The figures of a graph on all cases; of a part of them they are estimates.</summary>
    public (double SqnrDb, double? Accuracy, double? FloatAccuracy) Measure(Graph graph)
    {
        double[] noise = new double[_cases.Length];
        bool[] isRight = new bool[_cases.Length];
        Run(graph, _cases, (c, outputs) =>
        {
            noise[c] = NoiseOf(_cases[c], outputs);
            isRight[c] = _cases[c].Test.Label == TopClass.Of(outputs[0]);
            return true;
        });
        double sum = noise.Sum() * _noiseFactor;
        double sqnrDb = sum == 0 ? double.PositiveInfinity : _signal == 0 ? double.NegativeInfinity
            : 10 * PortableMath.Log(_signal / sum) / PortableMath.Log(10);
        return !_isLabelled ? (sqnrDb, null, null) : (
            sqnrDb, (_rightElsewhere + isRight.Count(right => right)) / (double)_count, (_rightElsewhere + _cases.Count(one => one.IsRight)) / (double)_count);
    }

    private static double NoiseOf(Judged one, double[][] outputs)
    {
        double noise = 0;
        for (int o = 0; o < outputs.Length; o++)
        {
            for (int i = 0; i < outputs[o].Length; i++)
            {
                double error = one.Exact[o][i] - outputs[o][i];
                noise += error * error;
            }
        }

        return noise;
    }

    /// <summary>
    /// Hands over outputs in reals, in the file's order of axes, until told to stop; false when it was. Even and odd cases have an executor each, or, with
    /// states, all have one.
    /// </summary>
    private bool Run(Graph graph, Judged[] cases, Func<int, double[][], bool> take)
    {
        bool stopped = false;
        int step = _hasState ? 1 : 2;
        Parallel.For(0, step, new ParallelOptions { CancellationToken = _cancellation }, first =>
        {
            var executor = new GraphExecutor(graph);
            for (int c = first; c < cases.Length && !Volatile.Read(ref stopped); c += step)
            {
                for (int i = 0; i < graph.Inputs.Count; i++)
                {
                    executor.SetInput(i, cases[c].Test.Inputs[i].Span);
                }

                executor.Run(_cancellation);
                if (!take(c, [.. graph.Outputs.Select((tensor, o) => BorderValues.Decode(executor.Output(o), tensor, _border.OutputPermutations[o]))]))
                {
                    Volatile.Write(ref stopped, true);
                }
            }
        });
        return !stopped;
    }

    /// <summary>A case with the float graph's outputs.</summary>
    private sealed record Judged(TestCase Test, double[][] Exact, double CoarseNoise, bool IsRight);
}
