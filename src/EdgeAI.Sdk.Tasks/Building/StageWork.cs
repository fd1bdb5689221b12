using EdgeAI.Compiler.Diagnostics;
using EdgeAI.Compiler.Model;

namespace EdgeAI.Sdk.Tasks.Building;

/// <summary>A file that a unit makes.</summary>
/// <param name="Path">Relative to the intermediate folder, with forward slashes.</param>
/// <param name="Bytes">Its contents.</param>
internal sealed record StageFile(string Path, byte[] Bytes)
{
    /// <summary>A text file in UTF-8 without a mark.</summary>
    public static StageFile Of(string path, string text) => new(path, AtomicFile.Utf8.GetBytes(text));
}

/// <summary>A dump of a graph, made when somebody asks for it.</summary>
/// <param name="path">Its path relative to the intermediate folder.</param>
/// <param name="graph">The graph.</param>
internal sealed class GraphDump(string path, Graph graph)
{
    private readonly Lazy<(string Text, IReadOnlyDictionary<string, int> LineOfNode)> _written = new(() => ModelText.Write(graph));

    /// <summary>Its path relative to the intermediate folder.</summary>
    public string Path => path;

    /// <summary>The 1-based line of every node by name.</summary>
    public IReadOnlyDictionary<string, int> LineOfNode => _written.Value.LineOfNode;

    /// <summary>The dump as a file.</summary>
    public StageFile ToFile() => StageFile.Of(path, _written.Value.Text);
}

/// <summary>What a unit may say and read while it runs.</summary>
internal sealed class StageContext(IProgress<StageProgress> progress, CancellationToken cancellation)
{
    /// <summary>Its warnings and notes.</summary>
    public List<Diagnostic> Diagnostics { get; } = [];

    /// <summary>Files that turned out to be necessary: path relative to the project and hash.</summary>
    public List<FileRecord> Reads { get; } = [];

    /// <summary>The newest dump of the model that diagnostics about nodes point into; null before there is one.</summary>
    public GraphDump? Dump { get; set; }

    /// <summary>Told of steps that may take long.</summary>
    public IProgress<StageProgress> Progress { get; } = progress;

    /// <summary>Whether the build was cancelled.</summary>
    public CancellationToken Cancellation { get; } = cancellation;
}

/// <summary>One unit to bring up to date.</summary>
/// <param name="Unit">What it is of.</param>
/// <param name="SourceFile">The file its diagnostics are about when they name none.</param>
/// <param name="AddKey">Adds everything the unit depends on to its key.</param>
/// <param name="Run">Makes the files; throws <see cref="DiagnosticException"/>.</param>
internal sealed record StageWork(
    StageUnit Unit, string SourceFile, Action<KeyBuilder> AddKey, Func<StageContext, IReadOnlyList<StageFile>> Run);

/// <summary>How a unit ended.</summary>
internal enum StageEnding
{
    /// <summary>Its key is the one it was made with.</summary>
    Unchanged,
    /// <summary>Its files came from the cache.</summary>
    Cached,
    /// <summary>It ran.</summary>
    Made,
    /// <summary>It has an error.</summary>
    Failed,
}

/// <summary>What became of a unit.</summary>
/// <param name="Unit">The unit.</param>
/// <param name="Ending">How it ended.</param>
/// <param name="Said">Its diagnostics, stored or new.</param>
internal sealed record StageOutcome(StageUnit Unit, StageEnding Ending, IReadOnlyList<ToldDiagnostic> Said);
