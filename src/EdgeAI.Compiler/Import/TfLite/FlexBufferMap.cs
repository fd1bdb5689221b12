using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Text;

namespace EdgeAI.Compiler.Import.TfLite;

/// <summary>
/// The settings of a custom operator in the form of FlexBuffers: a map of names to numbers, Booleans, texts and lists of numbers.
/// Source: FlatBuffers' "FlexBuffers" internals. Elements of other types are kept as names without a value.
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
    private const int Key = 4;
    private const int String = 5;
    private const int IndirectInt = 6;
    private const int IndirectUInt = 7;
    private const int IndirectFloat = 8;
    private const int Map = 9;
    private const int Vector = 10;
    private const int VectorInt = 11;
    private const int VectorUInt = 12;
    private const int VectorFloat = 13;
    private const int Boolean = 26;

    private readonly Dictionary<string, object?> _values = new(StringComparer.Ordinal);

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

    /// <summary>The names of all settings.</summary>
    public IReadOnlyCollection<string> Names => _values.Keys;

    /// <summary>A setting that is a whole number or a Boolean; null for another.</summary>
    public object? Whole(string name) => _values.GetValueOrDefault(name) as long?;

    /// <summary>A setting that is a number, as a float; null for another.</summary>
    public object? Real(string name) => Number(_values.GetValueOrDefault(name)) is { } number ? (float)number : null;

    /// <summary>A setting that is a text; null for another.</summary>
    public object? Text(string name) => _values.GetValueOrDefault(name) as string;

    /// <summary>A setting that is a list of whole numbers; null for another.</summary>
    public object? Wholes(string name) => _values.GetValueOrDefault(name) is object?[] list && list.All(item => item is long)
        ? list.Select(item => (long)item!).ToImmutableArray()
        : null;

    /// <summary>A setting that is a list of numbers, as floats; null for another.</summary>
    public object? Reals(string name) => _values.GetValueOrDefault(name) is object?[] list && list.All(item => Number(item) is not null)
        ? list.Select(item => (float)Number(item)!.Value).ToImmutableArray()
        : null;

    /// <summary>A setting that must be there and lie in a range.</summary>
    public int Int32(string name, int minimum, int maximum)
    {
        if (!_values.TryGetValue(name, out object? found))
        {
            throw new TfLiteNodeException($"has no setting '{name}' in its custom options");
        }

        if (found is not long value)
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
        float value = (float)(Number(_values.GetValueOrDefault(name)) ?? throw new TfLiteNodeException($"has no number '{name}' in its custom options"));
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
            _values[name] = Value(bytes, values + ((long)i * width), width, (int)Unsigned(bytes, types + i, 1));
        }
    }

    private static double? Number(object? value) => value switch
    {
        long whole => whole,
        double real => real,
        _ => null,
    };

    private static object? Value(ReadOnlySpan<byte> bytes, long at, int width, int packedType)
    {
        int indirectWidth = 1 << (packedType & 3);
        return (packedType >> 2) switch
        {
            Int => Signed(bytes, at, width),
            UInt or Boolean => (long)Math.Min(Unsigned(bytes, at, width), long.MaxValue),
            IndirectInt => Signed(bytes, Behind(bytes, at, width), indirectWidth),
            IndirectUInt => (long)Math.Min(Unsigned(bytes, Behind(bytes, at, width), indirectWidth), long.MaxValue),
            Float => Floating(bytes, at, width),
            IndirectFloat => Floating(bytes, Behind(bytes, at, width), indirectWidth),
            Key => Name(bytes, Behind(bytes, at, width)),
            String => Characters(bytes, Behind(bytes, at, width), indirectWidth),
            Vector => Elements(bytes, Behind(bytes, at, width), indirectWidth, null),
            VectorInt => Elements(bytes, Behind(bytes, at, width), indirectWidth, Int),
            VectorUInt => Elements(bytes, Behind(bytes, at, width), indirectWidth, UInt),
            VectorFloat => Elements(bytes, Behind(bytes, at, width), indirectWidth, Float),
            _ => null,
        };
    }

    /// <summary>The elements of a list, all of one type or each of its own; those that are no numbers are null.</summary>
    private static object?[] Elements(ReadOnlySpan<byte> bytes, long at, int width, int? type)
    {
        ulong count = Unsigned(bytes, at - width, width);
        if (count > (ulong)bytes.Length)
        {
            throw Damaged();
        }

        object?[] elements = new object?[count];
        for (int i = 0; i < elements.Length; i++)
        {
            int packed = type is { } known ? known << 2 : (int)Unsigned(bytes, at + ((long)elements.Length * width) + i, 1);
            elements[i] = packed >> 2 is Int or UInt or Float or IndirectInt or IndirectUInt or IndirectFloat or Boolean ? Value(bytes, at + ((long)i * width), width, packed) : null;
        }

        return elements;
    }

    private static object? Floating(ReadOnlySpan<byte> bytes, long at, int width) => width switch
    {
        2 => (double)BitConverter.UInt16BitsToHalf((ushort)Unsigned(bytes, at, width)),
        4 => (double)BitConverter.UInt32BitsToSingle((uint)Unsigned(bytes, at, width)),
        8 => BitConverter.UInt64BitsToDouble(Unsigned(bytes, at, width)),
        _ => null,
    };

    private static string Characters(ReadOnlySpan<byte> bytes, long at, int width)
    {
        ulong length = Unsigned(bytes, at - width, width);
        return length <= (ulong)(bytes.Length - at) ? Encoding.UTF8.GetString(bytes.Slice((int)at, (int)length)) : throw Damaged();
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
