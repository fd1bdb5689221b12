using System.Collections.Immutable;
using EdgeAI.Compiler.Pipeline;

namespace EdgeAI.Compiler.Linking;

/// <summary>A library of kernels that the user brings (<c>*.kernels.json</c>): functions that are linked in place of ours.</summary>
/// <param name="Name">A C identifier; stands in plans and reports.</param>
/// <param name="DisplayPath">The description relative to the project.</param>
/// <param name="Header">The header that declares the functions, as sources include it.</param>
/// <param name="Kernels">In the order of the description; each of our kernels at most once.</param>
/// <param name="Files">Sources and every header they include, with their places in the firmware's folder.</param>
public sealed record UserKernelLibrary(
    string Name, string DisplayPath, string Header, ImmutableArray<UserKernel> Kernels, ImmutableArray<SourceFile> Files);

/// <summary>One function of a user's library.</summary>
/// <param name="Kernel">The kernel of ours whose place it takes: <c>edgeai_conv2d_s8</c>.</param>
/// <param name="Function">The C function.</param>
/// <param name="Scratch">Bytes of working memory; null: none, and no argument for it.</param>
public sealed record UserKernel(string Kernel, string Function, WholeFormula? Scratch);
