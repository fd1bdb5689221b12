using EdgeAI.Compiler.Import.TfLite;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators.Activation;
using EdgeAI.Compiler.Operators.ElementWise;

namespace EdgeAI.Compiler.Operators.Quantizing;

/// <summary>
/// FAKE_QUANT: reals limited to a range and rounded to its steps, half up, the range moved so that 0 is a step. Source: TensorFlow's fake_quant_with_min_max_args.
/// </summary>
internal sealed class FakeQuantTfLite : ITfLiteForm
{
    private const int MinimumSlot = 0;
    private const int MaximumSlot = 1;
    private const int BitsSlot = 2;
    private const int NarrowSlot = 3;

    private static readonly BinaryAttributes Plain = new(Clamp.None);

    /// <inheritdoc/>
    public IReadOnlyList<string> Operators => ["FAKE_QUANT"];

    /// <inheritdoc/>
    public void Import(TfLiteNode node)
    {
        float minimum = node.Options.Single(MinimumSlot);
        float maximum = node.Options.Single(MaximumSlot);
        int bits = node.Options.Int32(BitsSlot);
        if (!(minimum <= 0 && maximum >= 0 && maximum > minimum) || !float.IsFinite(maximum - minimum) || bits is < 2 or > 16)
        {
            throw node.Fault($"rounds to {bits} bits between {minimum:R} and {maximum:R}; 2 to 16 bits between limits around 0 are supported");
        }

        float lowest = node.Options.Flag(NarrowSlot) ? 1 : 0;
        float highest = (1 << bits) - 1;
        float scale = (maximum - minimum) / (highest - lowest);
        float zeroPoint = Math.Clamp(MathF.Round(lowest - (minimum / scale), MidpointRounding.AwayFromZero), lowest, highest);
        float low = (lowest - zeroPoint) * scale;
        float high = (highest - zeroPoint) * scale;
        Tensor limited = Step(node, "Minimum", Step(node, "Maximum", node.Real(node.Input(0)), low), high);
        Tensor steps = Step(node, "Multiply", Step(node, "Subtract", limited, low), 1 / scale);
        Tensor rounded = node.Step("Floor", UnaryAttributes.None, ElementType.Float32, Step(node, "Add", steps, 0.5f));
        node.RealResult(0, "Add", Plain, Step(node, "Multiply", rounded, scale), Number(node, low));
    }

    private static Tensor Step(TfLiteNode node, string operatorName, Tensor x, float number) => node.Step(operatorName, Plain, ElementType.Float32, x, Number(node, number));

    private static Tensor Number(TfLiteNode node, float number) => node.Constant<float>(ElementType.Float32, Shape.Scalar, [number]);
}
