using EdgeAI.Compiler.Import.Onnx;
using EdgeAI.Compiler.Import.Onnx.Folding;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators.Activation;
using EdgeAI.Compiler.Operators.Logic;

namespace EdgeAI.Compiler.Operators.Quantizing;

/// <summary>
/// QONNX's Quant, which QKeras and Brevitas write: reals rounded to steps of a few bits, (limit(round(x / scale + zero point)) − zero point) · scale, as
/// arithmetic in reals. Weights are rounded while building.
/// </summary>
internal sealed class QuantOnnx : IOnnxForm
{
    /// <inheritdoc/>
    public IReadOnlyList<string> OperatorTypes => ["finn.custom_op.general:Quant", "qonnx.custom_op.general:Quant", "onnx.brevitas:Quant"];

    /// <inheritdoc/>
    public void Import(OnnxNode node, OnnxGraphBuilder builder)
    {
        Tensor x = node.Input(0);
        Tensor scale = node.Input(1);
        Tensor zeroPoint = node.Input(2);
        int bits = Bits(node.Input(3));
        bool isSigned = node.Flag("signed", true);
        bool isNarrow = node.Flag("narrow");
        double highest = Math.ScaleB(1, isSigned ? bits - 1 : bits) - 1 - (isNarrow && !isSigned ? 1 : 0);
        double lowest = isSigned ? -Math.ScaleB(1, bits - 1) + (isNarrow ? 1 : 0) : 0;
        string rounding = node.Text("rounding_mode", "ROUND").ToUpperInvariant() switch
        {
            "ROUND" or "HALF_EVEN" => "Round",
            "FLOOR" => "Floor",
            "CEIL" => "Ceiling",
            var other => throw new OnnxNodeException($"rounding_mode is '{other}'", "ROUND, FLOOR and CEIL are supported"),
        };
        if (x.IsConstant && scale.IsConstant && zeroPoint.IsConstant)
        {
            builder.Bind(node, 0, Rounded(builder, x, scale, zeroPoint, rounding, (float)lowest, (float)highest));
            return;
        }

        Tensor steps = Moved(builder, "Add", Divided(builder, x, scale), zeroPoint);
        Tensor limited = builder.AddStep("limited", "Clamp", new ClampAttributes(new Clamp((float)lowest, (float)highest)), steps);
        Tensor whole = builder.AddStep("whole", rounding, UnaryAttributes.None, limited);
        builder.Bind(node, 0, Plain.Step(builder, "Multiply", Moved(builder, "Subtract", whole, zeroPoint), scale));
    }

    /// <summary>x / scale; by a scale whose reciprocal is exact a product, which has an integer form.</summary>
    private static Tensor Divided(OnnxGraphBuilder builder, Tensor x, Tensor scale)
    {
        float[] scales = scale is { IsConstant: true, Type: ElementType.Float32 } ? scale.Values<float>().ToArray() : [];
        bool isExact = scales.Length > 0 && scales.All(value => value > 0 && Math.ScaleB(1, Math.ILogB(value)) == value && Math.Abs(Math.ILogB(value)) < 100);
        return isExact
            ? Plain.Step(builder, "Multiply", x, builder.Constant("steps", scale.Shape, [.. scales.Select(value => 1 / value)]))
            : Plain.Step(builder, "Divide", x, scale);
    }

    /// <summary>The rounded constant, with the same steps in float32.</summary>
    private static Tensor Rounded(OnnxGraphBuilder builder, Tensor x, Tensor scale, Tensor zeroPoint, string rounding, float lowest, float highest)
    {
        Shape shape = ConstantArray.Broadcast(x.Shape, ConstantArray.Broadcast(scale.Shape, zeroPoint.Shape));
        (ConstantArray values, ConstantArray scales, ConstantArray zeros) = (ConstantArray.Of(x), ConstantArray.Of(scale), ConstantArray.Of(zeroPoint));
        int[] valueAt = ConstantArray.BroadcastIndexes(x.Shape, shape);
        int[] scaleAt = ConstantArray.BroadcastIndexes(scale.Shape, shape);
        int[] zeroAt = ConstantArray.BroadcastIndexes(zeroPoint.Shape, shape);
        float[] result = new float[valueAt.Length];
        for (int i = 0; i < result.Length; i++)
        {
            float one = (float)scales.RealAt(scaleAt[i]);
            float zero = (float)zeros.RealAt(zeroAt[i]);
            float steps = Math.Clamp(((float)values.RealAt(valueAt[i]) / one) + zero, lowest, highest);
            float whole = rounding switch
            {
                "Round" => MathF.Round(steps, MidpointRounding.ToEven),
                "Floor" => MathF.Floor(steps),
                _ => MathF.Ceiling(steps),
            };
            result[i] = (whole - zero) * one;
        }

        return builder.Constant("rounded", shape, result);
    }

    private static Tensor Moved(OnnxGraphBuilder builder, string operatorName, Tensor x, Tensor zeroPoint)
    {
        bool isNone = zeroPoint.IsConstant && Enumerable.Range(0, (int)zeroPoint.Shape.ElementCount).All(i => ConstantArray.Of(zeroPoint).RealAt(i) == 0);
        return isNone ? x : Plain.Step(builder, operatorName, x, Plain.Cast(builder, zeroPoint, ElementType.Float32));
    }

    private static int Bits(Tensor bits) => bits.IsConstant && bits.Shape.ElementCount == 1 && ConstantArray.Of(bits).RealAt(0) is >= 2 and <= 24 and var count && count == Math.Floor(count)
        ? (int)count
        : throw new OnnxNodeException($"its bits are '{bits}'", "One constant whole number from 2 to 24 is supported");
}
