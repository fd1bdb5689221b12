using System.Collections.Immutable;
using EdgeAI.Compiler.Diagnostics;

namespace EdgeAI.Compiler.Targets;

/// <summary>The targets the SDK knows by name: the *.target.json under sdk/targets, carried in this library as resources.</summary>
public static class TargetCatalog
{
    private const string Prefix = "targets/";
    private const string Suffix = ".target.json";
    private static readonly ImmutableSortedDictionary<string, TargetDescription> ByName = Load();

    /// <summary>Names in ordinal order.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. ByName.Keys];

    /// <summary>The cores a description may name, in ordinal order.</summary>
    public static IReadOnlyList<string> Cores => TargetReader.Cores;

    /// <summary>The target of a name; throws <see cref="DiagnosticException"/> (EAI9101) with the nearest name when there is none.</summary>
    public static TargetDescription Get(string name) => ByName.TryGetValue(name, out TargetDescription? target)
        ? target
        : throw DiagnosticCatalog.TargetNotKnown.Throw(null, name, NearestName.Of(name, Names), string.Join(", ", Names));

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
