using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Operators.Convolution;

/// <summary>
/// Runs a float convolution as products of the weights with patches, several pixels of a row at a time; patches are read in the image where they stand
/// there as runs, else gathered.
/// </summary>
internal sealed class FloatConvolution
{
    private readonly ConvolutionGeometry _geometry;
    private readonly Clamp _clamp;
    private readonly PackedFloatMatrix[] _groups;
    private readonly float[] _patches;
    private readonly float[] _sums;

    /// <summary>Packs the weights [O,KH,KW,C/groups].</summary>
    public FloatConvolution(ConvolutionGeometry geometry, ReadOnlySpan<float> weights, Clamp clamp)
    {
        _geometry = geometry.Flattened();
        _clamp = clamp;
        _groups = new PackedFloatMatrix[geometry.Groups];
        int size = geometry.GroupOutputs * geometry.Depth;
        for (int group = 0; group < geometry.Groups; group++)
        {
            _groups[group] = new(weights.Slice(group * size, size), geometry.GroupOutputs, geometry.Depth, geometry.Depth, 1);
        }

        _patches = new float[PackedFloatMatrix.Block * geometry.Depth];
        _sums = new float[PackedFloatMatrix.Block * _groups[0].SumStride];
    }

    /// <summary>Computes all images.</summary>
    public void Run(ReadOnlySpan<float> x, ReadOnlySpan<float> bias, Span<float> result)
    {
        ConvolutionGeometry g = _geometry;
        var runs = new VectorRuns(g.StrideWidth * g.InputChannels, g.KernelHeight, g.KernelWidth * g.InputChannels, g.DilationHeight * g.InputWidth * g.InputChannels);
        for (int n = 0; n < g.Batches; n++)
        {
            ReadOnlySpan<float> image = x.Slice(n * g.ImageSize, g.ImageSize);
            for (int oy = 0; oy < g.OutputHeight; oy++)
            {
                int row = ((n * g.OutputHeight) + oy) * g.OutputWidth;
                for (int ox = 0; ox < g.OutputWidth; ox += PackedFloatMatrix.Block)
                {
                    int pixels = Math.Min(PackedFloatMatrix.Block, g.OutputWidth - ox);
                    if (pixels == PackedFloatMatrix.Block && g.StandsInImage(oy, ox, ox + pixels - 1))
                    {
                        int first = (((oy * g.StrideHeight) - g.PadTop) * g.InputWidth) + (ox * g.StrideWidth) - g.PadLeft;
                        _groups[0].Multiply(image[(first * g.InputChannels)..], runs, _sums);
                        Store(0, pixels, row + ox, bias, result);
                        continue;
                    }

                    for (int group = 0; group < g.Groups; group++)
                    {
                        for (int i = 0; i < pixels; i++)
                        {
                            g.Gather(image, oy, ox + i, group, _patches.AsSpan(i * g.Depth));
                        }

                        _groups[group].Multiply(pixels == 1 ? _patches.AsSpan(0, g.Depth) : _patches, _sums);
                        Store(group, pixels, row + ox, bias, result);
                    }
                }
            }
        }
    }

    private void Store(int group, int pixels, int firstPixel, ReadOnlySpan<float> bias, Span<float> result)
    {
        ConvolutionGeometry g = _geometry;
        int firstChannel = group * g.GroupOutputs;
        ReadOnlySpan<float> groupBias = bias.IsEmpty ? bias : bias.Slice(firstChannel, g.GroupOutputs);
        for (int i = 0; i < pixels; i++)
        {
            FloatVectors.Finish(
                _sums.AsSpan(i * _groups[group].SumStride, g.GroupOutputs), groupBias, _clamp,
                result.Slice(((firstPixel + i) * g.OutputChannels) + firstChannel, g.GroupOutputs));
        }
    }
}
