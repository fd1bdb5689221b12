using System.Collections.Immutable;
using EdgeAI.Compiler.Diagnostics;
using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Pipeline;

/// <summary>What import reads.</summary>
/// <param name="Name">The C identifier the model is built under.</param>
/// <param name="DisplayPath">The file as the user named it (relative to the project, forward slashes): goes into <see cref="ModelSource"/> and diagnostics.</param>
/// <param name="Bytes">The file's contents.</param>
/// <param name="InputShapes">Extents fixed by the user, by input name.</param>
/// <param name="ReadExternal">Contents of a file beside the model by its relative path, or null when it is not there; never called with a path that leaves the folder.</param>
public sealed record ImportRequest(
    string Name, string DisplayPath, ReadOnlyMemory<byte> Bytes, ImmutableSortedDictionary<string, Shape> InputShapes,
    Func<string, byte[]?> ReadExternal);

/// <summary>Model file → <see cref="ImportedModel"/>: read, translate, verify, run the passes and check each of them.</summary>
public static class ImportStage
{
    /// <summary>Throws <see cref="DiagnosticException"/> with every error found; adds warnings and notes to <paramref name="diagnostics"/>.</summary>
    public static ImportedModel Run(ImportRequest request, ICollection<Diagnostic> diagnostics, CancellationToken cancellation) =>
        throw new NotImplementedException();
}
