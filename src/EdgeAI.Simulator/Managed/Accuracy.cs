using System.Collections.Immutable;
using EdgeAI.Compiler.Data;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators;
using EdgeAI.Compiler.Pipeline;

namespace EdgeAI.Simulator.Managed;

/// <summary>Figures of how right the outputs are: share of right classes, signal to quantization noise.</summary>
internal static class Accuracy
{
    private const int MostClasses = 64;
    private const int MostChanged = 100;

    /// <summary>10 · log10(signal / noise) with three decimals; null without noise or signal.</summary>
    public static double? Decibels(double signal, double noise) =>
        signal > 0 && noise > 0 && double.IsFinite(signal) && double.IsFinite(noise) ? Math.Round(10 * PortableMath.Log(signal / noise) / 2.302585092994046, 3) : null;

    /// <summary>The figures of a managed run; null when the inputs are synthetic.</summary>
    public static AccuracyFigures? Of(ManagedRun run, PlannedModel planned, DeviceCases cases)
    {
        if (!cases.AreReal)
        {
            return null;
        }

        Tensor[] outputs = [.. planned.Quantized.Graph.Outputs];
        ImmutableArray<ImmutableArray<int>> permutations = planned.Quantized.Border.OutputPermutations;
        bool hasFloat = run.FloatOutputs.Length > 0;
        double signal = 0;
        double noise = 0;
        int right = 0;
        int floatRight = 0;
        int labelled = 0;
        var classes = new List<ChangedClass>();
        for (int i = 0; i < cases.File.Count; i++)
        {
            double[][] reals = [.. run.Outputs[i].Select((bytes, o) => BorderValues.Decode(bytes, outputs[o], permutations[o]))];
            for (int o = 0; hasFloat && o < reals.Length; o++)
            {
                for (int element = 0; element < reals[o].Length; element++)
                {
                    double expected = run.FloatOutputs[i][o][element];
                    double difference = expected - reals[o][element];
                    signal += expected * expected;
                    noise += difference * difference;
                }
            }

            if (cases.File[i].Label is { } label)
            {
                labelled++;
                int found = TopClass.Of(reals[0]);
                right += found == label ? 1 : 0;
                if (hasFloat)
                {
                    int inFloat = TopClass.Of(run.FloatOutputs[i][0]);
                    floatRight += inFloat == label ? 1 : 0;
                    classes.Add(new ChangedClass(i, label, inFloat, found));
                }
            }
        }

        bool isFloatModel = planned.Quantized.Graph.Tensors().All(tensor => tensor.Quantization is null);
        double? quantized = labelled > 0 ? (double)right / labelled : null;
        double? reference = labelled == 0 ? null : hasFloat ? (double)floatRight / labelled : isFloatModel ? quantized : null;
        bool noiseFree = hasFloat ? noise == 0 : isFloatModel;
        return new AccuracyFigures(
            labelled > 0 ? "top1" : null, reference, quantized, hasFloat ? Decibels(signal, noise) : null, cases.File.Count, noiseFree)
        {
            Classes = classes.Count > 0 ? Agreement(classes, Math.Max(2, (int)outputs[0].Shape.ElementCount)) : null,
        };
    }

    private static ClassAgreement Agreement(List<ChangedClass> cases, int count)
    {
        int[][] confusion = [.. Enumerable.Range(0, count <= MostClasses ? count : 0).Select(_ => new int[count])];
        foreach (ChangedClass one in cases.Where(_ => confusion.Length > 0))
        {
            confusion[one.Float][one.Quantized]++;
        }

        ChangedClass[] changed = [.. cases.Where(one => one.Float != one.Quantized)];
        return new ClassAgreement(count, [.. confusion.Select(row => row.ToImmutableArray())], [.. changed.Take(MostChanged)], changed.Length);
    }
}
