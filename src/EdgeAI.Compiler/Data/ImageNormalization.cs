using System.Collections.Immutable;
using System.Globalization;

namespace EdgeAI.Compiler.Data;

/// <summary>What a model was trained to take for a pixel: (byte / 255 − mean) / deviation, for each channel or for all alike.</summary>
/// <param name="Means">One for all channels, or one for each.</param>
/// <param name="Deviations">As many.</param>
public sealed record ImageNormalization(ImmutableArray<double> Means, ImmutableArray<double> Deviations)
{
    /// <summary>How the setting is written.</summary>
    public const string Form =
        "ZeroToOne (byte / 255), MinusOneToOne (byte / 127.5 - 1), Bytes (0 to 255), or a mean and a standard deviation of byte / 255 for each channel, "
        + "such as mean:0.485,0.456,0.406;std:0.229,0.224,0.225";

    /// <summary>The normalization a text names, or null.</summary>
    public static ImageNormalization? Parse(string text)
    {
        switch (text.ToUpperInvariant())
        {
            case "ZEROTOONE": return new([0], [1]);
            case "MINUSONETOONE": return new([0.5], [0.5]);
            case "BYTES": return new([0], [1.0 / 255]);
        }

        string[] parts = text.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (parts.Length != 2 || Numbers(parts[0], "mean:") is not { } means || Numbers(parts[1], "std:") is not { } deviations
            || means.Length != deviations.Length || deviations.Any(deviation => deviation <= 0))
        {
            return null;
        }

        return new(means, deviations);
    }

    /// <summary>The real that stands for a byte of a channel.</summary>
    public double Of(byte value, int channel)
    {
        int at = Means.Length == 1 ? 0 : channel;
        return ((value / 255.0) - Means[at]) / Deviations[at];
    }

    /// <summary>All numbers, for keys.</summary>
    public override string ToString() =>
        string.Join(';', string.Join(',', Means.Select(mean => mean.ToString("R", CultureInfo.InvariantCulture))), string.Join(',', Deviations.Select(deviation => deviation.ToString("R", CultureInfo.InvariantCulture))));

    private static ImmutableArray<double>? Numbers(string part, string name)
    {
        if (!part.StartsWith(name, StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        var numbers = ImmutableArray.CreateBuilder<double>();
        foreach (string word in part[name.Length..].Split(',', StringSplitOptions.TrimEntries))
        {
            if (!double.TryParse(word, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) || !double.IsFinite(number))
            {
                return null;
            }

            numbers.Add(number);
        }

        return numbers.ToImmutable();
    }
}
