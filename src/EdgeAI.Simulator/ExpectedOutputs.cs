using System.Globalization;
using EdgeAI.Compiler.Data;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Pipeline;
using EdgeAI.Compiler.Quantization;
using EdgeAI.Simulator.Managed;

namespace EdgeAI.Simulator;

/// <summary>
/// The managed run of all cases against the expected outputs of the test data. A float model that is made integer is compared as it is in float: what quantization adds is told by
/// the signal to quantization noise.
/// </summary>
/// <param name="Mismatches">Cases with an output that differs.</param>
/// <param name="LargestError">In reals, or in integers where both are integers.</param>
/// <param name="WorstOutput">The output with that error.</param>
/// <param name="WorstCase">And its case.</param>
/// <param name="First">The first element that differs; null where none does.</param>
internal sealed record ExpectedOutputs(int Mismatches, double LargestError, string WorstOutput, int WorstCase, OutputDifference? First)
{
    /// <summary>Compares every case.</summary>
    public static ExpectedOutputs Compare(SimulationRequest request, ManagedRun managed, DeviceCases cases)
    {
        int mismatches = 0;
        (double Error, string Output, int Case) worst = (0, "", 0);
        OutputDifference? first = null;
        for (int i = 0; i < cases.File.Count; i++)
        {
            bool differs = false;
            for (int o = 0; o < cases.File[i].ExpectedOutputs.Length; o++)
            {
                if (cases.File[i].ExpectedOutputs[o] is not { } expected)
                {
                    continue;
                }

                string name = QuantizedNames.Original(request.Planned.Quantized.Graph.Outputs[o].Name);
                ExpectedResult result = Compare(request, managed, expected, i, o);
                differs |= result.Differs;
                worst = result.LargestError > worst.Error ? (result.LargestError, name, i) : worst;
                if (result.Differs)
                {
                    first ??= new(name, i, Place(result.FirstElement, request.Imported.Graph.Outputs[o].Shape), Finite(result.Expected), Finite(result.Actual));
                }
            }

            mismatches += differs ? 1 : 0;
        }

        return new(mismatches, worst.Error, worst.Output.Length == 0 ? first?.Output ?? "" : worst.Output, worst.Output.Length == 0 ? first?.Case ?? 0 : worst.Case, first);
    }

    private static ExpectedResult Compare(SimulationRequest request, ManagedRun managed, ExpectedOutput expected, int number, int output)
    {
        if (managed.FloatOutputs.Length > 0)
        {
            bool exact = !expected.Type.IsFloat() && !request.Imported.Graph.Outputs[output].Type.IsFloat();
            return ExpectedComparison.Compare(expected, managed.FloatOutputs[number][output], exact, 0);
        }

        QuantizedModel quantized = request.Planned.Quantized;
        return ExpectedComparison.Compare(expected, quantized.Graph.Outputs[output], managed.Outputs[number][output], quantized.Border.OutputPermutations[output]);
    }

    /// <summary>The coordinates of an element: <c>[0,3]</c>.</summary>
    private static string Place(int element, Shape shape)
    {
        int[] index = new int[shape.Rank];
        for (int axis = shape.Rank - 1; axis >= 0; axis--)
        {
            (element, index[axis]) = Math.DivRem(element, shape[axis]);
        }

        return $"[{string.Join(',', index.Select(at => at.ToString(CultureInfo.InvariantCulture)))}]";
    }

    private static double? Finite(double value) => double.IsFinite(value) ? value : null;
}
