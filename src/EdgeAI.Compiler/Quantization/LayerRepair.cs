using EdgeAI.Compiler.Data;
using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Quantization;

/// <summary>What a layer's weights are rounded for.</summary>
internal enum RoundingGoal
{
    /// <summary>Each weight by itself.</summary>
    Nearest,
    /// <summary>The layer's own sums.</summary>
    OwnSums,
    /// <summary>The float model's sums, with the error that arrives from the layers before.</summary>
    ExactSums,
}

/// <summary>
/// Repairs the layers of an int8 or int16 graph one after another.
/// <list type="bullet">
/// <item>The float graph and the integer graph run side by side on all cases, node by node, so that each layer sees repaired operands.</item>
/// <item>Weights are rounded for the goal (<see cref="LearntRounding"/>).</item>
/// <item>The mean error of each result channel is taken out of its bias (empirical bias correction, Nagel et al. 2019); kept only where it lowers
/// the squared error of the layer's result and every sum is still proven to stay within its bits.</item>
/// </list>
/// </summary>
/// <param name="Rounding">What weights are rounded for.</param>
internal sealed record LayerRepair(RoundingGoal Rounding)
{
    /// <summary>The repairs, the least one first.</summary>
    public static IReadOnlyList<LayerRepair> All { get; } =
        [new(RoundingGoal.Nearest), new(RoundingGoal.OwnSums), new(RoundingGoal.ExactSums)];

    /// <summary>Whether a graph has layers of which something can be repaired.</summary>
    public static bool Applies(Graph quantized) => quantized.Nodes.Any(node => IsLayer(node) || IsLstm(node));

    /// <summary>Changes weights and biases of <paramref name="quantized"/>; returns how many layers had biases corrected and weights rounded anew.</summary>
    /// <param name="graph">The float graph.</param>
    /// <param name="quantized">Its integer graph.</param>
    /// <param name="cases">Calibration inputs.</param>
    /// <param name="log">Where to note what it brings to each layer, with how the graph's channels were changed before; null leaves that out.</param>
    /// <param name="cancellation">Stops between layers.</param>
    public (int Corrected, int Rounded) Run(
        Graph graph, Graph quantized, IReadOnlyList<TestCase> cases, (RepairLog Log, ChannelMaps Maps)? log, CancellationToken cancellation)
    {
        Dictionary<string, Node> makers = graph.Producers().ToDictionary(pair => pair.Key.Name, pair => pair.Value, StringComparer.Ordinal);
        var exact = new LockstepRun(graph, cases);
        var rounded = new LockstepRun(quantized, cases);
        int corrected = 0;
        int learnt = 0;
        while (rounded.Next is { } node)
        {
            cancellation.ThrowIfCancellationRequested();
            if (Rounding != RoundingGoal.Nearest && IsLstm(node)
                && makers.GetValueOrDefault(QuantizedNames.Original(node.Output.Name)) is { } lstm)
            {
                learnt += TryRoundLstm(rounded, exact, node, lstm, log, cancellation) ? 1 : 0;
            }

            if (!IsLayer(node) || makers.GetValueOrDefault(QuantizedNames.Original(node.Output.Name)) is not { } layer)
            {
                rounded.Try();
                rounded.Advance();
                continue;
            }

            Skip(exact, layer, cancellation);
            float[][] reference = [.. exact.Try().Select(bytes => OutputProbe.Reals(layer.Output, bytes))];
            double? Measured() => log is var (_, maps) ? RatioOf(maps, layer.Output, reference, node.Output, rounded.Value(node.Output)) : null;
            double? startDb = null;
            if (log is not null)
            {
                rounded.Try();
                startDb = Measured();
            }

            bool isLearnt = Rounding != RoundingGoal.Nearest && LayerChannels.IsLayer(layer)
                && LearntRounding.TryRun(node, layer, rounded.Value(node.Input(0)), Rounding == RoundingGoal.ExactSums ? exact.Value(layer.Input(0)) : null);
            if (isLearnt)
            {
                learnt++;
                rounded.Try();
                double? roundedDb = Measured();
                log?.Log.Add(node.Name, RepairKind.LearntRounding, startDb, roundedDb);
                startDb = roundedDb;
            }

            if (TryCorrect(rounded, node, reference))
            {
                corrected++;
                log?.Log.Add(node.Name, RepairKind.BiasCorrection, startDb, Measured());
            }

            rounded.Advance();
        }

        return (corrected, learnt);
    }

    private static bool TryRoundLstm(
        LockstepRun rounded, LockstepRun exact, Node node, Node lstm, (RepairLog Log, ChannelMaps Maps)? log, CancellationToken cancellation)
    {
        byte[][] states = rounded.Try();
        if (log is not var (notes, maps))
        {
            return LstmRounding.TryRun(node, lstm, rounded.Value(node.Input(0)), states);
        }

        Skip(exact, lstm, cancellation);
        float[][] reference = [.. exact.Try().Select(bytes => OutputProbe.Reals(lstm.Output, bytes))];
        double? startDb = RatioOf(maps, lstm.Output, reference, node.Output, states);
        bool isLearnt = LstmRounding.TryRun(node, lstm, rounded.Value(node.Input(0)), states);
        if (isLearnt)
        {
            notes.Add(node.Name, RepairKind.LearntRounding, startDb, RatioOf(maps, lstm.Output, reference, node.Output, rounded.Try()));
        }

        return isLearnt;
    }

    private static double? RatioOf(ChannelMaps maps, Tensor exact, float[][] reference, Tensor output, byte[][] values)
    {
        double signal = 0;
        double noise = 0;
        for (int c = 0; c < reference.Length; c++)
        {
            (double ofSignal, double ofNoise) = maps.Compare(exact.Name, reference[c], OutputProbe.Reals(output, values[c]));
            signal += ofSignal;
            noise += ofNoise;
        }

        return RepairLog.Decibels(signal, noise);
    }

    /// <summary>Takes the mean error of each channel out of the bias of the node that is next; false, and nothing changed, where the layer's result is no nearer then.</summary>
    public static bool TryCorrect(LockstepRun rounded, Node node, float[][] reference)
    {
        Tensor? bias = node.OptionalInput(2);
        (double[] shifts, double error) = Compare(reference, rounded.Try(), node.Output);
        if (!TryShift(node, shifts))
        {
            return false;
        }

        if (RangeProof.Holds(node))
        {
            (_, double after) = Compare(reference, rounded.Try(), node.Output);
            if (after < error)
            {
                return true;
            }
        }

        node.Inputs[2] = bias;
        rounded.Try();
        return false;
    }

    /// <summary>Runs the float graph up to the layer, which is next then.</summary>
    public static void Skip(LockstepRun exact, Node layer, CancellationToken cancellation)
    {
        while (exact.Next is { } node && !ReferenceEquals(node, layer))
        {
            cancellation.ThrowIfCancellationRequested();
            exact.Try();
            exact.Advance();
        }
    }

    private static bool IsLstm(Node node) => node is { Operator: "SequenceLstm", Output.Type: ElementType.Int8 or ElementType.Int16 };

    private static bool IsLayer(Node node) =>
        node.Operator is "Conv2D" or "DepthwiseConv2D" or "FullyConnected" && node.Output.Type is ElementType.Int8 or ElementType.Int16
        && node.Output.Shape.ElementCount > 0 && LayerBias.IsThere(node);

    /// <summary>
    /// The mean of float − integer for each channel, drawn towards 0 by what chance makes of a mean over so few cases
    /// (1 − variance / (cases · mean²), at least 0), and the sum of squares.
    /// </summary>
    public static (double[] Shifts, double Error) Compare(float[][] reference, byte[][] values, Tensor output)
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
    private static bool TryShift(Node node, double[] shifts)
    {
        Tensor bias = node.Input(2);
        long[] integers = LayerBias.Of(node);
        bool changed = false;
        for (int channel = 0; channel < integers.Length; channel++)
        {
            double steps = Math.Round(shifts[channel] / bias.Quantization!.ScaleOf(channel));
            if (!(Math.Abs(integers[channel] + steps) < LayerBias.LargestOf(node)))
            {
                return false;
            }

            changed |= steps != 0;
            integers[channel] += (long)steps;
        }

        if (changed)
        {
            LayerBias.Set(node, integers);
        }

        return changed;
    }
}
