using EdgeAI.Compiler.Diagnostics;
using EdgeAI.Compiler.Linking;
using EdgeAI.Compiler.Operators.Custom;
using EdgeAI.Compiler.Tests.Operators.Custom;

namespace EdgeAI.Compiler.Tests.Linking;

/// <summary>Descriptions of users' operators: what is read, and what each mistake is told as.</summary>
[TestClass]
public sealed class UserOperatorTests
{
    private const string Start = "\"name\": \"own\", \"onnx\": { \"domain\": \"com.example\", \"operator\": \"ScaledSwish\" }, \"header\": \"own.h\", \"sources\": [\"own.c\"], \"reference\": \"own.onnx\", ";
    private const string Plain = Start + "\"inputs\": [\"x\"], \"outputs\": [\"y\"], ";
    private const string Kernels = "\"kernels\": [{ \"function\": \"f\" }]";

    private readonly string _folder = Directory.CreateTempSubdirectory("edgeai-operator-").FullName;

    [TestCleanup]
    public void Delete() => Directory.Delete(_folder, recursive: true);

    [TestMethod]
    public void The_example_of_the_documentation_is_the_one_that_is_tested()
    {
        string root = Path.GetDirectoryName(Path.GetDirectoryName(CustomModels.Assets))!;
        string page = File.ReadAllText(Path.Combine(root, "sdk", "docs", "custom-operators.md")).ReplaceLineEndings("\n");
        foreach (string file in new[] { "scaled_swish.operator.json", "scaled_swish.h", "scaled_swish.c" })
        {
            string text = File.ReadAllText(Path.Combine(CustomModels.Assets, "scaled-swish", file)).ReplaceLineEndings("\n");
            Assert.Contains(text[text.IndexOf(file.EndsWith(".h", StringComparison.Ordinal) ? "#ifndef" : text[..1], StringComparison.Ordinal)..], page, file);
        }
    }

    [TestMethod]
    public void A_description_is_read_with_its_files()
    {
        UserOperator read = Read($$"""
            { {{Start}} "inputs": [{ "name": "x", "rank": 2 }, { "name": "w", "constant": true, "optional": true }], "outputs": [{ "name": "y", "shape": ["x_dim0", 3] }],
              "attributes": [{ "name": "mode", "type": "text", "values": ["a", "b"] }, { "name": "pads", "type": "ints", "default": [1, 2] }], "tolerance": 0.001, "macs": "x_elements",
              "testedShapes": "model", "kernels": [{ "function": "f", "inputs": ["int8", "float32"], "outputs": ["int8"], "scratchBytes": 12, "parameters": { "n": "x_dim0", "one": 1 } }] }
            """, CustomModels.Function("ScaledSwish", ["x", "w"], ["y"], []));
        CustomDefinition definition = read.Operator.Definition;
        Assert.AreEqual("own.c own.h", string.Join(' ', read.Files.Select(file => file.Path)));
        Assert.AreEqual("com.example:ScaledSwish", definition.OnnxOperator);
        Assert.AreEqual((2, true, true), (definition.Inputs[0].Rank, definition.Inputs[1].IsConstant, definition.Inputs[1].IsOptional));
        Assert.AreEqual((0.001, false), (definition.Tolerance, definition.TakesAnyShape));
        Assert.AreEqual("n=x_dim0 one=1", string.Join(' ', definition.Kernels[0].Parameters.Select(parameter => $"{parameter.Member}={parameter.Value}")));
        CustomDefinition again = UserOperatorReader.Restore(definition.DisplayPath, definition.Json, read.Operator.ReferenceFile.ToArray()).Definition;
        Assert.AreEqual(definition.Kernels[0].Scratch!.ToString(), again.Kernels[0].Scratch!.ToString());
    }

    [TestMethod]
    [DataRow("{", "EAI9034", "not JSON")]
    [DataRow("[]", "EAI9034", "must be an object")]
    [DataRow("{ " + Plain + "\"kernel\": [] }", "EAI9034", "the member 'kernel'; known are name, onnx")]
    [DataRow("{ " + Plain + "\"kernels\": [] }", "EAI9034", "'kernels' must be a list of at least one")]
    [DataRow("{ " + Plain + "\"kernels\": [{ \"function\": \"f(\" }] }", "EAI9034", "'function' must be a C identifier")]
    [DataRow("{ " + Plain + "\"kernels\": [{ \"function\": \"f\", \"inputs\": [\"int4\"] }] }", "EAI9034", "the type 'int4'; known are float32, int8")]
    [DataRow("{ " + Plain + "\"kernels\": [{ \"function\": \"f\", \"inputs\": [\"int8\", \"int8\"] }] }", "EAI9034", "names 2 types instead of 1")]
    [DataRow("{ " + Plain + "\"kernels\": [{ \"function\": \"f\", \"parameters\": { \"n\": [1] } }] }", "EAI9034", "'n' must be a formula")]
    [DataRow("{ " + Plain + "\"elementWise\": \"yes\", " + Kernels + " }", "EAI9034", "'elementWise' must be true or false")]
    [DataRow("{ " + Plain + "\"tolerance\": 1.5, " + Kernels + " }", "EAI9034", "above 0 and below 1")]
    [DataRow("{ " + Plain + "\"steps\": 9, " + Kernels + " }", "EAI9034", "from 0 to 4")]
    [DataRow("{ " + Plain + "\"testedShapes\": \"some\", " + Kernels + " }", "EAI9034", "any and model are known")]
    [DataRow("{ " + Plain + "\"attributes\": [{ \"name\": \"a\", \"type\": \"tensor\" }], " + Kernels + " }", "EAI9034", "of type 'tensor'; int, float")]
    [DataRow("{ " + Plain + "\"attributes\": [{ \"name\": \"a\", \"type\": \"text\" }], " + Kernels + " }", "EAI9034", "does not list its 'values'")]
    [DataRow("{ " + Plain + "\"attributes\": [{ \"name\": \"a\", \"type\": \"int\", \"default\": 1.5 }], " + Kernels + " }", "EAI9034", "default of attribute 'a' is not of its type")]
    [DataRow("{ " + Plain + "\"attributes\": [{ \"name\": \"x\", \"type\": \"int\" }], " + Kernels + " }", "EAI9034", "are named 'x'")]
    [DataRow("{ " + Start + "\"inputs\": [{ \"name\": \"x\", \"optional\": true }, \"w\"], \"outputs\": [\"y\"], " + Kernels + " }", "EAI9034", "'w' stands behind an optional one")]
    [DataRow("{ " + Start + "\"inputs\": [\"x\"], \"outputs\": [], " + Kernels + " }", "EAI9034", "'outputs' must be a list of at least one")]
    [DataRow("{ \"name\": \"conv2d\" }", "EAI9034", "that of an operator of the SDK, Conv2D")]
    [DataRow("{ \"name\": \"own\", \"inputs\": [\"x\"], \"outputs\": [\"y\"], \"header\": \"own.h\", " + Kernels + " }", "EAI9034", "neither an operator of ONNX")]
    [DataRow("{ \"name\": \"own\", \"tflite\": \"Own\", \"inputs\": [\"x\"], \"outputs\": [\"y\"], \"header\": \"own.h\", \"sources\": [\"none.c\"], " + Kernels + " }", "EAI9035", "'none.c'")]
    [DataRow("{ \"name\": \"own\", \"tflite\": \"Own\", \"inputs\": [\"x\"], \"outputs\": [\"y\"], \"header\": \"own.h\", \"sources\": [\"own.c\"], " + Kernels + " }", "EAI9034", "'reference' must be a text")]
    [DataRow("{ \"name\": \"own\", \"tflite\": \"Own\", \"inputs\": [\"x\"], \"outputs\": [\"y\"], \"header\": \"own.h\", \"sources\": [\"own.c\"], \"reference\": \"none.onnx\", " + Kernels + " }", "EAI9035", "'none.onnx'")]
    [DataRow("{ \"name\": \"own\", \"tflite\": \"Own\", \"inputs\": [\"x\"], \"outputs\": [\"y\"], \"header\": \"own.h\", \"sources\": [\"own.c\"], \"reference\": \"own.onnx\", " + Kernels + " }", "EAI9037", "neither a function of the operator's name nor a graph")]
    public void Mistakes_are_told(string json, string code, string part)
    {
        Diagnostic told = Assert.ThrowsExactly<DiagnosticException>(() => Read(json, CustomModels.ScaledSwish())).Diagnostics.Single();
        Assert.AreEqual(code, told.Code, told.Message);
        Assert.Contains(part, told.Message);
    }

    [TestMethod]
    [DataRow("\"own\"", "\"other\"", "stand for the ONNX operator 'com.example:ScaledSwish'")]
    [DataRow("\"ScaledSwish\"", "\"Other\"", "are named 'own'")]
    public void Two_descriptions_of_one_operator_are_told(string old, string replacement, string part)
    {
        string json = "{ " + Plain + Kernels + " }";
        Read(json, CustomModels.ScaledSwish());
        File.WriteAllText(Path.Combine(_folder, "second.operator.json"), json.Replace(old, replacement, StringComparison.Ordinal));
        File.WriteAllBytes(Path.Combine(_folder, "own.onnx"), CustomModels.Function(replacement == "\"Other\"" ? "own" : "ScaledSwish", ["x"], ["y"], []));
        Diagnostic told = Assert.ThrowsExactly<DiagnosticException>(
            () => UserOperatorReader.ReadAll(_folder, "p.csproj", ["own.operator.json", "second.operator.json"])).Diagnostics.Single();
        Assert.AreEqual("EAI9036", told.Code);
        Assert.Contains(part, told.Message);
        Assert.HasCount(1, UserOperatorReader.ReadAll(_folder, "p.csproj", ["own.operator.json", "./own.operator.json"]));
    }

    private UserOperator Read(string json, byte[] reference)
    {
        File.WriteAllText(Path.Combine(_folder, "own.operator.json"), json);
        File.WriteAllText(Path.Combine(_folder, "own.h"), "\n");
        File.WriteAllText(Path.Combine(_folder, "own.c"), "#include \"own.h\"\n");
        File.WriteAllBytes(Path.Combine(_folder, "own.onnx"), reference);
        return UserOperatorReader.Read(_folder, "p.csproj", "own.operator.json");
    }
}
