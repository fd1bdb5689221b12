using System.Diagnostics;
using System.Text;

namespace BuildTests;

/// <summary>A user's project in a folder of its own, outside the repository.</summary>
public sealed class BuildProject
{
    private int _builds;

    /// <summary>A project of one file and a C# source.</summary>
    /// <param name="folder">The folder's name; may hold spaces and letters of any script.</param>
    /// <param name="project">The project file's text.</param>
    public BuildProject(string folder, string project)
    {
        Folder = Path.Combine(PackedSdk.Scratch, "projects", Guid.NewGuid().ToString("N")[..6], folder);
        Directory.CreateDirectory(Folder);
        Write("App.csproj", project);
        Write("Class.cs", "public sealed class Class;\n");
        Write("nuget.config", $"""
            <configuration>
              <packageSources>
                <clear />
                <add key="packed" value="{PackedSdk.Feed}" />
              </packageSources>
            </configuration>
            """);
    }

    /// <summary>The project's folder.</summary>
    public string Folder { get; }

    /// <summary>The folder of intermediate files.</summary>
    public string Intermediate => Path.Combine(Folder, "obj", "Debug", "edgeai");

    /// <summary>The folder of libraries and reports.</summary>
    public string Output => Path.Combine(Folder, "bin", "Debug", "net10.0", "edgeai");

    /// <summary>The environment of its builds.</summary>
    public Dictionary<string, string?> Environment { get; } = new() { ["NUGET_PACKAGES"] = PackedSdk.Packages };

    /// <summary>A project in the package form with some lines inside.</summary>
    public static string WithPackage(string body) => $"""
        <Project Sdk="Microsoft.NET.Sdk">
          <PropertyGroup>
            <TargetFramework>net10.0</TargetFramework>
            <EdgeAISimulation>Managed</EdgeAISimulation>
          </PropertyGroup>
          <ItemGroup>
            <PackageReference Include="EdgeAI.Sdk" Version="1.0.0" PrivateAssets="all" />
          </ItemGroup>
          {body}
        </Project>
        """;

    /// <summary>A path in the project.</summary>
    public string PathOf(string relative) => Path.Combine(Folder, relative);

    /// <summary>Writes a text file.</summary>
    public void Write(string relative, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(PathOf(relative))!);
        File.WriteAllText(PathOf(relative), text, new UTF8Encoding(false));
    }

    /// <summary>Replaces a text in the project file.</summary>
    public void Edit(string old, string replacement)
    {
        string text = File.ReadAllText(PathOf("App.csproj"));
        Assert.IsTrue(text.Contains(old, StringComparison.Ordinal), $"'{old}' is not in the project");
        File.WriteAllText(PathOf("App.csproj"), text.Replace(old, replacement, StringComparison.Ordinal));
    }

    /// <summary>Copies a file or folder of tests/Assets.</summary>
    public void Asset(string asset, string relative)
    {
        string source = Path.Combine(PackedSdk.Repository, "tests", "Assets", asset);
        string destination = PathOf(relative);
        Directory.CreateDirectory(Path.GetDirectoryName(destination)!);
        if (File.Exists(source))
        {
            File.Copy(source, destination, overwrite: true);
            return;
        }

        Directory.CreateDirectory(destination);
        foreach (string file in Directory.GetFiles(source))
        {
            File.Copy(file, Path.Combine(destination, Path.GetFileName(file)), overwrite: true);
        }
    }

    /// <summary>Runs <c>dotnet build</c> with a binary log.</summary>
    public BuildOutcome Build(params string[] arguments) => Run("build", arguments);

    /// <summary>Runs a dotnet command that builds, with a binary log.</summary>
    public BuildOutcome Run(string command, params string[] arguments)
    {
        string log = PathOf($"{++_builds}.binlog");
        var watch = Stopwatch.StartNew();
        (int exitCode, string output) = PackedSdk.Run(
            Folder, Environment, [command, "App.csproj", "-nologo", "-v:m", $"-bl:{log}", .. arguments]);
        return new BuildOutcome(exitCode, output, log, watch.Elapsed);
    }

    /// <summary>Every file under a folder with its bytes, by relative path.</summary>
    public static SortedDictionary<string, byte[]> Tree(string folder)
    {
        var tree = new SortedDictionary<string, byte[]>(StringComparer.Ordinal);
        if (Directory.Exists(folder))
        {
            foreach (string file in Directory.GetFiles(folder, "*", SearchOption.AllDirectories))
            {
                tree.Add(Path.GetRelativePath(folder, file).Replace('\\', '/'), File.ReadAllBytes(file));
            }
        }

        return tree;
    }

    /// <summary>Fails with the first difference of two folders.</summary>
    public static void AssertSameTrees(string expected, string actual)
    {
        SortedDictionary<string, byte[]> left = Tree(expected);
        SortedDictionary<string, byte[]> right = Tree(actual);
        Assert.AreNotEqual(0, left.Count, $"{expected} is empty");
        CollectionAssert.AreEqual(left.Keys, right.Keys, $"{string.Join(' ', left.Keys)} | {string.Join(' ', right.Keys)}");
        foreach ((string path, byte[] bytes) in left)
        {
            Assert.IsTrue(bytes.AsSpan().SequenceEqual(right[path]), $"{path} differs between {expected} and {actual}");
        }
    }
}
