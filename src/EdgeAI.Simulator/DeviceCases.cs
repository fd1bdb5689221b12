using System.Collections.Immutable;
using EdgeAI.Compiler.Data;
using EdgeAI.Compiler.Diagnostics;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Pipeline;
using EdgeAI.Compiler.Quantization;
using EdgeAI.Compiler.Settings;

namespace EdgeAI.Simulator;

/// <summary>The test cases of a model, as the file's float graph takes them and as the device takes them.</summary>
/// <param name="File">In the model file's order and type.</param>
/// <param name="Device">For each case the bytes of each device input.</param>
/// <param name="AreReal">False when the inputs are synthetic.</param>
internal sealed record DeviceCases(
    IReadOnlyList<TestCase> File, IReadOnlyList<ImmutableArray<ReadOnlyMemory<byte>>> Device, bool AreReal)
{
    private const int SyntheticCases = 4;

    /// <summary>Reads the user's test data, or makes synthetic inputs.</summary>
    public static DeviceCases Load(
        ImportedModel imported, QuantizedModel quantized, ModelSettings settings, ICollection<Diagnostic> diagnostics)
    {
        Tensor[] inputs = [.. imported.Graph.Inputs];
        Tensor[] outputs = [.. imported.Graph.Outputs];
        IReadOnlyList<TestCase> cases;
        if (settings.TestData is not null)
        {
            cases = LabelledCases.Read(settings, inputs, outputs, diagnostics);
        }
        else if (settings.TestLabels is not null)
        {
            throw DiagnosticCatalog.LabelsWithoutData.Throw(null, settings.Name);
        }
        else
        {
            cases = SyntheticInputs.Make(imported.Graph, SyntheticCases);
            diagnostics.Add(DiagnosticCatalog.NoTestData.With(null, settings.Name, SyntheticCases));
        }

        var device = new ImmutableArray<ReadOnlyMemory<byte>>[cases.Count];
        for (int i = 0; i < device.Length; i++)
        {
            device[i] =
            [
                .. cases[i].Inputs.Select((bytes, input) => BorderValues.Encode(
                    bytes, inputs[input], quantized.Graph.Inputs[input], quantized.Border.InputPermutations[input])),
            ];
        }

        return new DeviceCases(cases, device, settings.TestData is not null);
    }
}
