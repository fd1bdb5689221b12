using EdgeAI.Compiler.Import.TfLite;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators.ElementWise;
using EdgeAI.Compiler.Operators.Shaping;

namespace EdgeAI.Compiler.Operators.State;

/// <summary>
/// CIRCULAR_BUFFER: the last inputs, one behind the other. TensorFlow Lite Micro ends all but each n-th run behind it: what stands behind then keeps nothing of the run, and outputs
/// computed behind it stay as they were.
/// </summary>
internal sealed class CircularBufferTfLite : ITfLiteForm
{
    private const int MostRuns = 1 << 20;

    /// <inheritdoc/>
    public IReadOnlyList<string> Operators => ["CUSTOM CIRCULAR_BUFFER"];

    /// <inheritdoc/>
    public void Import(TfLiteNode node)
    {
        Tensor x = node.Input(0);
        Tensor result = node.Declared();
        if (x.Shape.Rank != 4 || result.Shape.Rank != 4 || x.Shape[0] != 1 || x.Shape[1] != 1 || result.Shape[1] < 1
            || result.Shape != new Shape(1, result.Shape[1], x.Shape[2], x.Shape[3]) || !Equals(x.Quantization, result.Quantization))
        {
            throw node.Fault($"keeps '{x}' in '{result}'; [1,1,…,…] in [1,n,…,…] of the same scale is possible");
        }

        int slots = result.Shape[1];
        Tensor all = x;
        if (slots > 1)
        {
            var before = new Shape(1, slots - 1, x.Shape[2], x.Shape[3]);
            Tensor kept = node.Kept("slots", node.Constant<byte>(x.Type, before, new byte[before.ElementCount * x.Type.ByteSize()], x.Quantization));
            all = node.Result(0, "Concatenate", new ConcatenateAttributes(1), kept, x);
            node.Keep("slots", node.Step("Slice", new SliceAttributes([0, 1, 0, 0], before.Extents, [1, 1, 1, 1]), like: x, all));
        }
        else
        {
            node.Result(0, "Reshape", new ReshapeAttributes(result.Shape.Extents), x);
        }

        int runs = node.Settings().Int32("cycles_max", int.MinValue, MostRuns);
        EndAllBut(node, runs > 0 ? runs : node.RunsOfBuffer(result.Shape));
    }

    private static void EndAllBut(TfLiteNode node, int runs)
    {
        if (runs == 1)
        {
            return;
        }

        Tensor Number(int value) => node.Constant<int>(ElementType.Int32, Shape.Scalar, [value]);
        Tensor left = node.Step("Subtract", new BinaryAttributes(Clamp.None), ElementType.Int32, node.Kept("left", Number(runs)), Number(1));
        Tensor isDue = node.Step("Equal", NoAttributes.Instance, ElementType.Bool, left, Number(0));
        node.Keep("left", node.Step("Select", NoAttributes.Instance, ElementType.Int32, isDue, Number(runs), left));
        node.GoOnIf(isDue);
    }
}
