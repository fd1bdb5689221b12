using System.Collections.Immutable;
using EdgeAI.Compiler.Operators.Custom;
using EdgeAI.Compiler.Pipeline;

namespace EdgeAI.Compiler.Linking;

/// <summary>An operator that the user brings (<c>*.operator.json</c>).</summary>
/// <param name="Operator">What it means.</param>
/// <param name="Files">Sources of its C and every header they include, with their places in the firmware's folder.</param>
public sealed record UserOperator(CustomOperator Operator, ImmutableArray<SourceFile> Files);
