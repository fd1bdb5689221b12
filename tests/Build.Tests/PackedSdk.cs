using System.Diagnostics;

namespace BuildTests;

/// <summary>The SDK packed once for all tests, a feed of its own, and a package folder of its own.</summary>
[TestClass]
public static class PackedSdk
{
    /// <summary>The repository's folder.</summary>
    public static string Repository { get; } = FindRepository();

    /// <summary>A folder of this run; removed at its end.</summary>
    public static string Scratch { get; } = Path.Combine(Path.GetTempPath(), "edgeai-build-tests-" + Guid.NewGuid().ToString("N")[..8]);

    /// <summary>The folder that holds the package.</summary>
    public static string Feed => Path.Combine(Scratch, "feed");

    /// <summary>The folder that packages are extracted to.</summary>
    public static string Packages => Path.Combine(Scratch, "packages");

    [AssemblyInitialize]
    public static void Pack(TestContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        Directory.CreateDirectory(Feed);
        Directory.CreateDirectory(Packages);
        (int exitCode, string output) = Run(
            Repository, new Dictionary<string, string?>(), "pack", "sdk/EdgeAI.Sdk", "-c", "Release", "-o", Feed, "-nologo", "-v:m");
        Assert.AreEqual(0, exitCode, output);
        Assert.IsFalse(output.Contains("warning", StringComparison.OrdinalIgnoreCase), output);
    }

    [AssemblyCleanup]
    public static void Remove()
    {
        if (Directory.Exists(Scratch))
        {
            Directory.Delete(Scratch, recursive: true);
        }
    }

    /// <summary>Runs dotnet and returns its exit code and everything it printed.</summary>
    public static (int ExitCode, string Output) Run(string folder, IReadOnlyDictionary<string, string?> environment, params string[] arguments)
    {
        using Process process = Start(folder, environment, arguments);
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output + errors.GetAwaiter().GetResult());
    }

    /// <summary>Starts dotnet without what the test run itself put into the environment.</summary>
    public static Process Start(string folder, IReadOnlyDictionary<string, string?> environment, params string[] arguments) =>
        StartProgram(DotNet, folder, environment, arguments);

    /// <summary>Starts a program without what the test run itself put into the environment.</summary>
    public static Process StartProgram(
        string program, string folder, IReadOnlyDictionary<string, string?> environment, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (string name in start.Environment.Keys.Where(
            name => name.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase) || name.StartsWith("VSTEST", StringComparison.OrdinalIgnoreCase)
                || name is "DOTNET_HOST_PATH" or "MSBuildSDKsPath" or "MSBuildExtensionsPath").ToArray())
        {
            start.Environment.Remove(name);
        }

        start.Environment["DOTNET_CLI_UI_LANGUAGE"] = "en";
        start.Environment["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1";
        start.Environment["DOTNET_NOLOGO"] = "1";
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        start.Environment["MSBUILDTERMINALLOGGER"] = "off";
        foreach ((string name, string? value) in environment)
        {
            start.Environment[name] = value;
        }

        return Process.Start(start)!;
    }

    /// <summary>The dotnet that runs the tests.</summary>
    public static string DotNet { get; } = Environment.ProcessPath is { } path
        && Path.GetFileNameWithoutExtension(path) == "dotnet" ? path : "dotnet";

    private static string FindRepository()
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "EdgeAI.Sdk.sln")))
        {
            folder = Path.GetDirectoryName(folder);
        }

        return folder ?? throw new InvalidOperationException("the tests do not run inside the repository");
    }
}
