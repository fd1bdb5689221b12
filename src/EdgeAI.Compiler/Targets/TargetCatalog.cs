using System.Collections.Immutable;
using EdgeAI.Compiler.Diagnostics;
using EdgeAI.Compiler.Settings;

namespace EdgeAI.Compiler.Targets;

/// <summary>The targets the SDK knows by name: the *.target.json under sdk/targets, carried in this library as resources.</summary>
public static class TargetCatalog
{
    private const string Prefix = "targets/";
    private const string Suffix = ".target.json";
    // In front of ByName, whose loading asks for it.
    private static readonly string[] CoreNames =
        ["cortex-m0", "cortex-m0plus", "cortex-m3", "cortex-m33", "cortex-m4", "cortex-m55", "cortex-m7", "host", "rv32imc"];

    private static readonly ImmutableSortedDictionary<string, TargetDescription> ByName = Load();

    /// <summary>The cores a description may name, in ordinal order.</summary>
    public static IReadOnlyList<string> Cores => CoreNames;

    /// <summary>Names in ordinal order.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. ByName.Keys];

    /// <summary>The target of a name; throws <see cref="DiagnosticException"/> (EAI9101) with the nearest name when there is none.</summary>
    public static TargetDescription Get(string name) => ByName.TryGetValue(name, out TargetDescription? target)
        ? target
        : throw DiagnosticCatalog.TargetNotKnown.Throw(null, name, NearestName.Of(name, Names), string.Join(", ", Names));

    /// <summary>
    /// The target of a name, or of the path of a <c>*.json</c>. Throws <see cref="DiagnosticException"/> (EAI9101 for a name, EAI9012 and EAI9102 for a file).
    /// </summary>
    /// <param name="identity">The name or path.</param>
    /// <param name="folder">Where relative paths start.</param>
    public static TargetDescription Find(string identity, string folder)
    {
        if (!identity.EndsWith(".json", StringComparison.OrdinalIgnoreCase))
        {
            return Get(identity);
        }

        string display = ProjectPaths.Display(folder, identity);
        string path = ProjectPaths.Absolute(folder, identity);
        try
        {
            return Parse(File.ReadAllText(path), display);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw DiagnosticCatalog.TargetFileNotReadable.Throw(null, display, FileReason.OfReading(path, error));
        }
    }

    /// <summary>Reads a user's description; throws <see cref="DiagnosticException"/> (EAI9102) that names the member at fault.</summary>
    public static TargetDescription Parse(string json, string displayPath) => new TargetReader(displayPath).Read(json);

    private static ImmutableSortedDictionary<string, TargetDescription> Load()
    {
        var targets = ImmutableSortedDictionary.CreateBuilder<string, TargetDescription>(StringComparer.Ordinal);
        foreach (string resource in typeof(TargetCatalog).Assembly.GetManifestResourceNames())
        {
            if (!resource.StartsWith(Prefix, StringComparison.Ordinal) || !resource.EndsWith(Suffix, StringComparison.Ordinal))
            {
                continue;
            }

            using var reader = new StreamReader(typeof(TargetCatalog).Assembly.GetManifestResourceStream(resource)!);
            TargetDescription target = Parse(reader.ReadToEnd(), resource);
            targets.Add(target.Name, target);
        }

        return targets.ToImmutable();
    }
}
