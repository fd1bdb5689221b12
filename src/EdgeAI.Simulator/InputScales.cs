using EdgeAI.Compiler.Data;
using EdgeAI.Compiler.Diagnostics;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Pipeline;
using EdgeAI.Compiler.Settings;

namespace EdgeAI.Simulator;

/// <summary>
/// Whether test data are scaled as calibration data were: a model calibrated on bytes and run on values from 0 to 1 sees nearly one integer alone.
/// The largest magnitudes are compared; a factor of <see cref="MostFactor"/> is more than honest samples differ by, and less than mistaken scales do (127, 255, 1000).
/// </summary>
internal static class InputScales
{
    private const double MostFactor = 16;
    private const int FewestCases = 4;

    /// <summary>Warns of each float input whose test data are on another scale than the range that calibration gave it; nothing without data of both kinds.</summary>
    public static void Check(ImportedModel imported, QuantizedModel quantized, DeviceCases cases, ModelSettings settings, ICollection<Diagnostic> diagnostics)
    {
        if (settings.CalibrationData is not { } calibration || settings.TestData is not { } tests || cases.File.Count < FewestCases
            || quantized.Scheme is not (nameof(QuantizationScheme.Int8) or nameof(QuantizationScheme.Int16x8) or nameof(QuantizationScheme.Auto)))
        {
            return;
        }

        for (int i = 0; i < imported.Graph.Inputs.Count; i++)
        {
            if (imported.Graph.Inputs[i].Type == ElementType.Float32 && Calibrated(quantized.Graph, quantized.Graph.Inputs[i]) is { } range
                && Tested(cases.File, i) is { } largest && (largest > range * MostFactor || largest * MostFactor < range))
            {
                diagnostics.Add(DiagnosticCatalog.TestScaleDiffers.With(
                    null, imported.Graph.Inputs[i].Name, settings.Name, largest, settings.Display(tests), range, settings.Display(calibration)));
            }
        }
    }

    /// <summary>The largest magnitude of the test data; null where all values are one.</summary>
    private static float? Tested(IReadOnlyList<TestCase> cases, int input)
    {
        float low = float.PositiveInfinity;
        float high = float.NegativeInfinity;
        foreach (TestCase test in cases)
        {
            foreach (float value in BorderValues.Singles(test.Inputs[input]))
            {
                low = Math.Min(low, value);
                high = Math.Max(high, value);
            }
        }

        return low < high ? Math.Max(-low, high) : null;
    }

    /// <summary>The largest real that the integers of an input hold; null where it is not quantized before something computes with it.</summary>
    private static float? Calibrated(Graph graph, Tensor input)
    {
        if (input.Quantization is { } own)
        {
            return Largest(input.Type, own);
        }

        float? largest = null;
        foreach (Node node in graph.Nodes.Where(node => node.Inputs.Contains(input)))
        {
            float? behind = node.Operator is "Quantize" or "Transpose" or "Reshape" ? Calibrated(graph, node.Output) : null;
            largest = largest is null || behind > largest ? behind : largest;
        }

        return largest;
    }

    private static float? Largest(ElementType type, QuantizationParameters parameters) => type switch
    {
        ElementType.Int8 => parameters.Scale * Math.Max(128 + parameters.ZeroPoint, 127 - parameters.ZeroPoint),
        ElementType.UInt8 => parameters.Scale * Math.Max(parameters.ZeroPoint, 255 - parameters.ZeroPoint),
        ElementType.Int16 => parameters.Scale * short.MaxValue,
        _ => null,
    };
}
