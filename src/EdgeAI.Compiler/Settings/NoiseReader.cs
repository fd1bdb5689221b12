using System.Collections.Immutable;
using EdgeAI.Compiler.Diagnostics;

namespace EdgeAI.Compiler.Settings;

/// <summary>Reads the EdgeAINoise items and gives each model those that are meant for it.</summary>
internal static class NoiseReader
{
    /// <summary>How levels in dB are written.</summary>
    private const string SnrForm = "decibels from -100 to 200, apart by ;, such as 30;20;10";

    /// <summary>The items without an error, each with the names of its models (empty: all).</summary>
    public static ImmutableArray<(NoiseSettings Noise, ImmutableArray<string> Models)> Read(
        ProjectSettingsRequest request, IReadOnlyCollection<string> models, Action<Diagnostic> tell)
    {
        var items = ImmutableArray.CreateBuilder<(NoiseSettings, ImmutableArray<string>)>();
        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (SettingsItem item in request.Noise)
        {
            var reader = new ItemReader("EdgeAINoise", item, request);
            reader.CheckNames(SettingNames.OfNoise);
            if (!names.Add(item.Identity.Trim()))
            {
                reader.Add(DiagnosticCatalog.SettingNotValid, "Include", item.Identity, "EdgeAINoise", "another name: two items of one name cannot be told apart in the report");
            }

            NoiseSettings? noise = ReadOne(reader, item.Identity.Trim());
            ImmutableArray<string> wanted = ReadModels(reader, models);
            reader.Diagnostics.ForEach(tell);
            if (noise is not null && !reader.Diagnostics.Exists(diagnostic => diagnostic.Severity == Severity.Error))
            {
                items.Add((noise, wanted));
            }
        }

        return items.ToImmutable();
    }

    /// <summary>
    /// The noise of one model. Where limits name signal to noise ratios and no item disturbs by such, white noise does at theirs.
    /// </summary>
    /// <param name="items">What <see cref="Read"/> gave.</param>
    /// <param name="model">The model's name.</param>
    /// <param name="limits">Limits of the model and of its targets.</param>
    /// <param name="missing">The first limit whose ratio no item has, or null.</param>
    public static ImmutableArray<NoiseSettings> For(
        ImmutableArray<(NoiseSettings Noise, ImmutableArray<string> Models)> items, string model, IReadOnlyList<AccuracyAtSnr> limits, out AccuracyAtSnr? missing)
    {
        NoiseSettings[] own = [.. items.Where(item => item.Models.IsEmpty || item.Models.Contains(model)).Select(item => item.Noise)];
        missing = null;
        if (limits.Count == 0)
        {
            return [.. own];
        }

        if (!own.Any(noise => noise.IsBySnr))
        {
            string name = own.Any(noise => noise.Name.Equals("white", StringComparison.OrdinalIgnoreCase)) ? "white noise" : "white";
            return [.. own, new NoiseSettings(name, NoiseKind.White, NoiseSettings.Ordered(NoiseKind.White, limits.Select(limit => limit.SnrDb)))];
        }

        foreach (AccuracyAtSnr limit in limits)
        {
            if (!own.Any(noise => noise.IsBySnr && noise.Levels.Contains(limit.SnrDb)))
            {
                missing ??= limit;
            }
        }

        return [.. own];
    }

    private static NoiseSettings? ReadOne(ItemReader reader, string name)
    {
        if (reader.Text("Kind") is null)
        {
            reader.Add(DiagnosticCatalog.SettingNotValid, "Kind", "", reader.Label, "one of " + string.Join(", ", Enum.GetNames<NoiseKind>()));
            return null;
        }

        int before = reader.Diagnostics.Count;
        NoiseKind kind = reader.Choice("Kind", NoiseKind.White);
        if (reader.Diagnostics.Count > before)
        {
            return null;
        }

        bool bySnr = NoiseSettings.IsSnr(kind);
        Forbid(reader, bySnr ? "Severity" : "SnrDb", $"no {(bySnr ? "Severity" : "SnrDb")}: the levels of {kind} are set by {(bySnr ? "SnrDb" : "Severity")}");
        ImmutableArray<double>? levels = reader.Value(
            bySnr ? "SnrDb" : "Severity", text => SettingText.Numbers(text, level => IsLevel(kind, level)), bySnr ? SnrForm : Form(kind));
        string? source = reader.ExistingPath("Source");
        if (kind == NoiseKind.Recorded && reader.Text("Source") is null)
        {
            reader.Add(DiagnosticCatalog.SettingNotValid, "Source", "", reader.Label, "the recording: a .wav or .npy file, or a folder of them");
        }
        else if (kind != NoiseKind.Recorded)
        {
            Forbid(reader, "Source", "no Source: only Recorded noise has one");
        }

        return new NoiseSettings(name, kind, NoiseSettings.Ordered(kind, levels ?? NoiseSettings.DefaultLevels(kind)))
        {
            Source = kind == NoiseKind.Recorded ? source : null,
            SampleRateHz = reader.Value("SampleRateHz", text => SettingText.Count(text, 1), "a whole number of hertz, such as 16000"),
            InCalibration = reader.Value<bool>("Calibration", text => bool.TryParse(text, out bool value) ? value : null, "true or false") ?? false,
        };
    }

    private static ImmutableArray<string> ReadModels(ItemReader reader, IReadOnlyCollection<string> models)
    {
        ImmutableArray<string> wanted = SettingText.List(reader.Text("Models"));
        foreach (string name in wanted.Where(name => !models.Contains(name)))
        {
            reader.Add(DiagnosticCatalog.SettingNotValid, "Models", name, reader.Label,
                $"names of models of the project ({string.Join(", ", models.Order(StringComparer.Ordinal))})");
        }

        return wanted;
    }

    private static void Forbid(ItemReader reader, string name, string form)
    {
        if (reader.Text(name) is { } text)
        {
            reader.Add(DiagnosticCatalog.SettingNotValid, name, text, reader.Label, form);
        }
    }

    private static bool IsLevel(NoiseKind kind, double level) => kind switch
    {
        NoiseKind.White or NoiseKind.Pink or NoiseKind.Recorded => level is >= -100 and <= 200,
        NoiseKind.AdcBits => level is >= 1 and <= 24 && level == Math.Floor(level),
        NoiseKind.Clipping => level is > 0 and < 1,
        NoiseKind.DroppedSamples or NoiseKind.Gain => level is > 0 and <= 1,
        _ => level is > 0 and <= 1000,
    };

    private static string Form(NoiseKind kind) => kind switch
    {
        NoiseKind.AdcBits => "whole numbers of bits from 1 to 24, apart by ;, such as 12;10;8",
        NoiseKind.Clipping => "fractions of the full scale between 0 and 1, apart by ;, such as 0.1;0.3",
        NoiseKind.DroppedSamples => "fractions of the samples above 0 and up to 1, apart by ;, such as 0.01;0.1",
        NoiseKind.Gain => "distances of the factor from 1, above 0 and up to 1, apart by ;, such as 0.1;0.2",
        NoiseKind.Offset => "fractions of the full scale above 0, apart by ;, such as 0.05;0.1",
        _ => "sample periods above 0, apart by ;, such as 0.1;0.5",
    };
}
