using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Pipeline;
using EdgeAI.Compiler.Settings;
using EdgeAI.Sdk.Tasks.Building;
using Microsoft.Build.Framework;

namespace EdgeAI.Sdk.Tasks;

[MSBuildMultiThreadableTask]
public sealed partial class PlanModels
{
    private protected override Stage Stage => Stage.Plan;

    private protected override void RunUnits(CancellationToken cancellation)
    {
        var works = new List<StageWork>();
        foreach (ModelEntry model in Project.Models)
        {
            if (Store.Read(Stage.Quantize, new StageUnit(model.Name, "")) is not { } quantized)
            {
                continue;
            }

            ModelSettings settings = SettingsScope.ForPlanning(model.Settings);
            foreach (TargetEntry target in Project.Targets.Where(target => model.Targets.Contains(target.Name)))
            {
                works.Add(new StageWork(
                    new StageUnit(model.Name, target.Name), model.DisplayPath,
                    key => key.Add("quantized", quantized.Files[0].Sha256).AddTarget(target.Description).AddSettings(settings),
                    context => Plan(model, target, settings, context)));
            }
        }

        BringUpToDate(Stage.Plan, works, works.Select(work => work.Unit), cancellation);
        Place(cancellation);
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

    private IReadOnlyList<StageFile> Plan(ModelEntry model, TargetEntry target, ModelSettings settings, StageContext context)
    {
        QuantizedModel quantized = ModelFile.ReadQuantized(ReadArtefact(Artefacts.Quantized(model.Name)));
        context.Dump = new GraphDump(Artefacts.QuantizedDump(model.Name), quantized.Graph);
        PlannedModel planned = PlanStage.Run(quantized, target.Description, settings, context.Diagnostics, context.Cancellation);
        var dump = new GraphDump(Artefacts.PlannedDump(model.Name, target.Name), planned.Quantized.Graph);
        return [new StageFile(Artefacts.Planned(model.Name, target.Name), ModelFile.Write(planned)), dump.ToFile()];
    }
}
