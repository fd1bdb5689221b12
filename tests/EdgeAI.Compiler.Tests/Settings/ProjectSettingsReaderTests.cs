using EdgeAI.Compiler.Diagnostics;
using EdgeAI.Compiler.Settings;

namespace EdgeAI.Compiler.Tests.Settings;

[TestClass]
public sealed class ProjectSettingsReaderTests
{
    [TestMethod]
    public void A_plain_item_has_the_defaults_and_every_target()
    {
        ProjectSettings settings = Read([Item("models/b.onnx"), Item("models/a.onnx")], ["cortex-m7", "cortex-m4"]);
        Assert.AreEqual(0, settings.Diagnostics.Length, string.Join('\n', settings.Diagnostics));
        CollectionAssert.AreEqual(new[] { "a", "b" }, settings.Models.Select(model => model.Name).ToArray());
        CollectionAssert.AreEqual(new[] { "cortex-m4", "cortex-m7" }, settings.Models[0].Targets);
        Assert.AreEqual(QuantizationScheme.Default, settings.Models[0].Settings.Quantization);
        Assert.AreEqual(10, settings.Models[0].Settings.TargetCases);
        Assert.AreEqual(Budgets.None, settings.Models[0].Settings.Budgets);
        Assert.AreEqual("models/a.onnx", settings.Models[0].DisplayPath);
    }

    [TestMethod]
    public void Empty_values_count_as_not_set_and_names_ignore_case()
    {
        ProjectSettings settings = Read(
            [Item("a.onnx", ("SramBudget", " "), ("flashbudget", "1KiB"), ("PIPELINE", ""), ("Link", "x"))], ["cortex-m4"]);
        Assert.AreEqual(0, settings.Diagnostics.Length, string.Join('\n', settings.Diagnostics));
        Assert.AreEqual(1024, settings.Models[0].Settings.Budgets.FlashBytes);
    }

    [TestMethod]
    [DataRow("Pipeline", "x", "EAI9004")]
    [DataRow("energybudgetuj", "1", "EAI9004")]
    [DataRow("Quantization", "Int16x8", "EAI9004")]
    [DataRow("Quantization", "Default", "EAI9002")]
    [DataRow("Quantization", "int4", "EAI9002")]
    [DataRow("TargetCases", "0", "EAI9002")]
    [DataRow("MaxAccuracyDrop", "0.5%", "EAI9002")]
    [DataRow("MinSqnrDb", "loud", "EAI9002")]
    [DataRow("CalibrationData", "a.jpeg", "EAI9004")]
    [DataRow("TestLabels", "nowhere.npy", "EAI9008")]
    [DataRow("Targets", "cortex-m0", "EAI9009")]
    [DataRow("ExclusiveWith", "d", "EAI9002")]
    [DataRow("ExclusiveWith", "a", "EAI9014")]
    public void An_error_takes_the_model_out_and_leaves_the_others(string name, string value, string code)
    {
        ProjectSettings settings = Read([Item("a.onnx", (name, value)), Item("b.onnx"), Item("c.onnx")], ["cortex-m4"]);
        Assert.AreEqual(code, settings.Diagnostics.First().Diagnostic.Code);
        Assert.AreEqual("a", settings.Diagnostics[0].Model);
        CollectionAssert.AreEqual(new[] { "b", "c" }, settings.Models.Select(model => model.Name).ToArray());
    }

    [TestMethod]
    public void A_model_may_run_at_the_same_time_as_those_it_leaves_out()
    {
        ProjectSettings settings = Read([Item("a.onnx", ("ExclusiveWith", "c;a")), Item("b.onnx"), Item("c.onnx")], ["cortex-m4"]);
        Assert.AreEqual(0, settings.Diagnostics.Length, string.Join('\n', settings.Diagnostics));
        CollectionAssert.AreEqual(new[] { ("a", "b") }, settings.Concurrency.Pairs.ToArray());
        Assert.IsTrue(settings.Concurrency.MayRunTogether("b", "a"));
        Assert.IsFalse(settings.Concurrency.MayRunTogether("a", "c") || settings.Concurrency.MayRunTogether("b", "c"));
    }

    [TestMethod]
    public void Lists_that_contradict_each_other_are_told_at_the_model_that_excludes()
    {
        ProjectSettings settings = Read(
            [Item("a.onnx", ("ExclusiveWith", "b")), Item("b.onnx", ("ExclusiveWith", "c")), Item("c.onnx", ("ExclusiveWith", "b"))], ["cortex-m4"]);
        SettingDiagnostic told = settings.Diagnostics.Single();
        Assert.AreEqual(("a", "EAI9014"), (told.Model, told.Diagnostic.Code));
        StringAssert.Contains(told.Diagnostic.Message, "'b', whose own ExclusiveWith (c) leaves 'a' out");
        CollectionAssert.AreEqual(new[] { "c" }, settings.Models.Select(model => model.Name).ToArray());
    }

    [TestMethod]
    public void An_unknown_name_is_answered_with_the_nearest()
    {
        ProjectSettings settings = Read([Item("keywords.onnx", ("ExclusiveWith", "faecs")), Item("noise.onnx"), Item("faces.onnx")], ["cortex-m4"]);
        StringAssert.Contains(settings.Diagnostics.Single().Diagnostic.Message, "(noise, faces); the nearest is 'faces'");
    }

    [TestMethod]
    public void Models_may_exclude_all_others_as_they_do_anyway()
    {
        ProjectSettings settings = Read([Item("a.onnx", ("ExclusiveWith", "b;c")), Item("b.onnx"), Item("c.onnx")], ["cortex-m4"]);
        Assert.AreEqual(0, settings.Diagnostics.Length);
    }

    [TestMethod]
    [DataRow("kws", "KWS")]
    [DataRow("kws", "kws_weights")]
    public void Names_that_share_a_file_are_refused(string first, string second)
    {
        ProjectSettings settings = Read([Item("x/a.onnx", ("Name", first)), Item("y/b.onnx", ("Name", second)), Item("c.onnx")], ["cortex-m4"]);
        Assert.AreEqual("EAI9007", settings.Diagnostics.Single().Diagnostic.Code);
        Assert.AreEqual("c", settings.Models.Single().Name);
    }

    [TestMethod]
    public void Targets_with_an_error_are_told_once_and_the_others_stay()
    {
        ProjectSettings settings = Read([Item("a.onnx", ("Targets", "cortex-m4;cortex-m5"))], ["cortex-m4", "cortex-m5", "cortex-m4"]);
        CollectionAssert.AreEqual(
            new[] { "EAI9101", "EAI9010" }, settings.Diagnostics.Select(told => told.Diagnostic.Code).ToArray());
        CollectionAssert.AreEqual(new[] { "cortex-m4" }, settings.Models.Single().Targets);
    }

    [TestMethod]
    public void Unknown_metadata_is_a_warning_with_the_nearest_name()
    {
        ProjectSettings settings = Read([Item("a.onnx", ("TestDate", "x"))], ["cortex-m4"]);
        Diagnostic diagnostic = settings.Diagnostics.Single().Diagnostic;
        Assert.AreEqual(("EAI9003", Severity.Warning), (diagnostic.Code, diagnostic.Severity));
        StringAssert.Contains(diagnostic.Message, "'TestData'");
        Assert.AreEqual(1, settings.Models.Length);
    }

    private static SettingsItem Item(string path, params (string Name, string Value)[] metadata) =>
        new(path, metadata.ToDictionary(pair => pair.Name, pair => pair.Value, StringComparer.OrdinalIgnoreCase));

    private static ProjectSettings Read(SettingsItem[] models, string[] targets) => ProjectSettingsReader.Read(
        new ProjectSettingsRequest(
            Path.GetTempPath(), "App.csproj", models, [.. targets.Select(target => Item(target))], [], null));
}
