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
    [DataRow("Quantization", "Int4", "EAI9002")]
    [DataRow("Quantization", "Default", "EAI9002")]
    [DataRow("Quantization", "int4", "EAI9002")]
    [DataRow("TargetCases", "0", "EAI9002")]
    [DataRow("MaxAccuracyDrop", "0.5%", "EAI9002")]
    [DataRow("MinSqnrDb", "loud", "EAI9002")]
    [DataRow("CalibrationData", "a.jpeg", "EAI9008")]
    [DataRow("ImageNormalization", "0..1", "EAI9002")]
    [DataRow("ImageNormalization", "mean:0.5;std:0", "EAI9002")]
    [DataRow("ImageNormalization", "mean:0.5,0.5;std:1", "EAI9002")]
    [DataRow("MinAccuracyAtSnr", "20", "EAI9002")]
    [DataRow("MinAccuracyAtSnr", "20:1.5", "EAI9002")]
    [DataRow("MinAccuracyAtSnr", "20:0.9;20:0.8", "EAI9002")]
    [DataRow("MinAccuracyAtSnr", "20:0.9:1", "EAI9002")]
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

    [TestMethod]
    [DataRow("Kind=Recorded", "EAI9002", "Source is ''")]
    [DataRow("Kind=Recorded;Source=nowhere.wav", "EAI9008", "nowhere.wav")]
    [DataRow("", "EAI9002", "one of White, Pink, Recorded, Offset, Gain, Clipping, AdcBits, DroppedSamples, Jitter")]
    [DataRow("Kind=Brown", "EAI9002", "one of White")]
    [DataRow("Kind=White;SnrDb=loud", "EAI9002", "SnrDb is 'loud'")]
    [DataRow("Kind=White;Severity=0.1", "EAI9002", "are set by SnrDb")]
    [DataRow("Kind=Gain;SnrDb=10", "EAI9002", "are set by Severity")]
    [DataRow("Kind=AdcBits;Severity=7.5", "EAI9002", "whole numbers of bits")]
    [DataRow("Kind=Clipping;Severity=1", "EAI9002", "between 0 and 1")]
    [DataRow("Kind=White;Source=models", "EAI9008", "models")]
    [DataRow("Kind=White;Models=b", "EAI9002", "names of models of the project (a)")]
    [DataRow("Kind=White;Calibration=perhaps", "EAI9002", "true or false")]
    [DataRow("Kind=White;SampleRateHz=0", "EAI9002", "whole number of hertz")]
    [DataRow("Kind=White;SnrDB2=3", "EAI9003", "'SnrDb'")]
    public void Noise_that_is_not_well_written_is_told(string metadata, string code, string told)
    {
        ProjectSettings settings = Read([Item("a.onnx")], ["cortex-m4"], Noise("hum", metadata));
        Assert.AreEqual(code, settings.Diagnostics[0].Diagnostic.Code, settings.Diagnostics[0].Diagnostic.Message);
        StringAssert.Contains(settings.Diagnostics[0].Diagnostic.Message, told);
    }

    [TestMethod]
    public void Noise_goes_to_the_models_that_it_names_with_its_levels_in_order()
    {
        ProjectSettings settings = Read(
            [Item("a.onnx"), Item("b.onnx")], ["cortex-m4"], Noise("hiss", "Kind=White;SnrDb=0,20,10"), Noise("adc", "Kind=AdcBits;Models=b;Calibration=true"));
        Assert.AreEqual(0, settings.Diagnostics.Length, string.Join('\n', settings.Diagnostics));
        Assert.AreEqual("hiss", settings.Models[0].Settings.Noise.Single().Name);
        CollectionAssert.AreEqual(new[] { 20.0, 10, 0 }, settings.Models[0].Settings.Noise[0].Levels);
        CollectionAssert.AreEqual(new[] { 12.0, 10, 8, 6 }, settings.Models[1].Settings.Noise[1].Levels);
        Assert.IsTrue(settings.Models[1].Settings.Noise[1].InCalibration && !settings.Models[1].Settings.Noise[0].InCalibration);
    }

    [TestMethod]
    public void Two_noises_of_one_name_are_told() =>
        Assert.AreEqual("EAI9002", Read([Item("a.onnx")], ["cortex-m4"], Noise("hum", "Kind=White"), Noise("HUM", "Kind=Pink")).Diagnostics.Single().Diagnostic.Code);

    [TestMethod]
    public void A_limit_in_noise_is_measured_with_white_noise_or_must_name_a_ratio_of_the_items()
    {
        ProjectSettings alone = Read([Item("a.onnx", ("MinAccuracyAtSnr", "10:0.8;20:0.9"))], ["cortex-m4"]);
        Assert.AreEqual(0, alone.Diagnostics.Length);
        Assert.AreEqual(NoiseKind.White, alone.Models[0].Settings.Noise.Single().Kind);
        CollectionAssert.AreEqual(new[] { 20.0, 10 }, alone.Models[0].Settings.Noise[0].Levels);
        CollectionAssert.AreEqual(new[] { new AccuracyAtSnr(20, 0.9), new AccuracyAtSnr(10, 0.8) }, alone.Models[0].Settings.Budgets.MinAccuracyAtSnr);

        ProjectSettings missing = Read(
            [Item("a.onnx", ("MinAccuracyAtSnr", "15:0.8")), Item("b.onnx")], ["cortex-m4"], Noise("hiss", "Kind=White;SnrDb=20,10"));
        Assert.AreEqual(("a", "EAI9015"), (missing.Diagnostics.Single().Model, missing.Diagnostics[0].Diagnostic.Code));
        StringAssert.Contains(missing.Diagnostics[0].Diagnostic.Message, "0.8 at 15 dB, but no noise of 'a.onnx' has that ratio ('hiss' at 20;10)");
        Assert.AreEqual("b", missing.Models.Single().Name);
    }

    [TestMethod]
    public void Descriptions_of_a_users_C_have_no_metadata_and_must_be_there()
    {
        string described = Path.Combine(Operators.Custom.CustomModels.Assets, "scaled-swish", "scaled_swish.operator.json");
        ProjectSettings read = Described(Item(described, ("Modles", "a"), ("Link", "kept")));
        Assert.AreEqual("EAI9003", read.Diagnostics.Single().Diagnostic.Code);
        StringAssert.Contains(read.Diagnostics[0].Diagnostic.Message, "has the metadata 'Modles'");
        Assert.AreEqual("scaled_swish", read.Models.Single().Settings.Operators.Single().Operator.Name);
        ProjectSettings missing = Described(Item("none.operator.json"));
        Assert.AreEqual("EAI9035", missing.Diagnostics.Single().Diagnostic.Code);
        Assert.AreEqual(0, missing.Models.Length);

        static ProjectSettings Described(SettingsItem item) => ProjectSettingsReader.Read(
            new ProjectSettingsRequest(Path.GetTempPath(), "App.csproj", [Item("a.onnx")], [Item("cortex-m4")], [], null) { Operators = [item] });
    }

    private static SettingsItem Noise(string name, string metadata) => Item(name,
        [.. metadata.Split(';', StringSplitOptions.RemoveEmptyEntries).Select(one => (one.Split('=')[0], one.Split('=')[1].Replace(',', ';')))]);

    private static SettingsItem Item(string path, params (string Name, string Value)[] metadata) =>
        new(path, metadata.ToDictionary(pair => pair.Name, pair => pair.Value, StringComparer.OrdinalIgnoreCase));

    private static ProjectSettings Read(SettingsItem[] models, string[] targets, params SettingsItem[] noise) => ProjectSettingsReader.Read(
        new ProjectSettingsRequest(
            Path.GetTempPath(), "App.csproj", models, [.. targets.Select(target => Item(target))], [], null) { Noise = noise });
}
