using EdgeAI.Compiler.Import.Onnx.Schema;

namespace EdgeAI.Compiler.Import.Onnx;

/// <summary>
/// Operators that stand for several of the default domain: those that ONNX Runtime's optimizer and quantizer write into files (com.microsoft), and those of the
/// first operator sets that exporters for Windows still wrote later.
/// </summary>
internal static class FusedOperators
{
    private const string Microsoft = "com.microsoft";

    private static readonly Dictionary<string, Action<FusedBody>> Bodies = new(StringComparer.Ordinal)
    {
        [$"{Microsoft}:QuantizeLinear"] = body => body.Add("QuantizeLinear", body.Inputs, body.Attributes()),
        [$"{Microsoft}:DequantizeLinear"] = body => body.Add("DequantizeLinear", body.Inputs, body.Attributes()),
        [$"{Microsoft}:BiasGelu"] = body => body.Add("Gelu", [body.Add("Add", body.Inputs)]),
        [$"{Microsoft}:FusedConv"] = body =>
        {
            string made = body.Add("Conv", [body[0], body[1], body[2]], body.Attributes("activation", "activation_params"));
            Activated(body, body[3].Length == 0 ? made : body.Add("Add", [made, body[3]]), body.Floats("activation_params"));
        },
        [$"{Microsoft}:FusedGemm"] = body => Activated(body,
            body.Add("Gemm", body.Inputs, body.Attributes("activation", "activation_alpha", "activation_beta", "activation_gamma")),
            [body.Float("activation_alpha", 0), body.Float("activation_beta", 0)]),
        [$"{Microsoft}:SkipLayerNormalization"] = body => Normalized(body, "LayerNormalization", 4, [body[2], body[3]]),
        [$"{Microsoft}:SkipSimplifiedLayerNormalization"] = body => Normalized(body, "RMSNormalization", 3, [body[2]]),
        ["SimplifiedLayerNormalization"] = body => body.Add("RMSNormalization", body.Inputs, body.Attributes()),
        [$"{Microsoft}:DynamicQuantizeMatMul"] = body =>
        {
            string x = body.Add("DynamicQuantizeLinear", [body[0]], [], 3);
            Scaled(body, x, body[1], x + "_zero_point", body[3], [x + "_scale", body[2]], body[4]);
        },
        [$"{Microsoft}:MatMulIntegerToFloat"] = body => Scaled(body, body[0], body[1], body[4], body[5], [body[2], body[3]], body[6]),
        ["ImageScaler"] = body =>
        {
            float[] bias = body.Floats("bias");
            body.Add("Add", [body.Add("Mul", [body[0], body.Constant(body.Float("scale", 1))]), body.Constant([bias.Length, 1, 1], bias)]);
        },
        ["Affine"] = body => body.Add("Add", [body.Add("Mul", [body[0], body.Constant(body.Float("alpha", 1))]), body.Constant(body.Float("beta", 0))]),
        ["ScaledTanh"] = body => body.Add("Mul", [body.Add("Tanh", [body.Add("Mul", [body[0], body.Constant(body.Float("beta", 1))])]), body.Constant(body.Float("alpha", 1))]),
        ["ParametricSoftplus"] = body =>
            body.Add("Mul", [body.Add("Softplus", [body.Add("Mul", [body[0], body.Constant(body.Float("beta", 1))])]), body.Constant(body.Float("alpha", 1))]),
        ["Crop"] = body =>
        {
            // left, top, right, bottom; with a scale its height and width from left and top on.
            long[] border = body.Integers("border");
            long[] size = body.Integers("scale");
            border = border.Length == 4 ? border : [0, 0, 0, 0];
            body.Slice(2, [border[1], border[0]], size.Length == 2 ? [border[1] + size[0], border[0] + size[1]] : [End(border[3]), End(border[2])]);
        },
    };

    /// <summary>The operators that are read this way, <c>com.microsoft:FusedConv</c>.</summary>
    public static IEnumerable<string> OperatorTypes => Bodies.Keys;

    /// <summary>The nodes that an operator stands for, or null for any other node; names inside begin with the node's. The version is that of the default domain.</summary>
    public static IReadOnlyList<NodeProto>? Body(NodeProto node, string domain, string name, long version)
    {
        if (!Bodies.TryGetValue(domain.Length == 0 ? node.OpType : $"{domain}:{node.OpType}", out Action<FusedBody>? write) || node.Output.Count == 0)
        {
            return null;
        }

        var body = new FusedBody(node, name, version);
        write(body);
        return body.Finish();
    }

    private static long End(long border) => border == 0 ? int.MaxValue : -border;

    private static void Activated(FusedBody body, string x, IReadOnlyList<float> parameters)
    {
        string name = body.Text("activation");
        float At(int index) => index < parameters.Count ? parameters[index] : 0;
        switch (name)
        {
            case "":
                return;
            case "Clip":
                body.Add("Clip", body.Version < 11 ? [x] : [x, body.Constant(At(0)), body.Constant(At(1))], [FusedBody.Of("min", At(0)), FusedBody.Of("max", At(1))]);
                return;
            case "LeakyRelu":
                body.Add(name, [x], [FusedBody.Of("alpha", At(0))]);
                return;
            case "HardSigmoid":
                body.Add(name, [x], [FusedBody.Of("alpha", At(0)), FusedBody.Of("beta", At(1))]);
                return;
            default:
                body.Add(name, [x]);
                return;
        }
    }

    /// <summary>The sum of operand, skipped one and bias, which is also result 3, normalized.</summary>
    private static void Normalized(FusedBody body, string operatorType, int bias, string[] factors)
    {
        string sum = body.Add("Add", [body[0], body[1]]);
        sum = body[bias].Length == 0 ? sum : body.Add("Add", [sum, body[bias]]);
        body.Bind(3, sum);
        body.Add(operatorType, [sum, .. factors], [FusedBody.Of("epsilon", body.Float("epsilon", 1e-12f)), FusedBody.Of("axis", -1L)], 3);
    }

    /// <summary>The product of integers in float, by both scales, and a bias.</summary>
    private static void Scaled(FusedBody body, string a, string b, string aZero, string bZero, string[] scales, string bias)
    {
        string product = body.Add("Cast", [body.Add("MatMulInteger", [a, b, aZero, bZero])], [FusedBody.Of("to", (long)TensorProto.Types.DataType.Float)]);
        string scaled = body.Add("Mul", [product, body.Add("Mul", scales)]);
        if (bias.Length > 0)
        {
            body.Add("Add", [scaled, bias]);
        }
    }
}
