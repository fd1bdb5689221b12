using System.Text;

namespace EdgeAI.Reporting.Page;

/// <summary>
/// A piece of the page: markup that is also well-formed XML. Made of interpolated strings, of which the constant parts are markup and every
/// inserted text is escaped, so that a name from a model file cannot become markup.
/// </summary>
internal readonly record struct Html(string Text)
{
    /// <summary>Nothing.</summary>
    public static Html Empty { get; } = new("");

    /// <summary>Markup with values inserted: text escaped, pieces as they are.</summary>
    public static Html Of(HtmlBuilder markup) => new(markup.ToString());

    /// <summary>
    /// Text as markup shows it. Characters that XML cannot carry, and those that change the direction of what follows, become U+FFFD.
    /// </summary>
    public static string Escape(string text)
    {
        var escaped = new StringBuilder(text.Length);
        for (int i = 0; i < text.Length; i++)
        {
            char character = text[i];
            if (char.IsHighSurrogate(character) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]))
            {
                escaped.Append(character).Append(text[++i]);
                continue;
            }

            escaped.Append(character switch
            {
                '&' => "&amp;",
                '<' => "&lt;",
                '>' => "&gt;",
                '"' => "&quot;",
                '\'' => "&#39;",
                '\t' or '\n' or '\r' => " ",
                _ when char.IsControl(character) || char.IsSurrogate(character) || character is >= '\u202A' and <= '\u202E'
                    or >= '\u2066' and <= '\u2069' or '\uFFFE' or '\uFFFF' => "\uFFFD",
                _ => character.ToString(),
            });
        }

        return escaped.ToString();
    }
}
