namespace EdgeAI.Compiler.Planning.Offsets;

/// <summary>One buffer to place: when it is taken, and what it needs.</summary>
/// <param name="Lower">The first step at which it is taken.</param>
/// <param name="Upper">The first step after it at which it is free again; <paramref name="Lower"/> for a buffer that is never taken.</param>
/// <param name="SizeBytes">Its size, at least 0.</param>
/// <param name="Alignment">Its offset is a multiple of this power of two.</param>
public readonly record struct BufferLifetime(int Lower, int Upper, long SizeBytes, int Alignment)
{
    /// <summary>Whether both are taken at some step.</summary>
    public bool Overlaps(BufferLifetime other) =>
        Lower < other.Upper && other.Lower < Upper && Lower < Upper && other.Lower < other.Upper;
}
