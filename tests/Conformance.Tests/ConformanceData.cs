namespace Conformance.Tests;

/// <summary>Where the conformance data is: EDGEAI_CONFORMANCE, else shared/conformance beside the repository.</summary>
internal static class ConformanceData
{
    /// <summary>The folder, or null when the machine has none.</summary>
    public static string? Folder { get; } = Find();

    /// <summary>A file or folder of the data; ends the test with one line when the machine has no data.</summary>
    public static string Require(string relativePath)
    {
        if (Folder is null)
        {
            Console.WriteLine("ran without the conformance data: set EDGEAI_CONFORMANCE to its folder");
            throw new ConformanceDataMissingException();
        }

        return Path.Combine(Folder, relativePath);
    }

    /// <summary>Runs a test's body unless the data is missing.</summary>
    public static void WithData(Action body)
    {
        try
        {
            body();
        }
        catch (ConformanceDataMissingException)
        {
            // Require has said so.
        }
    }

    private static string? Find()
    {
        if (Environment.GetEnvironmentVariable("EDGEAI_CONFORMANCE") is { Length: > 0 } set)
        {
            return Directory.Exists(set) ? set : null;
        }

        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "EdgeAI.Sdk.sln")))
            {
                string beside = Path.Combine(folder.Parent!.FullName, "shared", "conformance");
                return Directory.Exists(beside) ? beside : null;
            }
        }

        return null;
    }
}

/// <summary>The machine has no conformance data.</summary>
internal sealed class ConformanceDataMissingException : Exception;
