namespace EdgeAI.Compiler.Planning.Regions;

/// <summary>
/// The part of a model's arena that lives in one memory. Offsets of a plan count through all parts, one behind another. The first part is the
/// arena that the model's functions take. With several parts it holds what lasts between runs alone: the state and, behind it, the places of
/// the other parts.
/// </summary>
/// <param name="Memory">The memory's name in the target's description.</param>
/// <param name="Start">The plan's offset of its first byte.</param>
/// <param name="Bytes">Its size, a multiple of its alignment.</param>
/// <param name="Alignment">A power of two, at least 16.</param>
public sealed record PlannedRegion(string Memory, long Start, long Bytes, int Alignment)
{
    /// <summary>The offset behind its last byte.</summary>
    public long End => Start + Bytes;

    /// <summary>The name of the buffer that holds the places of the other parts.</summary>
    public const string TableName = "places of the other memories";

    /// <summary>Bytes of one place in it: as many as the widest pointer has.</summary>
    public const int PlaceBytes = 8;
}
