using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Operators.Tabular;

/// <summary>Ngrams: the lengths that count, from Least to Most, how many elements may lie between two of an n-gram, whether more than one counts as one.</summary>
public sealed record NgramAttributes(int Least, int Most, int Skips, bool OnlyPresence) : OperatorAttributes;
