using EdgeAI.Compiler.Import.Onnx.Schema;
using AttributeType = EdgeAI.Compiler.Import.Onnx.Schema.AttributeProto.Types.AttributeType;

namespace EdgeAI.Compiler.Import.Onnx;

/// <summary>
/// The quantized operators of ONNX Runtime's domain com.microsoft as DequantizeLinear, the float operator and QuantizeLinear, which is how ONNX Runtime
/// makes them; what follows finds their integer form again.
/// </summary>
internal static class QuantizedOperators
{
    private const string Domain = "com.microsoft";

    /// <summary>By name: the float operator, and how many operands with a scale and a zero point each it has.</summary>
    private static readonly Dictionary<string, (string Operator, int Operands)> Plain = new(StringComparer.Ordinal)
    {
        ["QLinearAdd"] = ("Add", 2),
        ["QLinearMul"] = ("Mul", 2),
        ["QLinearAveragePool"] = ("AveragePool", 1),
        ["QLinearGlobalAveragePool"] = ("GlobalAveragePool", 1),
        ["QLinearLeakyRelu"] = ("LeakyRelu", 1),
        ["QLinearSigmoid"] = ("Sigmoid", 1),
        ["QLinearSoftmax"] = ("Softmax", 1),
    };

    /// <summary>The operators that are read this way, <c>com.microsoft:QLinearAdd</c>.</summary>
    public static IEnumerable<string> OperatorTypes => Plain.Keys.Concat(["QLinearConcat", "QGemm"]).Select(name => $"{Domain}:{name}");

    /// <summary>The nodes that a quantized operator stands for, or null for any other node; names inside begin with the node's.</summary>
    public static IReadOnlyList<NodeProto>? Body(NodeProto node, string domain, string name)
    {
        if (domain != Domain || node.Output.Count == 0)
        {
            return null;
        }

        return node.OpType switch
        {
            "QGemm" => Gemm(node, name),
            "QLinearConcat" => Concat(node, name),
            _ when Plain.TryGetValue(node.OpType, out (string Operator, int Operands) plain) && IsChannelsFirst(node) => Body(node, name, plain.Operator, plain.Operands),
            _ => null,
        };
    }

    private static bool IsChannelsFirst(NodeProto node) => node.Attribute.All(attribute => attribute.Name != "channels_last" || attribute.I == 0);

    private static List<NodeProto> Body(NodeProto node, string name, string operatorType, int operands)
    {
        var body = new List<NodeProto>();
        var made = new NodeProto { Name = operatorType, OpType = operatorType };
        for (int i = 0; i < operands; i++)
        {
            made.Input.Add(Dequantized(body, name, At(node, 3 * i), At(node, (3 * i) + 1), At(node, (3 * i) + 2), null));
        }

        made.Attribute.AddRange(node.Attribute.Where(attribute => attribute.Name is not ("channels_last" or "opset")));
        return Quantized(body, made, node, name, At(node, 3 * operands), At(node, (3 * operands) + 1));
    }

    private static List<NodeProto> Concat(NodeProto node, string name)
    {
        var body = new List<NodeProto>();
        var made = new NodeProto { Name = "Concat", OpType = "Concat" };
        for (int i = 2; i + 2 < node.Input.Count; i += 3)
        {
            made.Input.Add(Dequantized(body, name, At(node, i), At(node, i + 1), At(node, i + 2), null));
        }

        made.Attribute.AddRange(node.Attribute);
        return Quantized(body, made, node, name, At(node, 0), At(node, 1));
    }

    /// <summary>The bias is int32 with the product of the scales; without a scale of its own the result is float.</summary>
    private static List<NodeProto>? Gemm(NodeProto node, string name)
    {
        if (node.Attribute.Any(attribute => attribute.Name == "alpha" && attribute.F != 1))
        {
            return null;
        }

        bool isTransposed = node.Attribute.Any(attribute => attribute.Name == "transB" && attribute.I != 0);
        var body = new List<NodeProto>();
        var made = new NodeProto { Name = "Gemm", OpType = "Gemm" };
        made.Input.Add(Dequantized(body, name, At(node, 0), At(node, 1), At(node, 2), null));
        made.Input.Add(Dequantized(body, name, At(node, 3), At(node, 4), At(node, 5), isTransposed ? 0 : 1));
        if (At(node, 6).Length > 0)
        {
            string scale = $"{name}/bias_scale";
            body.Add(new NodeProto { Name = "bias_scale", OpType = "Mul", Input = { At(node, 1), At(node, 4) }, Output = { scale } });
            made.Input.Add(Dequantized(body, name, At(node, 6), scale, "", 0));
        }

        made.Attribute.AddRange(node.Attribute);
        return Quantized(body, made, node, name, At(node, 7), At(node, 8));
    }

    private static string At(NodeProto node, int index) => index < node.Input.Count ? node.Input[index] : "";

    private static string Dequantized(List<NodeProto> body, string name, string value, string scale, string zeroPoint, int? axis)
    {
        string real = $"{name}/real_{body.Count}";
        var made = new NodeProto { Name = $"dequantize_{body.Count}", OpType = "DequantizeLinear", Input = { value, scale, zeroPoint }, Output = { real } };
        if (axis is { } index)
        {
            made.Attribute.Add(new AttributeProto { Name = "axis", Type = AttributeType.Int, I = index });
        }

        body.Add(made);
        return real;
    }

    private static List<NodeProto> Quantized(List<NodeProto> body, NodeProto made, NodeProto node, string name, string scale, string zeroPoint)
    {
        body.Add(made);
        if (scale.Length == 0)
        {
            made.Output.Add(node.Output[0]);
            return body;
        }

        made.Output.Add($"{name}/result");
        body.Add(new NodeProto { Name = "quantize", OpType = "QuantizeLinear", Input = { made.Output[0], scale, zeroPoint }, Output = { node.Output[0] } });
        return body;
    }
}
