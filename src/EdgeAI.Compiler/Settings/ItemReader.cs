using System.Collections.Frozen;
using EdgeAI.Compiler.Diagnostics;

namespace EdgeAI.Compiler.Settings;

/// <summary>Reads one item's metadata by type and collects what is wrong with them.</summary>
/// <param name="kind">The item's type, <c>EdgeAIModel</c>.</param>
/// <param name="item">The item.</param>
/// <param name="request">The project it stands in.</param>
internal sealed class ItemReader(string kind, SettingsItem item, ProjectSettingsRequest request)
{
    /// <summary>Everything found wrong.</summary>
    public List<Diagnostic> Diagnostics { get; } = [];

    /// <summary>The item as messages name it.</summary>
    public string Label => $"{kind} '{item.Identity.Replace('\\', '/')}'";

    /// <summary>Tells metadata without a meaning and those this version does not carry out.</summary>
    public void CheckNames(FrozenSet<string> known)
    {
        foreach (string name in item.Metadata.Keys.Order(StringComparer.OrdinalIgnoreCase))
        {
            if (item.Get(name) is null || known.Contains(name) || SettingNames.IsOfEveryItem(name))
            {
                continue;
            }

            if (SettingNames.NotCarriedOut.Contains(name))
            {
                Add(DiagnosticCatalog.SettingNotCarriedOut, name, Label);
                continue;
            }

            string? nearest = NearestName.Of(name, known.Concat(SettingNames.NotCarriedOut).Order(StringComparer.Ordinal));
            Add(DiagnosticCatalog.UnknownMetadata, Label, name,
                nearest is null ? "Remove it, or see the list of metadata in the documentation." : $"Did you mean '{nearest}'?");
        }
    }

    /// <summary>A text, or null.</summary>
    public string? Text(string name) => item.Get(name);

    /// <summary>A value by its parser; null when not set or, with a diagnostic, when it does not parse.</summary>
    public T? Value<T>(string name, Func<string, T?> parse, string form) where T : struct
    {
        if (item.Get(name) is not { } text)
        {
            return null;
        }

        T? value = parse(text);
        if (value is null)
        {
            Add(DiagnosticCatalog.SettingNotValid, name, text, Label, form);
        }

        return value;
    }

    /// <summary>One of an enumeration's names.</summary>
    public T Choice<T>(string name, T fallback, params ReadOnlySpan<T> notCarriedOut) where T : struct, Enum
    {
        T[] written = [.. Enum.GetValues<T>().Where(value => !(typeof(T) == typeof(QuantizationScheme) && Convert.ToInt64(value, null) == 0))];
        string form = "one of " + string.Join(", ", written);
        T? value = Value(name, text => SettingText.Choice<T>(text) is { } choice && written.Contains(choice) ? choice : (T?)null, form);
        if (value is { } set && notCarriedOut.Contains(set))
        {
            Add(DiagnosticCatalog.SettingNotCarriedOut, $"{name}={set}", Label);
        }

        return value ?? fallback;
    }

    /// <summary>The absolute path of a file or folder that exists, or null.</summary>
    public string? ExistingPath(string name)
    {
        if (item.Get(name) is not { } text)
        {
            return null;
        }

        string path = ProjectPaths.Absolute(request.ProjectDirectory, text);
        if (!File.Exists(path) && !Directory.Exists(path))
        {
            Add(DiagnosticCatalog.PathNotFound, name, Label, text.Replace('\\', '/'));
            return null;
        }

        return path;
    }

    /// <summary>The limits the item sets.</summary>
    public Budgets Budgets() => new(
        Value("SramBudget", SettingText.Bytes, SettingText.SizeForm),
        Value("FlashBudget", SettingText.Bytes, SettingText.SizeForm),
        Value("LatencyBudgetMs", text => SettingText.Number(text, 0, double.MaxValue), "a number of milliseconds such as 12.5"),
        Value("MinAccuracy", text => SettingText.Number(text, 0, 1), "a fraction from 0 to 1 such as 0.97"),
        Value("MaxAccuracyDrop", text => SettingText.Number(text, 0, 1), "a fraction from 0 to 1 such as 0.005"),
        Value("MinSqnrDb", text => SettingText.Number(text, -1000, 1000), "a number of decibels such as 20"))
    {
        MinAccuracyAtSnr = Value(
            "MinAccuracyAtSnr", SettingText.AccuraciesAtSnr, "decibels, a colon and a fraction from 0 to 1 for each ratio, each ratio once, such as 20:0.9;10:0.8") ?? [],
    };

    /// <summary>Adds a diagnostic about the project file.</summary>
    public void Add(DiagnosticDescriptor descriptor, params ReadOnlySpan<object?> values) =>
        Diagnostics.Add(descriptor.With(request.ProjectFile, values));
}
