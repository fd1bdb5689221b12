using System.Collections.Immutable;
using EdgeAI.Compiler.Data;
using EdgeAI.Compiler.Linking;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators.Custom;

namespace EdgeAI.Compiler.Settings;

/// <summary>The schemes of the <c>Quantization</c> metadata.</summary>
public enum QuantizationScheme
{
    /// <summary>int8 for a float model, none for a quantized one.</summary>
    Default,
    /// <summary>int8 activations and weights wherever an operator has an integer form.</summary>
    Int8,
    /// <summary>int16 activations, int8 weights.</summary>
    Int16x8,
    /// <summary>The cheapest that meets the budgets.</summary>
    Auto,
    /// <summary>Float operators run in float32; quantize, dequantize and integer operators as the file writes them.</summary>
    Float32,
    /// <summary>Every tensor keeps the file's type.</summary>
    None,
}

/// <summary>The type at a model's border.</summary>
public enum BorderType
{
    /// <summary>The file's own type, converted at the border.</summary>
    Model,
    /// <summary>The integers themselves.</summary>
    Quantized,
}

/// <summary>The order of axes at a model's border.</summary>
public enum BorderLayout
{
    /// <summary>As the file has it.</summary>
    Model,
    /// <summary>Batch, height, width, channels.</summary>
    ChannelsLast,
}

/// <summary>What the user set for one model, validated: every text is parsed, every path is absolute.</summary>
public sealed record ModelSettings
{
    /// <summary>The C identifier the model is built under.</summary>
    public required string Name { get; init; }

    /// <summary>Absolute path of the project's folder; paths in diagnostics and reports are relative to it.</summary>
    public string ProjectFolder { get; init; } = "";

    /// <summary>How the model is quantized.</summary>
    public QuantizationScheme Quantization { get; init; }

    /// <summary>Absolute path of representative inputs, or null.</summary>
    public string? CalibrationData { get; init; }

    /// <summary>Absolute path of test inputs, or null.</summary>
    public string? TestData { get; init; }

    /// <summary>Absolute path of class labels, or null.</summary>
    public string? TestLabels { get; init; }

    /// <summary>Absolute path of an .npz of values inside the model, by tensor name, or null.</summary>
    public string? TestReference { get; init; }

    /// <summary>What a pixel of a picture in the data becomes; null where the user did not say.</summary>
    public ImageNormalization? ImageNormalization { get; init; }

    /// <summary>Test cases of the target run.</summary>
    public int TargetCases { get; init; } = 10;

    /// <summary>Fixed extents by input name.</summary>
    public ImmutableSortedDictionary<string, Shape> InputShapes { get; init; } = ImmutableSortedDictionary<string, Shape>.Empty;

    /// <summary>Type of the inputs in the C interface.</summary>
    public BorderType InputType { get; init; }

    /// <summary>Type of the outputs in the C interface.</summary>
    public BorderType OutputType { get; init; }

    /// <summary>Axis order of the inputs in the C interface.</summary>
    public BorderLayout InputLayout { get; init; }

    /// <summary>Axis order of the outputs in the C interface.</summary>
    public BorderLayout OutputLayout { get; init; }

    /// <summary>What kernels are chosen for.</summary>
    public OptimizationGoal Optimize { get; init; }

    /// <summary>The user's kernels that are linked in place of ours.</summary>
    public ImmutableArray<UserKernelLibrary> KernelLibraries { get; init; } = [];

    /// <summary>The user's operators.</summary>
    public ImmutableArray<UserOperator> Operators { get; init; } = [];

    /// <summary>What import looks up nodes of the user's operators in.</summary>
    public CustomOperatorSet OperatorSet => Operators.IsEmpty ? CustomOperatorSet.Empty : new(Operators.Select(known => known.Operator));

    /// <summary>What disturbs the test data, and the calibration data where it says so.</summary>
    public ImmutableArray<NoiseSettings> Noise { get; init; } = [];

    /// <summary>Limits.</summary>
    public Budgets Budgets { get; init; } = Budgets.None;

    /// <summary>A path as diagnostics and reports show it: relative to the project, forward slashes.</summary>
    public string Display(string path) =>
        (ProjectFolder.Length > 0 ? Path.GetRelativePath(ProjectFolder, path) : Path.GetFileName(path)).Replace('\\', '/');
}

/// <summary>Limits past which the build fails; null where none is set.</summary>
/// <param name="SramBytes">Arenas, static data and stack.</param>
/// <param name="FlashBytes">Weights, code and constants.</param>
/// <param name="LatencyMilliseconds">One run.</param>
/// <param name="MinAccuracy">Of the quantized model, a fraction.</param>
/// <param name="MaxAccuracyDrop">Float accuracy minus quantized, a fraction.</param>
/// <param name="MinSqnrDb">Of the outputs, quantized against float.</param>
public sealed record Budgets(
    long? SramBytes, long? FlashBytes, double? LatencyMilliseconds, double? MinAccuracy, double? MaxAccuracyDrop, double? MinSqnrDb)
{
    /// <summary>The least accuracy of the quantized model on inputs of given signal to noise ratios.</summary>
    public ImmutableArray<AccuracyAtSnr> MinAccuracyAtSnr { get; init; } = [];

    /// <summary>No limits.</summary>
    public static Budgets None { get; } = new(null, null, null, null, null, null);
}
