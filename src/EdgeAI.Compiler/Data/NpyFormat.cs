using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Data;

/// <summary>
/// NumPy's array file, format versions 1.0 to 3.0 (numpy.lib.format). Reads numeric types of either byte order, C or Fortran order;
/// writes version 1.0, little-endian, C order.
/// </summary>
public static partial class NpyFormat
{
    private static ReadOnlySpan<byte> Magic => [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y'];

    /// <summary>Reads a file. Throws <see cref="InvalidDataException"/> that says what is wrong.</summary>
    public static NumericArray Read(ReadOnlyMemory<byte> file)
    {
        Header header = ReadHeader(file.Span);
        long there = file.Length - header.Start;
        return there < header.ContentBytes
            ? throw Short(header, there)
            : Content(header, header.Shape, file.Slice(header.Start, (int)header.ContentBytes));
    }

    /// <summary>
    /// Reads a file of any size as arrays of consecutive elements of the first axis, each of about <paramref name="slabBytes"/> at the most; a file in Fortran
    /// order, and one that is not larger, as one array. Throws <see cref="InvalidDataException"/> that says what is wrong.
    /// </summary>
    public static IEnumerable<NumericArray> ReadSlabs(string path, long slabBytes)
    {
        using FileStream file = File.OpenRead(path);
        byte[] beginning = new byte[(int)Math.Min(file.Length, MostHeaderBytes)];
        file.ReadExactly(beginning);
        Header header = ReadHeader(beginning);
        if (file.Length - header.Start < header.ContentBytes)
        {
            throw Short(header, file.Length - header.Start);
        }

        file.Position = header.Start;
        bool isWhole = header.ContentBytes <= slabBytes || header.IsFortran || header.Shape.Rank == 0;
        if (isWhole && header.ContentBytes > Array.MaxLength)
        {
            throw new InvalidDataException($"{header.ContentBytes} bytes in Fortran order cannot be read piece by piece; write it with numpy.ascontiguousarray");
        }

        long elementBytes = header.Shape.Rank == 0 || header.Shape[0] == 0 ? Math.Max(1, header.ContentBytes) : header.ContentBytes / header.Shape[0];
        int count = header.Shape.Rank == 0 ? 1 : header.Shape[0];
        int each = isWhole ? Math.Max(1, count) : (int)Math.Max(1, slabBytes / Math.Max(1, elementBytes));
        for (int first = 0; first < Math.Max(1, count); first += each)
        {
            int taken = Math.Min(each, count - first);
            byte[] bytes = new byte[isWhole ? header.ContentBytes : taken * elementBytes];
            file.ReadExactly(bytes);
            yield return Content(header, isWhole ? header.Shape : new Shape([taken, .. header.Shape.Extents[1..]]), bytes);
        }
    }

    private const int MostHeaderBytes = 1 << 16;

    private static Header ReadHeader(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < 10 || !bytes.StartsWith(Magic))
        {
            throw new InvalidDataException("it does not begin with NumPy's mark");
        }

        int headerStart = bytes[6] == 1 ? 10 : 12;
        if (bytes.Length < headerStart)
        {
            throw new InvalidDataException("it ends inside the header");
        }

        long headerLength = bytes[6] == 1
            ? BinaryPrimitives.ReadUInt16LittleEndian(bytes[8..]) : BinaryPrimitives.ReadUInt32LittleEndian(bytes[8..]);
        if (headerStart + headerLength > bytes.Length)
        {
            throw new InvalidDataException("it ends inside the header");
        }

        string header = Encoding.UTF8.GetString(bytes.Slice(headerStart, (int)headerLength));
        Match description = DescriptionPattern().Match(header);
        Match shapeText = ShapePattern().Match(header);
        if (!description.Success || !shapeText.Success)
        {
            throw new InvalidDataException("its header names no plain numeric type and shape");
        }

        (ElementType type, bool bigEndian) = TypeOf(description.Groups[1].Value);
        Shape shape = ParseShape(shapeText.Groups[1].Value);
        try
        {
            return new(type, bigEndian, shape, FortranPattern().IsMatch(header) && shape.Rank > 1, headerStart + (int)headerLength, checked(shape.ElementCount * type.ByteSize()));
        }
        catch (OverflowException)
        {
            throw new InvalidDataException($"its shape {shape} has more elements than a file can hold");
        }
    }

    private static InvalidDataException Short(Header header, long there) =>
        new($"its header promises {header.ContentBytes} bytes for {header.Type.DisplayName()}{header.Shape}, {there} are there");

    private static NumericArray Content(Header header, Shape shape, ReadOnlyMemory<byte> content)
    {
        int size = header.Type.ByteSize();
        if (header.IsBigEndian && size > 1)
        {
            content = Reversed(content.Span, size);
        }

        return new NumericArray(header.Type, shape, header.IsFortran ? FromFortran(content.Span, shape, size) : content);
    }

    /// <summary>The bytes of a file with the array.</summary>
    public static byte[] Write(NumericArray array)
    {
        string code = array.Type switch
        {
            ElementType.Float32 => "<f4",
            ElementType.Float64 => "<f8",
            ElementType.Float16 => "<f2",
            ElementType.Int8 => "|i1",
            ElementType.UInt8 => "|u1",
            ElementType.Bool => "|b1",
            ElementType.Int16 => "<i2",
            ElementType.UInt16 => "<u2",
            ElementType.Int32 => "<i4",
            ElementType.UInt32 => "<u4",
            ElementType.Int64 => "<i8",
            _ => "<u8",
        };
        string extents = string.Concat(array.Shape.Extents.Select(extent => extent.ToString(CultureInfo.InvariantCulture) + ", "));
        string header = $"{{'descr': '{code}', 'fortran_order': False, 'shape': ({extents.TrimEnd()}), }}";
        header = header.PadRight((((header.Length + 11 + 63) / 64) * 64) - 11) + "\n";
        byte[] file = new byte[10 + header.Length + array.Bytes.Length];
        Magic.CopyTo(file);
        file[6] = 1;
        BinaryPrimitives.WriteUInt16LittleEndian(file.AsSpan(8), (ushort)header.Length);
        Encoding.ASCII.GetBytes(header, file.AsSpan(10));
        array.Bytes.Span.CopyTo(file.AsSpan(10 + header.Length));
        return file;
    }

    private static (ElementType Type, bool BigEndian) TypeOf(string code)
    {
        ElementType type = code.Length < 3 ? ElementType.Unknown : code[1..] switch
        {
            "f2" => ElementType.Float16,
            "f4" => ElementType.Float32,
            "f8" => ElementType.Float64,
            "i1" => ElementType.Int8,
            "u1" => ElementType.UInt8,
            "b1" => ElementType.Bool,
            "i2" => ElementType.Int16,
            "u2" => ElementType.UInt16,
            "i4" => ElementType.Int32,
            "u4" => ElementType.UInt32,
            "i8" => ElementType.Int64,
            "u8" => ElementType.UInt64,
            _ => ElementType.Unknown,
        };
        return type == ElementType.Unknown
            ? throw new InvalidDataException($"its type '{code}' is not a real number of at most 64 bits")
            : (type, code[0] == '>');
    }

    private static Shape ParseShape(string text)
    {
        string[] parts = text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        int[] extents = new int[parts.Length];
        for (int i = 0; i < parts.Length; i++)
        {
            if (!int.TryParse(parts[i].TrimEnd('L'), NumberStyles.None, CultureInfo.InvariantCulture, out extents[i]))
            {
                throw new InvalidDataException($"its shape ({text}) has an extent that is no number below 2^31");
            }
        }

        return new Shape(extents);
    }

    private static byte[] Reversed(ReadOnlySpan<byte> source, int size)
    {
        byte[] result = source.ToArray();
        for (int i = 0; i < result.Length; i += size)
        {
            Array.Reverse(result, i, size);
        }

        return result;
    }

    private static byte[] FromFortran(ReadOnlySpan<byte> source, Shape shape, int size)
    {
        byte[] result = new byte[source.Length];
        int[] index = new int[shape.Rank];
        long count = shape.ElementCount;
        for (long to = 0; to < count; to++)
        {
            long from = 0;
            for (int axis = shape.Rank - 1; axis >= 0; axis--)
            {
                from = (from * shape[axis]) + index[axis];
            }

            source.Slice((int)(from * size), size).CopyTo(result.AsSpan((int)(to * size)));
            for (int axis = shape.Rank - 1; axis >= 0 && ++index[axis] == shape[axis]; axis--)
            {
                index[axis] = 0;
            }
        }

        return result;
    }

    [GeneratedRegex("'descr'\\s*:\\s*'([^']*)'", RegexOptions.CultureInvariant)]
    private static partial Regex DescriptionPattern();

    [GeneratedRegex("'shape'\\s*:\\s*\\(([^)]*)\\)", RegexOptions.CultureInvariant)]
    private static partial Regex ShapePattern();

    [GeneratedRegex("'fortran_order'\\s*:\\s*True", RegexOptions.CultureInvariant)]
    private static partial Regex FortranPattern();

    /// <summary>What stands before the numbers.</summary>
    private readonly record struct Header(ElementType Type, bool IsBigEndian, Shape Shape, bool IsFortran, int Start, long ContentBytes);
}
