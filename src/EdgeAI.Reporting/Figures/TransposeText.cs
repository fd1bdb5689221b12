using EdgeAI.Compiler.Planning;

namespace EdgeAI.Reporting.Figures;

/// <summary>Transposes that run on the device, in words.</summary>
internal static class TransposeText
{
    private const int Shown = 4;

    /// <summary>What the page, the JSON and the note call a place.</summary>
    public static string Name(TransposePlace place) => place switch
    {
        TransposePlace.Input => "input",
        TransposePlace.Output => "output",
        _ => "inside",
    };

    /// <summary>The first of them: <c>'a' to 'b' (inside, 128 bytes)</c>.</summary>
    public static string List(IReadOnlyList<RuntimeTranspose> transposes) =>
        string.Join(", ", transposes.Take(Shown).Select(one => $"'{one.From}' to '{one.To}' ({Name(one.Place)}, {Numbers.Of(one.Bytes, "byte")})"))
        + (transposes.Count > Shown ? $" and {Numbers.Whole(transposes.Count - Shown)} more" : "");

    /// <summary>What makes them fewer, sentences.</summary>
    public static string Remedy(IReadOnlyList<RuntimeTranspose> transposes)
    {
        string border = string.Join(" and ", new[]
        {
            transposes.Any(one => one.Place == TransposePlace.Input) ? "InputLayout=\"ChannelsLast\"" : null,
            transposes.Any(one => one.Place == TransposePlace.Output) ? "OutputLayout=\"ChannelsLast\"" : null,
        }.OfType<string>());
        bool both = border.Contains(" and ", StringComparison.Ordinal);
        bool isInside = transposes.Any(one => one.Place == TransposePlace.Inside);
        return string.Join(' ', new[]
        {
            border.Length > 0 ? $"{border} leave{(both ? "" : "s")} out those at the border, where the device can take and give images with their channels last." : null,
            isInside ? "Those inside stand between layers that want different orders; reshape or flatten in one order in the source model." : null,
        }.OfType<string>());
    }
}
