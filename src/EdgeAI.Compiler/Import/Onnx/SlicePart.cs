using System.Collections.Immutable;

namespace EdgeAI.Compiler.Import.Onnx;

/// <summary>A part of a value: on each axis, so many elements from a start in steps.</summary>
/// <param name="Starts">First index on each axis.</param>
/// <param name="Extents">Elements on each axis.</param>
/// <param name="Steps">Distance of elements on each axis, never 0.</param>
internal sealed record SlicePart(ImmutableArray<int> Starts, ImmutableArray<int> Extents, ImmutableArray<int> Steps);
