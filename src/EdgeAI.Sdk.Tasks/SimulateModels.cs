using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Pipeline;
using EdgeAI.Compiler.Settings;
using EdgeAI.Sdk.Tasks.Building;
using EdgeAI.Simulator;
using Microsoft.Build.Framework;

namespace EdgeAI.Sdk.Tasks;

[MSBuildMultiThreadableTask]
public sealed partial class SimulateModels
{
    private protected override Stage Stage => Stage.Simulate;

    private protected override void RunUnits(CancellationToken cancellation)
    {
        Toolchain tools = Level == SimulationLevel.Managed ? Toolchain.None : Toolchain.Find(Properties.SearchPath);
        var works = new List<StageWork>();
        foreach (TargetEntry target in Project.Targets)
        {
            if (Store.Read(Stage.Generate, new StageUnit("", target.Name)) is not { } generated)
            {
                continue;
            }

            Dictionary<string, string> library = ReadLibrary(target.Name, generated);
            foreach (ModelEntry model in Project.Models)
            {
                if (Store.Read(Stage.Plan, new StageUnit(model.Name, target.Name)) is { } planned
                    && Store.Read(Stage.Import, new StageUnit(model.Name, "")) is { } imported)
                {
                    works.Add(ToWork(model, target, imported, planned, library, tools));
                }
            }
        }

        StageWork[] ordered = [.. works.OrderBy(work => work.Unit.Model, StringComparer.Ordinal)
            .ThenBy(work => work.Unit.Target, StringComparer.Ordinal)];
        IReadOnlyList<StageUnit> failed = BringUpToDate(Stage.Simulate, ordered, ordered.Select(work => work.Unit), cancellation);

        // Not beside units that run: one may be about to make its own folder in it.
        AtomicFile.DeleteEmptyFolders(Store.PathOf(Artefacts.WorkFolder), Store.Root);
        foreach (TargetEntry target in Project.Targets.Where(target => failed.Any(unit => unit.Target == target.Name)))
        {
            HashSet<string> models = [.. failed.Where(unit => unit.Target == target.Name).Select(unit => unit.Model)];
            FirmwareLibrary.Remake(Store, Project, target, models, cancellation);
        }

        if (failed.Count > 0)
        {
            // The library lacks models now; without its stamp the next build makes the whole one and simulates it again.
            AtomicFile.Delete(Path.Combine(Path.GetDirectoryName(StampFile)!, "generate.stamp"));
        }
    }

    private StageWork ToWork(
        ModelEntry model, TargetEntry target, StageState imported, StageState planned, Dictionary<string, string> library,
        Toolchain tools)
    {
        ModelSettings settings = SettingsScope.ForSimulation(model.Settings);
        var firmware = new FirmwareSources(target.Name, FirmwareLibrary.FilesOf(model.Name, library));
        var unit = new StageUnit(model.Name, target.Name);
        return new StageWork(
            unit, model.DisplayPath,
            key =>
            {
                key.Add("imported", imported.Files[0].Sha256).Add("planned", planned.Files[0].Sha256).Add("level", Level.ToString())
                    .AddSettings(settings);
                foreach (SourceFile file in firmware.Files)
                {
                    key.Add(file.Path, KeyBuilder.Hash(AtomicFile.Utf8.GetBytes(file.Text)));
                }

                foreach (string? tool in ToolFiles.Of(tools))
                {
                    key.Add("tool", tool is null ? null : ToolFiles.Describe(tool));
                }
            },
            context => Simulate(model, unit, firmware, settings, tools, context));
    }

    private IReadOnlyList<StageFile> Simulate(
        ModelEntry model, StageUnit unit, FirmwareSources firmware, ModelSettings settings, Toolchain tools, StageContext context)
    {
        ImportedModel imported = ModelFile.ReadImported(ReadArtefact(Artefacts.Imported(unit.Model)));
        PlannedModel planned = ModelFile.ReadPlanned(ReadArtefact(Artefacts.Planned(unit.Model, unit.Target)));
        context.Dump = new GraphDump(Artefacts.PlannedDump(unit.Model, unit.Target), planned.Quantized.Graph);
        string work = Store.PathOf(Artefacts.Work(unit));
        DeleteWork(Store.PathOf(Artefacts.KernelEvidence(unit)));
        try
        {
            Directory.CreateDirectory(work);
            var request = new SimulationRequest(imported, planned, firmware, settings, Level, tools, work)
            {
                EvidenceFolder = Store.PathOf(Artefacts.KernelEvidence(unit)),
                ReadModel = () => ModelReading.Request(model, Properties.ProjectDirectory, []),
                ArrayPrefix = Artefacts.ReportedArray(unit, ""),
                Progress = context.Progress,
            };
            SimulationResult result = SimulateStage.Run(request, context.Diagnostics, context.Cancellation);
            return
            [
                StageFile.Of(Artefacts.Simulation(unit.Model, unit.Target), SimulateStage.ToJson(result)),
                .. result.Arrays.Select(array => new StageFile($"{Artefacts.OutputTree}/{Artefacts.ReportedArray(unit, array.Name)}", array.Bytes)),
            ];
        }
        finally
        {
            DeleteWork(work);
        }
    }

    private void DeleteWork(string work)
    {
        try
        {
            if (!Directory.Exists(work))
            {
                return;
            }

            Directory.Delete(work, recursive: true);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // An object that is still open is deleted with the intermediate folder.
        }
    }

    private Dictionary<string, string> ReadLibrary(string target, StageState generated)
    {
        string folder = Artefacts.Library(target) + "/";
        return generated.Files.ToDictionary(
            file => file.Path[folder.Length..], file => File.ReadAllText(Store.PathOf(file.Path)), StringComparer.Ordinal);
    }
}
