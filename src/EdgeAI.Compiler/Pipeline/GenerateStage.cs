using EdgeAI.Compiler.Diagnostics;
using EdgeAI.Compiler.Emission;

namespace EdgeAI.Compiler.Pipeline;

/// <summary><see cref="FirmwarePlan"/> → <see cref="FirmwareSources"/>.</summary>
public static class GenerateStage
{
    /// <summary>Throws <see cref="DiagnosticException"/> with every error found; adds warnings and notes to <paramref name="diagnostics"/>.</summary>
    public static FirmwareSources Run(FirmwarePlan plan, ICollection<Diagnostic> diagnostics, CancellationToken cancellation)
    {
        ArgumentOutOfRangeException.ThrowIfZero(plan.Models.Length, nameof(plan));
        var errors = new List<Diagnostic>();
        foreach (PlannedModel model in plan.Models)
        {
            CheckModel(model, errors);
        }

        var emitters = new List<ModelEmitter>();
        if (errors.Count == 0)
        {
            foreach (PlannedModel model in plan.Models)
            {
                try
                {
                    emitters.Add(ModelEmitter.Emit(model, cancellation));
                }
                catch (DiagnosticException error)
                {
                    errors.AddRange(error.Diagnostics);
                }
            }
        }

        if (errors.Count == 0)
        {
            CheckNames(plan, emitters, errors);
        }

        if (errors.Count > 0)
        {
            throw new DiagnosticException(errors);
        }

        List<SourceFile> files = [.. emitters.SelectMany(emitter => emitter.Files), FirmwareEmitter.Header(plan), .. MemoryFiles.Write(plan)];
        SourceFile[] linked = [.. plan.Models.SelectMany(model => model.LinkedFiles).Distinct()];
        files.AddRange(KernelLibrary.WithIncludes(emitters.SelectMany(emitter => emitter.KernelFiles))
            .Select(kernel => new SourceFile(kernel.Key, kernel.Value)));
        files.AddRange(linked);
        CheckPaths(plan, linked, files);
        files.AddRange([.. HeadersFor(files)]);
        files.Add(FirmwareEmitter.CMakeLists(files));
        return new(plan.Target.Name, [.. files.OrderBy(file => file.Path, StringComparer.Ordinal)]);
    }

    /// <summary>
    /// Headers of ours that sources of users' libraries include, or models that call these, and that no kernel brought: what stands behind them is not
    /// linked.
    /// </summary>
    private static IEnumerable<SourceFile> HeadersFor(IEnumerable<SourceFile> files)
    {
        var texts = files.ToDictionary(file => file.Path, file => file.Text, StringComparer.OrdinalIgnoreCase);
        var open = new Queue<string>(texts.Values);
        while (open.TryDequeue(out string? text))
        {
            foreach (string include in KernelLibrary.IncludesOf(text).Where(include => !texts.ContainsKey(include)))
            {
                if (KernelLibrary.Find(include) is { } header)
                {
                    texts.Add(include, header);
                    open.Enqueue(header);
                    yield return new(include, header);
                }
            }
        }
    }

    private static void CheckPaths(FirmwarePlan plan, SourceFile[] linked, List<SourceFile> files)
    {
        foreach (SourceFile file in linked)
        {
            if (files.Count(other => string.Equals(other.Path, file.Path, StringComparison.OrdinalIgnoreCase)) > 1)
            {
                throw DiagnosticCatalog.LinkedFileCollides.Throw(plan.Models[0].Quantized.Source.Path, file.Path);
            }
        }
    }

    private static void CheckModel(PlannedModel model, List<Diagnostic> errors)
    {
        string name = model.Quantized.Graph.Name;
        string file = model.Quantized.Source.Path;
        if (!CNames.IsIdentifier(name))
        {
            errors.Add(DiagnosticCatalog.ModelNameNotUsable.With(file, name, "is not a C identifier"));
        }
        else if (name.StartsWith("edgeai", StringComparison.OrdinalIgnoreCase))
        {
            errors.Add(DiagnosticCatalog.ModelNameNotUsable.With(file, name, "starts with 'edgeai', as the names of the library itself do"));
        }

        if (model.Plan.ArenaBytes > int.MaxValue)
        {
            errors.Add(DiagnosticCatalog.ArenaNotAddressable.With(file, name, model.Plan.ArenaBytes, int.MaxValue));
        }
    }

    /// <summary>Files and identifiers of different models must differ, files even where case is ignored.</summary>
    private static void CheckNames(FirmwarePlan plan, List<ModelEmitter> emitters, List<Diagnostic> errors)
    {
        var files = new Dictionary<string, int>(StringComparer.OrdinalIgnoreCase);
        var symbols = new Dictionary<string, int>(StringComparer.Ordinal);
        for (int i = 0; i < emitters.Count; i++)
        {
            Claim(files, emitters[i].Files.Select(file => file.Path), i);
            Claim(symbols, emitters[i].Symbols, i);
        }

        void Claim(Dictionary<string, int> owners, IEnumerable<string> names, int model)
        {
            foreach (string name in names)
            {
                if (!owners.TryAdd(name, model) && owners[name] != model)
                {
                    PlannedModel later = plan.Models[model];
                    errors.Add(DiagnosticCatalog.GeneratedNamesCollide.With(
                        later.Quantized.Source.Path, plan.Models[owners[name]].Quantized.Graph.Name, later.Quantized.Graph.Name, name));
                    return;
                }
            }
        }
    }
}
