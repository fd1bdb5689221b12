namespace EdgeAI.Sdk.Tasks.Building;

/// <summary>The diagnostics of a stage, one a line, for builds in which it is skipped and for the reports.</summary>
internal static class SaidDiagnostics
{
    /// <summary>The diagnostics; none when the file is absent.</summary>
    public static IEnumerable<ToldDiagnostic> Read(string path)
    {
        if (!File.Exists(path))
        {
            yield break;
        }

        foreach (string line in File.ReadAllLines(path))
        {
            if (ToldDiagnostic.Parse(LineFormat.Split(line)) is { } told)
            {
                yield return told;
            }
        }
    }
}
