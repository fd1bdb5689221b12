using System.Collections.Frozen;
using System.Collections.Immutable;
using EdgeAI.Compiler.Data;
using EdgeAI.Compiler.Diagnostics;
using EdgeAI.Compiler.Linking;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Targets;

namespace EdgeAI.Compiler.Settings;

/// <summary>Reads and checks everything a project sets: targets first, then each model, then what models have to agree on.</summary>
public static class ProjectSettingsReader
{
    /// <summary>The settings; never throws for what a user wrote.</summary>
    public static ProjectSettings Read(ProjectSettingsRequest request)
    {
        var told = new List<SettingDiagnostic>();
        void ForProject(Diagnostic diagnostic) => told.Add(new SettingDiagnostic("", diagnostic));

        foreach ((string kind, string identity) in request.NotCarriedOut)
        {
            ForProject(DiagnosticCatalog.SettingNotCarriedOut.With(request.ProjectFile, $"The item {kind}", $"'{identity}'"));
        }

        if (request.Optimize is { } optimize && SettingText.Choice<OptimizationGoal>(optimize) is null)
        {
            ForProject(DiagnosticCatalog.SettingNotValid.With(
                request.ProjectFile, "EdgeAIOptimize", optimize, "the project", "one of Balanced, Speed, Size"));
        }

        ImmutableArray<UserKernelLibrary> libraries = ReadLibraries(request, ForProject);
        ImmutableArray<UserOperator>? operators = ReadOperators(request, ForProject);
        ImmutableArray<TargetEntry> targets = ReadTargets(request, ForProject);
        var models = new List<ModelEntry>();
        foreach (SettingsItem item in request.Models)
        {
            (ModelEntry? model, string name, List<Diagnostic> diagnostics) = ReadModel(item, request, targets);
            told.AddRange(diagnostics.Select(diagnostic => new SettingDiagnostic(name, diagnostic)));
            if (model is not null)
            {
                models.Add(model with { Settings = model.Settings with { KernelLibraries = libraries, Operators = operators ?? [] } });
            }
        }

        // Without the kernels and operators that were asked for there is nothing to build.
        if (libraries.Length < request.KernelLibraries.Count || operators is null)
        {
            models.Clear();
        }

        GiveNoise(models, request, targets, told);
        DropClashes(models, request, told);
        ExclusionReader.DropContradictions(models, request, told);
        return new ProjectSettings([.. models.OrderBy(model => model.Name, StringComparer.Ordinal)], targets, [.. told]);
    }

    /// <summary>Hands each model its noise; drops one with a limit at a ratio that no noise has.</summary>
    private static void GiveNoise(
        List<ModelEntry> models, ProjectSettingsRequest request, ImmutableArray<TargetEntry> targets, List<SettingDiagnostic> told)
    {
        int faults = told.Count;
        string[] names = [.. request.Models.Select(item => item.Get("Name") ?? ModelName.FromFile(item.Identity))];
        ImmutableArray<(NoiseSettings, ImmutableArray<string>)> items =
            NoiseReader.Read(request, names, diagnostic => told.Add(new SettingDiagnostic("", diagnostic)));
        bool isWhole = !told.Skip(faults).Any(one => one.Diagnostic.Severity == Severity.Error);
        for (int i = models.Count - 1; i >= 0; i--)
        {
            ModelEntry model = models[i];
            AccuracyAtSnr[] limits =
            [
                .. model.Settings.Budgets.MinAccuracyAtSnr,
                .. targets.Where(target => model.Targets.Contains(target.Name)).SelectMany(target => target.Budgets.MinAccuracyAtSnr),
            ];
            ImmutableArray<NoiseSettings> noise = NoiseReader.For(items, model.Name, limits, out AccuracyAtSnr? missing);
            models[i] = model with { Settings = model.Settings with { Noise = noise } };
            if (missing is { } limit && isWhole)
            {
                told.Add(new SettingDiagnostic(model.Name, DiagnosticCatalog.SnrNotMeasured.With(
                    request.ProjectFile, limit.SnrDb, limit.Accuracy, model.DisplayPath,
                    string.Join("; ", noise.Where(one => one.IsBySnr).Select(one => $"'{one.Name}' at {SettingText.Joined(one.Levels)}")))));
                models.RemoveAt(i);
            }
        }
    }

    private static ImmutableArray<UserKernelLibrary> ReadLibraries(ProjectSettingsRequest request, Action<Diagnostic> tell)
    {
        var libraries = ImmutableArray.CreateBuilder<UserKernelLibrary>();
        CheckNames("EdgeAIKernelLibrary", request.KernelLibraries, request, tell);
        foreach (SettingsItem item in request.KernelLibraries)
        {
            try
            {
                libraries.Add(UserKernelLibraryReader.Read(request.ProjectDirectory, request.ProjectFile, item.Identity));
            }
            catch (DiagnosticException error)
            {
                error.Diagnostics.ToList().ForEach(tell);
            }
        }

        return libraries.ToImmutable();
    }

    /// <summary>The user's operators; null where one of them cannot be had.</summary>
    private static ImmutableArray<UserOperator>? ReadOperators(ProjectSettingsRequest request, Action<Diagnostic> tell)
    {
        CheckNames("EdgeAIOperator", request.Operators, request, tell);
        try
        {
            return UserOperatorReader.ReadAll(request.ProjectDirectory, request.ProjectFile, [.. request.Operators.Select(item => item.Identity)]);
        }
        catch (DiagnosticException error)
        {
            error.Diagnostics.ToList().ForEach(tell);
            return null;
        }
    }

    /// <summary>Tells metadata of items that have none.</summary>
    private static void CheckNames(string kind, IReadOnlyList<SettingsItem> items, ProjectSettingsRequest request, Action<Diagnostic> tell)
    {
        foreach (SettingsItem item in items)
        {
            var reader = new ItemReader(kind, item, request);
            reader.CheckNames(FrozenSet<string>.Empty);
            reader.Diagnostics.ForEach(tell);
        }
    }

    private static ImmutableArray<TargetEntry> ReadTargets(ProjectSettingsRequest request, Action<Diagnostic> tell)
    {
        var targets = new SortedDictionary<string, (TargetEntry Entry, string Identity)>(StringComparer.Ordinal);
        foreach (SettingsItem item in request.Targets)
        {
            var reader = new ItemReader("EdgeAITarget", item, request);
            reader.CheckNames(SettingNames.OfTarget);
            Budgets budgets = reader.Budgets();
            reader.Diagnostics.ForEach(tell);
            if (ReadDescription(item.Identity.Trim(), request, tell) is not { } description)
            {
                continue;
            }

            if (!targets.TryAdd(description.Name, (new TargetEntry(description, budgets), item.Identity)))
            {
                tell(DiagnosticCatalog.TargetNamesClash.With(
                    request.ProjectFile, $"'{targets[description.Name].Identity}'", $"'{item.Identity}'", description.Name));
            }
        }

        return [.. targets.Values.Select(target => target.Entry)];
    }

    private static TargetDescription? ReadDescription(string identity, ProjectSettingsRequest request, Action<Diagnostic> tell)
    {
        try
        {
            return TargetCatalog.Find(identity, request.ProjectDirectory);
        }
        catch (DiagnosticException error)
        {
            foreach (Diagnostic diagnostic in error.Diagnostics)
            {
                tell(diagnostic with { File = diagnostic.File ?? request.ProjectFile });
            }
        }

        return null;
    }

    private static (ModelEntry? Model, string Name, List<Diagnostic> Diagnostics) ReadModel(
        SettingsItem item, ProjectSettingsRequest request, ImmutableArray<TargetEntry> targets)
    {
        var reader = new ItemReader("EdgeAIModel", item, request);
        reader.CheckNames(SettingNames.OfModel);
        string name = reader.Text("Name") ?? ModelName.FromFile(item.Identity);
        if (ModelName.Check(name, request.ProjectFile) is { } fault)
        {
            reader.Diagnostics.Add(fault);
        }

        ImmutableSortedDictionary<string, Shape> shapes = ImmutableSortedDictionary<string, Shape>.Empty;
        if (reader.Text("InputShape") is { } shapeText)
        {
            if (SettingText.Shapes(shapeText) is { } parsed)
            {
                shapes = parsed;
            }
            else
            {
                reader.Add(DiagnosticCatalog.SettingNotValid, "InputShape", shapeText, reader.Label,
                    "an input's name, a colon and its extents for each input, such as x:1,49,10,1;y:1,8");
            }
        }

        var settings = new ModelSettings
        {
            Name = name,
            ProjectFolder = request.ProjectDirectory,
            Quantization = reader.Choice("Quantization", QuantizationScheme.Default),
            CalibrationData = reader.ExistingPath("CalibrationData"),
            TestData = reader.ExistingPath("TestData"),
            TestLabels = reader.ExistingPath("TestLabels"),
            TestReference = reader.ExistingPath("TestReference"),
            ImageNormalization = ReadNormalization(reader),
            TargetCases = reader.Value("TargetCases", text => SettingText.Count(text, 1), "a whole number of at least 1") ?? 10,
            InputShapes = shapes,
            InputType = reader.Choice("InputType", BorderType.Model),
            OutputType = reader.Choice("OutputType", BorderType.Model),
            InputLayout = reader.Choice("InputLayout", BorderLayout.Model),
            OutputLayout = reader.Choice("OutputLayout", BorderLayout.Model),
            Optimize = request.Optimize is { } optimize ? SettingText.Choice<OptimizationGoal>(optimize) ?? default : default,
            Budgets = reader.Budgets(),
        };
        ImmutableArray<string> names = ReadTargetNames(reader, request, targets);
        ImmutableArray<string>? exclusions = ExclusionReader.Read(reader, name, request);
        bool sound = !reader.Diagnostics.Exists(diagnostic => diagnostic.Severity == Severity.Error);
        string display = ProjectPaths.Display(request.ProjectDirectory, item.Identity);
        string path = ProjectPaths.Absolute(request.ProjectDirectory, item.Identity);
        return (sound ? new ModelEntry(display, path, settings, names) { ExclusiveWith = exclusions } : null, name, reader.Diagnostics);
    }

    private static ImageNormalization? ReadNormalization(ItemReader reader)
    {
        if (reader.Text("ImageNormalization") is not { } text)
        {
            return null;
        }

        ImageNormalization? normalization = ImageNormalization.Parse(text);
        if (normalization is null)
        {
            reader.Add(DiagnosticCatalog.SettingNotValid, "ImageNormalization", text, reader.Label, ImageNormalization.Form);
        }

        return normalization;
    }

    private static ImmutableArray<string> ReadTargetNames(
        ItemReader reader, ProjectSettingsRequest request, ImmutableArray<TargetEntry> targets)
    {
        ImmutableArray<string> listed = [.. targets.Select(target => target.Name)];
        ImmutableArray<string> wanted = SettingText.List(reader.Text("Targets"));
        if (wanted.IsEmpty)
        {
            return listed;
        }

        // A target with an error of its own is told once, at the target.
        int unread = request.Targets.Count - targets.Length;
        foreach (string name in wanted.Where(name => !listed.Contains(name)))
        {
            if (unread == 0 || !request.Targets.Any(item => string.Equals(item.Identity.Trim(), name, StringComparison.Ordinal)))
            {
                reader.Add(DiagnosticCatalog.TargetNotListed, reader.Label, name, string.Join(", ", listed));
            }
        }

        return [.. wanted.Where(name => listed.Contains(name)).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
    }

    /// <summary>Drops models that would write a file of another: equal names ignoring case, or one named as another's weights.</summary>
    private static void DropClashes(List<ModelEntry> models, ProjectSettingsRequest request, List<SettingDiagnostic> told)
    {
        var owners = new Dictionary<string, ModelEntry>(StringComparer.OrdinalIgnoreCase);
        var clashing = new HashSet<ModelEntry>(ReferenceEqualityComparer.Instance);
        foreach (ModelEntry model in models)
        {
            foreach (string file in new[] { $"{model.Name}.c", $"{model.Name}_weights.c" })
            {
                if (owners.TryAdd(file, model))
                {
                    continue;
                }

                ModelEntry first = owners[file];
                if (clashing.Add(model) | clashing.Add(first))
                {
                    told.Add(new SettingDiagnostic(model.Name, DiagnosticCatalog.ModelNamesClash.With(
                        request.ProjectFile, $"'{first.DisplayPath}'", $"'{model.DisplayPath}'", file)));
                }
            }
        }

        models.RemoveAll(clashing.Contains);
    }
}
