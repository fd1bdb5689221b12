using EdgeAI.Compiler.Data;
using EdgeAI.Compiler.Diagnostics;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Noise;
using EdgeAI.Compiler.Operators;
using EdgeAI.Compiler.Quantization;
using EdgeAI.Compiler.Settings;

namespace EdgeAI.Compiler.Pipeline;

/// <summary>
/// The inputs on which a choice of types is judged: the test data where they are given, with their labels, because limits are judged on them; else the
/// calibration data; else synthetic inputs.
/// </summary>
/// <param name="Cases">In the order of axes of the device.</param>
/// <param name="Name">What they are, for the report.</param>
internal sealed record JudgingCases(IReadOnlyList<TestCase> Cases, string Name)
{
    /// <summary>Disturbed test data for each limit in noise and each noise that has its ratio; empty without labels.</summary>
    public IReadOnlyList<NoisyCases> Noisy { get; init; } = [];

    private const int SyntheticCases = 8;

    /// <summary>Reads them. Throws <see cref="DiagnosticException"/> for data that do not fit.</summary>
    public static JudgingCases Load(Graph graph, BorderLayouts border, ModelSettings settings)
    {
        Tensor[] inputs = [.. graph.Inputs.Select((tensor, i) => InFile(tensor, border.InputPermutations[i]))];
        Tensor[] outputs = [.. graph.Outputs.Select((tensor, i) => InFile(tensor, border.OutputPermutations[i]))];
        if (settings.TestData is not null)
        {
            IReadOnlyList<TestCase> cases = LabelledCases.Read(settings, inputs, outputs, []);
            return new(OnDevice(cases, inputs, border), $"{cases.Count} test inputs") { Noisy = Disturbed(cases, graph, inputs, border, settings) };
        }

        if (settings.CalibrationData is { } calibration)
        {
            (IReadOnlyList<TestCase> cases, _) = SampleReader.ReadEvenly(
                "CalibrationData", calibration, settings.Display(calibration), inputs, outputs, settings.ImageNormalization, SampleLimit.Calibration);
            return new([.. OnDevice(cases, inputs, border).Select(one => one with { Label = null })], $"{cases.Count} calibration inputs");
        }

        return new(SyntheticInputs.Make(graph, SyntheticCases), $"{SyntheticCases} synthetic inputs");
    }

    private static IReadOnlyList<NoisyCases> Disturbed(
        IReadOnlyList<TestCase> cases, Graph graph, Tensor[] inputs, BorderLayouts border, ModelSettings settings)
    {
        if (!inputs.Any(Disturbance.Touches) || cases.Any(test => test.Label is null))
        {
            return [];
        }

        bool hasStates = graph.Nodes.Any(node => OperatorCatalog.Of(node).StateUse != StateUse.None);
        IReadOnlyList<TestCase> some = NoiseCases.Bounded(cases, graph, settings.Noise.Sum(noise => noise.Levels.Length), hasStates);
        return
        [
            .. from limit in settings.Budgets.MinAccuracyAtSnr
               from noise in settings.Noise
               where noise.IsBySnr && noise.Levels.Contains(limit.SnrDb)
               let disturbance = Disturbance.Open(noise, inputs, cases, settings.TestData, settings.Display, [])
               select new NoisyCases(limit, noise.Name, OnDevice([.. some.Select(test => disturbance.Apply(test, limit.SnrDb))], inputs, border)),
        ];
    }

    private static IReadOnlyList<TestCase> OnDevice(IReadOnlyList<TestCase> cases, Tensor[] inputs, BorderLayouts border) =>
        [.. cases.Select(test => test with { Inputs = BorderValues.Permuted(test.Inputs, inputs, border.InputPermutations) })];

    /// <summary>The file's tensor: axis permutation[i] of it is axis i of the device's.</summary>
    private static Tensor InFile(Tensor tensor, IReadOnlyList<int> permutation)
    {
        int[] extents = [.. tensor.Shape.Extents];
        for (int axis = 0; axis < permutation.Count; axis++)
        {
            extents[permutation[axis]] = tensor.Shape[axis];
        }

        return new Tensor(tensor.Name, tensor.Type, new Shape(extents));
    }
}

/// <summary>Disturbed test data on which a limit must be kept.</summary>
/// <param name="Limit">The ratio and the least accuracy there.</param>
/// <param name="Noise">The EdgeAINoise item.</param>
/// <param name="Cases">In the order of axes of the device.</param>
internal sealed record NoisyCases(AccuracyAtSnr Limit, string Noise, IReadOnlyList<TestCase> Cases);
