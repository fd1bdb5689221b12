namespace BuildTests;

/// <summary>An EdgeAIOperator of the project's, and one that a package brings.</summary>
[TestClass]
public sealed class CustomOperatorTests
{
    private const string Item = """<ItemGroup><EdgeAIOperator Include="kernels/scaled_swish.operator.json" /></ItemGroup>""";

    private static bool HasCompiler { get; } = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .Any(folder => new[] { "cc", "gcc", "clang" }.Any(name => File.Exists(Path.Combine(folder, name))));

    [TestMethod]
    public void Each_file_of_an_operator_reruns_the_stages_that_read_it()
    {
        BuildProject project = Project(Item);
        BuildOutcome first = project.Build().Succeeded();
        Assert.IsTrue(first.Says("EAI5013"), "managed alone, so the kernel was not checked");
        Assert.IsTrue(File.Exists(Path.Combine(project.Output, "firmware", "cortex-m4", "scaled_swish.c")));
        project.Build().Succeeded().AssertAllStagesSkipped();

        Append(project, "kernels/scaled_swish.c", "/* another comment */\n");
        BuildOutcome source = project.Build().Succeeded();
        Assert.AreEqual("unchanged", source.Ending("import", "custom"));
        Assert.AreEqual("unchanged", source.Ending("quantize", "custom"));
        Assert.AreEqual("made", source.Ending("plan", "custom for cortex-m4"));

        Append(project, "kernels/scaled_swish.h", "/* another comment */\n");
        Assert.AreEqual("made", project.Build().Succeeded().Ending("plan", "custom for cortex-m4"));

        Append(project, "kernels/scaled_swish.operator.json", "// another comment\n");
        Assert.AreEqual("made", project.Build().Succeeded().Ending("import", "custom"));

        File.WriteAllBytes(project.PathOf("kernels/scaled_swish.onnx"), [1, 2, 3]);
        Assert.IsTrue(project.Build().Failed().Says("EAI9037"));
        File.Delete(project.PathOf("kernels/scaled_swish.onnx"));
        Assert.IsTrue(project.Build().Failed().Says("EAI9035"));
        project.Asset("scaled-swish/scaled_swish.onnx", "kernels/scaled_swish.onnx");
        project.Build().Succeeded();

        project.Edit(Item, "");
        BuildOutcome without = project.Build().Failed();
        Assert.IsTrue(without.Says("EAI1102"));
    }

    [TestMethod]
    public void A_wrong_kernel_fails_the_build_until_it_is_right()
    {
        if (!HasCompiler)
        {
            Console.WriteLine("ran without a C compiler");
            return;
        }

        BuildProject project = Project(Item);
        project.Edit("<EdgeAISimulation>Managed", "<EdgeAISimulation>Host");
        string source = File.ReadAllText(project.PathOf("kernels/scaled_swish.c"));
        project.Write("kernels/scaled_swish.c", source.Replace("roundf", "floorf", StringComparison.Ordinal));
        BuildOutcome wrong = project.Build().Failed();
        string told = wrong.Diagnostic("EAI5011").Text;
        string place = Path.Combine(project.Intermediate, "custom", "cortex-m4", "kernel-check", "scaled_swish_s8");
        Assert.IsTrue(told.Contains(Path.GetRelativePath(project.Folder, place).Replace('\\', '/'), StringComparison.Ordinal), told);
        CollectionAssert.AreEquivalent(
            new[] { "input_0.npy", "expected_0.npy", "actual_0.npy" }, Directory.GetFiles(place).Select(Path.GetFileName).ToArray());
        Assert.IsTrue(project.Build().Failed().Says("EAI5011"), "the second build says it too");

        project.Write("kernels/scaled_swish.c", source);
        project.Build().Succeeded();
        Assert.IsFalse(Directory.Exists(place));
    }

    [TestMethod]
    public void A_package_brings_an_operator()
    {
        var package = new BuildProject("package", """
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <TargetFramework>net10.0</TargetFramework>
                <PackageId>Example.ScaledSwish</PackageId>
                <Version>1.0.0</Version>
                <IncludeBuildOutput>false</IncludeBuildOutput>
                <DevelopmentDependency>true</DevelopmentDependency>
                <NoWarn>$(NoWarn);NU5128</NoWarn>
              </PropertyGroup>
              <ItemGroup>
                <None Include="Example.ScaledSwish.props" Pack="true" PackagePath="build/" />
                <None Include="kernels/**" Pack="true" PackagePath="kernels/" />
              </ItemGroup>
            </Project>
            """);
        package.Asset("scaled-swish", "kernels");
        package.Write("Example.ScaledSwish.props", """
            <Project>
              <ItemGroup>
                <EdgeAIOperator Include="$(MSBuildThisFileDirectory)../kernels/scaled_swish.operator.json" />
              </ItemGroup>
            </Project>
            """);
        package.Run("pack", "-o", PackedSdk.Feed).Succeeded();

        BuildProject project = Project("""<ItemGroup><PackageReference Include="Example.ScaledSwish" Version="1.0.0" PrivateAssets="all" /></ItemGroup>""", withKernels: false);
        project.Build().Succeeded();
        string library = Path.Combine(project.Output, "firmware", "cortex-m4");
        StringAssert.Contains(File.ReadAllText(Path.Combine(library, "custom.c")), "scaled_swish_s8(", StringComparison.Ordinal);
        Assert.IsTrue(File.Exists(Path.Combine(library, "scaled_swish.h")));

        // The same as from the project's own folder.
        BuildProject own = Project(Item);
        own.Build().Succeeded();
        BuildProject.AssertSameTrees(Path.Combine(own.Output, "firmware"), Path.Combine(project.Output, "firmware"));
        own.Edit(Item, """<ItemGroup><EdgeAIOperator Include="kernels/scaled_swish.operator.json" /><PackageReference Include="Example.ScaledSwish" Version="1.0.0" PrivateAssets="all" /></ItemGroup>""");
        StringAssert.Contains(own.Build().Failed().Diagnostic("EAI9036").Text, "named 'scaled_swish'", StringComparison.Ordinal);
    }

    private static BuildProject Project(string body, bool withKernels = true)
    {
        var project = new BuildProject("operator", BuildProject.WithPackage(body));
        project.Asset("tiny-custom.onnx", "models/custom.onnx");
        if (withKernels)
        {
            project.Asset("scaled-swish", "kernels");
        }

        return project;
    }

    private static void Append(BuildProject project, string file, string text) => File.AppendAllText(project.PathOf(file), text);
}
