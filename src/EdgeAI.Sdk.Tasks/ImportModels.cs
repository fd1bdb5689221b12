using EdgeAI.Compiler.Diagnostics;
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
            key.Add("name", model.Name).Add("path", model.DisplayPath).Add("sha256", KeyBuilder.Hash(ReadModel(model)));
            key.Add("as written", AsWritten(model) ? "yes" : "no");
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
        var request = new ImportRequest(
            model.Name, model.DisplayPath, ReadModel(model), model.Settings.InputShapes,
            relative => ReadExternal(model, relative, context.Reads), AsWritten(model)) { Operators = model.Settings.OperatorSet };
        ImportedModel imported = ImportStage.Run(request, context.Diagnostics, context.Cancellation);
        context.Dump = new GraphDump(Artefacts.ImportedDump(model.Name), imported.Graph);
        return [new StageFile(Artefacts.Imported(model.Name), ModelFile.Write(imported)), context.Dump.ToFile()];
    }

    private static bool AsWritten(ModelEntry model) => model.Settings.Quantization == QuantizationScheme.Float32;

    private byte[]? ReadExternal(ModelEntry model, string relative, List<FileRecord> reads)
    {
        string folder = Path.GetDirectoryName(model.FullPath)!;
        string path = ProjectPaths.Absolute(folder, relative);
        byte[]? bytes = File.Exists(path) ? ReadAll(path, model.DisplayPath) : null;
        string display = ProjectPaths.Display(Properties.ProjectDirectory, path);
        if (!reads.Exists(read => read.Path == display))
        {
            reads.Add(new FileRecord(display, bytes is null ? "" : KeyBuilder.Hash(bytes)));
        }

        return bytes;
    }

    private static byte[] ReadModel(ModelEntry model) => ReadAll(model.FullPath, model.DisplayPath);

    private static byte[] ReadAll(string path, string displayPath)
    {
        try
        {
            return File.ReadAllBytes(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            string reason = error is FileNotFoundException or DirectoryNotFoundException
                ? "there is no such file" : error.Message.TrimEnd('.');
            throw DiagnosticCatalog.ModelNotReadable.Throw(displayPath, reason);
        }
    }
}
