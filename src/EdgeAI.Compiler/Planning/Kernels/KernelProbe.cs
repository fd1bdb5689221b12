using System.Runtime.InteropServices;
using System.Security.Cryptography;
using EdgeAI.Compiler.Emission;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Targets;

namespace EdgeAI.Compiler.Planning.Kernels;

/// <summary>Lets a kernel write its call without a place for anything, and counts the constants it wants.</summary>
internal sealed class KernelProbe(InstructionSet instructionSet) : EmissionContext
{
    private readonly Dictionary<string, long> _constants = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public override InstructionSet InstructionSet { get; } = instructionSet;

    /// <inheritdoc/>
    public override string Scratch => "NULL";

    /// <summary>Sizes of the constants by their contents: equal ones share one place.</summary>
    public IReadOnlyDictionary<string, long> Constants => _constants;

    /// <inheritdoc/>
    public override string Read(Tensor? tensor)
    {
        if (tensor?.Constant is { } bytes)
        {
            Add(bytes.Span);
        }

        return "NULL";
    }

    /// <inheritdoc/>
    public override string Write(Tensor tensor) => "NULL";

    /// <inheritdoc/>
    public override string Constant<T>(Node node, string role, ReadOnlySpan<T> values)
    {
        Add(MemoryMarshal.AsBytes(values));
        return "NULL";
    }

    private void Add(ReadOnlySpan<byte> bytes) =>
        _constants[FormattableString.Invariant($"{bytes.Length}:{Convert.ToHexString(SHA256.HashData(bytes))}")] = (bytes.Length + 3L) / 4 * 4;
}
