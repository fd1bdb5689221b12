using System.Buffers.Binary;
using System.Text;

namespace EdgeAI.Compiler.Import.TfLite;

/// <summary>
/// The settings of a custom operator in the form of FlexBuffers: a map of names to numbers and Booleans, the subset that TensorFlow's converter
/// writes for them. Source: FlatBuffers' "FlexBuffers" internals. Elements of other types are kept as names without a number.
/// <list type="bullet">
/// <item>Behind the last value stand its type and its width; every position is counted back from the place that names it.</item>
/// <item>Each position is checked, so that damaged bytes end in a <see cref="TfLiteNodeException"/>.</item>
/// </list>
/// </summary>
internal sealed class FlexBufferMap
{
    private const int Int = 1;
    private const int UInt = 2;
    private const int Float = 3;
    private const int IndirectInt = 6;
    private const int IndirectUInt = 7;
    private const int IndirectFloat = 8;
    private const int Map = 9;
    private const int Boolean = 26;

    private readonly Dictionary<string, long?> _values = new(StringComparer.Ordinal);
    private readonly Dictionary<string, float> _reals = new(StringComparer.Ordinal);

    private FlexBufferMap()
    {
    }

    /// <summary>The map that the bytes hold; no bytes are an empty map.</summary>
    public static FlexBufferMap Read(ReadOnlySpan<byte> bytes)
    {
        var map = new FlexBufferMap();
        if (!bytes.IsEmpty)
        {
            map.Fill(bytes);
        }

        return map;
    }

    /// <summary>A setting that must be there and lie in a range.</summary>
    public int Int32(string name, int minimum, int maximum)
    {
        if (!_values.TryGetValue(name, out long? found))
        {
            throw new TfLiteNodeException($"has no setting '{name}' in its custom options");
        }

        if (found is not { } value)
        {
            throw new TfLiteNodeException($"has a setting '{name}' that is not a whole number");
        }

        return value >= minimum && value <= maximum
            ? (int)value
            : throw new TfLiteNodeException(FormattableString.Invariant(
                $"has the setting '{name}' {value}; {(maximum == int.MaxValue ? $"at least {minimum}" : $"{minimum} to {maximum}")} is allowed"));
    }

    /// <summary>A setting that must be there and is true for everything but 0.</summary>
    public bool Flag(string name) => Int32(name, int.MinValue, int.MaxValue) != 0;

    /// <summary>Whether there is a setting.</summary>
    public bool Has(string name) => _values.ContainsKey(name);

    /// <summary>A setting that must be there, a finite number.</summary>
    public float Single(string name)
    {
        float value = _reals.TryGetValue(name, out float real) ? real
            : _values.GetValueOrDefault(name) is { } whole ? whole
            : throw new TfLiteNodeException($"has no number '{name}' in its custom options");
        return float.IsFinite(value) ? value : throw new TfLiteNodeException($"has a setting '{name}' that is not finite");
    }

    private void Fill(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < 3)
        {
            throw Damaged();
        }

        int rootWidth = bytes[^1];
        int rootType = bytes[^2] >> 2;
        if (rootType != Map)
        {
            throw new TfLiteNodeException($"has custom options of FlexBuffers type {rootType} instead of a map");
        }

        int width = 1 << (bytes[^2] & 3);
        long values = Behind(bytes, bytes.Length - 2 - rootWidth, rootWidth);
        long keys = Behind(bytes, values - (3L * width), width);
        int keyWidth = (int)Math.Min(Unsigned(bytes, values - (2L * width), width), 9);
        ulong count = Unsigned(bytes, values - width, width);
        if (count > (ulong)bytes.Length)
        {
            throw Damaged();
        }

        long types = values + ((long)count * width);
        for (int i = 0; i < (int)count; i++)
        {
            string name = Name(bytes, Behind(bytes, keys + ((long)i * keyWidth), keyWidth));
            int type = (int)Unsigned(bytes, types + i, 1);
            _values[name] = Number(bytes, values + ((long)i * width), width, type);
            if (Real(bytes, values + ((long)i * width), width, type) is { } real)
            {
                _reals[name] = real;
            }
        }
    }

    private static long? Number(ReadOnlySpan<byte> bytes, long at, int width, int packedType)
    {
        int indirectWidth = 1 << (packedType & 3);
        return (packedType >> 2) switch
        {
            Int => Signed(bytes, at, width),
            UInt or Boolean => (long)Math.Min(Unsigned(bytes, at, width), long.MaxValue),
            IndirectInt => Signed(bytes, Behind(bytes, at, width), indirectWidth),
            IndirectUInt => (long)Math.Min(Unsigned(bytes, Behind(bytes, at, width), indirectWidth), long.MaxValue),
            _ => null,
        };
    }

    private static float? Real(ReadOnlySpan<byte> bytes, long at, int width, int packedType) => (packedType >> 2) switch
    {
        Float => Real(bytes, at, width),
        IndirectFloat => Real(bytes, Behind(bytes, at, width), 1 << (packedType & 3)),
        _ => null,
    };

    private static float Real(ReadOnlySpan<byte> bytes, long at, int width)
    {
        ulong bits = Unsigned(bytes, at, width);
        return width switch
        {
            2 => (float)BitConverter.UInt16BitsToHalf((ushort)bits),
            4 => BitConverter.UInt32BitsToSingle((uint)bits),
            8 => (float)BitConverter.UInt64BitsToDouble(bits),
            _ => throw Damaged(),
        };
    }

    private static string Name(ReadOnlySpan<byte> bytes, long at)
    {
        ReadOnlySpan<byte> rest = bytes[(int)at..];
        int length = rest.IndexOf((byte)0);
        return length >= 0 ? Encoding.UTF8.GetString(rest[..length]) : throw Damaged();
    }

    // A position within the bytes: so many bytes in front of the place that names it.
    private static long Behind(ReadOnlySpan<byte> bytes, long at, int width)
    {
        ulong distance = Unsigned(bytes, at, width);
        return distance <= (ulong)at ? at - (long)distance : throw Damaged();
    }

    private static long Signed(ReadOnlySpan<byte> bytes, long at, int width)
    {
        int unused = 64 - (8 * width);
        return (long)(Unsigned(bytes, at, width) << unused) >> unused;
    }

    private static ulong Unsigned(ReadOnlySpan<byte> bytes, long at, int width)
    {
        if (at < 0 || at > bytes.Length - width)
        {
            throw Damaged();
        }

        ReadOnlySpan<byte> place = bytes[(int)at..];
        return width switch
        {
            1 => place[0],
            2 => BinaryPrimitives.ReadUInt16LittleEndian(place),
            4 => BinaryPrimitives.ReadUInt32LittleEndian(place),
            8 => BinaryPrimitives.ReadUInt64LittleEndian(place),
            _ => throw Damaged(),
        };
    }

    private static TfLiteNodeException Damaged() => new("has custom options that are damaged: a position in them lies outside");
}
