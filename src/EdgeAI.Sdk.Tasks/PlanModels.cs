using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Globalization;
using EdgeAI.Compiler.Diagnostics;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Pipeline;
using EdgeAI.Compiler.Settings;
using EdgeAI.Sdk.Tasks.Building;
using Microsoft.Build.Framework;

namespace EdgeAI.Sdk.Tasks;

[MSBuildMultiThreadableTask]
public sealed partial class PlanModels
{
    private readonly ConcurrentDictionary<StageUnit, StageFile> _exceeding = [];

    private protected override Stage Stage => Stage.Plan;

    private protected override void RunUnits(CancellationToken cancellation)
    {
        Share(cancellation);
        var works = new List<StageWork>();
        foreach (ModelEntry model in Project.Models)
        {
            if (Store.Read(Stage.Quantize, new StageUnit(model.Name, "")) is not { } quantized)
            {
                continue;
            }

            foreach (TargetEntry target in Project.Targets.Where(target => model.Targets.Contains(target.Name)))
            {
                ModelSettings settings = WithFlashOf(target, SettingsScope.ForPlanning(model.Settings, target.Budgets));
                var sram = new TargetSram(target.Budgets.SramBytes, ShareOf(model.Name, target.Name));
                works.Add(new StageWork(
                    new StageUnit(model.Name, target.Name), model.DisplayPath,
                    key => key.Add("quantized", quantized.Files[0].Sha256).AddTarget(target.Description).AddSettings(settings)
                        .Add("sram", Text(sram.BudgetBytes)).Add("share", Text(sram.ShareBytes)),
                    context => Plan(model, target, settings, sram, context)));
            }
        }

        BringUpToDate(Stage.Plan, works, works.Select(work => work.Unit), cancellation);
        KeepExceeding();
        Place(cancellation);
    }

    /// <summary>How the models of each target share its SRAM.</summary>
    private void Share(CancellationToken cancellation)
    {
        var works = new List<StageWork>();
        foreach (TargetEntry target in Project.Targets)
        {
            var quantized = new List<(ModelEntry Model, StageState State)>();
            foreach (ModelEntry model in Project.Models.Where(model => model.Targets.Contains(target.Name)))
            {
                if (Store.Read(Stage.Quantize, new StageUnit(model.Name, "")) is { } state)
                {
                    quantized.Add((model, state));
                }
            }

            if (quantized.Count > 1)
            {
                works.Add(new StageWork(
                    new StageUnit("", target.Name), Properties.ProjectFile,
                    key =>
                    {
                        key.AddTarget(target.Description).AddConcurrency(Project.Concurrency).Add("sram", Text(target.Budgets.SramBytes));
                        foreach ((ModelEntry model, StageState state) in quantized)
                        {
                            key.Add("quantized", state.Files[0].Sha256).AddSettings(WithFlashOf(target, SettingsScope.ForPlanning(model.Settings, target.Budgets)));
                        }
                    },
                    context => Share(target, [.. quantized.Select(entry => entry.Model)], context)));
            }
        }

        BringUpToDate(Stage.Share, works, works.Select(work => work.Unit), cancellation);
    }

    private IReadOnlyList<StageFile> Share(TargetEntry target, IEnumerable<ModelEntry> models, StageContext context)
    {
        ImmutableSortedDictionary<string, long> shares = SramSharing.Run(
            target.Description,
            models.Select(model => (
                ModelFile.ReadQuantized(ReadArtefact(Artefacts.Quantized(model.Name))), WithFlashOf(target, SettingsScope.ForPlanning(model.Settings, target.Budgets)))),
            target.Budgets.SramBytes, Project.Concurrency, context.Cancellation);
        return [StageFile.Of(Artefacts.Shares(target.Name), string.Concat(shares.Select(share => $"{share.Key} {Text(share.Value)}\n")))];
    }

    private long? ShareOf(string model, string target)
    {
        if (Store.Read(Stage.Share, new StageUnit("", target)) is null)
        {
            return null;
        }

        string? line = File.ReadAllLines(Store.PathOf(Artefacts.Shares(target)))
            .FirstOrDefault(line => line.StartsWith(model + " ", StringComparison.Ordinal));
        return line is null ? null : long.Parse(line.AsSpan(model.Length + 1), NumberStyles.None, CultureInfo.InvariantCulture);
    }

    /// <summary>Plans past a limit stay where only the reports look; what earlier builds kept goes.</summary>
    private void KeepExceeding()
    {
        foreach ((StageUnit unit, StageFile file) in _exceeding)
        {
            AtomicFile.Write(Store.PathOf(file.Path), file.Bytes);
            Store.Write(Stage.Exceed, unit, new StageState("past a limit", [], [new FileRecord(file.Path, KeyBuilder.Hash(file.Bytes))], []));
        }

        Store.Keep(Stage.Exceed, _exceeding.Keys);
    }

    private void Place(CancellationToken cancellation)
    {
        var works = new List<StageWork>();
        foreach (TargetEntry target in Project.Targets)
        {
            IReadOnlyList<PlannedArtefact> planned = FirmwareLibrary.Planned(Store, Project, target.Name);
            if (planned.Count > 0)
            {
                works.Add(new StageWork(
                    new StageUnit("", target.Name), Properties.ProjectFile,
                    key => FirmwareLibrary.AddKey(key.AddTarget(target.Description).AddConcurrency(Project.Concurrency), planned),
                    context => [new StageFile(
                        Artefacts.Firmware(target.Name),
                        ModelFile.Write(PlanStage.Combine(
                            target.Description, FirmwareLibrary.Read(Store, planned), context.Diagnostics, Project.Concurrency)))]));
            }
        }

        BringUpToDate(Stage.Place, works, works.Select(work => work.Unit), cancellation);
    }

    private IReadOnlyList<StageFile> Plan(ModelEntry model, TargetEntry target, ModelSettings settings, TargetSram sram, StageContext context)
    {
        QuantizedModel quantized = ModelFile.ReadQuantized(ReadArtefact(Artefacts.Quantized(model.Name)));
        context.Dump = new GraphDump(Artefacts.QuantizedDump(model.Name), quantized.Graph);
        PlanOutcome outcome = PlanStage.Reach(quantized, target.Description, settings, sram, context.Cancellation, context.Progress);
        context.Diagnostics.AddRange(outcome.Told);
        byte[] planned = ModelFile.Write(outcome.Planned);
        if (!outcome.Broken.IsEmpty)
        {
            _exceeding[new(model.Name, target.Name)] = new(Artefacts.Exceeding(model.Name, target.Name), planned);
            throw new DiagnosticException(outcome.Broken);
        }

        var dump = new GraphDump(Artefacts.PlannedDump(model.Name, target.Name), outcome.Planned.Quantized.Graph);
        return [new StageFile(Artefacts.Planned(model.Name, target.Name), planned), dump.ToFile()];
    }

    /// <summary>The settings of a model whose types are chosen, with the flash limit of its target where that is the model's alone.</summary>
    private ModelSettings WithFlashOf(TargetEntry target, ModelSettings settings) =>
        settings.Quantization != QuantizationScheme.Auto || target.Budgets.FlashBytes is not { } flash || Project.Models.Count(model => model.Targets.Contains(target.Name)) != 1 ? settings
        : settings with { Budgets = settings.Budgets with { FlashBytes = Math.Min(flash, settings.Budgets.FlashBytes ?? flash) } };

    private static string? Text(long? number) => number?.ToString(CultureInfo.InvariantCulture);
}
