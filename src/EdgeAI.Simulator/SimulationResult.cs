using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace EdgeAI.Simulator;

/// <summary>What running one model for one target found out; written as <c>&lt;model&gt;.simulation.json</c>. Null is "not obtained", never zero.</summary>
public sealed record SimulationResult
{
    /// <summary>Every engine that ran, managed first.</summary>
    public ImmutableArray<EngineRun> Engines { get; init; } = [];

    /// <summary>Engines that did not run, each with the reason in one sentence.</summary>
    public ImmutableArray<SkippedEngine> Skipped { get; init; } = [];

    /// <summary>Accuracy figures of the managed run.</summary>
    public AccuracyFigures? Accuracy { get; init; }

    /// <summary>Sizes read back from the linked ELF of the target; null without the target run's compiler.</summary>
    public ElfFigures? Elf { get; init; }

    /// <summary>Instructions of one inference on the target, and how they were counted.</summary>
    public long? Instructions { get; init; }

    /// <summary>Instructions of one <c>&lt;model&gt;_init</c>, the mean of many in a loop, rounded up.</summary>
    public long? InitInstructions { get; init; }

    /// <summary>One entry for each node of the planned graph, in order.</summary>
    public ImmutableArray<LayerFigures> Layers { get; init; } = [];

    /// <summary>Where the model parts from expected outputs or from a reference of its values; null where nothing was to be looked for.</summary>
    public DivergenceFigures? Divergence { get; init; }

    /// <summary>Arrays to be kept beside the result, .npy by name; no part of the file form.</summary>
    [JsonIgnore]
    public ImmutableArray<(string Name, byte[] Bytes)> Arrays { get; init; } = [];
}

/// <summary>Where a model's values part from what they should be.</summary>
/// <param name="Reference">The user's file of values; null where the graph as the model file writes it stood for one, or where neither was there.</param>
/// <param name="Case">The test case that ran; null where the inputs came with the reference.</param>
/// <param name="Compared">How many values were compared.</param>
/// <param name="First">The first that differs; null where none does.</param>
/// <param name="Output">The first element of an output that is not as the test data expects; null where all are, or none is given.</param>
public sealed record DivergenceFigures(string? Reference, int? Case, int Compared, FirstDifference? First, OutputDifference? Output);

/// <summary>The first value that differs.</summary>
/// <param name="Stage">What made the graph in which it does: <c>import</c>, <c>pass NAME</c> or <c>quantization</c>.</param>
/// <param name="Tensor">Its name in the model file.</param>
/// <param name="Node">What made it: the file's node.</param>
/// <param name="Operator">The node's operator.</param>
/// <param name="LargestError">In reals; null where it is not finite.</param>
/// <param name="Range">The largest magnitude of the reference.</param>
/// <param name="ExpectedFile">Where the reference's value is; null where it was not kept.</param>
/// <param name="ActualFile">Where the model's is.</param>
public sealed record FirstDifference(
    string Stage, string Tensor, string Node, string Operator, double? LargestError, double Range, string? ExpectedFile, string? ActualFile);

/// <summary>An element of an output that is not the expected one.</summary>
/// <param name="Output">The output's name.</param>
/// <param name="Case">The test case.</param>
/// <param name="Place">Its coordinates in the file's order of axes: <c>[0,3]</c>.</param>
/// <param name="Expected">The test data's; null where it is not finite.</param>
/// <param name="Actual">The model's; null where it is not finite.</param>
public sealed record OutputDifference(string Output, int Case, string Place, double? Expected, double? Actual);

/// <summary>One engine's run.</summary>
/// <param name="Engine"><c>managed</c>, <c>host</c> or <c>qemu</c>.</param>
/// <param name="Cases">Test cases that ran.</param>
/// <param name="Mismatches">Cases whose outputs differ from the managed run's (for <c>managed</c>: from the expected outputs) beyond the bound.</param>
/// <param name="MaxAbsError">The largest absolute difference of an output in real numbers.</param>
public sealed record EngineRun(string Engine, int Cases, int Mismatches, double MaxAbsError);

/// <summary>An engine that did not run.</summary>
public sealed record SkippedEngine(string Engine, string Reason);

/// <summary>How right the model is on the test data.</summary>
/// <param name="Metric"><c>top1</c>, or null without labels.</param>
/// <param name="Float">Accuracy of the float graph, or null.</param>
/// <param name="Quantized">Accuracy of the graph that runs, or null.</param>
/// <param name="SqnrDb">Signal to quantization noise of all outputs, or null where there is no float graph or no noise.</param>
/// <param name="Cases">Test cases behind the figures.</param>
/// <param name="NoiseFree">Whether the outputs carry no quantization noise at all: then the ratio is infinite, and <paramref name="SqnrDb"/> null.</param>
public sealed record AccuracyFigures(
    string? Metric, double? Float, double? Quantized, double? SqnrDb, int Cases, bool NoiseFree = false)
{
    /// <summary>How the classes of the float graph and of the graph that runs agree on labelled cases; null without labels or without a float graph.</summary>
    public ClassAgreement? Classes { get; init; }

    /// <summary>The figures on disturbed inputs, one curve for each EdgeAINoise item.</summary>
    public ImmutableArray<NoiseCurve> Noise { get; init; } = [];
}

/// <summary>How the model stands one kind of noise.</summary>
/// <param name="Name">The EdgeAINoise item.</param>
/// <param name="Kind">Its kind.</param>
/// <param name="IsBySnr">Whether levels are signal to noise ratios in dB.</param>
/// <param name="Cases">Test cases behind each point.</param>
/// <param name="Points">From the mildest level to the strongest.</param>
public sealed record NoiseCurve(string Name, string Kind, bool IsBySnr, int Cases, ImmutableArray<NoisePoint> Points);

/// <summary>The model at one level of noise.</summary>
/// <param name="Level">In the kind's unit.</param>
/// <param name="Float">Share of right classes of the float graph; null without labels or without a float graph.</param>
/// <param name="Quantized">Share of right classes of the graph that runs; null without labels.</param>
public sealed record NoisePoint(double Level, double? Float, double? Quantized)
{
    /// <summary>Signal to quantization noise of the outputs: both graphs on the disturbed inputs.</summary>
    public double? SqnrDb { get; init; }

    /// <summary>Of the float graph's outputs against those on clean inputs.</summary>
    public double? FloatOutputDb { get; init; }

    /// <summary>Of the running graph's outputs against the float graph's on clean inputs (its own where there is no float graph).</summary>
    public double? QuantizedOutputDb { get; init; }
}

/// <summary>Where quantization changes the class that is found.</summary>
/// <param name="Count">How many classes there are.</param>
/// <param name="Confusion">Cases by the float graph's class and, within, by the running graph's; empty beyond 64 classes.</param>
/// <param name="Changed">The first cases whose class changed, in the order of cases.</param>
/// <param name="ChangedCount">How many changed.</param>
public sealed record ClassAgreement(
    int Count, ImmutableArray<ImmutableArray<int>> Confusion, ImmutableArray<ChangedClass> Changed, int ChangedCount);

/// <summary>A case whose class changed.</summary>
/// <param name="Case">Its index in the test data.</param>
/// <param name="Label">The right class.</param>
/// <param name="Float">The float graph's class.</param>
/// <param name="Quantized">The class of the graph that runs.</param>
public sealed record ChangedClass(int Case, int Label, int Float, int Quantized);

/// <summary>Bytes of the linked firmware that belong to the library, read from its symbols and sections.</summary>
public sealed record ElfFigures(long CodeBytes, long WeightBytes, long StaticBytes, long? StackBytes)
{
    /// <summary>The symbols behind these bytes, largest first. Constants without a name of their own (jump tables, literals) have none.</summary>
    public ImmutableArray<FirmwareSymbol> Symbols { get; init; } = [];
}

/// <summary>One function or object of the library in the linked image.</summary>
/// <param name="Name">As the C sources have it.</param>
/// <param name="Bytes">Its size.</param>
/// <param name="Section"><c>code</c> (functions and their constants), <c>weights</c> or <c>static</c>.</param>
public sealed record FirmwareSymbol(string Name, long Bytes, string Section);

/// <summary>Figures of one node.</summary>
/// <param name="Name">The node.</param>
/// <param name="SqnrDb">Of its first result against the float graph's tensor of the same name, accumulated from the input; null where there is none.</param>
/// <param name="Instructions">On the target, or null.</param>
public sealed record LayerFigures(string Name, double? SqnrDb, long? Instructions)
{
    /// <summary>Of the first result when the operands are the float graph's own values, quantized; null where there is none.</summary>
    public double? IsolatedSqnrDb { get; init; }

    /// <summary>The share of the float graph's values that lie beyond the range of the first result; null where there is none.</summary>
    public double? ClippingRate { get; init; }
}
