namespace EdgeAI.Compiler.Planning.Overlap;

/// <summary>A result that may lie over an operand nothing reads later.</summary>
/// <param name="Operand">Index of the operand's buffer, whose last step is the node's.</param>
/// <param name="Result">Index of the result's buffer, whose first step is the node's.</param>
/// <param name="Distance">The result starts at least this many bytes below the operand's start, or behind its end.</param>
/// <param name="Step">The node's step.</param>
internal readonly record struct OverlapPair(int Operand, int Result, long Distance, int Step);
