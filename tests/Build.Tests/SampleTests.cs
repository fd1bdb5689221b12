namespace BuildTests;

/// <summary>Every sample builds from the packed package as a user would have it.</summary>
[TestClass]
public sealed class SampleTests
{
    [TestMethod]
    [DynamicData(nameof(Samples))]
    public void Builds_from_the_package(string name)
    {
        string source = Path.Combine(PackedSdk.Repository, "samples", name);
        var project = new BuildProject(name, File.ReadAllText(Path.Combine(source, name + ".csproj")));
        File.Delete(project.PathOf("Class.cs"));
        foreach (string file in Directory.GetFiles(source, "*", SearchOption.AllDirectories))
        {
            string relative = Path.GetRelativePath(source, file);
            if (relative.Split(Path.DirectorySeparatorChar)[0] is not ("bin" or "obj") && !relative.EndsWith(".csproj", StringComparison.Ordinal))
            {
                Directory.CreateDirectory(Path.GetDirectoryName(project.PathOf(relative))!);
                File.Copy(file, project.PathOf(relative));
            }
        }

        BuildOutcome build = project.Build().Succeeded();
        Assert.IsTrue(File.Exists(Path.Combine(project.Output, "report", "index.html")), build.Output);
    }

    public static IEnumerable<object[]> Samples() =>
        Directory.GetDirectories(Path.Combine(PackedSdk.Repository, "samples"))
            .Select(folder => Path.GetFileName(folder))
            .Where(name => File.Exists(Path.Combine(PackedSdk.Repository, "samples", name, name + ".csproj")))
            .Select(name => new object[] { name });
}
