using System.Collections.Immutable;
using EdgeAI.Compiler.Data;
using EdgeAI.Compiler.Diagnostics;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators;
using EdgeAI.Compiler.Settings;

namespace EdgeAI.Compiler.Noise;

/// <summary>
/// What one EdgeAINoise item does to inputs.
/// <list type="bullet">
/// <item>Floats are disturbed, and quantized integers and 8- and 16-bit ones by way of the reals that they stand for; other inputs (indexes, booleans) stay.</item>
/// <item>The random numbers begin at a hash of the item's kind and the input's own bytes: the same input is disturbed alike in every run, place and order,
/// and a stronger level is the same noise, louder.</item>
/// <item>The power of a signal is the mean of its squares over the input; noise is scaled so that the ratio is met in each input by itself. An input
/// of zeros alone has no power and stays.</item>
/// <item>The full scale of an input is its largest magnitude over all clean cases; a converter spans their smallest and largest value and 0.</item>
/// </list>
/// </summary>
public sealed class Disturbance
{
    private readonly NoiseSettings _noise;
    private readonly IReadOnlyList<Tensor> _inputs;
    private readonly (double Low, double High)[] _ranges;
    private readonly ImmutableArray<NoiseRecording> _recordings;

    private Disturbance(NoiseSettings noise, IReadOnlyList<Tensor> inputs, (double Low, double High)[] ranges, ImmutableArray<NoiseRecording> recordings)
    {
        _noise = noise;
        _inputs = inputs;
        _ranges = ranges;
        _recordings = recordings;
    }

    /// <summary>Whether an input holds samples that can be disturbed.</summary>
    public static bool Touches(Tensor input) =>
        input.Shape.ElementCount > 0 && (input.Type is ElementType.Float32 or ElementType.Int8 or ElementType.UInt8 or ElementType.Int16);

    /// <summary>
    /// Reads the item's recordings and compares their rate. Throws <see cref="DiagnosticException"/> for recordings that cannot be used.
    /// </summary>
    /// <param name="noise">The item.</param>
    /// <param name="inputs">The model file's inputs.</param>
    /// <param name="cases">The clean cases.</param>
    /// <param name="data">Absolute path of the data that the cases come from, or null.</param>
    /// <param name="display">Paths as diagnostics show them.</param>
    /// <param name="diagnostics">Takes notes.</param>
    public static Disturbance Open(
        NoiseSettings noise, IReadOnlyList<Tensor> inputs, IReadOnlyList<TestCase> cases, string? data, Func<string, string> display,
        ICollection<Diagnostic> diagnostics)
    {
        ImmutableArray<NoiseRecording> recordings = noise.Kind == NoiseKind.Recorded ? NoiseRecording.Read(noise, display) : [];
        int? expected = recordings.IsEmpty ? null : noise.SampleRateHz ?? NoiseRecording.RateOf(data);
        foreach (NoiseRecording recording in recordings)
        {
            int channels = inputs.Where(Touches).Select(input => new SignalShape(input.Shape).Channels).FirstOrDefault(count => count != recording.Channels);
            if (recording.Channels > 1 && channels > 0)
            {
                throw DiagnosticCatalog.NoiseRecording.Throw(null, recording.Display, noise.Name, $"has {recording.Channels} channels for an input of {channels}");
            }

            int? other = expected ?? recordings.FirstOrDefault(one => one.RateHz is not null)?.RateHz;
            if (recording.RateHz is { } rate && other is { } wanted && rate != wanted)
            {
                string whose = expected is null ? "another recording of the item" : noise.SampleRateHz is null ? "the sound of the test data" : "the model's input, by SampleRateHz,";
                throw DiagnosticCatalog.NoiseRate.Throw(null, recording.Display, noise.Name, rate, whose, wanted);
            }
        }

        if (expected is null && recordings.FirstOrDefault(recording => recording.RateHz is not null) is { } untold)
        {
            diagnostics.Add(DiagnosticCatalog.NoiseRateUnknown.With(null, untold.Display, noise.Name, untold.RateHz));
        }

        return new Disturbance(noise, inputs, [.. inputs.Select((input, i) => Touches(input) ? RangeOf(cases, input, i) : (0, 0))], recordings);
    }

    /// <summary>The case with its inputs disturbed; label and expected outputs stay.</summary>
    public TestCase Apply(TestCase test, double level) => test with
    {
        Inputs = [.. test.Inputs.Select((bytes, i) => Touches(_inputs[i]) ? Apply(bytes, i, level) : bytes)],
    };

    private ReadOnlyMemory<byte> Apply(ReadOnlyMemory<byte> bytes, int input, double level)
    {
        Tensor tensor = _inputs[input];
        double[] values = BorderValues.Decode(bytes.Span, tensor, []);
        var shape = new SignalShape(tensor.Shape);
        var numbers = new SplitMix64(Seed(bytes.Span));
        double[] disturbed = _noise.Kind switch
        {
            NoiseKind.White => Add(values, AdditiveNoise.White(shape, numbers), level),
            NoiseKind.Pink => Add(values, AdditiveNoise.Pink(shape, numbers), level),
            NoiseKind.Recorded => Add(values, AdditiveNoise.Recorded(shape, _recordings, numbers), level),
            NoiseKind.Offset => SensorFault.Offset(values, shape, level * FullScale(input), numbers),
            NoiseKind.Gain => SensorFault.Gain(values, level, numbers),
            NoiseKind.Clipping => SensorFault.Clip(values, (1 - level) * FullScale(input)),
            NoiseKind.AdcBits => SensorFault.Convert(values, (int)level, _ranges[input].Low, _ranges[input].High),
            NoiseKind.DroppedSamples => SensorFault.Drop(values, shape, level, numbers),
            _ => SensorFault.Shake(values, shape, level, numbers),
        };
        return BorderValues.FromReals(disturbed, tensor);
    }

    private double FullScale(int input) => Math.Max(Math.Abs(_ranges[input].Low), Math.Abs(_ranges[input].High));

    /// <summary>Scales the noise to the ratio in dB and adds it.</summary>
    private static double[] Add(double[] values, double[] noise, double snrDb)
    {
        double signal = values.Sum(value => value * value);
        double power = noise.Sum(value => value * value);
        if (signal == 0 || power == 0)
        {
            return values;
        }

        double factor = Math.Sqrt(signal / power * PortableMath.Exp(-snrDb / 10 * PortableMath.Log(10)));
        return [.. values.Select((value, i) => value + (factor * noise[i]))];
    }

    /// <summary>FNV-1a over the kind and the bytes.</summary>
    private ulong Seed(ReadOnlySpan<byte> bytes)
    {
        const ulong Prime = 0x100000001B3;
        ulong hash = (0xCBF29CE484222325 ^ (ulong)_noise.Kind) * Prime;
        foreach (byte value in bytes)
        {
            hash = (hash ^ value) * Prime;
        }

        return hash;
    }

    private static (double Low, double High) RangeOf(IReadOnlyList<TestCase> cases, Tensor input, int index)
    {
        double low = 0;
        double high = 0;
        foreach (TestCase test in cases)
        {
            foreach (double value in BorderValues.Decode(test.Inputs[index].Span, input, []))
            {
                low = Math.Min(low, value);
                high = Math.Max(high, value);
            }
        }

        return (low, high);
    }
}
