using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;

namespace EdgeAI.Reporting.Page;

/// <summary>Takes an interpolated string apart for <see cref="Html.Of"/>. Only what it has a method for can be inserted.</summary>
[InterpolatedStringHandler]
internal readonly ref struct HtmlBuilder
{
    private readonly StringBuilder _text;

    /// <summary>Called by the compiler with the sizes of the string.</summary>
    public HtmlBuilder(int literalLength, int formattedCount) => _text = new StringBuilder(literalLength + (formattedCount * 16));

    /// <summary>Markup.</summary>
    public void AppendLiteral(string markup) => _text.Append(markup);

    /// <summary>Text, escaped.</summary>
    public void AppendFormatted(string? text) => _text.Append(Html.Escape(text ?? ""));

    /// <summary>A whole number.</summary>
    public void AppendFormatted(long number) => _text.Append(number.ToString(CultureInfo.InvariantCulture));

    /// <summary>A piece.</summary>
    public void AppendFormatted(Html piece) => _text.Append(piece.Text);

    /// <summary>Pieces, one after another.</summary>
    public void AppendFormatted(IEnumerable<Html> pieces)
    {
        foreach (Html piece in pieces)
        {
            _text.Append(piece.Text);
        }
    }

    /// <inheritdoc/>
    public override string ToString() => _text.ToString();
}
