using System.Runtime.InteropServices;

namespace EdgeAI.Compiler.Model;

/// <summary>
/// A value of the graph: an input, a constant, or what one node computes. Identity is by reference; names are unique in a graph.
/// </summary>
public sealed class Tensor(string name, ElementType type, Shape shape)
{
    private sbyte[]? _unpacked;

    /// <summary>Unique in the graph; the source file's own name where it has one.</summary>
    public string Name { get; set; } = name;

    /// <summary>The type of each element.</summary>
    public ElementType Type { get; set; } = type;

    /// <summary>Static extents, outermost first.</summary>
    public Shape Shape { get; set; } = shape;

    /// <summary>What the integers mean; null for floats and for integers that stand for themselves.</summary>
    public QuantizationParameters? Quantization { get; set; }

    /// <summary>Row-major little-endian bytes of a constant; null for a value computed at run time. Never changed in place.</summary>
    public ReadOnlyMemory<byte>? Constant { get; init; }

    /// <summary>Whether the value is known when building.</summary>
    public bool IsConstant => Constant is not null;

    /// <summary>Bytes of the whole value.</summary>
    public long ByteSize => Type.ByteSize(Shape.ElementCount);

    /// <summary>
    /// The elements of a constant. <typeparamref name="T"/> has the size of <see cref="Type"/>; those of an int4 constant are given as <see cref="sbyte"/>.
    /// </summary>
    public ReadOnlySpan<T> Values<T>() where T : unmanaged
    {
        if (Constant is not { } bytes)
        {
            throw new InvalidOperationException($"tensor '{Name}' is not a constant");
        }

        if (Type == ElementType.Int4 && typeof(T) == typeof(sbyte))
        {
            return MemoryMarshal.Cast<sbyte, T>(_unpacked ??= Nibbles.Unpack(bytes.Span, (int)Shape.ElementCount));
        }

        if (Type == ElementType.Int4 || Marshal.SizeOf<T>() != Type.ByteSize() && !(typeof(T) == typeof(bool) && Type == ElementType.Bool))
        {
            throw new InvalidOperationException($"tensor '{Name}' holds {Type.DisplayName()}, not {typeof(T).Name}");
        }

        return MemoryMarshal.Cast<byte, T>(bytes.Span);
    }

    /// <summary>A constant of the given elements, whose count is the shape's.</summary>
    public static Tensor FromValues<T>(string name, ElementType type, Shape shape, ReadOnlySpan<T> values,
        QuantizationParameters? quantization = null) where T : unmanaged
    {
        byte[] bytes = MemoryMarshal.AsBytes(values).ToArray();
        if (bytes.Length != shape.ElementCount * type.ByteSize())
        {
            throw new ArgumentException($"{values.Length} values for {type.DisplayName()}{shape}", nameof(values));
        }

        return new Tensor(name, type, shape) { Constant = bytes, Quantization = quantization };
    }

    /// <summary>An int4 constant of integers within −8 and 7. Throws <see cref="ArgumentException"/> for others.</summary>
    public static Tensor FromNibbles(string name, Shape shape, ReadOnlySpan<sbyte> values, QuantizationParameters? quantization) =>
        values.Length == shape.ElementCount
            ? new Tensor(name, ElementType.Int4, shape) { Constant = Nibbles.Pack(values), Quantization = quantization }
            : throw new ArgumentException($"{values.Length} values for int4{shape}", nameof(values));

    /// <summary><c>name int8[1,10] scale=… zero=…</c></summary>
    public override string ToString() => $"{Name} {Type.DisplayName()}{Shape}";
}
