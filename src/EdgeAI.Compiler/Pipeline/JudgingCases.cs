using EdgeAI.Compiler.Data;
using EdgeAI.Compiler.Diagnostics;
using EdgeAI.Compiler.Model;
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
    private const int SyntheticCases = 8;

    /// <summary>Reads them. Throws <see cref="DiagnosticException"/> for data that do not fit.</summary>
    public static JudgingCases Load(Graph graph, BorderLayouts border, ModelSettings settings)
    {
        Tensor[] inputs = [.. graph.Inputs.Select((tensor, i) => InFile(tensor, border.InputPermutations[i]))];
        Tensor[] outputs = [.. graph.Outputs.Select((tensor, i) => InFile(tensor, border.OutputPermutations[i]))];
        if (settings.TestData is not null)
        {
            IReadOnlyList<TestCase> cases = LabelledCases.Read(settings, inputs, outputs, []);
            return new(OnDevice(cases, inputs, border), $"{cases.Count} test inputs");
        }

        if (settings.CalibrationData is { } calibration)
        {
            (IReadOnlyList<TestCase> cases, _) = SampleReader.ReadEvenly(
                "CalibrationData", calibration, settings.Display(calibration), inputs, outputs, settings.ImageNormalization, SampleLimit.Calibration);
            return new([.. OnDevice(cases, inputs, border).Select(one => one with { Label = null })], $"{cases.Count} calibration inputs");
        }

        return new(SyntheticInputs.Make(graph, SyntheticCases), $"{SyntheticCases} synthetic inputs");
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
