using EdgeAI.Compiler.Diagnostics;

namespace EdgeAI.Compiler.Targets;

/// <summary>The targets the SDK knows by name: the *.target.json under sdk/targets, carried in this library as resources.</summary>
public static class TargetCatalog
{
    /// <summary>Names in ordinal order.</summary>
    public static IReadOnlyList<string> Names => throw new NotImplementedException();

    /// <summary>The target of a name; throws <see cref="DiagnosticException"/> (EAI9xxx) with the nearest name when there is none.</summary>
    public static TargetDescription Get(string name) => throw new NotImplementedException();

    /// <summary>Reads a user's description; throws <see cref="DiagnosticException"/> that names the member at fault.</summary>
    public static TargetDescription Parse(string json, string displayPath) => throw new NotImplementedException();
}
