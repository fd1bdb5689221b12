using System.Collections.Immutable;
using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Import.TfLite;

/// <summary>Tensors of a file as tensors of a graph: element type, extents, contents and quantization, all checked.</summary>
internal static class TfLiteTensorReader
{
    /// <summary>
    /// The tensor, a constant when the file holds its contents. Throws <see cref="TfLiteFormatException"/> when type, extents, contents and
    /// quantization do not fit each other.
    /// </summary>
    public static Tensor Read(TfLiteTensor tensor, string name, int[] extents)
    {
        bool isComplex = tensor.TypeCode == TfLiteElementTypes.Complex64;
        ElementType type = isComplex ? ElementType.Float32 : TfLiteElementTypes.Of(tensor.TypeCode);
        Shape shape = ReadShape(tensor, type, isComplex ? [.. extents, 2] : extents);
        if (tensor.Contents.IsEmpty || type == ElementType.Unknown)
        {
            return new Tensor(name, type, shape) { Quantization = ReadQuantization(tensor, type, shape) };
        }

        long bytes = shape.ElementCount * type.ByteSize();
        return tensor.Contents.Length == bytes
            ? new Tensor(name, type, shape) { Constant = tensor.Contents, Quantization = ReadQuantization(tensor, type, shape) }
            : throw Fault(tensor, $"is {type.DisplayName()}{shape}, {bytes} bytes, but its buffer has {tensor.Contents.Length}");
    }

    private static Shape ReadShape(TfLiteTensor tensor, ElementType type, int[] extents)
    {
        long bytes = type == ElementType.Unknown ? 1 : type.ByteSize();
        foreach (int extent in extents)
        {
            bytes *= extent < 0 ? throw Fault(tensor, $"has the extent {extent}") : Math.Max(1, extent);
            if (bytes > ImportLimits.MostBytes)
            {
                throw Fault(tensor, $"has the shape [{string.Join(',', extents)}], which is larger than 256 MiB");
            }
        }

        return new Shape(extents);
    }

    // Float tensors carry leftovers of the converter, and integers that stand for themselves an empty record; neither means anything.
    private static QuantizationParameters? ReadQuantization(TfLiteTensor tensor, ElementType type, Shape shape)
    {
        if (tensor.Scales.Length == 0 || type is not (ElementType.Int8 or ElementType.UInt8 or ElementType.Int16 or ElementType.Int32 or ElementType.Int64)
            || tensor.Scales.All(scale => scale == 0))
        {
            return null;
        }

        if (tensor.Scales.Any(scale => !float.IsFinite(scale) || scale < 0))
        {
            throw Fault(tensor, "has a scale that is negative or not finite");
        }

        // One zero point may stand for all scales, none for zeros.
        if (tensor.ZeroPoints.Length != tensor.Scales.Length && tensor.ZeroPoints.Length > 1)
        {
            throw Fault(tensor, $"has {tensor.Scales.Length} scales and {tensor.ZeroPoints.Length} zero points");
        }

        (long lowest, long highest) = RangeOf(type);
        var zeroPoints = ImmutableArray.CreateBuilder<int>(tensor.Scales.Length);
        for (int i = 0; i < tensor.Scales.Length; i++)
        {
            long zeroPoint = tensor.ZeroPoints.Length == 0 ? 0 : tensor.ZeroPoints[tensor.ZeroPoints.Length == 1 ? 0 : i];
            zeroPoints.Add(zeroPoint >= lowest && zeroPoint <= highest
                ? (int)zeroPoint
                : throw Fault(tensor, $"has the zero point {zeroPoint}, which is no {type.DisplayName()}"));
        }

        return new([.. tensor.Scales], zeroPoints.MoveToImmutable(), AxisOf(tensor, shape));
    }

    // Biases of some converters keep the axis of their weights, which a vector does not have.
    private static int AxisOf(TfLiteTensor tensor, Shape shape)
    {
        if (tensor.Scales.Length == 1)
        {
            return -1;
        }

        int axis = shape.Rank == 1 ? 0 : tensor.QuantizedAxis;
        return axis >= 0 && axis < shape.Rank && shape[axis] == tensor.Scales.Length
            ? axis
            : throw Fault(tensor, $"has {tensor.Scales.Length} scales along axis {tensor.QuantizedAxis} of {shape}");
    }

    private static (long Lowest, long Highest) RangeOf(ElementType type) => type switch
    {
        ElementType.Int8 => (sbyte.MinValue, sbyte.MaxValue),
        ElementType.UInt8 => (byte.MinValue, byte.MaxValue),
        ElementType.Int16 => (short.MinValue, short.MaxValue),
        _ => (int.MinValue, int.MaxValue),
    };

    private static TfLiteFormatException Fault(TfLiteTensor tensor, string message) =>
        new($"tensor {tensor.Index} '{tensor.Name}' {message}");
}
