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

    /// <summary>A model from the words of a command line.</summary>
    public static ToolModel Of(
        string path, string target, string? scheme, string? calibration, string? data, string? shapes, IReadOnlyList<string> operators, string? normalization)
    {
        string file = System.IO.Path.GetFileName(path);
        ImmutableSortedDictionary<string, Shape> extents = shapes is null
            ? ImmutableSortedDictionary<string, Shape>.Empty
            : SettingText.Shapes(shapes) ?? throw DiagnosticCatalog.SettingNotValid.Throw(null, "--input-shape", shapes, file, "x:1,49,10,1;y:1,8");
        return new(path, TargetCatalog.Get(target), new ModelSettings
        {
            Name = NameOf(path),
            Quantization = SchemeOf(scheme, file),
            CalibrationData = Existing("--calibration", calibration, file),
            TestData = Existing("--data", data, file),
            ImageNormalization = normalization is null ? null
                : ImageNormalization.Parse(normalization) ?? throw DiagnosticCatalog.SettingNotValid.Throw(null, "--normalization", normalization, file, ImageNormalization.Form),
            InputShapes = extents,
            Operators = UserOperatorReader.ReadAll(Directory.GetCurrentDirectory(), file, operators),
        });
    }

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

    private static string? Existing(string option, string? path, string file) =>
        path is null ? null
        : File.Exists(path) || Directory.Exists(path) ? System.IO.Path.GetFullPath(path)
        : throw DiagnosticCatalog.PathNotFound.Throw(null, option, file, path);

    private static string NameOf(string path)
    {
        char[] letters = [.. System.IO.Path.GetFileNameWithoutExtension(path).Select(letter => char.IsAsciiLetterOrDigit(letter) ? letter : '_')];
        return letters.Length == 0 || char.IsAsciiDigit(letters[0]) ? "model_" + new string(letters) : new string(letters);
    }

    private byte[]? ReadBeside(string relative)
    {
        string file = System.IO.Path.Combine(System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(Path))!, relative);
        return File.Exists(file) ? TextFile.Read(file, DiagnosticCatalog.ModelNotReadable) : null;
    }
}
