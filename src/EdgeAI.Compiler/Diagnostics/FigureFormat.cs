using System.Globalization;

namespace EdgeAI.Compiler.Diagnostics;

/// <summary>How figures stand in text: by the invariant culture, and without a sign where rounding leaves 0, since "-0.0 dB" is no figure.</summary>
public sealed class FigureFormat : IFormatProvider, ICustomFormatter
{
    private FigureFormat()
    {
    }

    /// <summary>For composite formats and interpolated strings.</summary>
    public static FigureFormat Instance { get; } = new();

    /// <summary>A number in a standard or custom format of .NET.</summary>
    public static string Of(double value, string? format) => Unsigned(value.ToString(format, CultureInfo.InvariantCulture), value);

    /// <inheritdoc/>
    public object? GetFormat(Type? formatType) => formatType == typeof(ICustomFormatter) ? this : CultureInfo.InvariantCulture.GetFormat(formatType);

    /// <inheritdoc/>
    public string Format(string? format, object? arg, IFormatProvider? formatProvider) => arg switch
    {
        double value => Of(value, format),
        float value => Unsigned(value.ToString(format, CultureInfo.InvariantCulture), value),
        IFormattable other => other.ToString(format, CultureInfo.InvariantCulture),
        _ => arg?.ToString() ?? "",
    };

    private static string Unsigned(string text, double value) =>
        double.IsFinite(value) && text.StartsWith('-') && !text.AsSpan().ContainsAnyInRange('1', '9') ? text[1..] : text;
}
