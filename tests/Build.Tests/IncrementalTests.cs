namespace BuildTests;

/// <summary>What runs again after which change, and what is left behind.</summary>
[TestClass]
public sealed class IncrementalTests
{
    private const string Items = """
          <ItemGroup>
            <EdgeAIModel Update="models/conv.onnx" CalibrationData="data/calibration.npy" TestData="data/test" />
            <EdgeAIModel Update="models/dense.onnx" SramBudget="64KiB" />
          </ItemGroup>
        """;

    [TestMethod]
    public void Each_change_reruns_what_reads_it_and_nothing_else()
    {
        BuildProject project = Project();
        BuildOutcome first = project.Build().Succeeded();
        Assert.AreEqual("made", first.Ending("quantize", "dense"));
        string warning = first.Diagnostics.Single(diagnostic => diagnostic.Code.StartsWith("EAI2", StringComparison.Ordinal)).Code;

        BuildOutcome again = project.Build().Succeeded();
        again.AssertAllStagesSkipped();
        Assert.IsTrue(again.Says(warning), "the warning vanished in the second build");

        // Touched, not changed: hashed, nothing runs.
        File.SetLastWriteTimeUtc(project.PathOf("models/conv.onnx"), new DateTime(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        BuildOutcome touched = project.Build().Succeeded();
        Assert.AreEqual(0, touched.Changed().Count, string.Join(", ", touched.Changed()));
        Assert.AreEqual("unchanged", touched.Ending("import", "conv"));

        project.Edit("64KiB", "32KiB");
        BuildOutcome budget = project.Build().Succeeded();
        Assert.AreEqual("unchanged", budget.Ending("quantize", "dense"));
        Assert.AreEqual("unchanged", budget.Ending("quantize", "conv"));
        Assert.AreEqual("unchanged", budget.Ending("simulate", "conv for cortex-m4"));

        project.Asset("tiny-two-inputs.onnx", "models/dense.onnx");
        BuildOutcome changed = project.Build().Succeeded();
        Assert.AreEqual("made", changed.Ending("import", "dense"));
        foreach (string stage in new[] { "import", "quantize" })
        {
            Assert.AreEqual("unchanged", changed.Ending(stage, "conv"));
        }

        Assert.AreEqual("unchanged", changed.Ending("plan", "conv for cortex-m4"));
        Assert.AreEqual("unchanged", changed.Ending("simulate", "conv for cortex-m4"));

        // A property of the same name with EdgeAI in front.
        BuildOutcome property = project.Build("-p:EdgeAIInputType=Quantized").Succeeded();
        Assert.AreEqual("made", property.Ending("quantize", "conv"));
        Assert.AreEqual("unchanged", property.Ending("import", "conv"));

        BuildOutcome goal = project.Build("-p:EdgeAIInputType=Quantized", "-p:EdgeAIOptimize=Size").Succeeded();
        Assert.AreEqual("made", goal.Ending("plan", "conv for cortex-m4"));
        Assert.AreEqual("unchanged", goal.Ending("quantize", "conv"));
    }

    [TestMethod]
    public void Types_by_layer_are_chosen_anew_only_when_limits_or_data_change()
    {
        BuildProject project = Project();
        project.Edit("CalibrationData=\"data/calibration.npy\"", "CalibrationData=\"data/calibration.npy\" Quantization=\"Auto\" MinSqnrDb=\"35\"");
        BuildOutcome first = project.Build().Succeeded();
        Assert.AreEqual("made", first.Ending("quantize", "conv"));
        StringAssert.Contains(File.ReadAllText(Path.Combine(project.Output, "report", "conv.cortex-m4.json")), "an SQNR of at least 35 dB");
        StringAssert.Contains(File.ReadAllText(Path.Combine(project.Output, "report", "index.html")), "Types by layer");
        project.Build().Succeeded().AssertAllStagesSkipped();

        project.Edit("MinSqnrDb=\"35\"", "MinSqnrDb=\"20\"");
        BuildOutcome limit = project.Build().Succeeded();
        Assert.AreEqual("unchanged", limit.Ending("quantize", "conv"));
        Assert.AreEqual("made", limit.Ending("plan", "conv for cortex-m4"));
        Assert.AreEqual("unchanged", limit.Ending("plan", "dense for cortex-m4"));
    }

    [TestMethod]
    public void Renames_removals_and_clean_leave_nothing_behind()
    {
        BuildProject project = Project();
        project.Build().Succeeded();
        File.Move(project.PathOf("models/dense.onnx"), project.PathOf("models/renamed.onnx"));
        project.Build().Succeeded();
        AssertNoFileAbout("dense", project);
        Assert.IsTrue(File.Exists(Path.Combine(project.Output, "firmware", "cortex-m4", "renamed.c")));

        // An output that somebody deleted comes back.
        File.Delete(Path.Combine(project.Output, "firmware", "cortex-m4", "renamed.c"));
        File.Delete(Path.Combine(project.Intermediate, "renamed", "renamed.quantized.edgeai"));
        project.Build().Succeeded();
        Assert.IsTrue(File.Exists(Path.Combine(project.Output, "firmware", "cortex-m4", "renamed.c")));
        Assert.IsTrue(File.Exists(Path.Combine(project.Intermediate, "renamed", "renamed.quantized.edgeai")));

        project.Build("-p:EdgeAICachePath=cache", "-p:EdgeAISramBudget=1MiB").Succeeded();
        File.Delete(project.PathOf("models/renamed.onnx"));
        File.Delete(project.PathOf("models/conv.onnx"));
        project.Build().Succeeded();
        Assert.AreEqual(0, BuildProject.Tree(project.Output).Count, string.Join(' ', BuildProject.Tree(project.Output).Keys));

        project.Asset("tiny-dense.onnx", "models/dense.onnx");
        project.Build().Succeeded();
        project.Run("clean").Succeeded();
        Assert.IsFalse(Directory.Exists(project.Intermediate), "intermediate files are left");
        Assert.IsFalse(Directory.Exists(project.Output), string.Join(' ', BuildProject.Tree(project.Output).Keys));
        Assert.AreNotEqual(0, BuildProject.Tree(project.PathOf("cache")).Count, "the cache is gone");
    }

    [TestMethod]
    public void A_target_stops_where_it_says_and_design_time_and_disabled_builds_run_nothing()
    {
        BuildProject project = Project();
        project.Build("-p:EdgeAIEnabled=false").Succeeded().AssertNoStages();
        project.Build("--no-restore", "-t:EdgeAIPlan").Succeeded();
        Assert.IsTrue(File.Exists(Path.Combine(project.Intermediate, "conv", "cortex-m4", "conv.planned.edgeai")));
        Assert.IsTrue(File.Exists(Path.Combine(project.Intermediate, "cortex-m4", "firmware.planned.edgeai")));
        Assert.IsFalse(Directory.Exists(project.Output));
        project.Build("--no-restore", "-t:EdgeAIGenerate").Succeeded();
        Assert.IsTrue(File.Exists(Path.Combine(project.Output, "firmware", "cortex-m4", "conv.h")));
        Assert.IsFalse(Directory.Exists(Path.Combine(project.Output, "report")));
        BuildOutcome design = project.Build(
            "--no-restore", "-t:ResolveReferences;Compile;_EdgeAIUpToDateCheck", "-p:DesignTimeBuild=true",
            "-p:BuildingProject=false", "-p:SkipCompilerExecution=true", "-p:ProvideCommandLineArgs=true", "-p:BuildingInsideVisualStudio=true");
        design.Succeeded().AssertNoStages();
    }

    [TestMethod]
    public void A_cache_serves_fresh_clones_and_configurations()
    {
        string cache = Path.Combine(PackedSdk.Scratch, "cache-" + Guid.NewGuid().ToString("N")[..6]);
        BuildProject first = Project();
        first.Build($"-p:EdgeAICachePath={cache}").Succeeded();
        BuildProject second = Project();
        BuildOutcome cached = second.Build($"-p:EdgeAICachePath={cache}", "-c", "Release").Succeeded();
        foreach (string stage in new[] { "import", "quantize" })
        {
            Assert.AreEqual("cached", cached.Ending(stage, "conv"));
        }

        Assert.AreEqual("cached", cached.Ending("simulate", "conv for cortex-m4"));
        BuildProject.AssertSameTrees(first.Output, second.PathOf("bin/Release/net10.0/edgeai"));
    }

    [TestMethod]
    public void Frameworks_of_a_project_share_the_stages()
    {
        string text = BuildProject.WithPackage(Items).Replace(
            "<TargetFramework>net10.0</TargetFramework>",
            "<TargetFrameworks>net10.0;net10.0-windows</TargetFrameworks><EnableWindowsTargeting>true</EnableWindowsTargeting>"
            + "<DisableTransitiveFrameworkReferenceDownloads>true</DisableTransitiveFrameworkReferenceDownloads>",
            StringComparison.Ordinal);
        var project = new BuildProject("frameworks", text);
        Fill(project);
        BuildOutcome build = project.Build("-m:2").Succeeded();
        Assert.AreEqual(1, build.Runs("ImportModels"));
        Assert.AreEqual(1, build.Runs("WriteReports"));
        BuildProject.AssertSameTrees(project.PathOf("bin/Debug/net10.0/edgeai"), project.PathOf("bin/Debug/net10.0-windows/edgeai"));
        project.Build("-m:2", "--no-restore").Succeeded().AssertAllStagesSkipped();
        project.Run("clean").Succeeded();
        Assert.IsFalse(Directory.Exists(project.Intermediate), "intermediate files are left");
        Assert.IsFalse(Directory.Exists(project.Output), "outputs are left");

        BuildOutcome shared = project.Build("-p:EdgeAIOutputPath=out").Succeeded();
        Assert.AreEqual(1, shared.Runs("PublishOutputs"));
        Assert.IsTrue(File.Exists(project.PathOf("out/report/index.html")), shared.Output);
    }

    private static BuildProject Project()
    {
        var project = new BuildProject("incremental", BuildProject.WithPackage(Items));
        Fill(project);
        return project;
    }

    private static void Fill(BuildProject project)
    {
        project.Asset("tiny-conv.onnx", "models/conv.onnx");
        project.Asset("tiny-dense.onnx", "models/dense.onnx");
        project.Asset("tiny-conv.calibration.npy", "data/calibration.npy");
        project.Asset("tiny-conv.test", "data/test");
    }

    private static void AssertNoFileAbout(string model, BuildProject project)
    {
        foreach (string folder in new[] { project.Intermediate, project.Output })
        {
            string[] left = [.. BuildProject.Tree(folder).Keys.Where(path => path.Contains(model, StringComparison.Ordinal)
                && !path.Contains("fully", StringComparison.Ordinal))];
            Assert.AreEqual(0, left.Length, string.Join(' ', left));
        }
    }
}
