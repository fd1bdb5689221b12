using System.Collections.Immutable;
using EdgeAI.Compiler.Data;
using EdgeAI.Compiler.Diagnostics;
using EdgeAI.Compiler.Settings;

namespace EdgeAI.Compiler.Noise;

/// <summary>A recording of noise: samples with one or more channels, not all zero.</summary>
internal sealed class NoiseRecording
{
    private static readonly string[] Extensions = [".wav", ".npy"];
    private readonly float[] _values;

    private NoiseRecording(float[] values, int channels, string display, int? rateHz)
    {
        _values = values;
        Channels = channels;
        Display = display;
        RateHz = rateHz;
    }

    /// <summary>Channels.</summary>
    public int Channels { get; }

    /// <summary>Samples of a channel.</summary>
    public int Length => _values.Length / Channels;

    /// <summary>The file as diagnostics name it.</summary>
    public string Display { get; }

    /// <summary>Samples a second; null where the file does not say.</summary>
    public int? RateHz { get; }

    /// <summary>A sample.</summary>
    public float At(int sample, int channel) => _values[(sample * Channels) + channel];

    /// <summary>Whether a channel is not 0 at a sample.</summary>
    public bool Sounds(int sample) => _values.AsSpan(sample * Channels, Channels).ContainsAnyExcept(0f);

    /// <summary>The recordings at the source of an item, in ordinal order of path. Throws <see cref="DiagnosticException"/> that names the file.</summary>
    public static ImmutableArray<NoiseRecording> Read(NoiseSettings noise, Func<string, string> display)
    {
        string source = noise.Source ?? throw new ArgumentException("without a source", nameof(noise));
        string[] files = Directory.Exists(source)
            ? [.. Directory.GetFiles(source, "*", SearchOption.AllDirectories).Where(IsRead).OrderBy(file => Path.GetRelativePath(source, file).Replace('\\', '/'), StringComparer.Ordinal)]
            : [source];
        return files.Length == 0
            ? throw DiagnosticCatalog.NoiseRecording.Throw(null, display(source), noise.Name, "holds no recording")
            : [.. files.Select(file => ReadFile(file, noise, display(file)))];
    }

    /// <summary>The rate of sound files at a path of data; null where there are none or they disagree.</summary>
    public static int? RateOf(string? path)
    {
        string[] files = path is null ? [] : Directory.Exists(path) ? Directory.GetFiles(path, "*", SearchOption.AllDirectories) : [path];
        int[] rates = [.. files.Where(file => Path.GetExtension(file).Equals(".wav", StringComparison.OrdinalIgnoreCase)).Select(file => WavFormat.Read(File.ReadAllBytes(file)).RateHz).Distinct()];
        return rates.Length == 1 ? rates[0] : null;
    }

    private static bool IsRead(string file) => Extensions.Contains(Path.GetExtension(file), StringComparer.OrdinalIgnoreCase);

    private static NoiseRecording ReadFile(string file, NoiseSettings noise, string shown)
    {
        if (!IsRead(file))
        {
            throw DiagnosticCatalog.NoiseRecording.Throw(null, shown, noise.Name, "is neither a .wav nor a .npy file");
        }

        NoiseRecording recording;
        try
        {
            byte[] bytes = File.ReadAllBytes(file);
            if (Path.GetExtension(file).Equals(".wav", StringComparison.OrdinalIgnoreCase))
            {
                (float[] samples, int rateHz) = WavFormat.Read(bytes);
                recording = new NoiseRecording(samples, 1, shown, rateHz);
            }
            else
            {
                NumericArray array = NpyFormat.Read(bytes);
                recording = array.Shape.Rank is 1 or 2 && array.Shape.ElementCount > 0
                    ? new NoiseRecording(array.ToSingles(), array.Shape.Rank == 1 ? 1 : array.Shape[1], shown, null)
                    : throw DiagnosticCatalog.NoiseRecording.Throw(null, shown, noise.Name, $"has shape {array.Shape}");
            }
        }
        catch (Exception error) when (error is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            throw DiagnosticCatalog.DataNotReadable.Throw(null, shown, error.Message.TrimEnd('.'));
        }

        if (!Array.TrueForAll(recording._values, float.IsFinite))
        {
            throw DiagnosticCatalog.NoiseRecording.Throw(null, shown, noise.Name, "has values that are not finite");
        }

        return recording._values.AsSpan().ContainsAnyExcept(0f)
            ? recording
            : throw DiagnosticCatalog.NoiseRecording.Throw(null, shown, noise.Name, "is silent");
    }
}
