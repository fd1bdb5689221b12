using System.Runtime.InteropServices;
using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Import.Onnx.Folding;

/// <summary>The elements of a constant as 64-bit integers or doubles, so that a rule is written once for all types.</summary>
internal sealed class ConstantArray
{
    private ConstantArray(ElementType type, Shape shape)
    {
        Type = type;
        Shape = shape;
        if (type.IsFloat())
        {
            Reals = new double[shape.ElementCount];
        }
        else
        {
            Integers = new long[shape.ElementCount];
        }
    }

    /// <summary>The type of the constant, which results are rounded or wrapped to.</summary>
    public ElementType Type { get; }

    /// <summary>The extents.</summary>
    public Shape Shape { get; }

    /// <summary>Elements of an integer or Boolean type; empty for floats.</summary>
    public long[] Integers { get; } = [];

    /// <summary>Elements of a float type; empty for integers.</summary>
    public double[] Reals { get; } = [];

    /// <summary>Whether <see cref="Reals"/> holds the elements.</summary>
    public bool IsReal => Type.IsFloat();

    /// <summary>Number of elements.</summary>
    public int Count => IsReal ? Reals.Length : Integers.Length;

    /// <summary>Zeros of a type and shape. Throws <see cref="OnnxNodeException"/> when they would not fit into memory.</summary>
    public static ConstantArray Zeros(ElementType type, Shape shape)
    {
        OnnxLimits.Check("constant", ElementType.Int64, shape.Extents.AsSpan());
        return new ConstantArray(type, shape);
    }

    /// <summary>The elements of a constant tensor.</summary>
    public static ConstantArray Of(Tensor tensor)
    {
        ConstantArray array = Zeros(tensor.Type, tensor.Shape);
        switch (tensor.Type)
        {
            case ElementType.Float32:
                Fill<float>(tensor, array.Reals, value => value);
                break;
            case ElementType.Int64:
                Fill<long>(tensor, array.Integers, value => value);
                break;
            case ElementType.Int32:
                Fill<int>(tensor, array.Integers, value => value);
                break;
            case ElementType.Int16:
                Fill<short>(tensor, array.Integers, value => value);
                break;
            case ElementType.Int8:
                Fill<sbyte>(tensor, array.Integers, value => value);
                break;
            case ElementType.UInt64:
                Fill<ulong>(tensor, array.Integers, value => unchecked((long)value));
                break;
            case ElementType.UInt32:
                Fill<uint>(tensor, array.Integers, value => value);
                break;
            case ElementType.UInt16:
                Fill<ushort>(tensor, array.Integers, value => value);
                break;
            default:
                Fill<byte>(tensor, array.Integers, value => value);
                break;
        }

        return array;
    }

    /// <summary>An element as a double, whatever the type.</summary>
    public double RealAt(int index) => IsReal ? Reals[index] : Integers[index];

    /// <summary>An element as an integer; floats are cut off toward zero, as a cast does.</summary>
    public long IntegerAt(int index) => IsReal ? CutOff(Reals[index]) : Integers[index];

    /// <summary>The elements under another type: rounded to float32, cut off to an integer, wrapped to its width, or compared with zero.</summary>
    public ConstantArray As(ElementType type)
    {
        ConstantArray result = Zeros(type, Shape);
        for (int i = 0; i < Count; i++)
        {
            if (type.IsFloat())
            {
                result.Reals[i] = RealAt(i);
            }
            else
            {
                result.Integers[i] = type == ElementType.Bool ? (RealAt(i) != 0 ? 1 : 0) : IntegerAt(i);
            }
        }

        return result;
    }

    /// <summary>The constant tensor of these elements.</summary>
    public Tensor ToTensor(string name)
    {
        byte[] bytes = Type switch
        {
            ElementType.Float32 => Bytes(Reals, value => (float)value),
            ElementType.Int64 => Bytes(Integers, value => value),
            ElementType.Int32 => Bytes(Integers, value => unchecked((int)value)),
            ElementType.Int16 => Bytes(Integers, value => unchecked((short)value)),
            ElementType.UInt16 => Bytes(Integers, value => unchecked((ushort)value)),
            ElementType.UInt32 => Bytes(Integers, value => unchecked((uint)value)),
            ElementType.UInt64 => Bytes(Integers, value => unchecked((ulong)value)),
            ElementType.Bool => Bytes(Integers, value => (byte)(value != 0 ? 1 : 0)),
            _ => Bytes(Integers, value => unchecked((byte)value)),
        };
        return new Tensor(name, Type, Shape) { Constant = bytes };
    }

    /// <summary>The shape of two operands together by NumPy's rule. Throws <see cref="OnnxNodeException"/> when they do not fit.</summary>
    public static Shape Broadcast(Shape a, Shape b)
    {
        int rank = Math.Max(a.Rank, b.Rank);
        int[] extents = new int[rank];
        for (int i = 1; i <= rank; i++)
        {
            int left = i <= a.Rank ? a[a.Rank - i] : 1;
            int right = i <= b.Rank ? b[b.Rank - i] : 1;
            if (left != right && left != 1 && right != 1)
            {
                throw new OnnxNodeException($"the shapes {a} and {b} do not broadcast", "Export the model again");
            }

            extents[rank - i] = left == 1 ? right : left;
        }

        return new Shape(extents);
    }

    /// <summary>For each element of the result shape, the index of the source element that broadcasts to it.</summary>
    public static int[] BroadcastIndexes(Shape source, Shape result)
    {
        OnnxLimits.Check("constant", ElementType.Int64, result.Extents.AsSpan());
        int[] own = [.. Enumerable.Range(0, (int)source.ElementCount)];
        Tensor indexes = Tensor.FromValues<int>("indexes", ElementType.Int32, source, own);
        return ConstantMoves.Strided(indexes, result, ConstantMoves.BroadcastStrides(source, result), 0).Values<int>().ToArray();
    }

    private static long CutOff(double value) =>
        double.IsNaN(value) ? 0 : value >= long.MaxValue ? long.MaxValue : value <= long.MinValue ? long.MinValue : (long)value;

    private static void Fill<T>(Tensor tensor, double[] into, Func<T, double> convert) where T : unmanaged
    {
        ReadOnlySpan<T> values = OnnxNode.Elements<T>(tensor);
        for (int i = 0; i < into.Length; i++)
        {
            into[i] = convert(values[i]);
        }
    }

    private static void Fill<T>(Tensor tensor, long[] into, Func<T, long> convert) where T : unmanaged
    {
        ReadOnlySpan<T> values = OnnxNode.Elements<T>(tensor);
        for (int i = 0; i < into.Length; i++)
        {
            into[i] = convert(values[i]);
        }
    }

    private static byte[] Bytes<TSource, T>(TSource[] values, Func<TSource, T> convert) where T : unmanaged =>
        MemoryMarshal.AsBytes<T>(Array.ConvertAll(values, value => convert(value))).ToArray();
}
