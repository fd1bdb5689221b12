namespace BuildTests;

/// <summary>The three ways to reference the SDK: no warnings, and the same bytes from all of them, in any folder, under any culture.</summary>
[TestClass]
public sealed class WaysInTests
{
    private const string Items = """
          <ItemGroup>
            <EdgeAIModel Update="models/tiny-conv.onnx" Name="tiny_conv" CalibrationData="data/calibration.npy" TestData="data/test" TestLabels="data/labels.npy" />
            <EdgeAITarget Include="cortex-m4" />
          </ItemGroup>
        """;

    private const string Properties = """
          <PropertyGroup>
            <TargetFramework>net10.0</TargetFramework>
            <EdgeAISimulation>Managed</EdgeAISimulation>
          </PropertyGroup>
        """;

    [TestMethod]
    public void All_ways_build_the_same_bytes_in_any_folder_and_culture()
    {
        BuildProject sdk = Project("project sdk", $"<Project Sdk=\"EdgeAI.Sdk/1.0.0\">{Properties}{Items}</Project>");
        BuildProject additive = Project(
            "zusätzliches SDK 添加", $"<Project Sdk=\"Microsoft.NET.Sdk\"><Sdk Name=\"EdgeAI.Sdk\" Version=\"1.0.0\" />{Properties}{Items}</Project>");
        BuildProject package = Project("package", BuildProject.WithPackage(Items));
        additive.Environment["LC_ALL"] = "de_DE.UTF-8";
        additive.Environment["LANG"] = "de_DE.UTF-8";
        package.Environment["LC_ALL"] = "tr_TR.UTF-8";
        AssertClean(sdk.Build("-m:2"));
        AssertClean(additive.Build("-mt"));
        AssertClean(package.Build());
        BuildProject.AssertSameTrees(sdk.Output, additive.Output);
        BuildProject.AssertSameTrees(sdk.Output, package.Output);
        Assert.IsTrue(File.Exists(Path.Combine(sdk.Output, "report", "index.html")));
        Assert.IsTrue(File.Exists(Path.Combine(sdk.Output, "report", "tiny_conv.cortex-m4.json")));
        Assert.IsTrue(File.Exists(Path.Combine(sdk.Output, "firmware", "cortex-m4", "tiny_conv.h")));
    }

    [TestMethod]
    public void Global_json_may_give_the_version_and_both_ways_may_be_mixed()
    {
        BuildProject project = Project(
            "mixed", $"<Project Sdk=\"Microsoft.NET.Sdk\"><Sdk Name=\"EdgeAI.Sdk\" />{Properties}{Items}"
            + "<ItemGroup><PackageReference Include=\"EdgeAI.Sdk\" Version=\"1.0.0\" PrivateAssets=\"all\" /></ItemGroup></Project>");
        project.Write("global.json", """{ "msbuild-sdks": { "EdgeAI.Sdk": "1.0.0" } }""");
        AssertClean(project.Build());
    }

    private static BuildProject Project(string folder, string text)
    {
        var project = new BuildProject(folder, text);
        project.Asset("tiny-conv.onnx", "models/tiny-conv.onnx");
        project.Asset("tiny-conv.calibration.npy", "data/calibration.npy");
        project.Asset("tiny-conv.test", "data/test");
        project.Asset("tiny-conv.labels.npy", "data/labels.npy");
        return project;
    }

    private static void AssertClean(BuildOutcome build)
    {
        build.Succeeded();
        Assert.AreEqual(0, build.Diagnostics.Count, build.Output);
        Assert.IsTrue(build.Output.TrimEnd().Contains("App -> ", StringComparison.Ordinal), build.Output);
        Assert.IsTrue(build.Output.Contains("index.html", StringComparison.Ordinal), build.Output);
    }
}
