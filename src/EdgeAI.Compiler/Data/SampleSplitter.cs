using System.Buffers.Binary;
using EdgeAI.Compiler.Diagnostics;
using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Data;

/// <summary>Cuts an array into samples of a tensor's shape and converts the elements to the tensor's type.</summary>
internal static class SampleSplitter
{
    /// <summary>
    /// The samples: one when the array has the tensor's own shape; else the first axis counts them and the rest is the tensor's shape
    /// without its batch of 1, or the whole shape.
    /// </summary>
    public static IReadOnlyList<ReadOnlyMemory<byte>> Inputs(NumericArray array, Tensor tensor, string display)
    {
        int count = CountOf(array.Shape, tensor.Shape) ?? throw WrongShape(array.Shape, tensor, "input", display);
        ReadOnlyMemory<byte> converted = Convert(array, tensor, display);
        CheckFinite(converted.Span, tensor, count, display);
        int size = (int)tensor.ByteSize;
        return [.. Enumerable.Range(0, count).Select(i => converted.Slice(i * size, size))];
    }

    /// <summary>Expected outputs, each in the array's own type.</summary>
    public static IReadOnlyList<ExpectedOutput> Outputs(NumericArray array, Tensor tensor, string display)
    {
        int count = CountOf(array.Shape, tensor.Shape) ?? throw WrongShape(array.Shape, tensor, "output", display);
        int size = (int)(tensor.Shape.ElementCount * array.Type.ByteSize());
        return
        [
            .. Enumerable.Range(0, count).Select(i => new ExpectedOutput(array.Type, tensor.Shape, array.Bytes.Slice(i * size, size))),
        ];
    }

    /// <summary>Rows of text as an array of the input's type and shape.</summary>
    public static NumericArray FromText(NumericArray rows, Tensor tensor, string display)
    {
        if (rows.Shape[0] > 0 && rows.Shape[1] != tensor.Shape.ElementCount)
        {
            throw WrongShape(rows.Shape, tensor, "input", display);
        }

        var shape = new Shape([rows.Shape[0], .. tensor.Shape.Extents]);
        if (tensor.Type.IsFloat())
        {
            return new NumericArray(ElementType.Float64, shape, rows.Bytes);
        }

        byte[] integers = new byte[rows.Bytes.Length];
        for (int i = 0; i < rows.Shape.ElementCount; i++)
        {
            double value = rows.ValueAt(i);
            if (value != Math.Floor(value))
            {
                throw DiagnosticCatalog.DataType.Throw(null, display, "fractions", "input", tensor.Name, tensor.Type.DisplayName());
            }

            BinaryPrimitives.WriteInt64LittleEndian(integers.AsSpan(i * 8), (long)value);
        }

        return new NumericArray(ElementType.Int64, shape, integers);
    }

    /// <summary>Sound cut into consecutive pieces of the input's size, from the start; what is left at the end is dropped.</summary>
    public static NumericArray FromSound(float[] samples, Tensor tensor, string display)
    {
        long size = tensor.Shape.ElementCount;
        if (!tensor.Type.IsFloat())
        {
            throw DiagnosticCatalog.DataType.Throw(null, display, "sound", "input", tensor.Name, tensor.Type.DisplayName());
        }

        if (size == 0 || samples.Length < size)
        {
            throw WrongShape(new Shape(samples.Length), tensor, "input", display);
        }

        int count = (int)(samples.Length / size);
        byte[] bytes = System.Runtime.InteropServices.MemoryMarshal.AsBytes(samples.AsSpan(0, (int)(count * size))).ToArray();
        return new NumericArray(ElementType.Float32, new Shape([count, .. tensor.Shape.Extents]), bytes);
    }

    private static int? CountOf(Shape array, Shape tensor)
    {
        if (array == tensor)
        {
            return 1;
        }

        ReadOnlySpan<int> rest = array.Rank == 0 ? [] : array.Extents.AsSpan()[1..];
        bool withoutBatch = tensor.Rank > 0 && tensor[0] == 1 && rest.SequenceEqual(tensor.Extents.AsSpan()[1..]);
        return array.Rank > 0 && (withoutBatch || rest.SequenceEqual(tensor.Extents.AsSpan())) ? array[0] : null;
    }

    private static ReadOnlyMemory<byte> Convert(NumericArray array, Tensor tensor, string display)
    {
        if (array.Type == tensor.Type)
        {
            return array.Bytes;
        }

        if (array.Type.IsFloat() != tensor.Type.IsFloat() || tensor.Type == ElementType.Bool)
        {
            throw WrongType(array, tensor, display);
        }

        int size = tensor.Type.ByteSize();
        byte[] result = new byte[array.Shape.ElementCount * size];
        for (int i = 0; i < array.Shape.ElementCount; i++)
        {
            double value = array.ValueAt(i);
            Span<byte> at = result.AsSpan(i * size, size);
            bool fits = tensor.Type switch
            {
                ElementType.Float32 => BinaryPrimitives.TryWriteSingleLittleEndian(at, (float)value),
                ElementType.Float64 => BinaryPrimitives.TryWriteDoubleLittleEndian(at, value),
                ElementType.Int8 => value is >= sbyte.MinValue and <= sbyte.MaxValue && Put(at, (byte)(sbyte)value),
                ElementType.UInt8 => value is >= 0 and <= byte.MaxValue && Put(at, (byte)value),
                ElementType.Int16 => value is >= short.MinValue and <= short.MaxValue && BinaryPrimitives.TryWriteInt16LittleEndian(at, (short)value),
                ElementType.Int32 => value is >= int.MinValue and <= int.MaxValue && BinaryPrimitives.TryWriteInt32LittleEndian(at, (int)value),
                ElementType.Int64 => BinaryPrimitives.TryWriteInt64LittleEndian(at, (long)value),
                _ => false,
            };
            if (!fits)
            {
                throw WrongType(array, tensor, display);
            }
        }

        return result;
    }

    private static bool Put(Span<byte> at, byte value)
    {
        at[0] = value;
        return true;
    }

    private static void CheckFinite(ReadOnlySpan<byte> bytes, Tensor tensor, int samples, string display)
    {
        if (tensor.Type != ElementType.Float32 || samples == 0)
        {
            return;
        }

        ReadOnlySpan<float> values = System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(bytes);
        for (int i = 0; i < values.Length; i++)
        {
            if (!float.IsFinite(values[i]))
            {
                int each = values.Length / samples;
                throw DiagnosticCatalog.DataNotFinite.Throw(null, display, i / each, i % each);
            }
        }
    }

    private static DiagnosticException WrongType(NumericArray array, Tensor tensor, string display) =>
        DiagnosticCatalog.DataType.Throw(null, display, array.Type.DisplayName(), "input", tensor.Name, tensor.Type.DisplayName());

    private static DiagnosticException WrongShape(Shape shape, Tensor tensor, string kind, string display)
    {
        Shape one = tensor.Shape;
        int[] rest = one.Rank > 0 && one[0] == 1 ? [.. one.Extents.AsSpan()[1..]] : [.. one.Extents];
        string many = "[n" + string.Concat(rest.Select(extent => "," + extent)) + "]";
        bool permuted = shape.Rank == rest.Length + 1 && rest.Length > 1
            && shape.Extents.AsSpan()[1..].ToArray().Order().SequenceEqual(rest.Order());
        string hint = permuted ? " The same extents stand in another order: the file seems to keep its axes otherwise than the model (channels first or last)." : "";
        return DiagnosticCatalog.DataShape.Throw(null, display, shape, kind, tensor.Name, one, many, hint);
    }
}
