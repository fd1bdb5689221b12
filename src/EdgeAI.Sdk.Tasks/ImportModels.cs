using EdgeAI.Compiler.Linking;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Pipeline;
using EdgeAI.Compiler.Settings;
using EdgeAI.Sdk.Tasks.Building;
using Microsoft.Build.Framework;

namespace EdgeAI.Sdk.Tasks;

[MSBuildMultiThreadableTask]
public sealed partial class ImportModels
{
    private protected override Stage Stage => Stage.Import;

    private protected override void RunUnits(CancellationToken cancellation)
    {
        Store.DeleteUnfinished();
        SaySettings();
        StageWork[] works = [.. Project.Models.Select(ToWork)];
        BringUpToDate(Stage.Import, works, works.Select(work => work.Unit), cancellation);
    }

    private StageWork ToWork(ModelEntry model) => new(
        new StageUnit(model.Name, ""), model.DisplayPath,
        key =>
        {
            key.Add("name", model.Name).Add("path", model.DisplayPath).Add("sha256", KeyBuilder.Hash(ModelReading.Bytes(model)));
            key.Add("as written", ModelReading.AsWritten(model) ? "yes" : "no");
            foreach (UserOperator own in model.Settings.Operators)
            {
                key.AddOperator(own.Operator);
            }

            foreach ((string input, Shape shape) in model.Settings.InputShapes)
            {
                key.Add("shape " + input, shape.ToString());
            }
        },
        context => Import(model, context));

    private IReadOnlyList<StageFile> Import(ModelEntry model, StageContext context)
    {
        ImportRequest request = ModelReading.Request(model, Properties.ProjectDirectory, context.Reads);
        ImportedModel imported = ImportStage.Run(request, context.Diagnostics, context.Cancellation);
        context.Dump = new GraphDump(Artefacts.ImportedDump(model.Name), imported.Graph);
        return [new StageFile(Artefacts.Imported(model.Name), ModelFile.Write(imported)), context.Dump.ToFile()];
    }
}
