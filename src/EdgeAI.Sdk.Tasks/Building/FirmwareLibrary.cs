using System.Collections.Immutable;
using System.Text.RegularExpressions;
using EdgeAI.Compiler.Diagnostics;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Pipeline;
using EdgeAI.Compiler.Settings;

namespace EdgeAI.Sdk.Tasks.Building;

/// <summary>A planned model that is whole.</summary>
/// <param name="Model">Its name.</param>
/// <param name="Path">Its file relative to the intermediate folder.</param>
/// <param name="Sha256">The file's hash.</param>
internal readonly record struct PlannedArtefact(string Model, string Path, string Sha256);

/// <summary>The library of a target: what it is made of, and which of its files belong to one model.</summary>
internal static partial class FirmwareLibrary
{
    /// <summary>The planned models of a target in ordinal order of name.</summary>
    public static IReadOnlyList<PlannedArtefact> Planned(StageStore store, ProjectSettings project, string target)
    {
        var planned = new List<PlannedArtefact>();
        foreach (ModelEntry model in project.Models.Where(model => model.Targets.Contains(target)))
        {
            if (store.Read(Stage.Plan, new StageUnit(model.Name, target)) is { } state)
            {
                planned.Add(new PlannedArtefact(model.Name, state.Files[0].Path, state.Files[0].Sha256));
            }
        }

        return planned;
    }

    /// <summary>Adds planned models to a key.</summary>
    public static void AddKey(KeyBuilder key, IReadOnlyList<PlannedArtefact> planned)
    {
        foreach (PlannedArtefact model in planned)
        {
            key.Add("planned " + model.Model, model.Sha256);
        }
    }

    /// <summary>Reads planned models.</summary>
    public static IReadOnlyList<PlannedModel> Read(StageStore store, IReadOnlyList<PlannedArtefact> planned) =>
        [.. planned.Select(model => ModelFile.ReadPlanned(File.ReadAllBytes(store.PathOf(model.Path))))];

    /// <summary>The library's files with their places in the intermediate folder.</summary>
    public static IReadOnlyList<StageFile> ToFiles(FirmwareSources sources) =>
        [.. sources.Files.Select(file => StageFile.Of($"{Artefacts.Library(sources.Target)}/{file.Path}", file.Text))];

    /// <summary>Writes the library anew without models that failed after it was made; the next build makes the whole one again.</summary>
    public static void Remake(
        StageStore store, ProjectSettings project, TargetEntry target, IReadOnlySet<string> failed, CancellationToken cancellation)
    {
        var unit = new StageUnit("", target.Name);
        store.Drop(Stage.Generate, unit);
        IReadOnlyList<PlannedArtefact> sound =
            [.. Planned(store, project, target.Name).Where(model => !failed.Contains(model.Model))];
        if (sound.Count == 0)
        {
            return;
        }

        var unsaid = new List<Diagnostic>();
        FirmwarePlan plan = PlanStage.Combine(target.Description, Read(store, sound), unsaid, project.Concurrency);
        IReadOnlyList<StageFile> files = ToFiles(GenerateStage.Run(plan, unsaid, cancellation));
        foreach (StageFile file in files)
        {
            AtomicFile.Write(store.PathOf(file.Path), file.Bytes);
        }

        var records = files.Select(file => new FileRecord(file.Path, KeyBuilder.Hash(file.Bytes)));
        store.Write(Stage.Generate, unit, new StageState("without failed models", [], [.. records], []));
    }

    /// <summary>
    /// The files of a library that one model needs: its own, and all that they include, each header with the source of the same name. What
    /// another model brings does not count, so that changing that one leaves this one's simulation valid.
    /// </summary>
    public static ImmutableArray<SourceFile> FilesOf(string model, IReadOnlyDictionary<string, string> library)
    {
        var needed = new SortedSet<string>(StringComparer.Ordinal);
        var open = new Queue<string>([$"{model}.h", $"{model}.c", $"{model}_weights.c"]);
        while (open.TryDequeue(out string? path))
        {
            if (!library.TryGetValue(path, out string? text) || !needed.Add(path))
            {
                continue;
            }

            if (path.EndsWith(".h", StringComparison.Ordinal))
            {
                open.Enqueue(path[..^2] + ".c");
            }

            foreach (Match include in Include().Matches(text))
            {
                open.Enqueue(include.Groups[1].Value);
            }
        }

        // What is neither a model's nor a kernel of ours belongs to a user's kernel library, whose sources no header tells.
        HashSet<string> ofModels = [.. library.Keys.Where(path => path.EndsWith("_weights.c", StringComparison.Ordinal))
            .Select(path => path[..^"_weights.c".Length]).SelectMany(name => new[] { $"{name}.h", $"{name}.c", $"{name}_weights.c" })];
        needed.UnionWith(library.Keys.Where(path => !ofModels.Contains(path) && !path.StartsWith("edgeai_", StringComparison.Ordinal)
            && (path.EndsWith(".c", StringComparison.Ordinal) || path.EndsWith(".h", StringComparison.Ordinal))));
        return [.. needed.Select(path => new SourceFile(path, library[path]))];
    }

    [GeneratedRegex("^[ \\t]*#[ \\t]*include[ \\t]*\"([^\"]+)\"", RegexOptions.Multiline | RegexOptions.CultureInvariant)]
    private static partial Regex Include();
}
