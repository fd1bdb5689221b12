using EdgeAI.Compiler.Diagnostics;
using EdgeAI.Compiler.Settings;

namespace EdgeAI.Tool.Tests;

[TestClass]
public sealed class ProgressTests
{
    [TestMethod]
    public void AtMostOneLineASecondIsWritten()
    {
        using var text = new StringWriter { NewLine = "\n" };
        var time = new Clock();
        var lines = new ProgressLines(text, time);
        lines.Report(new("int8: ranges of activations", 0, 0));
        time.Milliseconds = 2900;
        lines.Report(new("int8: repairs of weights and biases", 0, 3));
        time.Milliseconds = 3100;
        lines.Report(new("int8: repairs of weights and biases", 1, 3));
        time.Milliseconds = 4000;
        lines.Report(new("int8: repairs of weights and biases", 2, 3));
        time.Milliseconds = 4200;
        lines.Report(new("noise of each layer in each type", 0, 0));
        Assert.AreEqual("int8: repairs of weights and biases … 1 of at most 3\nnoise of each layer in each type …\n", text.ToString());
    }

    [TestMethod]
    public void TheChoiceOfTypesTellsHowFarItIs()
    {
        var told = new Told();
        ToolModel model = ToolModel.Of(new ModelWords(Asset("tiny-conv.onnx"), "cortex-m4") { Scheme = "Auto", Calibration = Asset("tiny-conv.calibration.npy"), Data = Asset("tiny-conv.test") }) with { Progress = told };
        model.Plan([], CancellationToken.None);
        string[] steps = [.. told.Steps.Select(step => step.Step).Distinct()];
        CollectionAssert.AreEqual(
            new[]
            {
                "int8: ranges of activations", "int8: absorption of high biases", "int8: equalization of channels", "int8: repairs of weights and biases",
                "int16: ranges of activations", "int16: repairs of weights and biases", "noise of each layer in each type", "types of layers",
                "types of layers: assignments measured",
            },
            steps, string.Join("; ", steps));
        StageProgress[] measured = [.. told.Steps.Where(step => step.Step.EndsWith("measured", StringComparison.Ordinal))];
        CollectionAssert.AreEqual(Enumerable.Range(0, measured.Length).ToArray(), measured.Select(step => step.Done).ToArray());
        Assert.IsTrue(measured.All(step => step.Done < step.Total));
    }

    private static string Asset(string name)
    {
        string folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "EdgeAI.Sdk.sln")))
        {
            folder = Path.GetDirectoryName(folder)!;
        }

        return Path.Combine(folder, "tests", "Assets", name);
    }

    private sealed class Told : IProgress<StageProgress>
    {
        public List<StageProgress> Steps { get; } = [];

        public void Report(StageProgress value) => Steps.Add(value);
    }

    private sealed class Clock : TimeProvider
    {
        public long Milliseconds { get; set; }

        public override long TimestampFrequency => 1000;

        public override long GetTimestamp() => Milliseconds;
    }
}
