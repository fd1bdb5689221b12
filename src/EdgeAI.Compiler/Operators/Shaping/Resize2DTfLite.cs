using EdgeAI.Compiler.Import.TfLite;
using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Operators.Shaping;

/// <summary>
/// RESIZE_NEAREST_NEIGHBOR and RESIZE_BILINEAR to a constant size. Nearest takes the floor of x / scale, of (x + 0.5) / scale with half-pixel
/// centers, and rounds half up with aligned corners.
/// </summary>
internal sealed class Resize2DTfLite : ITfLiteForm
{
    /// <inheritdoc/>
    public IReadOnlyList<string> Operators => ["RESIZE_NEAREST_NEIGHBOR", "RESIZE_BILINEAR"];

    /// <inheritdoc/>
    public void Import(TfLiteNode node)
    {
        // The bilinear form begins with two fields that are no longer used.
        bool linear = node.Operator == "RESIZE_BILINEAR";
        bool alignCorners = node.Options.Flag(linear ? 2 : 0);
        bool halfPixel = node.Options.Flag(linear ? 3 : 1);
        Tensor x = node.Ranked(node.Input(0), 4);
        var size = node.Integers(1, "size");
        if (size.Length != 2 || size.Any(extent => extent < 1) || x.Shape[1] < 1 || x.Shape[2] < 1 || (alignCorners && halfPixel))
        {
            throw node.Fault($"resizes {x.Shape} to [{string.Join(',', size)}]"
                + (alignCorners && halfPixel ? " with both aligned corners and half-pixel centers" : ""));
        }

        ResizeCoordinates coordinates = alignCorners ? ResizeCoordinates.AlignCorners
            : halfPixel ? ResizeCoordinates.HalfPixel : ResizeCoordinates.Asymmetric;
        ResizeInterpolation interpolation = linear ? ResizeInterpolation.Linear
            : alignCorners || halfPixel ? ResizeInterpolation.NearestRoundHalfUp : ResizeInterpolation.NearestFloor;
        var attributes = new Resize2DAttributes(
            size[0], size[1], (float)size[0] / x.Shape[1], (float)size[1] / x.Shape[2], coordinates, interpolation);
        if (linear)
        {
            node.Computed(0, "Resize2D", attributes, x);
        }
        else
        {
            node.Result(0, "Resize2D", attributes, x);
        }
    }
}
