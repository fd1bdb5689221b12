using System.Globalization;
using EdgeAI.Compiler.Diagnostics;
using EdgeAI.Compiler.Pipeline;

namespace EdgeAI.Tool;

/// <summary>Writes the firmware library of one model.</summary>
internal static class Compilation
{
    /// <summary>Writes the library's files into a folder in place of those of an earlier compilation, and tells the arena and the files.</summary>
    public static void Run(ToolModel model, string folder, TextWriter output, ICollection<Diagnostic> diagnostics, CancellationToken cancellation)
    {
        TextFile.RequireFolder(folder);
        PlannedModel planned = model.Plan(diagnostics, cancellation);
        FirmwareSources firmware = model.Generate(planned, diagnostics, cancellation);
        OutputFolder.Write(folder, firmware.Files);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{model.Settings.Name}: {planned.Quantized.Scheme}, arena {planned.Plan.ArenaBytes} bytes on {planned.Target.Name}, {firmware.Files.Length} files in {folder}"));
    }
}
