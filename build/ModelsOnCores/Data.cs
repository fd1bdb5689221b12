namespace ModelsOnCores;

/// <summary>Where the conformance data is when EDGEAI_CONFORMANCE does not say.</summary>
internal static class Data
{
    /// <summary>The folder shared/conformance beside the repository. Throws <see cref="DirectoryNotFoundException"/>.</summary>
    public static string Find()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            string candidate = Path.Combine(folder.FullName, "..", "shared", "conformance");
            if (File.Exists(Path.Combine(folder.FullName, "EdgeAI.Sdk.sln")) && Directory.Exists(candidate))
            {
                return candidate;
            }
        }

        throw new DirectoryNotFoundException("shared/conformance is not beside the repository; set EDGEAI_CONFORMANCE");
    }
}
