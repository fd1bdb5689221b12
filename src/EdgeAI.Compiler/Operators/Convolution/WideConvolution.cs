using System.Numerics;
using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Operators.Convolution;

/// <summary>Runs a <see cref="WideConv2D"/>: gathered patches with the zero point taken off, so that padding is 0, times weights likewise.</summary>
internal sealed class WideConvolution
{
    private readonly ConvolutionGeometry _geometry;
    private readonly int _inputZeroPoint;
    private readonly int _outputZeroPoint;
    private readonly int[] _weights;
    private readonly long[] _bias;
    private readonly Requantization _factors;
    private readonly IntegerRange _range;
    private readonly WideRounding _rounding;
    private readonly int[] _image;
    private readonly int[] _patch;

    /// <summary>Of a node whose operands have been checked.</summary>
    public WideConvolution(Node node, ConvolutionGeometry geometry)
    {
        _geometry = geometry;
        _inputZeroPoint = node.Input(0).Quantization!.ZeroPoint;
        _outputZeroPoint = node.Output.Quantization!.ZeroPoint;
        int weightZeroPoint = node.Input(1).Quantization!.ZeroPoints[0];
        _weights = [.. node.Input(1).Values<sbyte>().ToArray().Select(weight => weight - weightZeroPoint)];
        _bias = Bias(node);
        _factors = Factors(node);
        _range = IntegerRange.Clamped(node.AttributesAs<WideConv2DAttributes>().Clamp, node.Output);
        _rounding = RoundingOf(node);
        _image = new int[geometry.ImageSize];
        _patch = new int[geometry.Depth];
    }

    /// <summary>How a node's sums are scaled.</summary>
    public static WideRounding RoundingOf(Node node) => node.Input(0).Type == ElementType.Int8 ? WideRounding.Once
        : node.OptionalInput(2)?.Type == ElementType.Int32 ? WideRounding.Twice
        : WideRounding.Reduced;

    /// <summary>The bias, or zeros.</summary>
    public static long[] Bias(Node node) => node.OptionalInput(2) switch
    {
        null => new long[node.Input(1).Shape[0]],
        { Type: ElementType.Int64 } wide => wide.Values<long>().ToArray(),
        var bias => [.. bias.Values<int>().ToArray().Select(value => (long)value)],
    };

    /// <summary>One for each channel, or one for all.</summary>
    public static Requantization Factors(Node node) =>
        node.AttributesAs<WideConv2DAttributes>().FloatProduct && node.Input(1).Quantization!.Scales.Length == 1
            ? Requantization.OfProduct(node.Input(0), node.Input(1), node.Output)
            : ConvolutionRules.Factors(node, node.Input(1).Shape[0]);

    /// <summary>Computes all images.</summary>
    public void Run<T>(ReadOnlySpan<T> x, Span<T> result) where T : unmanaged, IBinaryInteger<T>
    {
        ConvolutionGeometry g = _geometry;
        int at = 0;
        for (int n = 0; n < g.Batches; n++)
        {
            for (int i = 0; i < _image.Length; i++)
            {
                _image[i] = int.CreateTruncating(x[(n * g.ImageSize) + i]) - _inputZeroPoint;
            }

            for (int pixel = 0; pixel < g.OutputHeight * g.OutputWidth; pixel++)
            {
                for (int group = 0; group < g.Groups; group++)
                {
                    g.Gather<int>(_image, pixel / g.OutputWidth, pixel % g.OutputWidth, group, _patch);
                    for (int o = group * g.GroupOutputs; o < (group + 1) * g.GroupOutputs; o++)
                    {
                        result[at++] = T.CreateTruncating(Element(o));
                    }
                }
            }
        }
    }

    private int Element(int channel)
    {
        ReadOnlySpan<int> weights = _weights.AsSpan(channel * _patch.Length, _patch.Length);
        long sum = _bias[channel];
        for (int i = 0; i < weights.Length; i++)
        {
            sum += (long)weights[i] * _patch[i];
        }

        int factor = _factors.Shifts.Length > 1 ? channel : 0;
        int scaled = _rounding switch
        {
            WideRounding.Reduced => FixedPoint.MultiplyWideByQuantizedMultiplier(sum, _factors.MultipliersQ31[factor], _factors.Shifts[factor]),
            WideRounding.Once => FixedPoint.MultiplyOnceByQuantizedMultiplier(unchecked((int)sum), _factors.MultipliersQ31[factor], _factors.Shifts[factor]),
            _ => _factors.Apply(unchecked((int)sum), factor),
        };
        return _range.Saturate(unchecked(scaled + _outputZeroPoint));
    }
}

/// <summary>How a sum is scaled. The numbers are those of edgeai_wide_conv2d.h.</summary>
internal enum WideRounding
{
    /// <summary>32 bits, rounded twice.</summary>
    Twice = 0,
    /// <summary>64 bits by a multiplier of 16 bits, rounded once.</summary>
    Reduced = 1,
    /// <summary>32 bits, rounded once.</summary>
    Once = 2,
}
