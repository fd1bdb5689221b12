using System.Collections.Immutable;
using System.Globalization;
using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Settings;

/// <summary>Values of settings from their text, the same under every culture. Each gives null for a text that is not of its form.</summary>
public static class SettingText
{
    /// <summary>How sizes are written.</summary>
    public const string SizeForm = "whole bytes, or a number with KiB or MiB, such as 65536 or 64KiB";

    /// <summary>A size: bytes, or a number with <c>KiB</c> or <c>MiB</c> behind it that comes out at whole bytes.</summary>
    public static long? Bytes(string text)
    {
        decimal unit = 1;
        ReadOnlySpan<char> digits = text.AsSpan().Trim();
        foreach ((string suffix, decimal size) in new[] { ("KiB", 1024m), ("MiB", 1024m * 1024m) })
        {
            if (digits.EndsWith(suffix, StringComparison.OrdinalIgnoreCase))
            {
                unit = size;
                digits = digits[..^suffix.Length].TrimEnd();
                break;
            }
        }

        if (!decimal.TryParse(digits, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal value)
            || value > long.MaxValue / unit)
        {
            return null;
        }

        decimal bytes = value * unit;
        return bytes == decimal.Truncate(bytes) ? (long)bytes : null;
    }

    /// <summary>A finite number with a point, at least <paramref name="smallest"/> and at most <paramref name="largest"/>.</summary>
    public static double? Number(string text, double smallest, double largest) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value)
        && double.IsFinite(value) && value >= smallest && value <= largest ? value : null;

    /// <summary>Numbers as a text of settings has them.</summary>
    public static string Joined(IEnumerable<double> numbers) => string.Join(';', numbers.Select(number => number.ToString(CultureInfo.InvariantCulture)));

    /// <summary>Numbers apart by <c>;</c>, at least one, each allowed.</summary>
    public static ImmutableArray<double>? Numbers(string text, Func<double, bool> isAllowed)
    {
        double?[] numbers = [.. List(text).Select(entry => Number(entry, double.MinValue, double.MaxValue) is { } number && isAllowed(number) ? number : (double?)null)];
        return numbers.Length > 0 && numbers.All(number => number is not null) ? [.. numbers.OfType<double>()] : null;
    }

    /// <summary><c>20:0.9;10:0.8</c>: a signal to noise ratio in dB and the least accuracy there, each ratio once, largest first.</summary>
    public static ImmutableArray<AccuracyAtSnr>? AccuraciesAtSnr(string text)
    {
        var limits = new List<AccuracyAtSnr>();
        foreach (string entry in List(text))
        {
            string[] parts = entry.Split(':', StringSplitOptions.TrimEntries);
            if (parts.Length != 2 || Number(parts[0], -100, 200) is not { } ratio || Number(parts[1], 0, 1) is not { } accuracy
                || limits.Exists(limit => limit.SnrDb == ratio))
            {
                return null;
            }

            limits.Add(new AccuracyAtSnr(ratio, accuracy));
        }

        return limits.Count == 0 ? null : [.. limits.OrderByDescending(limit => limit.SnrDb)];
    }

    /// <summary>A whole number of at least <paramref name="smallest"/>.</summary>
    public static int? Count(string text, int smallest) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int value) && value >= smallest ? value : null;

    /// <summary>One of an enumeration's names, ignoring case; numbers are not taken.</summary>
    public static T? Choice<T>(string text) where T : struct, Enum
    {
        foreach (T value in Enum.GetValues<T>())
        {
            if (string.Equals(Enum.GetName(value), text, StringComparison.OrdinalIgnoreCase))
            {
                return value;
            }
        }

        return null;
    }

    /// <summary>The entries of a list apart by <c>;</c>, without empty ones.</summary>
    public static ImmutableArray<string> List(string? text) =>
        text is null ? [] : [.. text.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)];

    /// <summary><c>x:1,49,10,1;y:1,8</c>: the last colon of an entry divides the input's name from its extents.</summary>
    public static ImmutableSortedDictionary<string, Shape>? Shapes(string text)
    {
        var shapes = ImmutableSortedDictionary.CreateBuilder<string, Shape>(StringComparer.Ordinal);
        foreach (string entry in List(text))
        {
            int colon = entry.LastIndexOf(':');
            if (colon <= 0)
            {
                return null;
            }

            string name = entry[..colon].Trim();
            string[] words = entry[(colon + 1)..].Split(',', StringSplitOptions.TrimEntries);
            int[] extents = new int[words.Length];
            for (int axis = 0; axis < words.Length; axis++)
            {
                if (Count(words[axis], 0) is not { } extent)
                {
                    return null;
                }

                extents[axis] = extent;
            }

            if (!shapes.TryAdd(name, new Shape(extents)))
            {
                return null;
            }
        }

        return shapes.Count == 0 ? null : shapes.ToImmutable();
    }
}
