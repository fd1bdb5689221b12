using System.Collections.Immutable;
using EdgeAI.Compiler.Data;
using EdgeAI.Compiler.Diagnostics;
using EdgeAI.Compiler.Linking;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Pipeline;
using EdgeAI.Compiler.Settings;
using EdgeAI.Compiler.Targets;

namespace EdgeAI.Tool;

/// <summary>One model file on its way through the stages, as a build takes it.</summary>
/// <param name="Path">The file.</param>
/// <param name="Target">Whose arena and kernels.</param>
/// <param name="Settings">As the metadata of an EdgeAIModel.</param>
internal sealed record ToolModel(string Path, TargetDescription Target, ModelSettings Settings)
{
    /// <summary>Told of what takes long; null for silence.</summary>
    public IProgress<StageProgress>? Progress { get; init; }

    /// <summary>A model from the words of a command line. Throws <see cref="DiagnosticException"/> for words that are no values, and for files that are not there.</summary>
    public static ToolModel Of(ModelWords words)
    {
        string file = System.IO.Path.GetFileName(words.Path);
        T? Value<T>(string option, string? text, Func<string, T?> parse, string form) =>
            text is null ? default : parse(text) ?? throw DiagnosticCatalog.SettingNotValid.Throw(null, option, text, file, form);
        string name = ModelName.FromFile(words.Path);
        if (File.Exists(words.Path) && ModelName.Check(name, words.Path) is { } refused)
        {
            throw new DiagnosticException(refused);
        }

        return new(words.Path, TargetCatalog.Find(words.Target, Directory.GetCurrentDirectory()), new ModelSettings
        {
            Name = name,
            Quantization = SchemeOf(words.Scheme, file),
            CalibrationData = Existing("--calibration", words.Calibration, file),
            TestData = Existing("--data", words.Data, file),
            TestLabels = Existing("--labels", words.Labels, file),
            ImageNormalization = Value("--normalization", words.Normalization, ImageNormalization.Parse, ImageNormalization.Form),
            InputShapes = Value("--input-shape", words.Shapes, SettingText.Shapes, "x:1,49,10,1;y:1,8") ?? ImmutableSortedDictionary<string, Shape>.Empty,
            Budgets = Budgets.None with { SramBytes = Value("--sram-budget", words.SramBudget, SettingText.Bytes, SettingText.SizeForm) },
            Operators = UserOperatorReader.ReadAll(Directory.GetCurrentDirectory(), file, words.Operators),
        });
    }

    /// <summary>The absolute path of a file or folder that an option names and that must be there; null where the option is not given.</summary>
    public static string? Existing(string option, string? path, string file) =>
        path is null ? null
        : File.Exists(path) || Directory.Exists(path) ? System.IO.Path.GetFullPath(path)
        : throw DiagnosticCatalog.PathNotFound.Throw(null, option, file, path);

    /// <summary>The graph as passes leave it.</summary>
    public ImportedModel Import(ICollection<Diagnostic> diagnostics, CancellationToken cancellation) =>
        ImportStage.Run(Request(), diagnostics, cancellation);

    /// <summary>The plan of the quantized graph.</summary>
    public PlannedModel Plan(ICollection<Diagnostic> diagnostics, CancellationToken cancellation)
    {
        QuantizedModel quantized = QuantizeStage.Run(Import(diagnostics, cancellation), Settings, diagnostics, cancellation, Progress);
        return PlanStage.Run(quantized, Target, Settings, diagnostics, cancellation, progress: Progress);
    }

    /// <summary>The firmware library with this model alone.</summary>
    public FirmwareSources Generate(PlannedModel planned, ICollection<Diagnostic> diagnostics, CancellationToken cancellation) =>
        GenerateStage.Run(PlanStage.Combine(Target, [planned], diagnostics), diagnostics, cancellation);

    /// <summary>What import reads.</summary>
    public ImportRequest Request() => new(
        Settings.Name, Path.Replace('\\', '/'), TextFile.Read(Path, DiagnosticCatalog.ModelNotReadable), Settings.InputShapes, ReadBeside,
        Settings.Quantization == QuantizationScheme.Float32)
    {
        Operators = Settings.OperatorSet,
    };

    private static QuantizationScheme SchemeOf(string? text, string file)
    {
        const QuantizationScheme unset = QuantizationScheme.Default;
        return text is null ? unset
            : SettingText.Choice<QuantizationScheme>(text) is { } scheme and not unset ? scheme
            : throw DiagnosticCatalog.SettingNotValid.Throw(
                null, "--quantization", text, file, "one of " + string.Join(", ", Enum.GetValues<QuantizationScheme>().Where(value => value != unset)));
    }

    private byte[]? ReadBeside(string relative)
    {
        string file = System.IO.Path.Combine(System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(Path))!, relative);
        return File.Exists(file) ? TextFile.Read(file, DiagnosticCatalog.ModelNotReadable) : null;
    }
}
