using EdgeAI.Compiler.Import.TfLite;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators.Shaping;

namespace EdgeAI.Compiler.Operators.FullyConnected;

/// <summary>FULLY_CONNECTED: x of any rank, taken as rows as long as those of the weights [O,K], unless the file keeps its axes; bias or none.</summary>
internal sealed class FullyConnectedTfLite : ITfLiteForm
{
    private const int ActivationSlot = 0;
    private const int WeightsFormatSlot = 1;
    private const int KeepAxesSlot = 2;

    /// <inheritdoc/>
    public IReadOnlyList<string> Operators => ["FULLY_CONNECTED"];

    /// <inheritdoc/>
    public void Import(TfLiteNode node)
    {
        Tensor x = node.Input(0);
        Tensor weights = node.Ranked(node.WeightsFor(x, 1), 2);
        if (node.Options.Byte(WeightsFormatSlot) != 0)
        {
            throw node.Fault("has shuffled weights, which are not supported");
        }

        if (x.Type == ElementType.Int16)
        {
            Wide(node, x, weights);
            return;
        }

        int length = weights.Shape[1];
        bool keepsAxes = node.Options.Flag(KeepAxesSlot) && x.Shape.Rank > 0 && x.Shape[-1] == length;
        if (!keepsAxes && !(x.Shape.Rank == 2 && x.Shape[1] == length))
        {
            if (length == 0 || x.Shape.ElementCount % length != 0)
            {
                throw node.Fault($"reads '{x}' with weights for {length} elements a row");
            }

            var extents = new ReshapeAttributes([(int)(x.Shape.ElementCount / length), length]);
            x = node.Step("Reshape", extents, like: x, x);
        }

        node.Result(0, "FullyConnected", new FullyConnectedAttributes(node.FusedActivation(ActivationSlot)), x, weights, node.OptionalInput(2));
    }

    /// <summary>16-bit rows are images of one pixel.</summary>
    private static void Wide(TfLiteNode node, Tensor x, Tensor weights)
    {
        int length = weights.Shape[1];
        if (!weights.IsConstant || length == 0 || x.Shape.ElementCount % length != 0)
        {
            throw node.Fault($"reads '{x}' with weights for {length} elements a row");
        }

        int rows = (int)(x.Shape.ElementCount / length);
        Tensor pixels = node.Step("Reshape", new ReshapeAttributes([rows, 1, 1, length]), like: x, x);
        Tensor filters = node.Step("Reshape", new ReshapeAttributes([weights.Shape[0], 1, 1, length]), like: weights, weights);
        Tensor made = node.Step("WideConv2D", new Convolution.WideConv2DAttributes(1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 1, IsTransposed: false,
            FloatProduct: true, node.FusedActivation(ActivationSlot)), like: node.Declared(), pixels, filters, node.OptionalInput(2));
        bool keepsAxes = node.Options.Flag(KeepAxesSlot) && x.Shape.Rank > 0 && x.Shape[-1] == length;
        node.Result(0, "Reshape", new ReshapeAttributes(keepsAxes ? [.. x.Shape.Extents.Take(x.Shape.Rank - 1), weights.Shape[0]] : [rows, weights.Shape[0]]), made);
    }
}
