namespace EdgeAI.Compiler.Planning.Parts;

/// <summary>Some tensors that are parts of others, and the buffers that this makes.</summary>
/// <param name="Parts">At most one for each tensor.</param>
/// <param name="Buffers">In order of first step, then of name, without offsets.</param>
/// <param name="LoadBytes">The largest over all steps of the bytes alive less what the step's result can share with an operand: no placement is smaller.</param>
/// <param name="StepsOfLoad">How many steps have that load.</param>
internal sealed record PartChoice(IReadOnlyList<PartLink> Parts, PlannedBuffer[] Buffers, long LoadBytes, int StepsOfLoad)
{
    /// <summary>Bytes that need no copy.</summary>
    public long UncopiedBytes { get; } = Parts.Sum(link => link.Part.ByteSize);
}
