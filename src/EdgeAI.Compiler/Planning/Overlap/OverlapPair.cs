namespace EdgeAI.Compiler.Planning.Overlap;

/// <summary>A result that may lie over an operand nothing reads later.</summary>
/// <param name="Operand">Index of the operand's buffer, whose last step is the node's.</param>
/// <param name="Result">Index of the result's buffer, whose first step is the node's.</param>
/// <param name="Distance">The result's buffer starts at least this many bytes below that of the operand, or behind its end.</param>
/// <param name="Step">The node's step.</param>
internal readonly record struct OverlapPair(int Operand, int Result, long Distance, int Step)
{
    /// <summary>The most bytes that buffers of these sizes can have in common.</summary>
    public long SharedBytes(long operandBytes, long resultBytes) =>
        Math.Max(0, operandBytes + resultBytes - Math.Max(resultBytes, Math.Max(0, Distance) + operandBytes));
}
