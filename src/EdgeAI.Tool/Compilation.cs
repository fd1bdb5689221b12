using System.Globalization;
using EdgeAI.Compiler.Diagnostics;
using EdgeAI.Compiler.Pipeline;

namespace EdgeAI.Tool;

/// <summary>Writes the firmware library of one model.</summary>
internal static class Compilation
{
    /// <summary>Writes the library's files into a folder, each whole or not at all, and tells the arena and the files.</summary>
    public static void Run(ToolModel model, string folder, TextWriter output, ICollection<Diagnostic> diagnostics, CancellationToken cancellation)
    {
        PlannedModel planned = model.Plan(diagnostics, cancellation);
        FirmwareSources firmware = model.Generate(planned, diagnostics, cancellation);
        TextFile.MakeFolder(folder);
        foreach (SourceFile file in firmware.Files)
        {
            string path = Path.Combine(folder, file.Path);
            TextFile.MakeFolder(Path.GetDirectoryName(path)!);
            TextFile.Write(path, file.Text);
        }

        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{model.Settings.Name}: {planned.Quantized.Scheme}, arena {planned.Plan.ArenaBytes} bytes on {planned.Target.Name}, {firmware.Files.Length} files in {folder}"));
    }
}
