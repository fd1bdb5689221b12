using EdgeAI.Compiler.Settings;

namespace EdgeAI.Compiler.Tests.Settings;

[TestClass]
public sealed class ModelNameTests
{
    [TestMethod]
    [DataRow("models/kws.onnx", "kws")]
    [DataRow("models\\Key Words-2.v1.onnx", "Key_Words_2_v1")]
    [DataRow("models/2nd.tflite", "model_2nd")]
    [DataRow("models/größe.onnx", "gr__e")]
    public void Come_from_the_file(string path, string name) => Assert.AreEqual(name, ModelName.FromFile(path));

    [TestMethod]
    [DataRow("kws", null)]
    [DataRow("_kws", null)]
    [DataRow("int", "EAI9005")]
    [DataRow("2nd", "EAI9005")]
    [DataRow("größe", "EAI9005")]
    [DataRow("NUL", "EAI9005")]
    [DataRow("EdgeAI_firmware", "EAI9005")]
    [DataRow("__x", "EAI9005")]
    [DataRow("_X", "EAI9005")]
    [DataRow("math", "EAI9006")]
    [DataRow("Math", "EAI9006")]
    [DataRow("stdint", "EAI9006")]
    public void Are_checked(string name, string? code) => Assert.AreEqual(code, ModelName.Check(name, "App.csproj")?.Code);

    [TestMethod]
    public void The_nearest_name_is_a_likely_one()
    {
        string[] names = ["Quantization", "CalibrationData", "Name"];
        Assert.AreEqual("Quantization", NearestName.Of("Quantisation", names));
        Assert.AreEqual("CalibrationData", NearestName.Of("calibrationdat", names));
        Assert.IsNull(NearestName.Of("Temperature", names));
    }
}
