using System.Collections.Immutable;
using System.Runtime.InteropServices;
using EdgeAI.Compiler.Data;
using EdgeAI.Compiler.Diagnostics;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Noise;
using EdgeAI.Compiler.Operators;
using EdgeAI.Compiler.Settings;

namespace EdgeAI.Compiler.Tests.Noise;

/// <summary>What each kind of noise does to inputs: ratios are met, faults are those that they are named for, and nothing depends on order.</summary>
[TestClass]
public sealed class DisturbanceTests
{
    private static readonly Tensor Sound = new("x", ElementType.Float32, new Shape(1, 4096));

    [TestMethod]
    [DataRow(NoiseKind.White, 20.0)]
    [DataRow(NoiseKind.White, -7.5)]
    [DataRow(NoiseKind.Pink, 10.0)]
    public void A_ratio_is_met_in_every_input(NoiseKind kind, double snrDb)
    {
        foreach (float loudness in new[] { 0.001f, 1f, 300f })
        {
            float[] clean = Sine(loudness);
            float[] noisy = Disturb(kind, snrDb, clean);
            double signal = clean.Sum(value => (double)value * value);
            double noise = clean.Zip(noisy).Sum(pair => Math.Pow(pair.First - pair.Second, 2));
            Assert.AreEqual(snrDb, 10 * Math.Log10(signal / noise), 0.01);
        }
    }

    [TestMethod]
    public void A_recording_gives_its_ratio_and_its_shape()
    {
        string file = WriteNpy([.. Enumerable.Range(0, 1000).Select(i => i % 8 < 4 ? 1f : -1f)], new Shape(1000));
        float[] clean = Sine(1);
        float[] noisy = Disturb(NoiseKind.Recorded, 10, clean, file);
        double[] noise = [.. clean.Zip(noisy, (from, to) => (double)to - from)];
        double signal = clean.Sum(value => (double)value * value);
        Assert.AreEqual(10, 10 * Math.Log10(signal / noise.Sum(value => value * value)), 0.01);
        Assert.IsTrue(noise.All(value => Math.Abs(Math.Abs(value) - Math.Abs(noise[0])) < 1e-5), "a square wave stays one");
    }

    /// <summary>The power of neighbouring octaves differs by less than 2 dB; white noise doubles from octave to octave.</summary>
    [TestMethod]
    public void Pink_noise_has_equal_power_in_octaves()
    {
        double[] pink = Octaves(NoiseKind.Pink);
        double[] white = Octaves(NoiseKind.White);
        for (int octave = 1; octave < pink.Length; octave++)
        {
            Assert.AreEqual(0, 10 * Math.Log10(pink[octave] / pink[octave - 1]), 2, $"octave {octave}");
            Assert.AreEqual(3, 10 * Math.Log10(white[octave] / white[octave - 1]), 1.5, $"octave {octave} of white noise");
        }
    }

    [TestMethod]
    public void A_stronger_level_is_the_same_noise_louder()
    {
        float[] clean = Sine(1);
        float[] mild = Disturb(NoiseKind.White, 20, clean);
        float[] strong = Disturb(NoiseKind.White, 0, clean);
        for (int i = 0; i < clean.Length; i++)
        {
            Assert.AreEqual((mild[i] - clean[i]) * 10, strong[i] - clean[i], 1e-4);
        }
    }

    [TestMethod]
    public void Noise_depends_on_the_input_and_not_on_its_place()
    {
        TestCase first = Case(Sine(1));
        TestCase second = Case(Sine(2));
        var noise = new NoiseSettings("n", NoiseKind.White, [10]);
        Disturbance one = Open(noise, [first, second]);
        Disturbance other = Open(noise with { Name = "other" }, [second, first]);
        Assert.IsTrue(one.Apply(first, 10).Inputs[0].Span.SequenceEqual(other.Apply(first, 10).Inputs[0].Span));
        float[] a = [.. Values(one.Apply(first, 10)).Zip(Sine(1), (to, from) => to - from)];
        float[] b = [.. Values(one.Apply(second, 10)).Zip(Sine(2), (to, from) => (to - from) / 2)];
        Assert.IsFalse(a.Zip(b).All(pair => Math.Abs(pair.First - pair.Second) < 1e-3), "two inputs have the same noise");
    }

    [TestMethod]
    public void An_input_without_power_stays() =>
        Assert.IsTrue(Disturb(NoiseKind.White, 0, new float[4096]).All(value => value == 0));

    [TestMethod]
    public void Faults_are_those_of_sensors_and_converters()
    {
        float[] clean = Sine(2);
        float[] drift = [.. Disturb(NoiseKind.Offset, 0.25, clean).Zip(clean, (to, from) => to - from)];
        Assert.AreEqual(0, drift[0], 1e-6);
        Assert.AreEqual(0.5, Math.Abs(drift[^1]), 1e-4, "a quarter of the full scale of 2");
        Assert.AreEqual(drift[^1] / 2, drift[2048], 1e-3);

        float[] gain = Disturb(NoiseKind.Gain, 0.1, clean);
        Assert.AreEqual(0.1, Math.Abs((gain[100] / clean[100]) - 1), 1e-5);

        float[] clipped = Disturb(NoiseKind.Clipping, 0.25, clean);
        Assert.AreEqual(1.5, clipped.Max(), 1e-5);
        Assert.IsTrue(clean.Zip(clipped).All(pair => Math.Abs(pair.First) > 1.5 || pair.First == pair.Second));

        float[] coarse = Disturb(NoiseKind.AdcBits, 3, clean);
        Assert.HasCount(8, coarse.Distinct());
        Assert.IsTrue(clean.Zip(coarse).All(pair => Math.Abs(pair.First - pair.Second) <= 2.0 / 7 + 1e-6));

        float[] dropped = Disturb(NoiseKind.DroppedSamples, 0.1, clean);
        int held = Enumerable.Range(1, clean.Length - 1).Count(i => dropped[i] != clean[i]);
        Assert.AreEqual(0.1 * clean.Length, held, 80);
        Assert.IsTrue(Enumerable.Range(1, clean.Length - 1).All(i => dropped[i] == clean[i] || dropped[i] == dropped[i - 1]));

        float[] ramp = [.. Enumerable.Range(0, 4096).Select(i => (float)i)];
        double[] shifts = [.. Disturb(NoiseKind.Jitter, 0.5, ramp).Zip(ramp, (to, from) => (double)to - from)];
        Assert.AreEqual(0.5, Math.Sqrt(shifts.Average(shift => shift * shift)), 0.02);
    }

    /// <summary>Of three axes over time, all lose a sample at once, and noise differs from axis to axis.</summary>
    [TestMethod]
    public void Channels_share_time_and_have_their_own_noise()
    {
        var motion = new Tensor("x", ElementType.Float32, new Shape(1, 100, 3));
        float[] clean = [.. Enumerable.Range(0, 300).Select(i => (float)(i / 3 * (1 + (i % 3))))];
        float[] dropped = Values(Open(new("d", NoiseKind.DroppedSamples, [0.2]), [Case(clean)], motion).Apply(Case(clean), 0.2));
        for (int time = 1; time < 100; time++)
        {
            bool[] lost = [.. Enumerable.Range(0, 3).Select(channel => dropped[(time * 3) + channel] != clean[(time * 3) + channel])];
            Assert.IsTrue(lost.All(one => one == lost[0]), $"time {time}");
        }

        float[] flat = [.. Enumerable.Repeat(1f, 300)];
        float[] pink = Values(Open(new("p", NoiseKind.Pink, [0]), [Case(flat)], motion).Apply(Case(flat), 0));
        Assert.AreNotEqual(pink[0], pink[1]);
    }

    [TestMethod]
    public void Integers_are_disturbed_as_the_reals_they_stand_for_and_indexes_stay()
    {
        var bytes = new Tensor("x", ElementType.Int8, new Shape(1, 64)) { Quantization = QuantizationParameters.PerTensor(0.5f, 10) };
        byte[] clean = [.. Enumerable.Range(0, 64).Select(i => (byte)(i + 10))];
        TestCase test = new([clean], [], null);
        byte[] louder = Open(new("g", NoiseKind.Gain, [0.5]), [test], bytes).Apply(test, 0.5).Inputs[0].ToArray();
        double factor = louder[20] - 10 > 20 ? 1.5 : 0.5;
        Assert.AreEqual(10 + (20 * factor), (sbyte)louder[20], 1e-9);
        Assert.IsTrue(louder.All(value => (sbyte)value <= 127));
        Assert.IsFalse(Disturbance.Touches(new Tensor("i", ElementType.Int32, new Shape(1, 4))));
    }

    [TestMethod]
    public void Recordings_that_cannot_be_used_are_coded_errors()
    {
        Refuses("EAI2115", "is silent", WriteNpy(new float[10], new Shape(10)));
        Refuses("EAI2115", "not finite", WriteNpy([1, float.NaN], new Shape(2)));
        Refuses("EAI2115", "has 2 channels for an input of 1", WriteNpy([1, 2, 3, 4], new Shape(2, 2)));
        Refuses("EAI2115", "has shape [1,2,2]", WriteNpy([1, 2, 3, 4], new Shape(1, 2, 2)));
        Refuses("EAI2115", "holds no recording", Directory.CreateTempSubdirectory("edgeai-noise-").FullName);
        Refuses("EAI2102", "NumPy", Write("damaged.npy", [1, 2, 3]));
        Refuses("EAI2102", "RIFF", Write("damaged.wav", [1, 2, 3]));
        Refuses("EAI2115", "neither", Write("noise.mp3", [1, 2, 3]));
    }

    [TestMethod]
    public void A_recording_at_another_rate_is_a_coded_error()
    {
        string noise = Write("hum.wav", Wav(8000, [1000, -1000]));
        string data = Write("test.wav", Wav(16000, new short[4096]));
        Refuses("EAI2114", "at 8000 Hz, and the sound of the test data at 16000 Hz", noise, data: data);
        Refuses("EAI2114", "by SampleRateHz, at 44100 Hz", noise, rate: 44100);
        var notes = new List<Diagnostic>();
        Open(new("hum", NoiseKind.Recorded, [10]) { Source = noise }, [Case(Sine(1))], notes: notes);
        Assert.AreEqual("EAI2116", notes.Single().Code);
        notes.Clear();
        Open(new("hum", NoiseKind.Recorded, [10]) { Source = noise, SampleRateHz = 8000 }, [Case(Sine(1))], notes: notes);
        Assert.IsEmpty(notes);

        string folder = Directory.CreateTempSubdirectory("edgeai-noise-").FullName;
        File.Copy(noise, Path.Combine(folder, "a.wav"));
        File.Copy(data, Path.Combine(folder, "b.wav"));
        File.WriteAllBytes(Path.Combine(folder, "b.wav"), Wav(16000, [5, 6]));
        Refuses("EAI2114", "another recording of the item at 8000 Hz", folder);
    }

    private static void Refuses(string code, string told, string source, string? data = null, int? rate = null)
    {
        DiagnosticException error = Assert.ThrowsExactly<DiagnosticException>(
            () => Open(new("hum", NoiseKind.Recorded, [10]) { Source = source, SampleRateHz = rate }, [Case(Sine(1))], data: data));
        Assert.AreEqual(code, error.Diagnostics[0].Code, error.Message);
        StringAssert.Contains(error.Diagnostics[0].Message, told);
    }

    private static float[] Disturb(NoiseKind kind, double level, float[] clean, string? source = null) =>
        Values(Open(new NoiseSettings("n", kind, [level]) { Source = source }, [Case(clean)]).Apply(Case(clean), level));

    private static Disturbance Open(
        NoiseSettings noise, IReadOnlyList<TestCase> cases, Tensor? input = null, string? data = null, ICollection<Diagnostic>? notes = null) =>
        Disturbance.Open(noise, [input ?? Sound], cases, data, path => Path.GetFileName(path), notes ?? []);

    private static float[] Sine(float loudness) => [.. Enumerable.Range(0, 4096).Select(i => loudness * (float)Math.Sin(i * 0.05))];

    private static TestCase Case(float[] values) => new([MemoryMarshal.AsBytes(values.AsSpan()).ToArray()], [], null);

    private static float[] Values(TestCase test) => BorderValues.Singles(test.Inputs[0]).ToArray();

    private static string WriteNpy(float[] values, Shape shape) =>
        Write("noise.npy", NpyFormat.Write(new NumericArray(ElementType.Float32, shape, MemoryMarshal.AsBytes(values.AsSpan()).ToArray())));

    private static string Write(string name, byte[] bytes)
    {
        string path = Path.Combine(Directory.CreateTempSubdirectory("edgeai-noise-").FullName, name);
        File.WriteAllBytes(path, bytes);
        return path;
    }

    private static byte[] Wav(int rate, short[] samples)
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        writer.Write("RIFF"u8);
        writer.Write(36 + (samples.Length * 2));
        writer.Write("WAVEfmt "u8);
        writer.Write(16);
        writer.Write((short)1);
        writer.Write((short)1);
        writer.Write(rate);
        writer.Write(rate * 2);
        writer.Write((short)2);
        writer.Write((short)16);
        writer.Write("data"u8);
        writer.Write(samples.Length * 2);
        foreach (short sample in samples)
        {
            writer.Write(sample);
        }

        writer.Flush();
        return stream.ToArray();
    }

    /// <summary>Mean power of the octaves from 1/512 to 1/16 of the rate over 12 inputs, by correlation with sines.</summary>
    private static double[] Octaves(NoiseKind kind)
    {
        double[] power = new double[5];
        for (int run = 0; run < 12; run++)
        {
            float[] clean = Sine(1 + run);
            double[] noise = [.. Disturb(kind, 0, clean).Zip(clean, (to, from) => ((double)to - from) / (1 + run))];
            for (int octave = 0; octave < power.Length; octave++)
            {
                for (int cycles = 8 << octave; cycles < 16 << octave; cycles++)
                {
                    double real = 0;
                    double imaginary = 0;
                    for (int i = 0; i < noise.Length; i++)
                    {
                        double angle = 2 * Math.PI * cycles * i / noise.Length;
                        real += noise[i] * Math.Cos(angle);
                        imaginary += noise[i] * Math.Sin(angle);
                    }

                    power[octave] += (real * real) + (imaginary * imaginary);
                }
            }
        }

        return power;
    }
}
