using System.Text.Json;
using EdgeAI.Compiler.Diagnostics;
using EdgeAI.Compiler.Emission;

namespace EdgeAI.Compiler.Linking;

/// <summary>Typed readers of the members of a description in JSON.</summary>
/// <param name="fault">Makes the error from what is wrong, half a sentence.</param>
internal sealed class DescriptionMembers(Func<string, DiagnosticException> fault)
{
    /// <summary>Refuses what is no object, or has a member that is not known.</summary>
    public void Expect(JsonElement element, string what, string[] known)
    {
        if (element.ValueKind != JsonValueKind.Object)
        {
            throw fault($"{what} must be an object");
        }

        if (element.EnumerateObject().FirstOrDefault(member => !known.Contains(member.Name)) is { Value.ValueKind: not JsonValueKind.Undefined } unknown)
        {
            throw fault($"{what} has the member '{unknown.Name}'; known are {string.Join(", ", known)}");
        }
    }

    /// <summary>A member that must be a text of at least one character.</summary>
    public string Text(JsonElement element, string member) =>
        element.TryGetProperty(member, out JsonElement value) && value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 } text
            ? text
            : throw fault($"'{member}' must be a text");

    /// <summary>A member that must be a C identifier.</summary>
    public string Identifier(JsonElement element, string member) => Text(element, member) is { } text && CNames.IsIdentifier(text)
        ? text
        : throw fault($"'{member}' must be a C identifier");

    /// <summary>A member that lists texts; empty where it is left out.</summary>
    public string[] List(JsonElement element, string member) => !element.TryGetProperty(member, out JsonElement list) ? []
        : list.ValueKind == JsonValueKind.Array && list.EnumerateArray().All(item => item.ValueKind == JsonValueKind.String)
            ? [.. list.EnumerateArray().Select(item => item.GetString()!)]
            : throw fault($"'{member}' must be a list of texts");
}
