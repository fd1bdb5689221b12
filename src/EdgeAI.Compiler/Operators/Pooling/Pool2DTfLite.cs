using EdgeAI.Compiler.Import.TfLite;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators.Activation;
using EdgeAI.Compiler.Operators.Convolution;

namespace EdgeAI.Compiler.Operators.Pooling;

/// <summary>AVERAGE_POOL_2D, MAX_POOL_2D and L2_POOL_2D: x [N,H,W,C]; averages count the elements inside the image.</summary>
internal sealed class Pool2DTfLite : ITfLiteForm
{
    private const int PaddingSlot = 0;
    private const int StrideWidthSlot = 1;
    private const int StrideHeightSlot = 2;
    private const int KernelWidthSlot = 3;
    private const int KernelHeightSlot = 4;
    private const int ActivationSlot = 5;

    /// <inheritdoc/>
    public IReadOnlyList<string> Operators => ["AVERAGE_POOL_2D", "MAX_POOL_2D", "L2_POOL_2D"];

    /// <inheritdoc/>
    public void Import(TfLiteNode node)
    {
        Tensor x = node.Ranked(node.Input(0), 4);
        int strideHeight = node.Positive(StrideHeightSlot, "stride");
        int strideWidth = node.Positive(StrideWidthSlot, "stride");
        int kernelHeight = node.Positive(KernelHeightSlot, "window");
        int kernelWidth = node.Positive(KernelWidthSlot, "window");
        Padding2D padding = TfLitePadding.Read(node, PaddingSlot, x.Shape[1], x.Shape[2], kernelHeight, kernelWidth, strideHeight, strideWidth, 1, 1);
        int height = Extent(node, x.Shape[1] + padding.Top + padding.Bottom, kernelHeight, strideHeight);
        int width = Extent(node, x.Shape[2] + padding.Left + padding.Right, kernelWidth, strideWidth);
        var attributes = new Pool2DAttributes(kernelHeight, kernelWidth, strideHeight, strideWidth, 1, 1, padding.Top, padding.Bottom, padding.Left,
            padding.Right, height, width, CountIncludePad: false, node.FusedActivation(ActivationSlot));
        if (node.Operator == "L2_POOL_2D")
        {
            // The root of the mean of squares; limits hold for the root.
            Tensor squares = node.Step("Square", UnaryAttributes.None, ElementType.Float32, node.Real(x));
            Tensor means = node.Step("AveragePool2D", attributes with { Clamp = Clamp.None }, ElementType.Float32, squares);
            Tensor roots = node.Step("SquareRoot", UnaryAttributes.None, ElementType.Float32, means);
            node.RealResult(0, "Clamp", new ClampAttributes(attributes.Clamp), roots);
            return;
        }

        node.Computed(0, node.Operator == "MAX_POOL_2D" ? "MaxPool2D" : "AveragePool2D", attributes, x);
    }

    private static int Extent(TfLiteNode node, int padded, int kernel, int stride) => padded >= kernel
        ? ((padded - kernel) / stride) + 1
        : throw node.Fault($"has a window of {kernel} on an image of {padded}");
}
