using System.Globalization;
using EdgeAI.Compiler.Diagnostics;

namespace EdgeAI.Reporting;

/// <summary>Numbers as people read them, the same under every culture. Null gives a dash.</summary>
internal static class Numbers
{
    private const string Missing = "–";

    /// <summary><c>1,234,567</c></summary>
    public static string Count(long? value) => value?.ToString("N0", CultureInfo.InvariantCulture) ?? Missing;

    /// <summary><c>22,112 B</c></summary>
    public static string Bytes(long? value) => value is { } bytes ? Count(bytes) + " B" : Missing;

    /// <summary><c>21.6 KiB</c>; bytes below 10,000, where that is exact and short.</summary>
    public static string Size(long? value) => value switch
    {
        null => Missing,
        < 10_000 => Bytes(value),
        < 1024 * 1024 => Fixed(value.Value / 1024.0, value < 102_400 ? 1 : 0) + " KiB",
        _ => Fixed(value.Value / (1024.0 * 1024.0), 2) + " MiB",
    };

    /// <summary><c>1.23 M</c>: three digits and a letter.</summary>
    public static string Short(long? value) => value switch
    {
        null => Missing,
        < 10_000 => Count(value),
        < 999_500 => ThreeDigits(value.Value / 1e3) + " k",
        < 999_500_000 => ThreeDigits(value.Value / 1e6) + " M",
        _ => ThreeDigits(value.Value / 1e9) + " G",
    };

    /// <summary>A fraction as <c>97.5 %</c>.</summary>
    public static string Percent(double? fraction) => fraction is { } value ? Plain(value * 100, 2) + " %" : Missing;

    /// <summary><c>38.2</c></summary>
    public static string Decibels(double? value) =>
        value switch { null => Missing, double.PositiveInfinity => "∞", _ => Fixed(value.Value, 1) };

    /// <summary>At most so many digits behind the point, without trailing zeros.</summary>
    public static string Plain(double value, int digits) =>
        FigureFormat.Of(value, "0." + new string('#', digits));

    /// <summary>Exactly so many digits behind the point.</summary>
    public static string Fixed(double value, int digits) =>
        FigureFormat.Of(value, "F" + digits.ToString(CultureInfo.InvariantCulture));

    /// <summary>Four significant digits, with an exponent where that is shorter.</summary>
    public static string Real(double value) => value.ToString("G4", CultureInfo.InvariantCulture);

    /// <summary>A whole number without grouping.</summary>
    public static string Whole(long value) => value.ToString(CultureInfo.InvariantCulture);

    /// <summary><c>1 model</c>, <c>2 models</c>.</summary>
    public static string Of(long count, string noun) => $"{Count(count)} {noun}{(count == 1 ? "" : "s")}";

    private static string ThreeDigits(double value) => Fixed(value, value < 9.995 ? 2 : value < 99.95 ? 1 : 0);
}
