using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Pipeline;
using EdgeAI.Compiler.Settings;
using EdgeAI.Sdk.Tasks.Building;
using Microsoft.Build.Framework;

namespace EdgeAI.Sdk.Tasks;

[MSBuildMultiThreadableTask]
public sealed partial class QuantizeModels
{
    private protected override Stage Stage => Stage.Quantize;

    private protected override void RunUnits(CancellationToken cancellation)
    {
        var works = new List<StageWork>();
        foreach (ModelEntry model in Project.Models)
        {
            var unit = new StageUnit(model.Name, "");
            if (Store.Read(Stage.Import, unit) is { } imported)
            {
                ModelSettings settings = SettingsScope.ForQuantization(model.Settings);
                works.Add(new StageWork(
                    unit, model.DisplayPath, key => key.Add("imported", imported.Files[0].Sha256).AddSettings(settings),
                    context => Quantize(model, settings, context)));
            }
        }

        BringUpToDate(Stage.Quantize, works, works.Select(work => work.Unit), cancellation);
    }

    private IReadOnlyList<StageFile> Quantize(ModelEntry model, ModelSettings settings, StageContext context)
    {
        ImportedModel imported = ModelFile.ReadImported(ReadArtefact(Artefacts.Imported(model.Name)));
        context.Dump = new GraphDump(Artefacts.ImportedDump(model.Name), imported.Graph);
        QuantizedModel quantized = QuantizeStage.Run(imported, settings, context.Diagnostics, context.Cancellation, context.Progress);
        var dump = new GraphDump(Artefacts.QuantizedDump(model.Name), quantized.Graph);
        return [new StageFile(Artefacts.Quantized(model.Name), ModelFile.Write(quantized)), dump.ToFile()];
    }
}
