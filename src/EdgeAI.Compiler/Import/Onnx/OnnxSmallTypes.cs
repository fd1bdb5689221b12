using System.Runtime.InteropServices;
using EdgeAI.Compiler.Operators.Quantizing;
using DataType = EdgeAI.Compiler.Import.Onnx.Schema.TensorProto.Types.DataType;

namespace EdgeAI.Compiler.Import.Onnx;

/// <summary>
/// The element types below 16 bits that C lacks. Floats of 8 and 4 bits are float32 values in the graph, integers of 4 and 2 bits int8 or uint8; what
/// makes them rounds or wraps to their range. Source: the ONNX specification of Cast.
/// </summary>
internal static class OnnxSmallTypes
{
    /// <summary>Bits of an element in the file; 0 for types that are not small.</summary>
    public static int Bits(long dataType) => (DataType)dataType switch
    {
        DataType.Float8E4M3Fn or DataType.Float8E4M3Fnuz or DataType.Float8E5M2 or DataType.Float8E5M2Fnuz or DataType.Float8E8M0 => 8,
        DataType.Uint4 or DataType.Int4 or DataType.Float4E2M1 => 4,
        DataType.Uint2 or DataType.Int2 => 2,
        _ => 0,
    };

    /// <summary>How numbers become those of a small float type; null for others. Without saturation what is too large becomes infinity or NaN.</summary>
    public static FloatFormat? Float(long dataType, bool saturates) => (DataType)dataType switch
    {
        DataType.Float8E4M3Fn => new(3, -6, 448, saturates ? FloatOverflow.Largest : FloatOverflow.NotANumber, HasNegativeZero: true),
        DataType.Float8E4M3Fnuz => new(3, -7, 240, saturates ? FloatOverflow.Largest : FloatOverflow.NotANumber, HasNegativeZero: false),
        DataType.Float8E5M2 => new(2, -14, 57344, saturates ? FloatOverflow.Largest : FloatOverflow.Infinity, HasNegativeZero: true),
        DataType.Float8E5M2Fnuz => new(2, -15, 57344, saturates ? FloatOverflow.Largest : FloatOverflow.NotANumber, HasNegativeZero: false),
        DataType.Float4E2M1 => new(1, 0, 6, FloatOverflow.Largest, HasNegativeZero: true, HasNotANumber: false),
        _ => null,
    };

    /// <summary>How numbers become those of a type of powers of two alone, by its rounding <c>up</c>, <c>down</c> or <c>nearest</c>; null for other types.</summary>
    public static PowerOfTwoFormat? PowerOfTwo(long dataType, string rounding, bool saturates) => (DataType)dataType == DataType.Float8E8M0
        ? new(rounding switch
        {
            "up" => FloatRounding.Up,
            "down" => FloatRounding.Down,
            "nearest" => FloatRounding.Nearest,
            _ => throw new OnnxNodeException($"round_mode is '{rounding}'", "up, down and nearest are supported"),
        }, saturates)
        : null;

    /// <summary>The range of a small integer type; null for others.</summary>
    public static (int Minimum, int Maximum)? Integer(long dataType) => (DataType)dataType switch
    {
        DataType.Uint4 => (0, 15),
        DataType.Int4 => (-8, 7),
        DataType.Uint2 => (0, 3),
        DataType.Int2 => (-2, 1),
        _ => null,
    };

    /// <summary>The elements in the graph's type. The first stands in the lowest bits of its byte.</summary>
    public static byte[] Unpack(long dataType, ReadOnlySpan<byte> packed, long count)
    {
        int bits = Bits(dataType);
        if (Integer(dataType) is { } range)
        {
            byte[] integers = new byte[count];
            for (int i = 0; i < integers.Length; i++)
            {
                int value = Element(packed, bits, i);
                integers[i] = unchecked((byte)(value > range.Maximum ? value - (1 << bits) : value));
            }

            return integers;
        }

        float[] reals = new float[count];
        for (int i = 0; i < reals.Length; i++)
        {
            reals[i] = Real((DataType)dataType, Element(packed, bits, i));
        }

        return MemoryMarshal.AsBytes<float>(reals).ToArray();
    }

    private static int Element(ReadOnlySpan<byte> packed, int bits, int index)
    {
        int inByte = 8 / bits;
        return (packed[index / inByte] >> (bits * (index % inByte))) & ((1 << bits) - 1);
    }

    private static float Real(DataType type, int code)
    {
        if (type == DataType.Float8E8M0)
        {
            return code == 0xFF ? float.NaN : (float)Math.ScaleB(1, code - 127);
        }

        int sign = type == DataType.Float4E2M1 ? 8 : 128;
        int magnitude = code & (sign - 1);
        bool isSpecial = type switch
        {
            DataType.Float8E4M3Fn => magnitude == 0x7F,
            DataType.Float8E4M3Fnuz or DataType.Float8E5M2Fnuz => code == 0x80,
            DataType.Float8E5M2 => magnitude >= 0x7C,
            _ => false,
        };
        FloatFormat format = Float((long)type, saturates: true)!;
        int exponent = magnitude >> format.MantissaBits;
        int mantissa = magnitude & ((1 << format.MantissaBits) - 1);
        double value = exponent == 0 ? mantissa : Math.ScaleB((1 << format.MantissaBits) + mantissa, exponent - 1);
        float real = isSpecial
            ? type == DataType.Float8E5M2 && mantissa == 0 ? float.PositiveInfinity : float.NaN
            : (float)Math.ScaleB(value, format.LowestExponent - format.MantissaBits);
        return (code & sign) != 0 ? -real : real;
    }
}
