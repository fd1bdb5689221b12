using EdgeAI.Compiler.Data;
using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Quantization;

/// <summary>
/// Takes the mean error of each channel of each int8 layer out of its bias (empirical bias correction, Nagel et al. 2019).
/// <list type="bullet">
/// <item>The float graph and the int8 graph run side by side on all cases, node by node, so that each layer sees corrected operands.</item>
/// <item>A layer's correction is kept only where it lowers the squared error of the layer's result.</item>
/// </list>
/// </summary>
internal static class BiasCorrection
{
    private const long LargestBias = 1 << 30;

    /// <summary>Changes biases of <paramref name="quantized"/>; returns how many layers were corrected.</summary>
    public static int Run(Graph graph, Graph quantized, IReadOnlyList<TestCase> cases, CancellationToken cancellation)
    {
        var exact = new LockstepRun(graph, cases);
        var rounded = new LockstepRun(quantized, cases);
        int corrected = 0;
        while (rounded.Next is { } node)
        {
            cancellation.ThrowIfCancellationRequested();
            byte[][] values = rounded.Try();
            if (IsLayer(node) && Reference(exact, QuantizedNames.Original(node.Output.Name), cancellation) is { } reference)
            {
                Tensor? bias = node.OptionalInput(2);
                (double[] shifts, double error) = Compare(reference, values, node.Output);
                if (TryCorrect(node, shifts))
                {
                    (_, double after) = Compare(reference, rounded.Try(), node.Output);
                    if (after < error)
                    {
                        corrected++;
                    }
                    else
                    {
                        node.Inputs[2] = bias;
                        rounded.Try();
                    }
                }
            }

            rounded.Advance();
        }

        return corrected;
    }

    private static bool IsLayer(Node node) =>
        node.Operator is "Conv2D" or "DepthwiseConv2D" or "FullyConnected" && node.Output.Type == ElementType.Int8
        && node.Output.Shape.ElementCount > 0
        && node.OptionalInput(2) is { IsConstant: true, Type: ElementType.Int32 };

    /// <summary>Runs the float graph up to the node that makes the tensor; null when there is none ahead.</summary>
    private static float[][]? Reference(LockstepRun exact, string name, CancellationToken cancellation)
    {
        while (exact.Next is { } node)
        {
            cancellation.ThrowIfCancellationRequested();
            byte[][] values = exact.Try();
            exact.Advance();
            if (node.Output.Name == name)
            {
                return [.. values.Select(bytes => OutputProbe.Reals(node.Output, bytes))];
            }
        }

        return null;
    }

    /// <summary>
    /// The mean of float − int8 for each channel, drawn towards 0 by what chance makes of a mean over so few cases
    /// (1 − variance / (cases · mean²), at least 0), and the sum of squares.
    /// </summary>
    private static (double[] Shifts, double Error) Compare(float[][] reference, byte[][] values, Tensor output)
    {
        int channels = output.Shape[-1];
        int cases = reference.Length;
        double[] sums = new double[channels];
        double[] squares = new double[channels];
        double error = 0;
        double[] means = new double[channels];
        for (int c = 0; c < cases; c++)
        {
            float[] reals = OutputProbe.Reals(output, values[c]);
            Array.Clear(means);
            for (int i = 0, channel = 0; i < reals.Length; i++)
            {
                double difference = (double)reference[c][i] - reals[i];
                means[channel] += difference;
                error += difference * difference;
                channel = channel + 1 == channels ? 0 : channel + 1;
            }

            for (int channel = 0; channel < channels; channel++)
            {
                double mean = means[channel] * channels / reals.Length;
                sums[channel] += mean;
                squares[channel] += mean * mean;
            }
        }

        double[] shifts = new double[channels];
        for (int channel = 0; channel < channels && cases > 1; channel++)
        {
            double mean = sums[channel] / cases;
            double variance = Math.Max(0, (squares[channel] - (cases * mean * mean)) / (cases - 1));
            shifts[channel] = mean == 0 ? 0 : mean * Math.Max(0, 1 - (variance / (cases * mean * mean)));
        }

        return (shifts, error);
    }

    /// <summary>Adds the shifts to the bias at its own scale; false when no integer changes or one would pass the limit that keeps sums in int32.</summary>
    private static bool TryCorrect(Node node, double[] shifts)
    {
        Tensor bias = node.Input(2);
        int[] integers = bias.Values<int>().ToArray();
        bool changed = false;
        for (int channel = 0; channel < integers.Length; channel++)
        {
            double steps = Math.Round(shifts[channel] / bias.Quantization!.ScaleOf(channel));
            if (!(Math.Abs(integers[channel] + steps) < LargestBias))
            {
                return false;
            }

            changed |= steps != 0;
            integers[channel] += (int)steps;
        }

        if (changed)
        {
            node.Inputs[2] = Tensor.FromValues<int>(bias.Name, bias.Type, bias.Shape, integers, bias.Quantization);
        }

        return changed;
    }
}
