using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators.Convolution;

namespace EdgeAI.Compiler.Quantization;

/// <summary>
/// The vectors that an integer layer multiplies with its weights, and how those lie: result channels fall into groups that read the same vectors
/// (one group for a full convolution or a fully connected layer, one for each input channel of a depthwise convolution).
/// </summary>
internal sealed class LayerRows
{
    private readonly Node _layer;
    private readonly ConvolutionGeometry? _geometry;
    private readonly bool _isDepthwise;

    /// <summary>For a Conv2D, TransposeConv2D (weights alone), DepthwiseConv2D or FullyConnected.</summary>
    public LayerRows(Node layer)
    {
        _layer = layer;
        _isDepthwise = layer.Operator == "DepthwiseConv2D";
        _geometry = layer.Operator switch
        {
            "Conv2D" => Conv2D.GeometryOf(layer),
            "DepthwiseConv2D" => DepthwiseConv2D.GeometryOf(layer),
            _ => null,
        };
        bool isTransposed = layer.Operator == "TransposeConv2D";
        Channels = layer.Output.Shape[-1];
        Groups = _geometry?.Groups ?? 1;
        Depth = isTransposed ? (int)(layer.Input(1).Shape.ElementCount / Channels) : _geometry?.Depth ?? layer.Input(1).Shape[1];
        Pixels = (int)(layer.Output.Shape.ElementCount / Channels);
    }

    /// <summary>Result channels.</summary>
    public int Channels { get; }

    /// <summary>Groups of result channels, each reading vectors of its own.</summary>
    public int Groups { get; }

    /// <summary>Elements of a vector.</summary>
    public int Depth { get; }

    /// <summary>Vectors of one case: elements of the result without its channels.</summary>
    public int Pixels { get; }

    /// <summary>Where a result channel's weight for element <paramref name="k"/> of the vector stands.</summary>
    public int WeightIndex(int channel, int k) => _isDepthwise ? (k * Channels) + channel : (channel * Depth) + k;

    /// <summary>
    /// The same pixels for every caller: <paramref name="count"/> of each case, evenly spread, with another start in each case.
    /// </summary>
    public int PixelAt(int index, int count, int caseIndex, int caseCount) =>
        (int)((((long)index * Pixels) + ((long)caseIndex * Pixels / caseCount)) / count);

    /// <summary>Vectors of one group, the zero point taken off, [depth, cases · count]; what padding adds is 0.</summary>
    public short[] Columns(byte[][] values, int group, int count)
    {
        int zeroPoint = _layer.Input(0).Quantization!.ZeroPoint;
        int rows = values.Length * count;
        short[] columns = new short[(long)Depth * rows];
        short[] patch = new short[Depth];
        for (int c = 0; c < values.Length; c++)
        {
            short[] image = _layer.Input(0).Type.Integers(values[c]);
            foreach (ref short element in image.AsSpan())
            {
                element -= (short)zeroPoint;
            }

            for (int i = 0; i < count; i++)
            {
                Gather(image, PixelAt(i, count, c, values.Length), group, patch);
                for (int k = 0; k < Depth; k++)
                {
                    columns[((long)k * rows) + (c * count) + i] = patch[k];
                }
            }
        }

        return columns;
    }

    private void Gather(short[] image, int pixel, int group, short[] patch)
    {
        if (_geometry is not { } g)
        {
            image.AsSpan(pixel * Depth, Depth).CopyTo(patch);
            return;
        }

        int perImage = g.OutputHeight * g.OutputWidth;
        int inImage = pixel % perImage;
        g.Gather<short>(image.AsSpan(pixel / perImage * g.ImageSize, g.ImageSize), inImage / g.OutputWidth, inImage % g.OutputWidth, group, patch);
    }
}
