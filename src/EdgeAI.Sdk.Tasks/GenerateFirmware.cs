using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Pipeline;
using EdgeAI.Compiler.Settings;
using EdgeAI.Sdk.Tasks.Building;
using Microsoft.Build.Framework;

namespace EdgeAI.Sdk.Tasks;

[MSBuildMultiThreadableTask]
public sealed partial class GenerateFirmware
{
    private protected override Stage Stage => Stage.Generate;

    private protected override void RunUnits(CancellationToken cancellation)
    {
        var works = new List<StageWork>();
        foreach (TargetEntry target in Project.Targets)
        {
            var unit = new StageUnit("", target.Name);
            if (Store.Read(Stage.Place, unit) is { } placed)
            {
                IReadOnlyList<PlannedArtefact> planned = FirmwareLibrary.Planned(Store, Project, target.Name);
                works.Add(new StageWork(
                    unit, Properties.ProjectFile,
                    key => FirmwareLibrary.AddKey(key.Add("placed", placed.Files[0].Sha256), planned),
                    context => Generate(target, planned, context)));
            }
        }

        BringUpToDate(Stage.Generate, works, works.Select(work => work.Unit), cancellation);
    }

    private IReadOnlyList<StageFile> Generate(
        TargetEntry target, IReadOnlyList<PlannedArtefact> planned, StageContext context)
    {
        FirmwarePlan plan = ModelFile.ReadFirmware(
            ReadArtefact(Artefacts.Firmware(target.Name)), FirmwareLibrary.Read(Store, planned));
        return FirmwareLibrary.ToFiles(GenerateStage.Run(plan, context.Diagnostics, context.Cancellation));
    }
}
