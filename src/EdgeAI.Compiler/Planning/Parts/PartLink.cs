using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Planning.Parts;

/// <summary>A tensor that is some of the bytes of another: an operand of a concatenation, which is made in its place, or a slice, which stays there.</summary>
/// <param name="Part">No view.</param>
/// <param name="Whole">The larger tensor.</param>
/// <param name="Offset">Bytes from its start.</param>
internal readonly record struct PartLink(Tensor Part, Tensor Whole, long Offset);
