using System.Collections.Immutable;
using EdgeAI.Compiler.Diagnostics;
using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Data;

/// <summary>What a model should compute inside, by the names of the file's tensors; read from an .npz.</summary>
/// <param name="Values">The arrays.</param>
/// <param name="Inputs">The inputs they belong to, in the file's order and types; null where the file does not hold all of them.</param>
public sealed record ReferenceValues(IReadOnlyDictionary<string, NumericArray> Values, ImmutableArray<ReadOnlyMemory<byte>>? Inputs)
{
    /// <summary>Reads the file. Throws <see cref="DiagnosticException"/> (EAI2102, EAI2104, EAI2105) where it cannot be read or an input does not fit.</summary>
    /// <param name="path">The file.</param>
    /// <param name="display">Its name in diagnostics.</param>
    /// <param name="inputs">The model's inputs.</param>
    public static ReferenceValues Read(string path, string display, IReadOnlyList<Tensor> inputs)
    {
        IReadOnlyDictionary<string, NumericArray> values;
        try
        {
            values = NpzFormat.Read(File.ReadAllBytes(path));
        }
        catch (Exception error) when (error is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            throw DiagnosticCatalog.DataNotReadable.Throw(null, display, error.Message.TrimEnd('.'));
        }

        return new(values, inputs.All(input => values.ContainsKey(input.Name))
            ? [.. inputs.Select(input => SampleSplitter.Inputs(values[input.Name], input, display)[0])]
            : null);
    }
}
