using System.Text;

namespace EdgeAI.Compiler.Emission;

/// <summary>Makes C identifiers and comments out of names that may hold anything.</summary>
internal static class CNames
{
    private const int LongestComment = 160;
    private const int LongestIdentifier = 64;

    /// <summary>Whether a text is a C identifier in the basic character set.</summary>
    public static bool IsIdentifier(string text) =>
        text.Length > 0 && !char.IsAsciiDigit(text[0]) && text.All(c => char.IsAsciiLetterOrDigit(c) || c == '_');

    /// <summary>
    /// The part of an identifier behind a prefix: letters and digits stay, every run of anything else is one underscore. Empty when nothing is left.
    /// </summary>
    public static string Suffix(string name)
    {
        var text = new StringBuilder();
        foreach (char c in name)
        {
            if (char.IsAsciiLetterOrDigit(c))
            {
                text.Append(c);
            }
            else if (text.Length > 0 && text[^1] != '_')
            {
                text.Append('_');
            }

            if (text.Length == LongestIdentifier)
            {
                break;
            }
        }

        return text.ToString().Trim('_');
    }

    /// <summary>Suffixes for a list of names, each different from the others and from the reserved ones.</summary>
    public static string[] UniqueSuffixes(IReadOnlyList<string> names, params ReadOnlySpan<string> reserved)
    {
        var taken = new HashSet<string>(StringComparer.Ordinal) { "" };
        foreach (string word in reserved)
        {
            taken.Add(word);
        }

        string[] suffixes = new string[names.Count];
        for (int i = 0; i < suffixes.Length; i++)
        {
            string wanted = Suffix(names[i]);
            string suffix = wanted;
            for (int number = i; !taken.Add(suffix); number++)
            {
                suffix = FormattableString.Invariant($"{wanted}_{number}").TrimStart('_');
            }

            suffixes[i] = suffix;
        }

        return suffixes;
    }

    /// <summary>A text that is safe inside a comment: printable ASCII, no asterisk, backslash or question mark, bounded.</summary>
    public static string Comment(string text)
    {
        string safe = new([.. text.Take(LongestComment).Select(c => c is >= ' ' and <= '~' and not ('*' or '\\' or '?') ? c : '_')]);
        return text.Length > LongestComment ? safe + "..." : safe;
    }
}
