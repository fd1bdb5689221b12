using System.Collections.Immutable;
using System.Text.Json;
using System.Text.RegularExpressions;
using EdgeAI.Compiler.Diagnostics;
using EdgeAI.Compiler.Emission;
using EdgeAI.Compiler.Pipeline;
using EdgeAI.Compiler.Settings;

namespace EdgeAI.Compiler.Linking;

/// <summary>
/// Reads one *.kernels.json and the sources it names. Sources come to lie in the firmware's folder itself, headers where they are included from: a path of
/// an include folder stays as it is written. Headers that are found nowhere are the compiler's own affair.
/// </summary>
public sealed partial class UserKernelLibraryReader
{
    private static readonly string[] Members = ["name", "header", "sources", "includeFolders", "kernels"];
    private static readonly string[] KernelMembers = ["kernel", "function", "scratchBytes"];

    private readonly string _projectFile;
    private readonly string _display;
    private readonly string _folder;
    private readonly string _path;
    private readonly SortedDictionary<string, string> _files = new(StringComparer.Ordinal);

    private UserKernelLibraryReader(string projectDirectory, string projectFile, string path)
    {
        _projectFile = projectFile;
        _path = ProjectPaths.Absolute(projectDirectory, path);
        _display = ProjectPaths.Display(projectDirectory, path);
        _folder = Path.GetDirectoryName(_path)!;
    }

    /// <summary>The library of a description. Throws <see cref="DiagnosticException"/>.</summary>
    public static UserKernelLibrary Read(string projectDirectory, string projectFile, string path) =>
        new UserKernelLibraryReader(projectDirectory, projectFile, path).Read();

    /// <summary>
    /// The absolute paths of sources, include folders and the folder of a description, patterns as their folders: what a build has to watch. Empty for a
    /// description that cannot be read.
    /// </summary>
    public static IReadOnlyList<string> PathsIn(string path)
    {
        try
        {
            string folder = Path.GetDirectoryName(path)!;
            using JsonDocument document = JsonDocument.Parse(File.ReadAllText(path), new() { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip });
            return
            [
                .. new[] { "header", "sources", "includeFolders" }.Where(member => document.RootElement.TryGetProperty(member, out _))
                    .SelectMany(member => document.RootElement.GetProperty(member) is { ValueKind: JsonValueKind.Array } list ? [.. list.EnumerateArray()] : new[] { document.RootElement.GetProperty(member) })
                    .Where(item => item.ValueKind == JsonValueKind.String)
                    .Select(item => ProjectPaths.Absolute(folder, item.GetString()!))
                    .Select(item => Path.GetFileName(item).Contains('*', StringComparison.Ordinal) ? Path.GetDirectoryName(item)! : item),
            ];
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or JsonException or InvalidOperationException)
        {
            return [];
        }
    }

    private UserKernelLibrary Read()
    {
        string json = ReadFile(_path, _display);
        try
        {
            using JsonDocument document = JsonDocument.Parse(json, new() { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip });
            return Read(document.RootElement);
        }
        catch (JsonException error)
        {
            throw Fault(FormattableString.Invariant($"it is not JSON, line {(error.LineNumber ?? 0) + 1}, byte {(error.BytePositionInLine ?? 0) + 1}"));
        }
    }

    private UserKernelLibrary Read(JsonElement root)
    {
        Expect(root, "the description", Members);
        string name = Identifier(root, "name");
        string header = Text(root, "header");
        string[] folders = [.. List(root, "includeFolders").Select(folder => ProjectPaths.Absolute(_folder, folder))];
        foreach (string folder in folders.Where(folder => !Directory.Exists(folder)))
        {
            throw Missing(folder);
        }

        string[] sources = [.. List(root, "sources").SelectMany(Sources)];
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
        return new(name, _display, header, ReadKernels(root), [.. _files.Select(file => new SourceFile(file.Key, file.Value))]);
    }

    private ImmutableArray<UserKernel> ReadKernels(JsonElement root)
    {
        if (!root.TryGetProperty("kernels", out JsonElement list) || list.ValueKind != JsonValueKind.Array || list.GetArrayLength() == 0)
        {
            throw Fault("kernels must list at least one kernel");
        }

        var kernels = ImmutableArray.CreateBuilder<UserKernel>();
        foreach (JsonElement element in list.EnumerateArray())
        {
            Expect(element, "a kernel", KernelMembers);
            string kernel = Identifier(element, "kernel");
            if (!Published.Contains(kernel))
            {
                throw DiagnosticCatalog.KernelNotKnown.Throw(_projectFile, _display, kernel, Settings.NearestName.Of(kernel, Published) ?? Published[0]);
            }

            if (kernels.Any(other => other.Kernel == kernel))
            {
                throw Fault($"kernel '{kernel}' stands there twice");
            }

            kernels.Add(new(kernel, Identifier(element, "function"), element.TryGetProperty("scratchBytes", out _) ? new ByteFormula(Text(element, "scratchBytes")) : null));
        }

        return kernels.ToImmutable();
    }

    /// <summary>Kernels with a header and a source of one name: those that can be replaced.</summary>
    private static string[] Published { get; } =
    [
        .. KernelLibrary.Files.Where(file => file.EndsWith(".c", StringComparison.Ordinal)).Select(file => file[..^2])
            .Where(name => KernelLibrary.Find(name + ".h") is { } text && text.Contains($"void {name}(", StringComparison.Ordinal)),
    ];

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
        string text = ReadFile(path, Relative(path));
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

    private string ReadFile(string path, string display)
    {
        try
        {
            return File.ReadAllText(path).ReplaceLineEndings("\n");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            string reason = error is FileNotFoundException or DirectoryNotFoundException ? "there is no such file." : error.Message;
            throw DiagnosticCatalog.KernelLibraryFileNotReadable.Throw(_projectFile, _display, display, reason);
        }
    }

    private string Relative(string path) => Path.GetRelativePath(_folder, path).Replace('\\', '/');

    private DiagnosticException Missing(string path) =>
        DiagnosticCatalog.KernelLibraryFileNotReadable.Throw(_projectFile, _display, Relative(path), "there is no such file or folder.");

    private DiagnosticException Fault(string what) => DiagnosticCatalog.KernelLibraryNotValid.Throw(_projectFile, _display, what);

    private void Expect(JsonElement element, string what, string[] known)
    {
        if (element.ValueKind != JsonValueKind.Object)
        {
            throw Fault($"{what} must be an object");
        }

        if (element.EnumerateObject().FirstOrDefault(member => !known.Contains(member.Name)) is { Value.ValueKind: not JsonValueKind.Undefined } unknown)
        {
            throw Fault($"{what} has the member '{unknown.Name}'; known are {string.Join(", ", known)}");
        }
    }

    private string Text(JsonElement element, string member) =>
        element.TryGetProperty(member, out JsonElement value) && value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 } text
            ? text
            : throw Fault($"'{member}' must be a text");

    private string Identifier(JsonElement element, string member) => Text(element, member) is { } text && CNames.IsIdentifier(text)
        ? text
        : throw Fault($"'{member}' must be a C identifier");

    private string[] List(JsonElement element, string member) => !element.TryGetProperty(member, out JsonElement list) ? []
        : list.ValueKind == JsonValueKind.Array && list.EnumerateArray().All(item => item.ValueKind == JsonValueKind.String)
            ? [.. list.EnumerateArray().Select(item => item.GetString()!)]
            : throw Fault($"'{member}' must be a list of texts");

    [GeneratedRegex("^[ \\t]*#[ \\t]*include[ \\t]*\"([^\"\\n]+)\"", RegexOptions.Multiline | RegexOptions.CultureInvariant)]
    private static partial Regex QuotedInclude();
}
