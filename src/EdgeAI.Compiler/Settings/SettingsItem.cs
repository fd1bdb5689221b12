namespace EdgeAI.Compiler.Settings;

/// <summary>An item as the user wrote it.</summary>
/// <param name="Identity">The item's text: a path relative to the project, or the name of a target.</param>
/// <param name="Metadata">Own metadata by name (ignoring case); an empty value counts as not set.</param>
public sealed record SettingsItem(string Identity, IReadOnlyDictionary<string, string> Metadata)
{
    /// <summary>The value of a metadata without surrounding white space, or null when it is not set.</summary>
    public string? Get(string name) =>
        Metadata.TryGetValue(name, out string? value) && value.Trim() is { Length: > 0 } text ? text : null;
}
