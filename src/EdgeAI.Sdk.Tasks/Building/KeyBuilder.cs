using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using EdgeAI.Compiler.Diagnostics;
using EdgeAI.Compiler.Linking;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators.Custom;
using EdgeAI.Compiler.Pipeline;
using EdgeAI.Compiler.Settings;
using EdgeAI.Compiler.Targets;

namespace EdgeAI.Sdk.Tasks.Building;

/// <summary>
/// Hashes all that a unit of a stage depends on: SHA-256 over fields with their lengths in front. Contents count, places on the
/// machine do not, so that a key means the same in every clone.
/// </summary>
/// <param name="projectDirectory">Paths enter relative to it.</param>
internal sealed class KeyBuilder(string projectDirectory)
{
    private readonly StringBuilder _fields = new();

    /// <summary>Adds a named text; null differs from an empty one.</summary>
    public KeyBuilder Add(string name, string? value)
    {
        _fields.Append(name).Append('=').Append(value is null ? "-" : value.Length.ToString(CultureInfo.InvariantCulture))
            .Append(':').Append(value).Append('\n');
        return this;
    }

    /// <summary>Adds the contents of a file, or of all files of a folder with their relative paths, and the path relative to the project.</summary>
    public KeyBuilder AddContents(string name, string? path)
    {
        Add(name, path is null ? null : ProjectPaths.Display(projectDirectory, path));
        if (path is null)
        {
            return this;
        }

        try
        {
            if (!Directory.Exists(path))
            {
                return Add("sha256", HashFile(path));
            }

            foreach ((string relative, string file) in Directory.EnumerateFiles(path, "*", SearchOption.AllDirectories)
                .Select(file => (Path.GetRelativePath(path, file).Replace('\\', '/'), file))
                .OrderBy(pair => pair.Item1, StringComparer.Ordinal))
            {
                Add(relative, HashFile(file));
            }

            return this;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw DiagnosticCatalog.SettingDataNotReadable.Throw(null, ProjectPaths.Display(projectDirectory, path), error.Message.TrimEnd('.'));
        }
    }

    /// <summary>Adds every setting; data paths enter with their contents.</summary>
    public KeyBuilder AddSettings(ModelSettings settings)
    {
        Add("name", settings.Name);
        Add("quantization", settings.Quantization.ToString());
        AddContents("calibrationData", settings.CalibrationData);
        AddContents("testData", settings.TestData);
        AddContents("testLabels", settings.TestLabels);
        AddContents("testReference", settings.TestReference);
        Add("imageNormalization", settings.ImageNormalization?.ToString());
        Add("targetCases", settings.TargetCases.ToString(CultureInfo.InvariantCulture));
        foreach ((string input, Shape shape) in settings.InputShapes)
        {
            Add("shape " + input, shape.ToString());
        }

        Add("border", string.Join(',', settings.InputType, settings.OutputType, settings.InputLayout, settings.OutputLayout));
        Add("optimize", settings.Optimize.ToString());
        foreach (UserKernelLibrary library in settings.KernelLibraries)
        {
            Add("library " + library.Name, library.Header);
            foreach (UserKernel kernel in library.Kernels)
            {
                Add(kernel.Kernel, $"{kernel.Function} {kernel.Scratch}");
            }

            foreach (SourceFile file in library.Files)
            {
                Add(file.Path, Hash(Encoding.UTF8.GetBytes(file.Text)));
            }
        }

        foreach (UserOperator own in settings.Operators)
        {
            AddOperator(own.Operator);
            foreach (SourceFile file in own.Files)
            {
                Add(file.Path, Hash(Encoding.UTF8.GetBytes(file.Text)));
            }
        }

        foreach (NoiseSettings noise in settings.Noise)
        {
            Add("noise " + noise.Name, string.Join(' ', noise.Kind, SettingText.Joined(noise.Levels), Text(noise.SampleRateHz), noise.InCalibration));
            AddContents("source", noise.Source);
        }

        return AddBudgets(settings.Budgets);
    }

    /// <summary>Adds the meaning of a user's operator: its description and its reference.</summary>
    public KeyBuilder AddOperator(CustomOperator definition) =>
        Add("operator " + definition.Definition.DisplayPath, definition.Definition.Json).Add("reference", Hash(definition.ReferenceFile));

    /// <summary>Adds limits.</summary>
    public KeyBuilder AddBudgets(Budgets budgets) => Add("budgets", string.Join(';', new[]
    {
        Text(budgets.SramBytes), Text(budgets.FlashBytes), Text(budgets.LatencyMilliseconds), Text(budgets.MinAccuracy),
        Text(budgets.MaxAccuracyDrop), Text(budgets.MinSqnrDb),
        string.Join(',', budgets.MinAccuracyAtSnr.Select(limit => $"{Text(limit.SnrDb)}:{Text(limit.Accuracy)}")),
    }));

    /// <summary>Adds which models may run at the same time.</summary>
    public KeyBuilder AddConcurrency(ModelConcurrency concurrency) =>
        Add("together", string.Join(';', concurrency.Pairs.Select(pair => $"{pair.First},{pair.Second}")));

    /// <summary>Adds a target's description.</summary>
    public KeyBuilder AddTarget(TargetDescription target)
    {
        Add("target", target.Name);
        Add("core", target.Core);
        Add("instructions", InstructionSets.NameOf(target.Instructions));
        Add("clock", Text(target.ClockMhz));
        foreach (MemoryRegion region in target.Regions)
        {
            Add("region " + region.Name, string.Join(';', new[]
            {
                Text(region.Origin), Text(region.SizeBytes), Text(region.WaitStates), Text(region.BytesPerAccess), Text(region.Alignment),
                string.Join(',', region.Holds),
            }));
        }

        return Add("power", target.Power is { } power
            ? string.Join(';', new[] { Text(power.ActiveMicroampsPerMhz), Text(power.SleepMicroamps), Text(power.Volts) })
            : null);
    }

    /// <summary>The key in lower-case hexadecimal.</summary>
    public string Build() => Hash(Encoding.UTF8.GetBytes(_fields.ToString()));

    /// <summary>SHA-256 of bytes in lower-case hexadecimal.</summary>
    public static string Hash(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    /// <summary>SHA-256 of a file.</summary>
    public static string HashFile(string path)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }

    private static string Text<T>(T? value) where T : struct, IFormattable =>
        value?.ToString(null, CultureInfo.InvariantCulture) ?? "-";

    private static string Text<T>(T value) where T : struct, IFormattable => value.ToString(null, CultureInfo.InvariantCulture);
}
