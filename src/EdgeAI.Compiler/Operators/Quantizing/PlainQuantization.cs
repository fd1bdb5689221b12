using EdgeAI.Compiler.Import.Onnx;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators.Logic;

namespace EdgeAI.Compiler.Operators.Quantizing;

/// <summary>Quantization as plain arithmetic, for scales and zero points that are computed or stand for parts of a tensor.</summary>
internal static class PlainQuantization
{
    /// <summary>saturate(round(x) + zero point), half to even, in the type of the zero point.</summary>
    public static Tensor Saturated(OnnxGraphBuilder builder, Tensor x, Tensor zeroPoint)
    {
        Tensor rounded = builder.AddStep("rounded", "Round", Activation.UnaryAttributes.None, x);
        return Integers(builder, Plain.Step(builder, "Add", rounded, Plain.Cast(builder, zeroPoint, ElementType.Float32)), zeroPoint.Type);
    }

    /// <summary>Rounded and limited to the type's range.</summary>
    public static Tensor Integers(OnnxGraphBuilder builder, Tensor x, ElementType type)
    {
        (float minimum, float maximum) = type switch
        {
            ElementType.Int8 => (sbyte.MinValue, sbyte.MaxValue),
            ElementType.UInt8 => (byte.MinValue, byte.MaxValue),
            ElementType.Int16 => (short.MinValue, short.MaxValue),
            ElementType.UInt16 => ((float)ushort.MinValue, (float)ushort.MaxValue),
            _ => throw new OnnxNodeException($"the integers are {type.DisplayName()}", "8 and 16 bits are supported"),
        };
        Tensor rounded = builder.AddStep("whole", "Round", Activation.UnaryAttributes.None, x);
        Tensor limited = builder.AddStep("limited", "Clamp", new Activation.ClampAttributes(new Clamp(minimum, maximum)), rounded);
        return Plain.Cast(builder, limited, type);
    }

    /// <summary>QuantizeLinear to a type of fewer than 16 bits that C lacks, that of the zero point or the attribute output_dtype; null for others.</summary>
    public static Tensor? Small(OnnxNode node, OnnxGraphBuilder builder, Tensor x)
    {
        long type = node.FileType(2) is > 0 and var given ? given : node.Int("output_dtype", 0);
        if (node.OperatorType != "QuantizeLinear" || OnnxSmallTypes.Bits(type) == 0)
        {
            return null;
        }

        Tensor scaled = Plain.Step(builder, "Divide", x, Spread(node, builder, node.Input(1), x.Shape));
        if (OnnxSmallTypes.Float(type, node.Flag("saturate", true)) is { } format)
        {
            return builder.Add("RoundFloat", format, scaled);
        }

        (int minimum, int maximum) = OnnxSmallTypes.Integer(type)
            ?? throw new OnnxNodeException($"it quantizes to {OnnxElementTypes.Name(type)}", "Integers and floats of 8 and 4 bits are supported");
        Tensor rounded = builder.AddStep("rounded", "Round", Activation.UnaryAttributes.None, scaled);
        Tensor moved = node.Optional(2) is { } zeroPoint
            ? Plain.Step(builder, "Add", rounded, Plain.Cast(builder, Spread(node, builder, zeroPoint, x.Shape), ElementType.Float32))
            : rounded;
        Tensor limited = builder.AddStep("limited", "Clamp", new Activation.ClampAttributes(new Clamp(minimum, maximum)), moved);
        return Plain.Cast(builder, limited, OnnxElementTypes.Internal(type)!.Value);
    }

    /// <summary>QuantizeLinear or DequantizeLinear with whatever scales.</summary>
    public static void Import(OnnxNode node, OnnxGraphBuilder builder)
    {
        Tensor x = node.Input(0);
        Tensor scale = Spread(node, builder, node.Input(1), x.Shape);
        Tensor? zeroPoint = node.Optional(2) is { } given ? Spread(node, builder, given, x.Shape) : null;
        if (node.OperatorType == "DequantizeLinear")
        {
            Tensor reals = Plain.Cast(builder, x, ElementType.Float32);
            Tensor centred = zeroPoint is null ? reals : Plain.Step(builder, "Subtract", reals, Plain.Cast(builder, zeroPoint, ElementType.Float32));
            builder.Bind(node, 0, Plain.Step(builder, "Multiply", centred, scale));
            return;
        }

        ElementType type = OnnxElementTypes.Internal(node.Int("output_dtype", 0)) ?? ElementType.UInt8;
        builder.Bind(node, 0, Saturated(builder, Plain.Step(builder, "Divide", x, scale), zeroPoint ?? Plain.Integer(builder, "zero_point", type, 0)));
    }

    /// <summary>One value for the tensor, for each index of an axis, or for each block along it, so that it broadcasts.</summary>
    private static Tensor Spread(OnnxNode node, OnnxGraphBuilder builder, Tensor values, Shape shape)
    {
        if (values.Shape.ElementCount == 1)
        {
            return builder.Reshape(values, "one", []);
        }

        int axis = OnnxNode.Axis(node.Int("axis", 1), shape.Rank);
        int block = (int)node.Int("block_size", 0);
        if (values.Shape.Rank == 1 && block == 0)
        {
            return builder.Reshape(values, "per_axis", [values.Shape[0], .. Enumerable.Repeat(1, shape.Rank - axis - 1)]);
        }

        if (block < 1 || values.Shape.Rank != shape.Rank)
        {
            throw new OnnxNodeException($"the scales {values.Shape} do not fit {shape}", "Give one, one for each index of an axis, or blocks");
        }

        Tensor indexes = Plain.Integers(builder, "blocks", ElementType.Int64, new Shape(shape[axis]), [.. Enumerable.Range(0, shape[axis]).Select(i => (long)(i / block))]);
        return builder.AddStep("spread", "Gather", new Indexing.GatherAttributes(axis), values, indexes);
    }
}
