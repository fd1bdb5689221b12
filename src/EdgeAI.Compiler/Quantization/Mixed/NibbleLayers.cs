using EdgeAI.Compiler.Data;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators;
using EdgeAI.Compiler.Passes;

namespace EdgeAI.Compiler.Quantization.Mixed;

/// <summary>
/// The layers of an int8 graph with weights of 4 bits, within ±7 and a scale for each channel.
/// <list type="bullet">
/// <item>Each layer is made for the operands that the int8 graph gives it, so that any set of layers may have such weights.</item>
/// <item>A channel's scale is the one with which its weights err least (<see cref="WeightQuantizer.NibbleScales"/>), and no finer than in int8.</item>
/// <item>Weights are rounded for the layer's sums (<see cref="LearntRounding"/>), and the mean error of each channel is taken out of its bias, each where that
/// lowers the squared error of the layer's result.</item>
/// </list>
/// Bounded by work, independent of time.
/// </summary>
internal static class NibbleLayers
{
    private const int MostCases = 32;
    private const int FewestCases = 4;
    private const long AllMacs = 1_000_000_000;

    /// <summary>The layers, side by side, with the operands and results of those of the int8 graph. No graph is changed.</summary>
    /// <param name="candidates">The float graph and the int8 one.</param>
    /// <param name="cases">Calibration inputs.</param>
    /// <param name="cancellation">Ends the work.</param>
    public static Graph Make(MixedCandidates candidates, IReadOnlyList<TestCase> cases, CancellationToken cancellation)
    {
        Graph exact = candidates.Exact;
        long macs = Math.Max(1, exact.Nodes.Sum(node => OperatorCatalog.Of(node).CountMacs(node)));
        cases = Fold.Spread(cases, (int)Math.Clamp(AllMacs / macs, FewestCases, MostCases));
        bool learns = LearntRounding.Work(exact) <= LearntRounding.MostWork;
        var layers = new Graph { Name = exact.Name };
        var sources = exact.Nodes.Where(LayerChannels.IsLayer).ToDictionary(node => node.Name, StringComparer.Ordinal);
        Graph copy = GraphCopy.Of(candidates.Narrow);
        var reference = new LockstepRun(exact, cases);
        var rounded = new LockstepRun(copy, cases);
        for (int i = 0; rounded.Next is { } node; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            if (NarrowWeights.IsLayer(node) && node.Output.Shape.ElementCount > 0 && sources.TryGetValue(node.Name, out Node? source))
            {
                LayerRepair.Skip(reference, source, cancellation);
                float[][] wanted = [.. reference.Try().Select(bytes => OutputProbe.Reals(source.Output, bytes))];
                Node layer = WithNibbles(node, source);
                copy.Nodes[i] = layer;
                Repair(layer, source, rounded, wanted, learns);
                copy.Nodes[i] = node;
                layers.Nodes.Add(layer);
            }

            rounded.Try();
            rounded.Advance();
        }

        return layers;
    }

    private static void Repair(Node layer, Node source, LockstepRun rounded, float[][] wanted, bool learns)
    {
        Tensor?[] nearest = [.. layer.Inputs];
        double error = LayerRepair.Compare(wanted, rounded.Try(), layer.Output).Error;
        if (learns && LearntRounding.TryRun(layer, source, rounded.Value(layer.Input(0)), reals: null)
            && !(LayerRepair.Compare(wanted, rounded.Try(), layer.Output).Error < error))
        {
            (layer.Inputs[1], layer.Inputs[2]) = (nearest[1], nearest[2]);
            rounded.Try();
        }

        LayerRepair.TryCorrect(rounded, layer, wanted);
    }

    private static Node WithNibbles(Node node, Node source)
    {
        int axis = OperatorCatalog.Of(node).RoleOf(node, 1).ChannelAxis;
        int channels = node.Output.Shape[-1];
        QuantizationParameters wide = node.Input(1).Quantization!;
        float[] scales = [.. WeightQuantizer.NibbleScales(source.Input(1), axis).Select((scale, channel) => Math.Max(scale, wide.ScaleOf(channel)))];
        Tensor bias = source.OptionalInput(2)
            ?? Tensor.FromValues<float>($"{source.Input(1).Name}:bias", ElementType.Float32, new Shape(channels), new float[channels]);
        return new Node(node.Name, node.Operator, node.Attributes)
        {
            Source = node.Source,
            Inputs =
            [
                node.Input(0), WeightQuantizer.Weights(source.Input(1), axis, scales, ElementType.Int4),
                WeightQuantizer.Bias(bias, node.Input(0).Quantization!.Scale, scales),
            ],
            Outputs = [.. node.Outputs],
        };
    }
}
