using System.Collections.Immutable;
using EdgeAI.Compiler.Diagnostics;

namespace EdgeAI.Compiler.Settings;

/// <summary>
/// Reads <c>ExclusiveWith</c>. A list that names the model itself beside others is a group's, given to each of its members; a model that has no
/// list leaves the choice to the others. Two models that both have one must agree on each other.
/// </summary>
internal static class ExclusionReader
{
    /// <summary>The other models that the list names, or null without a list; tells names that no model has, and a list of the model alone.</summary>
    public static ImmutableArray<string>? Read(ItemReader reader, string name, ProjectSettingsRequest request)
    {
        ImmutableArray<string> listed = SettingText.List(reader.Text("ExclusiveWith"));
        if (listed.IsEmpty)
        {
            return null;
        }

        string[] models = [.. request.Models.Select(model => model.Get("Name") ?? ModelName.FromFile(model.Identity)).Distinct(StringComparer.Ordinal)];
        string[] others = [.. models.Where(other => !string.Equals(other, name, StringComparison.Ordinal))];
        foreach (string stranger in listed.Where(entry => !models.Contains(entry, StringComparer.Ordinal)))
        {
            string known = others.Length == 0 ? "nothing: the project has no other model"
                : $"names of other models of the project ({string.Join(", ", others)}); the nearest is '{Targets.NearestName.Of(stranger, others)}'";
            reader.Add(DiagnosticCatalog.SettingNotValid, "ExclusiveWith", stranger, reader.Label, known);
        }

        if (listed.All(entry => string.Equals(entry, name, StringComparison.Ordinal)))
        {
            reader.Add(DiagnosticCatalog.ExclusionContradictory, reader.Label, $"'{name}' itself alone");
        }

        return [.. listed.Where(entry => others.Contains(entry, StringComparer.Ordinal)).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
    }

    /// <summary>Drops pairs of models of which one says that they never run at once, and the other that they may.</summary>
    public static void DropContradictions(List<ModelEntry> models, ProjectSettingsRequest request, List<SettingDiagnostic> told)
    {
        var contradicting = new HashSet<ModelEntry>(ReferenceEqualityComparer.Instance);
        foreach (ModelEntry model in models.Where(model => model.ExclusiveWith is not null))
        {
            foreach (ModelEntry other in models.Where(other => model.ExclusiveWith!.Value.Contains(other.Name)
                && other.ExclusiveWith is { } list && !list.Contains(model.Name)))
            {
                contradicting.Add(model);
                contradicting.Add(other);
                told.Add(new SettingDiagnostic(model.Name, DiagnosticCatalog.ExclusionContradictory.With(
                    request.ProjectFile, $"EdgeAIModel '{model.DisplayPath}'",
                    $"'{other.Name}', whose own ExclusiveWith ({string.Join(";", other.ExclusiveWith!.Value)}) leaves '{model.Name}' out")));
            }
        }

        models.RemoveAll(contradicting.Contains);
    }
}
