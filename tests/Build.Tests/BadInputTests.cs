using System.Diagnostics;

namespace BuildTests;

/// <summary>Wrong input: a coded error that names the file, nothing half-written, and the sound models are built all the same.</summary>
[TestClass]
public sealed class BadInputTests
{
    [TestMethod]
    public void Bad_models_fail_with_a_code_and_do_not_stop_the_good_one()
    {
        string[] bad =
        [
            "not-a-model.onnx", "truncated.onnx", "truncated.tflite", "unknown-operator.onnx", "unknown-domain.onnx", "cycle.onnx",
            "missing-input.onnx", "dynamic.onnx", "nan-weight.onnx", "external-missing.onnx", "external-outside.onnx",
        ];
        var project = new BuildProject("bad", BuildProject.WithPackage(
            "<ItemGroup><EdgeAIModel Update=\"models/truncated.tflite\" Name=\"truncated_tflite\" /></ItemGroup>"));
        project.Asset("tiny-conv.onnx", "models/good.onnx");
        project.Asset("tiny-int8.tflite", "models/extension.onnx");
        project.Write("models/empty.onnx", "");
        foreach (string asset in bad)
        {
            project.Asset(asset, "models/" + asset);
        }

        BuildOutcome build = project.Build().Failed();
        foreach (string asset in bad.Append("extension.onnx").Append("empty.onnx"))
        {
            Assert.IsTrue(
                build.Diagnostics.Any(diagnostic => diagnostic.Code.StartsWith("EAI1", StringComparison.Ordinal)
                    && diagnostic.File == "models/" + asset),
                $"{asset} in {build.Output}");
            Assert.IsFalse(Directory.Exists(Path.Combine(project.Intermediate, Path.GetFileNameWithoutExtension(asset).Replace('-', '_'))), asset);
        }

        Assert.IsTrue(File.Exists(Path.Combine(project.Output, "firmware", "cortex-m4", "good.c")), build.Output);
        Assert.IsTrue(File.Exists(Path.Combine(project.Output, "report", "good.cortex-m4.json")));
        string[] errors = [.. build.Diagnostics.Select(diagnostic => $"{diagnostic.Code} {diagnostic.File}")];

        BuildOutcome again = project.Build("--no-restore").Failed();
        CollectionAssert.AreEqual(errors, again.Diagnostics.Select(diagnostic => $"{diagnostic.Code} {diagnostic.File}").ToArray());
        Assert.AreEqual("unchanged", again.Ending("import", "good"));

        foreach (string asset in bad.Append("extension.onnx").Append("empty.onnx"))
        {
            File.Delete(project.PathOf("models/" + asset));
        }

        project.Build("--no-restore").Succeeded();
    }

    [TestMethod]
    public void Bad_settings_fail_with_a_code()
    {
        var project = new BuildProject("settings", BuildProject.WithPackage("""
              <ItemGroup>
                <EdgeAIModel Update="models/budget.onnx" SramBudget="lots" FlashBudget="1,5KiB" MinAccuracy="97" />
                <EdgeAIModel Update="models/misspelt.onnx" Quantisation="Int8" Link="elsewhere" />
                <EdgeAIModel Update="models/later.onnx" Pipeline="x.pipeline.json" EnergyBudgetUj="5" PeriodMs="3" />
                <EdgeAIModel Update="models/nothing.onnx" CalibrationData="data/nowhere" TestData="data/sound.png" />
                <EdgeAIModel Update="models/other.onnx" Targets="cortex-m7" />
                <EdgeAIModel Include="elsewhere/same.onnx" />
                <EdgeAIModel Update="models/shape.onnx" InputShape="x" ExclusiveWith="nobody" InputType="Int8" />
                <EdgeAITarget Include="cortex-m4;cortex-m5;none.target.json" SramBudget="many" />
                <EdgeAINoise Include="hum" />
              </ItemGroup>
            """));
        foreach (string name in new[] { "budget", "misspelt", "later", "nothing", "other", "same", "math", "shape", "int", "edgeai_x" })
        {
            project.Asset("tiny-dense.onnx", $"models/{name}.onnx");
        }

        project.Asset("tiny-dense.onnx", "elsewhere/same.onnx");
        BuildOutcome build = project.Build("-p:EdgeAISimulation=Everything", "-p:EdgeAIOptimize=Fastest").Failed();
        build.Diagnostic("EAI9002", "SramBudget is 'lots'");
        build.Diagnostic("EAI9002", "FlashBudget is '1,5KiB'");
        build.Diagnostic("EAI9002", "MinAccuracy is '97'");
        build.Diagnostic("EAI9002", "InputShape is 'x'");
        build.Diagnostic("EAI9002", "ExclusiveWith is 'nobody'");
        build.Diagnostic("EAI9002", "InputType is 'Int8'");
        build.Diagnostic("EAI9002", "EdgeAISimulation is 'Everything'");
        build.Diagnostic("EAI9002", "EdgeAIOptimize is 'Fastest'");
        build.Diagnostic("EAI9003", "Did you mean 'Quantization'?");
        foreach (string setting in new[] { "Pipeline is set", "EnergyBudgetUj", "PeriodMs" })
        {
            build.Diagnostic("EAI9004", setting);
        }

        build.Diagnostic("EAI9002", "Kind is '' for EdgeAINoise 'hum'");
        build.Diagnostic("EAI9005", "'int'");
        build.Diagnostic("EAI9005", "'edgeai_x'");
        build.Diagnostic("EAI9006", "math");
        build.Diagnostic("EAI9007", "elsewhere/same.onnx");
        build.Diagnostic("EAI9008", "data/nowhere");
        build.Diagnostic("EAI9008", "data/sound.png");
        build.Diagnostic("EAI9009", "cortex-m7");
        build.Diagnostic("EAI9012", "none.target.json");
        build.Diagnostic("EAI9101", "cortex-m5");
        Assert.AreEqual("App.csproj", build.Diagnostic("EAI9006", "math").File);
        Assert.AreEqual("made", build.Ending("import", "misspelt"));
        Assert.IsNull(build.Ending("import", "budget"));
    }

    [TestMethod]
    public void Bad_data_fails_with_a_code()
    {
        var project = new BuildProject("data", BuildProject.WithPackage("""
              <ItemGroup>
                <EdgeAIModel Update="models/wrong.onnx" CalibrationData="data/dense.npy" />
                <EdgeAIModel Update="models/text.onnx" CalibrationData="data/text.npy" />
                <EdgeAIModel Update="models/empty.onnx" CalibrationData="data/empty" />
                <EdgeAIModel Update="models/labels.onnx" CalibrationData="data/conv.npy" TestData="data/test" TestLabels="data/labels.txt" />
              </ItemGroup>
            """));
        foreach (string name in new[] { "wrong", "text", "empty", "labels" })
        {
            project.Asset("tiny-conv.onnx", $"models/{name}.onnx");
        }

        project.Asset("tiny-dense.calibration.npy", "data/dense.npy");
        project.Asset("tiny-conv.calibration.npy", "data/conv.npy");
        project.Asset("tiny-conv.test", "data/test");
        project.Write("data/text.npy", "no numbers");
        project.Write("data/labels.txt", "1\n2\n");
        Directory.CreateDirectory(project.PathOf("data/empty"));
        BuildOutcome build = project.Build().Failed();
        foreach (string model in new[] { "wrong", "text", "empty" })
        {
            Assert.AreEqual("failed", build.Ending("quantize", model), build.Output);
        }

        Assert.AreEqual("failed", build.Ending("simulate", "labels for cortex-m4"), build.Output);
        Assert.IsTrue(build.Diagnostics.Count(diagnostic => diagnostic.Code.StartsWith("EAI2", StringComparison.Ordinal)) >= 4, build.Output);
        Assert.IsFalse(Directory.Exists(Path.Combine(project.Output, "firmware")), "a failed model's library is left");
    }

    [TestMethod]
    public void The_machine_lacks_what_is_asked_for()
    {
        var project = new BuildProject("machine", BuildProject.WithPackage(""));
        project.Asset("tiny-int8.tflite", "models/tiny.tflite");
        BuildOutcome old = project.Build("-p:_EdgeAIMSBuildVersion=17.14.5").Failed();
        old.Diagnostic("EAI9001", "17.14.5");
        old.AssertNoStages();

        project.Edit("<EdgeAISimulation>Managed</EdgeAISimulation>", "<EdgeAISimulation>Target</EdgeAISimulation>");
        project.Environment["PATH"] = Path.GetDirectoryName(PackedSdk.DotNet) is { Length: > 0 } folder ? folder : "/usr/lib/dotnet";
        BuildOutcome missing = project.Build("--no-restore").Failed();
        Assert.IsTrue(missing.Diagnostics.Any(diagnostic => diagnostic.Code.StartsWith("EAI5", StringComparison.Ordinal)), missing.Output);
        project.Environment.Remove("PATH");

        project.Edit("<EdgeAISimulation>Target</EdgeAISimulation>", "<EdgeAISimulation>Managed</EdgeAISimulation>");
        project.Write("taken", "a file where a folder should be");
        foreach (string taken in new[] { "-p:EdgeAIOutputPath=taken/", "-p:EdgeAIIntermediateOutputPath=taken/" })
        {
            StringAssert.EndsWith(project.Build("--no-restore", taken).Failed().Diagnostic("EAI9011", "taken' is a file, not a folder").File, ".csproj");
        }

        project.Build("--no-restore").Succeeded();
    }

    [TestMethod]
    public void A_broken_budget_fails_and_takes_its_model_out_of_the_library()
    {
        var project = new BuildProject("budget", BuildProject.WithPackage("""
              <ItemGroup>
                <EdgeAIModel Update="models/*.onnx" CalibrationData="data/%(Filename).npy" />
                <EdgeAIModel Update="models/conv.onnx" FlashBudget="1" />
              </ItemGroup>
            """));
        project.Asset("tiny-conv.onnx", "models/conv.onnx");
        project.Asset("tiny-conv.calibration.npy", "data/conv.npy");
        project.Asset("tiny-dense.onnx", "models/dense.onnx");
        project.Asset("tiny-dense.calibration.npy", "data/dense.npy");
        for (int build = 0; build < 2; build++)
        {
            BuildOutcome outcome = project.Build().Failed();
            Assert.IsTrue(outcome.Diagnostics.Any(diagnostic => diagnostic.Code.StartsWith("EAI31", StringComparison.Ordinal)
                && diagnostic.File == "models/conv.onnx"), outcome.Output);
            string library = Path.Combine(project.Output, "firmware", "cortex-m4");
            Assert.IsTrue(File.Exists(Path.Combine(library, "dense.c")), outcome.Output);
            Assert.IsFalse(File.Exists(Path.Combine(library, "conv.c")), outcome.Output);
            Assert.IsFalse(File.ReadAllText(Path.Combine(library, "edgeai_firmware.h")).Contains("conv.h", StringComparison.Ordinal));
            Assert.IsTrue(File.Exists(Path.Combine(project.Output, "report", "conv.cortex-m4.json")), outcome.Output);
        }

        project.Edit("FlashBudget=\"1\"", "FlashBudget=\"1MiB\"");
        project.Build("--no-restore").Succeeded();
        Assert.IsTrue(File.Exists(Path.Combine(project.Output, "firmware", "cortex-m4", "conv.c")));
    }

    [TestMethod]
    public void Warnings_follow_the_properties_of_the_compiler()
    {
        var project = new BuildProject("warnings", BuildProject.WithPackage(""));
        project.Asset("tiny-dense.onnx", "models/dense.onnx");
        BuildOutcome plain = project.Build().Succeeded();
        string code = plain.Diagnostics.Single().Code;
        BuildOutcome promoted = project.Build("--no-restore", "-p:TreatWarningsAsErrors=true").Failed();
        Assert.IsInstanceOfType<Microsoft.Build.Logging.StructuredLogger.Error>(promoted.Diagnostic(code));
        Assert.IsFalse(Directory.Exists(Path.Combine(project.Output, "firmware")), "a failed model's library is left");
        project.Build("--no-restore", "-p:TreatWarningsAsErrors=true", $"-p:WarningsNotAsErrors={code}").Succeeded().Diagnostic(code);
        project.Build("--no-restore", $"-p:WarningsAsErrors={code}").Failed().Diagnostic(code);
        Assert.IsFalse(project.Build("--no-restore", $"-p:NoWarn={code}").Succeeded().Says(code));
    }

    [TestMethod]
    public void A_cancelled_build_harms_nothing()
    {
        if (!OperatingSystem.IsLinux())
        {
            Assert.Inconclusive("ran without: Ctrl+C is sent on Linux only");
        }

        var project = new BuildProject("cancelled", BuildProject.WithPackage("""
              <ItemGroup>
                <EdgeAIModel Update="models/*.onnx" CalibrationData="data/calibration.npy" TestData="data/test" />
              </ItemGroup>
            """));
        for (int number = 0; number < 12; number++)
        {
            project.Asset("tiny-conv.onnx", $"models/conv{number}.onnx");
        }

        project.Asset("tiny-conv.calibration.npy", "data/calibration.npy");
        project.Asset("tiny-conv.test", "data/test");
        project.Run("restore").Succeeded();

        // Whoever runs the tests may have Ctrl+C ignored, which children inherit.
        using (Process build = PackedSdk.StartProgram(
            "env", project.Folder, project.Environment, "--default-signal=INT", PackedSdk.DotNet, "build", "App.csproj", "--no-restore", "-nologo",
            "-p:EdgeAISimulation="))
        {
            Task<string> output = build.StandardOutput.ReadToEndAsync();
            string gate = Path.Combine(project.Intermediate, ".build", "gate");
            while (!File.Exists(gate) && !build.HasExited)
            {
                Thread.Sleep(5);
            }

            using Process interrupt = Process.Start("kill", ["-INT", build.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
            Assert.IsTrue(build.WaitForExit(TimeSpan.FromSeconds(20)), "the cancelled build does not end");
            if (build.ExitCode == 0)
            {
                Assert.Inconclusive("ran without: the build was over before it could be cancelled");
            }

            Assert.IsFalse(output.GetAwaiter().GetResult().Contains("EAI", StringComparison.Ordinal));
        }

        Assert.AreEqual(0, BuildProject.Tree(project.Folder).Keys.Count(path => path.EndsWith(".writing", StringComparison.Ordinal)));
        project.Build("--no-restore").Succeeded();
        BuildProject whole = new("whole", File.ReadAllText(project.PathOf("App.csproj")));
        foreach (string folder in new[] { "models", "data", "data/test" })
        {
            foreach (string file in Directory.GetFiles(project.PathOf(folder)))
            {
                Directory.CreateDirectory(whole.PathOf(folder));
                File.Copy(file, Path.Combine(whole.PathOf(folder), Path.GetFileName(file)));
            }
        }

        whole.Build().Succeeded();
        BuildProject.AssertSameTrees(whole.Output, project.Output);
    }
}
