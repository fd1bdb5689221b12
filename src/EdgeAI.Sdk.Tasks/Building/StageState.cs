using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using EdgeAI.Compiler.Diagnostics;

namespace EdgeAI.Sdk.Tasks.Building;

/// <summary>A file and the SHA-256 of its contents in lower-case hexadecimal.</summary>
internal readonly record struct FileRecord(string Path, string Sha256);

/// <summary>A diagnostic with what it is about.</summary>
/// <param name="Unit">The model and target.</param>
/// <param name="Diagnostic">What to tell; its file is relative to the project.</param>
/// <param name="Dump">The dump of the model that shows the node, relative to the intermediate folder, or empty.</param>
/// <param name="DumpLine">The node's line there.</param>
internal sealed record ToldDiagnostic(StageUnit Unit, Diagnostic Diagnostic, string Dump, int DumpLine)
{
    /// <summary>One line of a state file.</summary>
    public string Format() => LineFormat.Join(
        "said", Unit.Model, Unit.Target, Diagnostic.Code, Diagnostic.Severity.ToString(), Diagnostic.Message, Diagnostic.File ?? "",
        Diagnostic.Line.ToString(CultureInfo.InvariantCulture), Dump, DumpLine.ToString(CultureInfo.InvariantCulture));

    /// <summary>Reads a line's fields; null when they are none of a diagnostic.</summary>
    public static ToldDiagnostic? Parse(string[] fields)
    {
        if (fields.Length != 10 || !Enum.TryParse(fields[4], out Severity severity)
            || !int.TryParse(fields[7], NumberStyles.None, CultureInfo.InvariantCulture, out int line)
            || !int.TryParse(fields[9], NumberStyles.None, CultureInfo.InvariantCulture, out int dumpLine))
        {
            return null;
        }

        var diagnostic = new Diagnostic(fields[3], severity, fields[5], fields[6].Length == 0 ? null : fields[6], line);
        return new ToldDiagnostic(new StageUnit(fields[1], fields[2]), diagnostic, fields[8], dumpLine);
    }
}

/// <summary>
/// What a unit of a stage was made from and what it made; kept as a text file that is written last, so that its presence means the
/// unit is whole.
/// </summary>
/// <param name="Key">The hash of everything known before the unit runs.</param>
/// <param name="Reads">Files found necessary while it ran, relative to the project.</param>
/// <param name="Files">Files it made, relative to the intermediate folder.</param>
/// <param name="Said">Its diagnostics, none of them an error.</param>
internal sealed record StageState(
    string Key, ImmutableArray<FileRecord> Reads, ImmutableArray<FileRecord> Files, ImmutableArray<ToldDiagnostic> Said)
{
    private const string Header = "edgeai-state\t1";
    private const string End = "end";

    /// <summary>The file form.</summary>
    public string Format()
    {
        var text = new StringBuilder();
        text.Append(Header).Append('\n').Append(LineFormat.Join("key", Key)).Append('\n');
        foreach (FileRecord read in Reads)
        {
            text.Append(LineFormat.Join("read", read.Sha256, read.Path)).Append('\n');
        }

        foreach (FileRecord file in Files)
        {
            text.Append(LineFormat.Join("file", file.Sha256, file.Path)).Append('\n');
        }

        foreach (ToldDiagnostic said in Said)
        {
            text.Append(said.Format()).Append('\n');
        }

        return text.Append(End).Append('\n').ToString();
    }

    /// <summary>Reads the file form; null when the text is damaged or of another version.</summary>
    public static StageState? Parse(string text)
    {
        string[] lines = text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        if (lines.Length < 3 || lines[0] != Header || lines[^1] != End)
        {
            return null;
        }

        string? key = null;
        var reads = ImmutableArray.CreateBuilder<FileRecord>();
        var files = ImmutableArray.CreateBuilder<FileRecord>();
        var told = ImmutableArray.CreateBuilder<ToldDiagnostic>();
        foreach (string line in lines.AsSpan(1, lines.Length - 2))
        {
            string[] fields = LineFormat.Split(line);
            switch (fields)
            {
                case ["key", var value]:
                    key = value;
                    break;
                case ["read", var hash, var path]:
                    reads.Add(new FileRecord(path, hash));
                    break;
                case ["file", var hash, var path]:
                    files.Add(new FileRecord(path, hash));
                    break;
                case ["said", ..] when ToldDiagnostic.Parse(fields) is { } said:
                    told.Add(said);
                    break;
                default:
                    return null;
            }
        }

        return key is null ? null : new StageState(key, reads.ToImmutable(), files.ToImmutable(), told.ToImmutable());
    }
}
