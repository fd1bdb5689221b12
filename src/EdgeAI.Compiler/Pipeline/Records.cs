using System.Collections.Immutable;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Planning;
using EdgeAI.Compiler.Planning.Kernels;
using EdgeAI.Compiler.Quantization;
using EdgeAI.Compiler.Quantization.Mixed;
using EdgeAI.Compiler.Targets;

namespace EdgeAI.Compiler.Pipeline;

/// <summary>Where a model came from.</summary>
/// <param name="Path">The path relative to the project, with forward slashes.</param>
/// <param name="Sha256">Lower-case hexadecimal hash of the file.</param>
/// <param name="Format"><c>onnx</c> or <c>tflite</c>.</param>
public sealed record ModelSource(string Path, string Sha256, string Format);

/// <summary>The result of import: one verified graph, channels last, constants folded, activations fused.</summary>
/// <param name="Graph">Float, or the file's own integers.</param>
/// <param name="Source">Where it came from.</param>
public sealed record ImportedModel(Graph Graph, ModelSource Source);

/// <summary>
/// How the device's border differs in axis order from the model file's: axis i of the device's tensor is axis Permutation[i] of the file's;
/// an empty permutation is the identity. Types and quantization are those of the graph's inputs and outputs.
/// </summary>
/// <param name="InputPermutations">One for each input.</param>
/// <param name="OutputPermutations">One for each output.</param>
public sealed record BorderLayouts(
    ImmutableArray<ImmutableArray<int>> InputPermutations, ImmutableArray<ImmutableArray<int>> OutputPermutations);

/// <summary>The result of quantization: the graph that will run on the device.</summary>
/// <param name="Graph">Integer where the scheme says so, with border conversions as nodes.</param>
/// <param name="Source">Where it came from.</param>
/// <param name="Scheme"><c>Int8</c>, <c>Float32</c>, <c>None</c>, …</param>
/// <param name="CalibratedOnRealData">False when ranges came from synthetic inputs.</param>
/// <param name="CalibrationCases">How many calibration inputs were used; 0 where none were needed.</param>
/// <param name="Border">Axis order at the border.</param>
public sealed record QuantizedModel(
    Graph Graph, ModelSource Source, string Scheme, bool CalibratedOnRealData, int CalibrationCases, BorderLayouts Border)
{
    /// <summary>
    /// What planning chooses the type of each layer from; null where the graph is settled. Until then <see cref="Graph"/> has all layers in int16.
    /// </summary>
    public MixedCandidates? Candidates { get; init; }

    /// <summary>The types that were chosen; null where there was nothing to choose.</summary>
    public TypeChoice? Types { get; init; }

    /// <summary>What was done against the noise of integers; with <see cref="Candidates"/> in both integer types.</summary>
    public ModelRepairs Repairs { get; init; } = ModelRepairs.None;
}

/// <summary>The result of planning for one target: the graph and the place of every buffer.</summary>
/// <param name="Quantized">What runs.</param>
/// <param name="Target">Where it runs.</param>
/// <param name="Plan">Its arena.</param>
public sealed record PlannedModel(QuantizedModel Quantized, TargetDescription Target, MemoryPlan Plan)
{
    /// <summary>The kernel of each node that runs, in the order of the nodes, with what decided; the nodes name their kernels themselves.</summary>
    public ImmutableArray<ChosenKernel> Kernels { get; init; } = [];

    /// <summary>Files of users' kernel libraries that nodes are linked with, with their places in the firmware's folder.</summary>
    public ImmutableArray<SourceFile> LinkedFiles { get; init; } = [];
}

/// <summary>One generated text file, relative to the library's folder, <c>\n</c> line ends, UTF-8 without mark.</summary>
public sealed record SourceFile(string Path, string Text);

/// <summary>The result of emission: the firmware library of one target.</summary>
/// <param name="Target">The target's name.</param>
/// <param name="Files">In ordinal order of path.</param>
public sealed record FirmwareSources(string Target, ImmutableArray<SourceFile> Files);
