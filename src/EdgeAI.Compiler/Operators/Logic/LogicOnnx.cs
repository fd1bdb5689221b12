using EdgeAI.Compiler.Import.Onnx;
using EdgeAI.Compiler.Import.Onnx.Folding;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators.ElementWise;

namespace EdgeAI.Compiler.Operators.Logic;

/// <summary>ONNX comparison, logic, bits and remainders of two operands.</summary>
internal sealed class LogicOnnx : IOnnxForm
{
    private static readonly Dictionary<string, string> Names = new(StringComparer.Ordinal)
    {
        ["Equal"] = "Equal",
        ["Less"] = "Less",
        ["LessOrEqual"] = "LessOrEqual",
        ["Greater"] = "Greater",
        ["GreaterOrEqual"] = "GreaterOrEqual",
        ["And"] = "LogicalAnd",
        ["Or"] = "LogicalOr",
        ["Xor"] = "LogicalXor",
        ["BitwiseAnd"] = "BitwiseAnd",
        ["BitwiseOr"] = "BitwiseOr",
        ["BitwiseXor"] = "BitwiseXor",
        ["BitShift"] = "ShiftLeft",
        ["Mod"] = "Modulo",
    };

    /// <inheritdoc/>
    public IReadOnlyList<string> OperatorTypes => [.. Names.Keys];

    /// <inheritdoc/>
    public void Import(OnnxNode node, OnnxGraphBuilder builder)
    {
        string name = node.OperatorType == "Mod" && node.Flag("fmod") ? "Remainder"
            : node.OperatorType == "BitShift" && node.Text("direction", "") == "RIGHT" ? "ShiftRight"
            : Names[node.OperatorType];
        builder.Bind(node, 0, builder.Add(name, NoAttributes.Instance, node.Input(0), node.Input(1)));
    }
}

/// <summary>ONNX functions of one operand that give or take Booleans and bits: Not, BitwiseNot, IsNaN, IsInf, Sign.</summary>
internal sealed class PredicateOnnx : IOnnxForm
{
    /// <inheritdoc/>
    public IReadOnlyList<string> OperatorTypes => ["Not", "BitwiseNot", "IsNaN", "IsInf", "Sign"];

    /// <inheritdoc/>
    public void Import(OnnxNode node, OnnxGraphBuilder builder)
    {
        Tensor x = node.Input(0);
        Tensor result = node.OperatorType switch
        {
            "Not" => builder.Add("LogicalXor", NoAttributes.Instance, x, Plain.Integer(builder, "true", ElementType.Bool, 1)),
            "BitwiseNot" => builder.Add("BitwiseXor", NoAttributes.Instance, x, Plain.Integer(builder, "ones", x.Type, -1)),
            "IsNaN" => IsNaN(builder, x),
            "IsInf" => IsInfinity(node, builder, x),
            _ => Sign(builder, x),
        };
        builder.Bind(node, 0, result);
    }

    /// <summary>NaN is the one number that is not equal to itself.</summary>
    private static Tensor IsNaN(OnnxGraphBuilder builder, Tensor x) => builder.Add("LogicalXor", NoAttributes.Instance,
        builder.AddStep("equal", "Equal", NoAttributes.Instance, x, x), Plain.Integer(builder, "true", ElementType.Bool, 1));

    private static Tensor IsInfinity(OnnxNode node, OnnxGraphBuilder builder, Tensor x)
    {
        Tensor above = builder.AddStep("positive", "Equal", NoAttributes.Instance, x, builder.Constant("infinity", float.PositiveInfinity));
        Tensor below = builder.AddStep("negative", "Equal", NoAttributes.Instance, x, builder.Constant("minus_infinity", float.NegativeInfinity));
        return (node.Flag("detect_positive", true), node.Flag("detect_negative", true)) switch
        {
            (true, true) => builder.Add("LogicalOr", NoAttributes.Instance, above, below),
            (true, false) => above,
            (false, true) => below,
            _ => builder.Add("LogicalAnd", NoAttributes.Instance, above, below),
        };
    }

    private static Tensor Sign(OnnxGraphBuilder builder, Tensor x)
    {
        Tensor zero = Plain.Number(builder, "zero", x.Type, 0);
        Tensor above = builder.AddStep("positive", "Greater", NoAttributes.Instance, x, zero);
        Tensor below = builder.AddStep("negative", "Less", NoAttributes.Instance, x, zero);
        return builder.Add("Subtract", new BinaryAttributes(Clamp.None), Plain.Cast(builder, above, x.Type), Plain.Cast(builder, below, x.Type));
    }
}

/// <summary>Constants and conversions that forms of plain numbers share.</summary>
internal static class Plain
{
    /// <summary>Operations without fused limits.</summary>
    public static readonly BinaryAttributes Binary = new(Clamp.None);

    /// <summary>One integer or Boolean.</summary>
    public static Tensor Integer(OnnxGraphBuilder builder, string suffix, ElementType type, long value) =>
        Integers(builder, suffix, type, Shape.Scalar, [value]);

    /// <summary>Integers or Booleans.</summary>
    public static Tensor Integers(OnnxGraphBuilder builder, string suffix, ElementType type, Shape shape, IReadOnlyList<long> values)
    {
        if (type.IsFloat())
        {
            throw new OnnxNodeException($"an operand is {type.DisplayName()}", "Integers and Booleans are supported");
        }

        ConstantArray array = ConstantArray.Zeros(type, shape);
        for (int i = 0; i < array.Count; i++)
        {
            array.Integers[i] = values[i];
        }

        return array.ToTensor(builder.UniqueTensorName(suffix));
    }

    /// <summary>One number of any type.</summary>
    public static Tensor Number(OnnxGraphBuilder builder, string suffix, ElementType type, double value) =>
        type == ElementType.Float32 ? builder.Constant(suffix, (float)value) : Integer(builder, suffix, type, (long)value);

    /// <summary>The values in another type.</summary>
    public static Tensor Cast(OnnxGraphBuilder builder, Tensor x, ElementType type) =>
        x.Type == type ? x : builder.AddStep("cast", "Cast", new CastAttributes(type), x);

    /// <summary>a op b, a step around the main one.</summary>
    public static Tensor Step(OnnxGraphBuilder builder, string operatorName, Tensor a, Tensor b) =>
        builder.AddStep(operatorName.ToLowerInvariant(), operatorName,
            OperatorCatalog.Find(operatorName)!.AttributesType == typeof(NoAttributes) ? NoAttributes.Instance : Binary, a, b);
}
