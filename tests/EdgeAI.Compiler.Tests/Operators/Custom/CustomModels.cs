using EdgeAI.Compiler.Import.Onnx.Schema;
using EdgeAI.Compiler.Tests.Import.Onnx;
using Google.Protobuf;
using AttributeType = EdgeAI.Compiler.Import.Onnx.Schema.AttributeProto.Types.AttributeType;

namespace EdgeAI.Compiler.Tests.Operators.Custom;

/// <summary>References of operators and models with nodes of them. Two are kept as assets, for tests that cannot write them.</summary>
internal static class CustomModels
{
    public const string Domain = "com.example";

    /// <summary>tests/Assets.</summary>
    public static string Assets
    {
        get
        {
            string folder = AppContext.BaseDirectory;
            while (!File.Exists(Path.Combine(folder, "EdgeAI.Sdk.sln")))
            {
                folder = Path.GetDirectoryName(folder)!;
            }

            return Path.Combine(folder, "tests", "Assets");
        }
    }

    /// <summary>The function x · sigmoid(alpha · x), alone in a file.</summary>
    public static byte[] ScaledSwish()
    {
        NodeProto alpha = OnnxModels.MakeNode("Constant", [], ["a"]);
        alpha.Attribute.Add(new AttributeProto { Name = "value_float", Type = AttributeType.Float, RefAttrName = "alpha" });
        return Function("ScaledSwish", ["x"], ["y"], ["alpha"],
            alpha,
            OnnxModels.MakeNode("Mul", ["a", "x"], ["ax"]),
            OnnxModels.MakeNode("Sigmoid", ["ax"], ["s"]),
            OnnxModels.MakeNode("Mul", ["x", "s"], ["y"]));
    }

    /// <summary>A function in a file of its own.</summary>
    public static byte[] Function(string name, string[] inputs, string[] outputs, string[] attributes, params NodeProto[] nodes)
    {
        var function = new FunctionProto { Name = name, Domain = Domain };
        function.Input.Add(inputs);
        function.Output.Add(outputs);
        function.Attribute.Add(attributes);
        function.Node.Add(nodes);
        function.OpsetImport.Add(new OperatorSetIdProto { Version = 13 });
        var model = new ModelProto { IrVersion = 8 };
        model.OpsetImport.Add(new OperatorSetIdProto { Version = 13 });
        model.OpsetImport.Add(new OperatorSetIdProto { Domain = Domain, Version = 1 });
        model.Functions.Add(function);
        return model.ToByteArray();
    }

    /// <summary>A model of one node of the domain; its operands of the given extents.</summary>
    public static OnnxModels OneNode(string operatorType, object[][] operands, int results, params AttributeProto[] attributes)
    {
        var model = new OnnxModels();
        for (int i = 0; i < operands.Length; i++)
        {
            model.Input($"in_{i}", operands[i]);
        }

        NodeProto node = OnnxModels.MakeNode(
            operatorType, [.. Enumerable.Range(0, operands.Length).Select(i => $"in_{i}")], [.. Enumerable.Range(0, results).Select(i => $"out_{i}")], attributes);
        node.Domain = Domain;
        node.Name = "own";
        model.Model.Graph.Node.Add(node);
        for (int i = 0; i < results; i++)
        {
            model.Output($"out_{i}");
        }

        model.Model.OpsetImport.Add(new OperatorSetIdProto { Domain = Domain, Version = 1 });
        return model;
    }

    /// <summary>x [1, 2, 6, 6] through Conv, ScaledSwish with alpha 1.5, and Conv to y [1, 3, 6, 6].</summary>
    public static byte[] TinyCustom()
    {
        var random = new Random(11);
        float[] Values(int count) => [.. Enumerable.Range(0, count).Select(_ => MathF.Round(((float)random.NextDouble() - 0.5f) * 1024) / 1024)];
        var model = new OnnxModels();
        model.Input("x", 1, 2, 6, 6);
        model.Constant("w1", [4, 2, 3, 3], Values(4 * 2 * 9)).Constant("b1", [4], Values(4)).Constant("w2", [3, 4, 1, 1], Values(3 * 4)).Constant("b2", [3], Values(3));
        model.Node("Conv", ["x", "w1", "b1"], ["c"], OnnxModels.Ints("pads", 1, 1, 1, 1));
        NodeProto own = OnnxModels.MakeNode("ScaledSwish", ["c"], ["s"], OnnxModels.Float("alpha", 1.5f));
        (own.Domain, own.Name) = (Domain, "swish");
        model.Model.Graph.Node.Add(own);
        model.Node("Conv", ["s", "w2", "b2"], ["y"]);
        model.Model.Graph.Output.Add(OnnxModels.Value("y", TensorProto.Types.DataType.Float, 1, 3, 6, 6));
        model.Model.OpsetImport.Add(new OperatorSetIdProto { Domain = Domain, Version = 1 });
        return model.Bytes;
    }
}
