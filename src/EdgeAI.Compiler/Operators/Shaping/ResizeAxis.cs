using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Operators.Shaping;

/// <summary>
/// Where each result index of one resized axis is read, settled when building. Coordinates are computed in float32 as TensorFlow Lite does: with
/// the quotient of the extents when the scale is the default, by division by the given scale otherwise.
/// </summary>
internal sealed class ResizeAxis
{
    /// <summary>Bits behind the point of <see cref="LinearFixedPoint"/>.</summary>
    public const int FractionBits = 10;

    /// <summary>Bits behind the point of <see cref="LinearFine"/>.</summary>
    public const int FineBits = 14;

    private readonly int _input;
    private readonly int _output;
    private readonly float _scale;
    private readonly ResizeCoordinates _coordinates;

    private ResizeAxis(int input, int output, float scale, ResizeCoordinates coordinates)
    {
        _input = input;
        _output = output;
        _scale = scale;
        _coordinates = coordinates;
    }

    /// <summary>The vertical axis of a node.</summary>
    public static ResizeAxis Rows(Node node)
    {
        var attributes = node.AttributesAs<Resize2DAttributes>();
        return new(node.Input(0).Shape[1], attributes.OutputHeight, attributes.ScaleHeight, attributes.Coordinates);
    }

    /// <summary>The horizontal axis of a node.</summary>
    public static ResizeAxis Columns(Node node)
    {
        var attributes = node.AttributesAs<Resize2DAttributes>();
        return new(node.Input(0).Shape[2], attributes.OutputWidth, attributes.ScaleWidth, attributes.Coordinates);
    }

    /// <summary>The one element each result index is a copy of.</summary>
    public short[] Nearest(ResizeInterpolation interpolation)
    {
        short[] indexes = new short[_output];
        for (int i = 0; i < indexes.Length; i++)
        {
            float place = Coordinate(i);
            float rounded = interpolation switch
            {
                ResizeInterpolation.NearestFloor => MathF.Floor(place),
                ResizeInterpolation.NearestCeiling => MathF.Ceiling(place),
                ResizeInterpolation.NearestRoundHalfUp => MathF.Floor(place + 0.5f),
                _ => MathF.Ceiling(place - 0.5f),
            };
            indexes[i] = (short)Math.Clamp(rounded, 0, _input - 1);
        }

        return indexes;
    }

    /// <summary>The two elements between which each result index lies, and how far towards the second.</summary>
    public (short[] Lower, short[] Upper, float[] Fraction) Linear()
    {
        short[] lower = new short[_output];
        short[] upper = new short[_output];
        float[] fraction = new float[_output];
        for (int i = 0; i < _output; i++)
        {
            float place = Math.Clamp(Coordinate(i), 0, _input - 1);
            float floor = MathF.Floor(place);
            lower[i] = (short)floor;
            upper[i] = (short)Math.Min(floor + 1, _input - 1);
            fraction[i] = place - floor;
        }

        return (lower, upper, fraction);
    }

    /// <summary>The same with 10 bits behind the point, bit for bit TensorFlow Lite's integer form; fractions may lie outside [0, 1024] at the edges.</summary>
    public (short[] Lower, short[] Upper, short[] Fraction) LinearFixedPoint()
    {
        const int One = 1 << FractionBits;
        bool ends = _coordinates == ResizeCoordinates.AlignCorners && _output > 1;
        int step = ends ? RoundedQuotient(One * (_input - 1), _output - 1)
            : IsDefaultScale || _coordinates == ResizeCoordinates.AlignCorners ? RoundedQuotient(One * _input, _output)
            : (int)MathF.Round(One / _scale, MidpointRounding.AwayFromZero);
        short[] lower = new short[_output];
        short[] upper = new short[_output];
        short[] fraction = new short[_output];
        for (int i = 0; i < _output; i++)
        {
            int place = _coordinates switch
            {
                ResizeCoordinates.PytorchHalfPixel when _output == 1 => 0,
                ResizeCoordinates.HalfPixel or ResizeCoordinates.PytorchHalfPixel => (i * step) + (step / 2) - (One / 2),
                _ => i * step,
            };

            // TensorFlow Lite reads behind the end where rounding of the step adds up; the last element is taken instead.
            int first = Math.Clamp(place / One, 0, _input - 1);
            lower[i] = (short)first;
            upper[i] = (short)Math.Min((place + One - 1) / One, _input - 1);
            fraction[i] = (short)Math.Min(place - (first * One), One);
        }

        return (lower, upper, fraction);
    }

    /// <summary>The same with 14 bits behind the point, for int16 images.</summary>
    public (short[] Lower, short[] Upper, short[] Fraction) LinearFine()
    {
        (short[] lower, short[] upper, float[] fraction) = Linear();
        return (lower, upper, [.. fraction.Select(part => (short)MathF.Round(part * (1 << FineBits)))]);
    }

    private bool IsDefaultScale => _scale == _output / (float)_input;

    private static int RoundedQuotient(int a, int b) => (a + (b / 2)) / b;

    private float Coordinate(int index)
    {
        switch (_coordinates)
        {
            case ResizeCoordinates.AlignCorners:
                return _output > 1 ? index * ((_input - 1) / (float)(_output - 1)) : 0;
            case ResizeCoordinates.Asymmetric:
                return Scaled(index);
            case ResizeCoordinates.PytorchHalfPixel when _output == 1:
                return 0;
            default:
                return Scaled(index + 0.5f) - 0.5f;
        }
    }

    private float Scaled(float index) => IsDefaultScale ? index * (_input / (float)_output) : index / _scale;
}
