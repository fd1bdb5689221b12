using System.Collections.Immutable;
using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Operators.Reduction;

/// <summary>ReduceMean, ReduceSum, ReduceMax, ReduceMin, ReduceProduct: operand x; non-negative ascending axes, not empty; the result keeps extents of 1 with KeepDimensions.</summary>
public sealed record ReduceAttributes(ImmutableArray<int> Axes, bool KeepDimensions) : OperatorAttributes;
