using EdgeAI.Compiler.Data;
using EdgeAI.Compiler.Diagnostics;
using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Quantization;

/// <summary>
/// The way to find each tensor's range that leaves the least noise at the outputs.
/// <list type="bullet">
/// <item>Every set of tensors that share parameters begins with its extremes; what its rounding, alone in a float graph, leaves at the outputs
/// is measured for every method in every fold.</item>
/// <item>Room for values to come (<see cref="RangeTail"/>) is given where it costs next to nothing, the cheapest first, up to
/// <see cref="MostRoom"/> of the noise of all sets: calibration data hold few of the values that it is for.</item>
/// <item>Another method, which clips or leaves more room, is taken where it leaves at most half the noise in every fold, and gains at least
/// <see cref="LeastPart"/> of the noise of all sets: clipping that fits few data is worse on others. It stands if the int8 graph's outputs gain by it.</item>
/// <item>Where all methods would take more than <see cref="MostWork"/> multiplications a fold (<see cref="RunWork"/>), the tail and one clipping method are tried, on
/// fewer cases; where that is still too much, none. Rounds of a loop are chosen for together where there are too many to try each by itself.</item>
/// <item>int16 has bits to spare: every set takes its extremes, and <see cref="SharedRanges"/> as much again for values to come.</item>
/// </list>
/// </summary>
internal sealed class RangeChoice
{
    private const double LeastGainDb = 0.1;
    private const double MostNoise = 0.5;
    private const double LeastPart = 0.05;
    private const double MostRoom = 0.02;
    private const long MostWork = 12_000_000_000;
    private readonly IReadOnlyList<(Graph Graph, Fold Fold)> _trials;
    private readonly IReadOnlyList<IReadOnlyDictionary<Tensor, ActivationRange[]>> _candidates;
    private readonly CancellationToken _cancellation;
    private readonly long _work;
    private readonly ElementType _type;
    private Dictionary<string, int> _methods;

    /// <summary>Calibrates each fold's graph on its first part and makes the choice. The graphs have the same tensors by name.</summary>
    public RangeChoice(IReadOnlyList<(Graph Graph, Fold Fold)> trials, ElementType type, CancellationToken cancellation)
    {
        _type = type;
        _trials = trials;
        _cancellation = cancellation;
        _work = RunWork.Of(trials[0].Graph);
        var candidates = new IReadOnlyDictionary<Tensor, ActivationRange[]>[trials.Count];
        try
        {
            Parallel.For(0, trials.Count, new ParallelOptions { CancellationToken = cancellation },
                trial => candidates[trial] = ActivationCalibrator.Run(trials[trial].Graph, trials[trial].Fold.Fit, cancellation));
        }
        catch (AggregateException several) when (several.InnerExceptions.OfType<DiagnosticException>().FirstOrDefault() is { } told)
        {
            // Each fold finds the same fault; one tells it.
            throw new DiagnosticException(told.Diagnostics);
        }

        _candidates = candidates;
        _methods = _candidates[0].Keys.ToDictionary(tensor => tensor.Name, _ => 0, StringComparer.Ordinal);
        if (type == ElementType.Int16)
        {
            SqnrDb = Measure();
            return;
        }

        (string[][] sets, double[][][] noise) = MeasureEach();
        GiveRoom(sets, noise);
        SqnrDb = Measure();
        Dictionary<string, int> whole = _methods;
        _methods = Others(sets, noise);
        if (_methods.Any(pair => pair.Value != whole[pair.Key]) && Measure() is double sqnrDb && sqnrDb > SqnrDb + LeastGainDb)
        {
            SqnrDb = sqnrDb;
        }
        else
        {
            _methods = whole;
        }
    }

    /// <summary>The outputs' signal-to-noise ratio with the choice, meaned over folds.</summary>
    public double SqnrDb { get; }

    /// <summary>The chosen method, an index into <see cref="ActivationRange.Methods"/>, by tensor name.</summary>
    public IReadOnlyDictionary<string, int> Methods => _methods;

    /// <summary>The folds with their float graphs.</summary>
    public IReadOnlyList<(Graph Graph, Fold Fold)> Trials => _trials;

    /// <summary>A fold's integer graph, from its first part alone.</summary>
    public Graph Build(int trial) => IntegerGraphBuilder.Build(_trials[trial].Graph, Ranges(trial), []);

    /// <summary>Ranges that the given methods find on the cases.</summary>
    public static SharedRanges Ranges(
        Graph graph, IReadOnlyList<TestCase> cases, IReadOnlyDictionary<string, int> methods, ElementType type,
        CancellationToken cancellation) => new(graph, ActivationCalibrator.Run(graph, cases, methods, cancellation), type);

    private SharedRanges Ranges(int trial) =>
        new(_trials[trial].Graph, _candidates[trial].ToDictionary<KeyValuePair<Tensor, ActivationRange[]>, Tensor, ActivationRange>(
            pair => pair.Key, pair => pair.Value[_methods[pair.Key.Name]], ReferenceEqualityComparer.Instance), _type);

    private double Measure()
    {
        double sum = 0;
        for (int trial = 0; trial < _trials.Count; trial++)
        {
            _cancellation.ThrowIfCancellationRequested();
            sum += _trials[trial].Fold.Probe.SqnrDb(Build(trial), _cancellation);
        }

        return sum / _trials.Count;
    }

    private void GiveRoom(string[][] sets, double[][][] noise)
    {
        double left = MostRoom * noise.Sum(trial => trial.Sum(methods => methods[0]));
        foreach ((string[] names, double cost) in sets
            .Select((names, set) => (names, Cost: noise.Sum(trial => trial[set][ActivationRange.Tail] - trial[set][0]))).OrderBy(set => set.Cost))
        {
            left -= Math.Max(0, cost);
            if (left < 0)
            {
                return;
            }

            foreach (string name in names)
            {
                _methods[name] = ActivationRange.Tail;
            }
        }
    }

    private Dictionary<string, int> Others(string[][] sets, double[][][] noise)
    {
        double whole = noise.Sum(trial => trial.Sum(methods => methods[0]));
        var chosen = new Dictionary<string, int>(_methods, StringComparer.Ordinal);
        for (int set = 0; set < sets.Length; set++)
        {
            double extremes = noise.Sum(trial => trial[set][0]);
            double least = extremes - (whole * LeastPart);
            for (int method = 1; method < ActivationRange.Methods.Count; method++)
            {
                double sum = noise.Sum(trial => trial[set][method]);
                if (sum < least && noise.All(trial => trial[set][method] <= MostNoise * trial[set][0]))
                {
                    least = sum;
                    foreach (string name in sets[set])
                    {
                        chosen[name] = method;
                    }
                }
            }
        }

        return chosen;
    }

    /// <summary>The sets of tensors that share a calibrated range, by name, and the noise of each by fold, set and method.</summary>
    private (string[][] Sets, double[][][] Noise) MeasureEach()
    {
        string[][][] names = new string[_trials.Count][][];
        double[][][] noise = new double[_trials.Count][][];
        Parallel.For(0, _trials.Count, new ParallelOptions { CancellationToken = _cancellation }, trial => (names[trial], noise[trial]) = MeasureEach(trial));
        return (names[^1], noise);
    }

    private (string[][] Sets, double[][] Noise) MeasureEach(int trial)
    {
        (Graph graph, Fold fold) = _trials[trial];
        SharedRanges shared = Ranges(trial);
        IReadOnlyDictionary<Tensor, ActivationRange[]> candidates = _candidates[trial];
        RoundedSet[] sets =
        [
            .. candidates.Keys.GroupBy<Tensor, Tensor>(shared.GroupOf, ReferenceEqualityComparer.Instance).Where(set => !shared.IsFixed(set.Key))
                .Select(set => new RoundedSet(new SharingTensors([.. set],
                    [.. ActivationRange.Methods.Select((_, method) => set.Select(tensor => candidates[tensor][method]).Aggregate((a, b) => a.Union(b)).ToInt8())]))),
        ];

        // Judged without the values, so that every fold comes to the same sets.
        if (WorkOfRun * 3 * sets.Length > MostWork)
        {
            sets = RoundedSet.Together(sets, graph);
        }

        int cases = fold.Probe.CaseCount;
        if (Work(cases) > MostWork)
        {
            sets = [.. sets.Select(set => set.With(method => method == ActivationRange.Compromise || method == ActivationRange.Tail ? method : 0))];
            cases = (int)Math.Clamp(MostWork / Math.Max(1, Work(1)), 1, cases);
            sets = Work(1) > MostWork ? [.. sets.Select(set => set.With(_ => 0))] : sets;
        }

        double[][] measured = sets.Any(set => set.Different.Count > 1)
            ? new IsolatedNoise(graph, fold.Probe).Measure(sets, cases, _cancellation)
            : [.. sets.Select(_ => new double[ActivationRange.Methods.Count])];
        return ([.. sets.Select(set => set.Tensors.Select(tensor => tensor.Name).ToArray())], measured);

        long Work(int count) => WorkOfRun * count * sets.Sum(set => (long)set.Different.Count);
    }

    /// <summary>From where a set is made to the end: half the graph, in the mean.</summary>
    private long WorkOfRun => _work / 2;
}
