using System.Text.Json;
using EdgeAI.Compiler.Diagnostics;
using EdgeAI.Compiler.Planning.Kernels;
using EdgeAI.Simulator;

namespace EdgeAI.Reporting.Tests.Documents;

/// <summary>The keys that stay, and null for what was not obtained.</summary>
[TestClass]
public sealed class JsonReportTests
{
    private static readonly string[] TopKeys =
    [
        "schemaVersion", "model", "target", "source", "quantization", "memory", "latency", "accuracy", "simulations", "layers", "schedule",
        "diagnostics",
    ];

    [TestMethod]
    public void Noise_is_one_entry_for_each_level()
    {
        JsonElement root = Read(Samples.Model(Samples.LimitInNoise(10, 0.5), Samples.InNoise));
        JsonElement noise = root.GetProperty("accuracy").GetProperty("noise");
        Assert.AreEqual(5, noise.GetArrayLength());
        Assert.AreEqual("""{"name":"hiss","kind":"white","snrDb":10,"severity":null,"cases":20,"float":0.8,"quantized":0.75,"sqnrDb":28.5,"floatOutputDb":null,"quantizedOutputDb":null}""",
            JsonSerializer.Serialize(noise[1]));
        Assert.AreEqual(("adcBits", 8.0, JsonValueKind.Null),
            (noise[4].GetProperty("kind").GetString(), noise[4].GetProperty("severity").GetDouble(), noise[4].GetProperty("snrDb").ValueKind));
        JsonElement budget = root.GetProperty("budgets")[0];
        Assert.AreEqual(("MinAccuracyAtSnr", 10.0, 0.55, "met"),
            (budget.GetProperty("name").GetString(), budget.GetProperty("snrDb").GetDouble(), budget.GetProperty("figure").GetDouble(), budget.GetProperty("verdict").GetString()));
        Assert.AreEqual(JsonValueKind.Null, Read(Samples.Model()).GetProperty("accuracy").GetProperty("noise").ValueKind);
    }

    [TestMethod]
    public void Only_what_was_calibrated_tells_on_what()
    {
        ReportedModel model = Samples.Model();
        JsonElement Told(int cases) => Read(model with { Planned = model.Planned with { Quantized = model.Planned.Quantized with { CalibrationCases = cases } } })
            .GetProperty("quantization").GetProperty("calibratedOnRealData");
        Assert.AreEqual(JsonValueKind.True, Told(100).ValueKind);
        Assert.AreEqual(JsonValueKind.Null, Told(0).ValueKind);
    }

    [TestMethod]
    public void Every_key_is_there_with_its_figure()
    {
        JsonElement root = Read(Samples.Model(Samples.Limit(accuracy: 0.99)));
        foreach (string key in TopKeys)
        {
            Assert.IsTrue(root.TryGetProperty(key, out _), key);
        }

        Assert.AreEqual(1, root.GetProperty("schemaVersion").GetInt32());
        Assert.AreEqual("models/tiny.onnx", root.GetProperty("source").GetProperty("path").GetString());
        JsonElement quantization = root.GetProperty("quantization");
        Assert.AreEqual(Samples.Macs, quantization.GetProperty("macs").GetInt64());
        Assert.AreEqual(Samples.Parameters, quantization.GetProperty("parameters").GetInt64());
        JsonElement memory = root.GetProperty("memory");
        Assert.AreEqual(320, memory.GetProperty("arenaBytes").GetInt64());
        Assert.AreEqual(320, memory.GetProperty("arenaLowerBoundBytes").GetInt64());
        Assert.AreEqual(1000, memory.GetProperty("weightBytes").GetInt64());
        Assert.AreEqual(Samples.WeightBytes, memory.GetProperty("plannedWeightBytes").GetInt64());
        Assert.AreEqual(3000, memory.GetProperty("codeBytes").GetInt64());
        Assert.AreEqual(8, memory.GetProperty("staticBytes").GetInt64());
        Assert.AreEqual(200, memory.GetProperty("stackBytes").GetInt64());
        Assert.AreEqual(200_000, root.GetProperty("latency").GetProperty("instructions").GetInt64());
        JsonElement accuracy = root.GetProperty("accuracy");
        Assert.AreEqual("top1", accuracy.GetProperty("metric").GetString());
        Assert.AreEqual(0.96, accuracy.GetProperty("float").GetDouble());
        Assert.AreEqual(0.95, accuracy.GetProperty("quantized").GetDouble());
        Assert.AreEqual(31.25, accuracy.GetProperty("sqnrDb").GetDouble());
        Assert.AreEqual("qemu", root.GetProperty("simulations")[2].GetProperty("engine").GetString());
        Assert.AreEqual("EAI3103", root.GetProperty("diagnostics")[0].GetProperty("code").GetString());
        Assert.AreEqual("error", root.GetProperty("diagnostics")[0].GetProperty("severity").GetString());
        Assert.AreEqual("broken", root.GetProperty("budgets")[0].GetProperty("verdict").GetString());
    }

    [TestMethod]
    public void Layers_tell_their_kernel_and_what_decided()
    {
        ReportedModel model = Samples.Model();
        JsonElement layer = Read(model with
        {
            Planned = model.Planned with
            {
                Kernels =
                [
                    new("conv1", "packed", KernelCause.Fastest,
                        [new("packed", 1000, 64, null), new("vectors", null, null, "it has groups of channels"), new("portable", 3000, 60, null)]),
                ],
            },
        }).GetProperty("layers")[1];
        Assert.AreEqual("packed", layer.GetProperty("variant").GetString());
        Assert.AreEqual(
            "the fastest, about 1,000 instructions and 64 bytes of constants; vectors cannot: it has groups of channels; portable: about 3,000 instructions and 60 bytes of constants",
            layer.GetProperty("reason").GetString());
        Assert.AreEqual(150_000.0 / 2304, layer.GetProperty("instructionsPerMac").GetDouble(), 1e-9);
        Assert.AreEqual(JsonValueKind.Null, Read(Samples.Model()).GetProperty("layers")[2].GetProperty("boundPerMac").ValueKind);
    }

    [TestMethod]
    public void Symbols_stand_in_the_report_or_the_reason_why_not()
    {
        SimulationResult measured = Samples.Measured;
        JsonElement memory = Read(Samples.Model(simulation: measured with
        {
            Elf = measured.Elf! with { Symbols = [new("edgeai_conv2d_s8", 1200, "code"), new("tiny_constant_0", 64, "weights")] },
        })).GetProperty("memory");
        Assert.AreEqual("edgeai_conv2d_s8", memory.GetProperty("symbols")[0].GetProperty("name").GetString());
        Assert.AreEqual(1200, memory.GetProperty("symbols")[0].GetProperty("bytes").GetInt64());
        Assert.AreEqual("weights", memory.GetProperty("symbols")[1].GetProperty("section").GetString());
        memory = Read(Samples.Model(simulation: Samples.ManagedOnly)).GetProperty("memory");
        Assert.AreEqual(JsonValueKind.Null, memory.GetProperty("symbols").ValueKind);
        Assert.AreEqual("arm-none-eabi-gcc is not on the PATH", memory.GetProperty("whyNoSymbols").GetString());
    }

    [TestMethod]
    public void Layers_follow_the_graph()
    {
        JsonElement layers = Read(Samples.Model()).GetProperty("layers");
        Assert.AreEqual(5, layers.GetArrayLength());
        JsonElement convolution = layers[1];
        Assert.AreEqual("conv1", convolution.GetProperty("name").GetString());
        Assert.AreEqual("Conv2D", convolution.GetProperty("operator").GetString());
        Assert.AreEqual("conv1/Conv2D", convolution.GetProperty("source").GetString());
        Assert.AreEqual(2304, convolution.GetProperty("macs").GetInt64());
        Assert.AreEqual(150_000, convolution.GetProperty("instructions").GetInt64());
        Assert.AreEqual(30.25, convolution.GetProperty("sqnrDb").GetDouble());
        Assert.AreEqual(256, convolution.GetProperty("bytes").GetInt64());
        Assert.AreEqual(layers[2].GetProperty("arenaOffset").GetInt64(), convolution.GetProperty("arenaOffset").GetInt64());
        Assert.AreEqual(JsonValueKind.Null, layers[4].GetProperty("sqnrDb").ValueKind);
    }

    [TestMethod]
    public void What_was_not_obtained_is_null()
    {
        JsonElement root = Read(Samples.Model(simulation: Samples.ManagedOnly));
        (string Group, string Key)[] keys =
        [
            ("memory", "weightBytes"), ("memory", "codeBytes"), ("memory", "staticBytes"), ("memory", "stackBytes"), ("latency", "instructions"),
            ("latency", "cycles"), ("latency", "milliseconds"), ("latency", "energyMicrojoules"), ("accuracy", "metric"), ("accuracy", "float"),
            ("accuracy", "quantized"), ("accuracy", "sqnrDb"),
        ];
        foreach ((string group, string key) in keys)
        {
            Assert.AreEqual(JsonValueKind.Null, root.GetProperty(group).GetProperty(key).ValueKind, key);
        }

        Assert.AreEqual(JsonValueKind.Null, root.GetProperty("layers")[1].GetProperty("instructions").ValueKind);
        JsonElement skipped = root.GetProperty("skippedSimulations");
        Assert.AreEqual("qemu", skipped[1].GetProperty("engine").GetString());
        StringAssert.Contains(skipped[1].GetProperty("reason").GetString(), "arm-none-eabi-gcc");
        JsonElement measured = Read(Samples.Model());
        Assert.AreEqual(JsonValueKind.Null, measured.GetProperty("latency").GetProperty("cycles").ValueKind);
    }

    [TestMethod]
    public void Folders_of_the_project_do_not_show()
    {
        var diagnostic = new Diagnostic("EAI2102", Severity.Warning, "'/home/user/süß project/data/x.npy' cannot be read.", "/home/user/süß project/data/x.npy");
        var elsewhere = new Diagnostic("EAI2102", Severity.Warning, "Somewhere else.", "/opt/machine/y.npy");
        (var files, _) = Samples.Run(Samples.Request(Samples.Model(folder: "/home/user/süß project", diagnostics: [diagnostic, elsewhere])));
        foreach ((string path, string text) in files)
        {
            Assert.IsFalse(text.Contains("/home/user", StringComparison.Ordinal), path);
            Assert.IsFalse(text.Contains("/opt/machine", StringComparison.Ordinal), path);
        }

        JsonElement told = JsonDocument.Parse(files["tiny.board.json"]).RootElement.GetProperty("diagnostics");
        Assert.AreEqual("data/x.npy", told[0].GetProperty("file").GetString());
        Assert.AreEqual("y.npy", told[1].GetProperty("file").GetString());
    }

    private static JsonElement Read(ReportedModel model) =>
        JsonDocument.Parse(Samples.Run(Samples.Request(model)).Files["tiny.board.json"]).RootElement;
}
