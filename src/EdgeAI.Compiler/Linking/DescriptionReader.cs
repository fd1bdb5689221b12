using System.Text.Json;
using System.Text.RegularExpressions;
using EdgeAI.Compiler.Diagnostics;
using EdgeAI.Compiler.Pipeline;
using EdgeAI.Compiler.Settings;

namespace EdgeAI.Compiler.Linking;

/// <summary>
/// What descriptions of a user's C have in common: JSON with known members, and the sources that it names. Sources come to lie in the firmware's folder
/// itself, headers where they are included from: a path of an include folder stays as it is written. Headers that are found nowhere are the compiler's own
/// affair.
/// </summary>
internal abstract partial class DescriptionReader
{
    /// <summary>Descriptions may hold comments and commas at the end of lists.</summary>
    public static readonly JsonDocumentOptions Json = new() { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip };

    private readonly string _path;
    private readonly string _folder;
    private readonly SortedDictionary<string, string> _files = new(StringComparer.Ordinal);

    private protected DescriptionReader(string projectDirectory, string projectFile, string path)
    {
        ProjectFile = projectFile;
        _path = ProjectPaths.Absolute(projectDirectory, path);
        Display = ProjectPaths.Display(projectDirectory, path);
        _folder = Path.GetDirectoryName(_path)!;
    }

    /// <summary>The project's file name, which diagnostics name.</summary>
    protected string ProjectFile { get; }

    /// <summary>The description relative to the project.</summary>
    protected string Display { get; }

    /// <summary>Typed readers of its members.</summary>
    protected DescriptionMembers Members => new(Fault);

    /// <summary>The files found so far, with their places in the firmware's folder, in ordinal order.</summary>
    protected IEnumerable<SourceFile> Files => _files.Select(file => new SourceFile(file.Key, file.Value));

    /// <summary>The text of the description, <c>\n</c> line ends.</summary>
    protected string ReadDescription() => ReadText(_path, Display);

    /// <summary>A document of a description's text.</summary>
    protected JsonDocument Parse(string json)
    {
        try
        {
            return JsonDocument.Parse(json, Json);
        }
        catch (JsonException error)
        {
            throw Fault(FormattableString.Invariant($"it is not JSON, line {(error.LineNumber ?? 0) + 1}, byte {(error.BytePositionInLine ?? 0) + 1}"));
        }
    }

    /// <summary>The bytes of a file that the description names.</summary>
    protected byte[] ReadNamed(string path) => Read(ProjectPaths.Absolute(_folder, path), path, File.ReadAllBytes);

    /// <summary>Takes header, sources and include folders with everything they include; gives the header as sources include it.</summary>
    protected string ReadFiles(JsonElement root)
    {
        string header = Members.Text(root, "header");
        string[] folders = [.. Members.List(root, "includeFolders").Select(folder => ProjectPaths.Absolute(_folder, folder))];
        foreach (string folder in folders.Where(folder => !Directory.Exists(folder)))
        {
            throw Missing(folder);
        }

        string[] sources = [.. Members.List(root, "sources").SelectMany(Sources)];
        if (sources.Length == 0)
        {
            throw Fault("sources names no file");
        }

        foreach (string source in sources)
        {
            Add(source, Path.GetFileName(source), folders);
        }

        string? headerPath = new[] { _folder }.Concat(folders).Select(folder => Path.Combine(folder, header)).FirstOrDefault(File.Exists);
        Add(headerPath ?? throw Missing(Path.Combine(_folder, header)), header, folders);
        return header;
    }

    /// <summary>What is wrong with the description, half a sentence.</summary>
    protected abstract DiagnosticException Fault(string what);

    /// <summary>A file or folder that is named and cannot be read; the reason is a sentence.</summary>
    protected abstract DiagnosticException NotReadable(string file, string reason);

    /// <summary>One file, or those that a pattern in the last part of the path finds, in ordinal order.</summary>
    private IEnumerable<string> Sources(string text)
    {
        string path = ProjectPaths.Absolute(_folder, text);
        string folder = Path.GetDirectoryName(path)!;
        string[] found = Path.GetFileName(path).Contains('*', StringComparison.Ordinal)
            ? Directory.Exists(folder) ? [.. Directory.GetFiles(folder, Path.GetFileName(path)).Order(StringComparer.Ordinal)] : []
            : File.Exists(path) ? [path] : [];
        return found.Length > 0 ? found : throw Missing(path);
    }

    private void Add(string path, string place, string[] folders)
    {
        string text = ReadText(path, Relative(path));
        if (_files.TryGetValue(place, out string? there))
        {
            if (there != text)
            {
                throw Fault($"two files would both be '{place}'");
            }

            return;
        }

        if (place.Contains("..", StringComparison.Ordinal) || Path.IsPathRooted(place))
        {
            throw Fault($"'{place}' would lie outside the firmware's folder");
        }

        if (place.StartsWith("edgeai_", StringComparison.Ordinal))
        {
            throw Fault($"'{place}' has a name of the SDK's own files");
        }

        _files.Add(place, text);
        foreach (Match match in QuotedInclude().Matches(text))
        {
            string include = match.Groups[1].Value;
            string beside = Path.Combine(Path.GetDirectoryName(path)!, include);
            string? found = folders.Select(folder => Path.Combine(folder, include)).FirstOrDefault(File.Exists);
            if (found is not null)
            {
                Add(found, include, folders);
            }
            else if (File.Exists(beside))
            {
                Add(beside, Path.Combine(Path.GetDirectoryName(place)!, include).Replace('\\', '/'), folders);
            }
        }
    }

    private string ReadText(string path, string display) => Read(path, display, File.ReadAllText).ReplaceLineEndings("\n");

    private T Read<T>(string path, string display, Func<string, T> read)
    {
        try
        {
            return read(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw NotReadable(display, FileReason.OfReading(path, error) + ".");
        }
    }

    private string Relative(string path) => Path.GetRelativePath(_folder, path).Replace('\\', '/');

    private DiagnosticException Missing(string path) => NotReadable(Relative(path), "there is no such file or folder.");

    [GeneratedRegex("^[ \\t]*#[ \\t]*include[ \\t]*\"([^\"\\n]+)\"", RegexOptions.Multiline | RegexOptions.CultureInvariant)]
    private static partial Regex QuotedInclude();
}
