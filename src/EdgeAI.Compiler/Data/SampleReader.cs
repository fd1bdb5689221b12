using System.Collections.Immutable;
using EdgeAI.Compiler.Diagnostics;
using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Data;

/// <summary>Reads calibration and test data for the inputs of a model file.</summary>
public static class SampleReader
{
    /// <summary>
    /// The cases of a file or folder, in order. Throws <see cref="DiagnosticException"/> (EAI21xx) that names the file and what does not fit.
    /// </summary>
    /// <param name="role">The metadata's name, for diagnostics: <c>CalibrationData</c> or <c>TestData</c>.</param>
    /// <param name="path">Absolute.</param>
    /// <param name="display">The path as diagnostics show it.</param>
    /// <param name="inputs">The model file's inputs: names, types and shapes.</param>
    /// <param name="outputs">Its outputs.</param>
    /// <param name="normalization">What a pixel of a picture becomes; null where nobody said.</param>
    /// <param name="classOfFolder">The class that a folder in the folder stands for; null where folders stand for nothing.</param>
    public static IReadOnlyList<TestCase> Read(
        string role, string path, string display, IReadOnlyList<Tensor> inputs, IReadOnlyList<Tensor> outputs,
        ImageNormalization? normalization = null, IReadOnlyDictionary<string, int>? classOfFolder = null)
    {
        List<TestCase> cases = [.. Cases(new SampleSource(role, path, display, inputs, outputs, normalization, classOfFolder), inputs, outputs)];
        return cases.Count > 0 ? cases : throw Empty(role, display, inputs);
    }

    /// <summary>
    /// As <see cref="Read"/>, for data of any size: of more cases than <paramref name="limit"/> has room for, some that lie evenly in the whole, their
    /// inputs alone. Also how many there are.
    /// </summary>
    public static (IReadOnlyList<TestCase> Cases, long Total) ReadEvenly(
        string role, string path, string display, IReadOnlyList<Tensor> inputs, IReadOnlyList<Tensor> outputs, ImageNormalization? normalization,
        SampleLimit limit)
    {
        var kept = new EvenSamples(limit);
        foreach (TestCase test in Cases(new SampleSource(role, path, display, inputs, outputs, normalization), inputs, outputs))
        {
            kept.Add(test);
        }

        return kept.Total > 0 ? (kept.Cases, kept.Total) : throw Empty(role, display, inputs);
    }

    /// <summary>The cases with labels put on them; checks their number and range.</summary>
    public static IReadOnlyList<TestCase> WithLabels(
        IReadOnlyList<TestCase> cases, IReadOnlyList<int> labels, Tensor output, string display)
    {
        if (labels.Count != cases.Count)
        {
            throw DiagnosticCatalog.LabelCount.Throw(null, display, labels.Count, cases.Count);
        }

        long classes = output.Shape.ElementCount;
        for (int i = 0; i < labels.Count; i++)
        {
            if (labels[i] < 0 || labels[i] >= Math.Max(2, classes))
            {
                throw DiagnosticCatalog.LabelRange.Throw(null, labels[i], i, display, output.Name, classes, classes - 1);
            }
        }

        return [.. cases.Select((test, i) => test with { Label = labels[i] })];
    }

    private static DiagnosticException Empty(string role, string display, IReadOnlyList<Tensor> inputs) =>
        DiagnosticCatalog.DataEmpty.Throw(null, role, display, string.Join(", ", inputs.Select(input => input.Name)));

    private static IEnumerable<TestCase> Cases(SampleSource source, IReadOnlyList<Tensor> inputs, IReadOnlyList<Tensor> outputs) =>
        source.Read().SelectMany(set => Cases(set, inputs, outputs));

    private static IEnumerable<TestCase> Cases(ArraySet set, IReadOnlyList<Tensor> inputs, IReadOnlyList<Tensor> outputs)
    {
        var samples = new IReadOnlyList<ReadOnlyMemory<byte>>[inputs.Count];
        for (int i = 0; i < inputs.Count; i++)
        {
            samples[i] = SampleSplitter.Inputs(set.Inputs[i], inputs[i], set.Display);
            if (samples[i].Count != samples[0].Count)
            {
                throw DiagnosticCatalog.DataCounts.Throw(
                    null, $"{set.Display} ({inputs[0].Name})", samples[0].Count, inputs[i].Name, samples[i].Count);
            }
        }

        var expected = new IReadOnlyList<ExpectedOutput>?[set.Outputs.Length];
        for (int i = 0; i < set.Outputs.Length; i++)
        {
            expected[i] = set.Outputs[i] is { } array ? SampleSplitter.Outputs(array, outputs[i], set.Display) : null;
            if (expected[i] is { } given && given.Count != samples[0].Count)
            {
                throw DiagnosticCatalog.DataCounts.Throw(
                    null, $"{set.Display} ({inputs[0].Name})", samples[0].Count, outputs[i].Name, given.Count);
            }
        }

        if (set.Labels is { } labels && labels.Length != samples[0].Count)
        {
            throw DiagnosticCatalog.LabelCount.Throw(null, set.Display, labels.Length, samples[0].Count);
        }

        for (int sample = 0; sample < samples[0].Count; sample++)
        {
            int at = sample;
            yield return new TestCase(
                [.. samples.Select(input => input[at])],
                [.. expected.Select(output => output?[at])],
                set.Labels?[at] ?? set.Label);
        }
    }
}
