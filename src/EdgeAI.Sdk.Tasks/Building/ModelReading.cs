using EdgeAI.Compiler.Diagnostics;
using EdgeAI.Compiler.Pipeline;
using EdgeAI.Compiler.Settings;

namespace EdgeAI.Sdk.Tasks.Building;

/// <summary>Reads a project's model files, and what lies beside them, for import.</summary>
internal static class ModelReading
{
    /// <summary>What import reads. Throws <see cref="DiagnosticException"/> where the file cannot be read.</summary>
    /// <param name="model">The model.</param>
    /// <param name="projectDirectory">The project's folder.</param>
    /// <param name="reads">Takes the files beside the model that import asks for.</param>
    public static ImportRequest Request(ModelEntry model, string projectDirectory, List<FileRecord> reads) => new(
        model.Name, model.DisplayPath, Bytes(model), model.Settings.InputShapes, relative => External(model, projectDirectory, relative, reads), AsWritten(model))
    {
        Operators = model.Settings.OperatorSet,
    };

    /// <summary>The file's contents. Throws <see cref="DiagnosticException"/>.</summary>
    public static byte[] Bytes(ModelEntry model) => ReadAll(model.FullPath, model.DisplayPath);

    /// <summary>Whether float operators between conversions stay as the file has them.</summary>
    public static bool AsWritten(ModelEntry model) => model.Settings.Quantization == QuantizationScheme.Float32;

    private static byte[]? External(ModelEntry model, string projectDirectory, string relative, List<FileRecord> reads)
    {
        string folder = Path.GetDirectoryName(model.FullPath)!;
        string path = ProjectPaths.Absolute(folder, relative);
        byte[]? bytes = File.Exists(path) ? ReadAll(path, model.DisplayPath) : null;
        string display = ProjectPaths.Display(projectDirectory, path);
        if (!reads.Exists(read => read.Path == display))
        {
            reads.Add(new FileRecord(display, bytes is null ? "" : KeyBuilder.Hash(bytes)));
        }

        return bytes;
    }

    private static byte[] ReadAll(string path, string displayPath)
    {
        try
        {
            return File.ReadAllBytes(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw DiagnosticCatalog.ModelNotReadable.Throw(displayPath, FileReason.OfReading(path, error));
        }
    }
}
