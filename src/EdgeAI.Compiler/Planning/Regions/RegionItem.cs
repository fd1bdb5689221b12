using EdgeAI.Compiler.Planning.Offsets;

namespace EdgeAI.Compiler.Planning.Regions;

/// <summary>A buffer on its way to a memory.</summary>
/// <param name="Buffer">Name, size, tensors, alignment, and the whole of its life.</param>
/// <param name="TouchedBytes">Bytes read and written there in a run.</param>
internal sealed record RegionItem(PlannedBuffer Buffer, long TouchedBytes)
{
    /// <summary>How often a run touches each of its bytes.</summary>
    public double Density => (double)TouchedBytes / Math.Max(1, Buffer.Size);

    /// <summary>Its life as offset planners take it.</summary>
    public BufferLifetime Lifetime => new(Buffer.FirstStep, Buffer.LastStep + 1, Buffer.Size, Buffer.Alignment);
}
