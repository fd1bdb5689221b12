using EdgeAI.Compiler.Data;
using EdgeAI.Compiler.Diagnostics;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Settings;

namespace EdgeAI.Compiler.Pipeline;

/// <summary>The test data of a model with their labels: from TestLabels, from the data themselves, or from the folders in which samples lie.</summary>
public static class LabelledCases
{
    /// <summary>
    /// All cases of TestData, which is set. Throws <see cref="DiagnosticException"/> for data and labels that do not fit the model or each other.
    /// </summary>
    /// <param name="settings">The model's settings.</param>
    /// <param name="inputs">The model file's inputs.</param>
    /// <param name="outputs">Its outputs; the elements of the first are the classes.</param>
    /// <param name="diagnostics">Takes what is said about classes.</param>
    public static IReadOnlyList<TestCase> Read(
        ModelSettings settings, IReadOnlyList<Tensor> inputs, IReadOnlyList<Tensor> outputs, ICollection<Diagnostic> diagnostics)
    {
        string path = settings.TestData!;
        string display = settings.Display(path);
        (string Path, string Display)? labels = settings.TestLabels is { } file ? (file, settings.Display(file)) : null;
        IReadOnlyDictionary<string, int>? classes = inputs.Count == 1 && outputs.Count > 0
            ? ClassFolders.Find(path, display, labels, inputs[0], outputs[0], diagnostics) : null;
        IReadOnlyList<TestCase> cases = SampleReader.Read("TestData", path, display, inputs, outputs, settings.ImageNormalization, classes);
        if (labels is var (labelPath, shown) && classes is null)
        {
            return SampleReader.WithLabels(cases, LabelFile.Read(labelPath, shown), outputs[0], shown);
        }

        return cases.All(test => test.Label is not null)
            ? SampleReader.WithLabels(cases, [.. cases.Select(test => test.Label!.Value)], outputs[0], labels?.Display ?? display)
            : cases;
    }
}
