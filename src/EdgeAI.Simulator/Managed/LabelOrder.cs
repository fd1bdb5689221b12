using System.Globalization;
using EdgeAI.Compiler.Data;
using EdgeAI.Compiler.Diagnostics;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Pipeline;

namespace EdgeAI.Simulator.Managed;

/// <summary>
/// Labels that count the classes in another order than the model: then the cases of each label are found mostly as one class, for every label another, and not the label's.
/// The model is asked in float where there is a float graph.
/// </summary>
internal static class LabelOrder
{
    private const int FewestCases = 3;
    private const int Named = 8;

    /// <summary>Adds a warning where another order of the classes makes at least twice as many cases right.</summary>
    public static void Check(ManagedRun run, PlannedModel planned, DeviceCases cases, string model, ICollection<Diagnostic> diagnostics)
    {
        Tensor output = planned.Quantized.Graph.Outputs[0];
        (int Label, int Found)[] pairs =
        [
            .. cases.File.Select((test, i) => (test.Label, i)).Where(pair => pair.Label is not null).Select(pair => (pair.Label!.Value, TopClass.Of(run.FloatOutputs.Length > 0
                ? run.FloatOutputs[pair.i][0] : BorderValues.Decode(run.Outputs[pair.i][0], output, planned.Quantized.Border.OutputPermutations[0])))),
        ];
        (int Label, int Found, int Count, int Of)[] mostly =
        [
            .. pairs.GroupBy(pair => pair.Label).OrderBy(group => group.Key).Select(group => (
                group.Key, group.GroupBy(pair => pair.Found).OrderByDescending(found => found.Count()).ThenBy(found => found.Key).Select(found => (Class: found.Key, Count: found.Count())).First(), group.Count()))
                .Select(one => (one.Key, one.Item2.Class, one.Item2.Count, one.Item3)),
        ];
        bool isAnOrder = mostly.Length > 1 && mostly.All(one => one.Of >= FewestCases && one.Count * 2 > one.Of)
            && mostly.Select(one => one.Found).Distinct().Count() == mostly.Length;
        int right = pairs.Count(pair => pair.Label == pair.Found);
        int rightInOrder = mostly.Sum(one => one.Count);
        if (isAnOrder && rightInOrder >= 2 * right && mostly.Any(one => one.Label != one.Found))
        {
            string list = string.Join(", ", mostly.Where(one => one.Label != one.Found).Take(Named)
                .Select(one => string.Create(CultureInfo.InvariantCulture, $"label {one.Label} is found as class {one.Found} in {one.Count} of {one.Of} cases")));
            diagnostics.Add(DiagnosticCatalog.LabelsInOtherOrder.With(null, model, right, pairs.Length, list));
        }
    }
}
