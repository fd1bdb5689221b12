using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Operators.Attention;

/// <summary>LinearAttention: heads of queries, a multiple of those of keys and values, and what results are multiplied with.</summary>
public sealed record LinearAttentionAttributes(int QueryHeads, int KeyHeads, float Scale) : OperatorAttributes;
