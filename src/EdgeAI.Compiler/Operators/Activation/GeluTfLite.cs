using EdgeAI.Compiler.Import.TfLite;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators.ElementWise;
using EdgeAI.Compiler.Operators.Quantizing;

namespace EdgeAI.Compiler.Operators.Activation;

/// <summary>
/// GELU: with the error function, or approximately as 0.5·x·(1 + tanh(√(2/π)·(x + 0.044715·x³))). The approximation of integers is computed in
/// float between Dequantize and Quantize, as TensorFlow Lite fills its table.
/// </summary>
internal sealed class GeluTfLite : ITfLiteForm
{
    private const int ApproximateSlot = 0;

    /// <inheritdoc/>
    public IReadOnlyList<string> Operators => ["GELU"];

    /// <inheritdoc/>
    public void Import(TfLiteNode node)
    {
        Tensor x = node.Input(0);
        if (!node.Options.Flag(ApproximateSlot))
        {
            node.Computed(0, "Gelu", UnaryAttributes.None, x);
            return;
        }

        var real = new Tensor("", ElementType.Float32, x.Shape);
        bool isFloat = x.Type == ElementType.Float32;
        Tensor value = isFloat ? x : node.Step("Dequantize", NoAttributes.Instance, like: real, x);
        Tensor square = Multiply(node, value, value);
        Tensor inner = Add(node, Multiply(node, Multiply(node, square, value), Scalar(node, 0.044715f)), value);
        Tensor tanh = node.Step("Tanh", UnaryAttributes.None, like: real, Multiply(node, inner, Scalar(node, 0.79788456f)));
        Tensor weight = Multiply(node, Add(node, tanh, Scalar(node, 1)), Scalar(node, 0.5f));
        if (isFloat)
        {
            node.Result(0, "Multiply", new BinaryAttributes(Clamp.None), value, weight);
        }
        else
        {
            node.Result(0, "Quantize", QuantizeAttributes.Away, Multiply(node, value, weight));
        }
    }

    private static Tensor Multiply(TfLiteNode node, Tensor a, Tensor b) => node.Step("Multiply", new BinaryAttributes(Clamp.None), like: a, a, b);

    private static Tensor Add(TfLiteNode node, Tensor a, Tensor b) => node.Step("Add", new BinaryAttributes(Clamp.None), like: a, a, b);

    private static Tensor Scalar(TfLiteNode node, float value) => node.Constant<float>(ElementType.Float32, Shape.Scalar, [value]);
}
