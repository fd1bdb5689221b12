using System.Collections.Immutable;
using System.Runtime.InteropServices;
using EdgeAI.Compiler.Diagnostics;
using EdgeAI.Compiler.Execution;
using EdgeAI.Compiler.Import.TfLite;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Pipeline;
using EdgeAI.Compiler.Tests.Emission;

namespace EdgeAI.Compiler.Tests.Import.TfLite;

/// <summary>
/// Custom signal operators that keep something between runs, against their definition over the whole sequence: in managed execution, and as generated
/// C twice, so that init clears what they keep.
/// </summary>
[TestClass]
public sealed class SignalStateTests(TestContext context)
{
    private const sbyte Float32 = 0;
    private const sbyte Int32 = 2;
    private const sbyte Bool = 6;
    private const sbyte Int16 = 7;
    private const sbyte UInt32 = 15;

    [TestMethod]
    [DataRow(0, 4)]
    [DataRow(3, 4)]
    [DataRow(11, 4)]
    public void Delayed_samples_are_those_before(int length, int frame)
    {
        short[] rows = Numbers(2 * frame * 6);
        byte[] file = File("SignalDelay", FlexBuffers.Of(("delay_length", length)), (Int16, [2, frame]), (Int16, [2, frame]));
        short[] made = Shorts(Sequence(file, 6, MemoryMarshal.AsBytes<short>(rows).ToArray(), generate: length == 3));
        for (int i = 0; i < made.Length; i++)
        {
            int row = i / frame % 2;
            int time = (i / (2 * frame) * frame) + (i % frame) - length;
            Assert.AreEqual(time < 0 ? 0 : rows[(time / frame * 2 * frame) + (row * frame) + (time % frame)], made[i], $"element {i}");
        }
    }

    [TestMethod]
    [DataRow(3, 2, false, 1, DisplayName = "a step and a half")]
    [DataRow(3, 2, true, 1, DisplayName = "a step and a half, prefilled")]
    [DataRow(9, 2, false, 3, DisplayName = "several frames a run")]
    [DataRow(9, 2, true, 3, DisplayName = "several frames a run, prefilled")]
    [DataRow(8, 4, false, 2, DisplayName = "whole steps")]
    [DataRow(4, 4, false, 2, DisplayName = "no overlap")]
    public void Frames_overlap(int size, int step, bool prefill, int frames)
    {
        const int Runs = 7;
        short[] samples = Numbers(Runs * frames * step);
        byte[] file = File("SignalFramer", FlexBuffers.Of(("frame_size", size), ("frame_step", step), ("prefill", prefill ? 1 : 0)),
            (Int16, [1, frames * step]), (Int16, [1, frames, size]), (Bool, []));
        byte[] made = Sequence(file, Runs, MemoryMarshal.AsBytes<short>(samples).ToArray(), generate: frames == 3 && !prefill);
        int bytes = (2 * frames * size) + 1;
        var queue = new Queue<short>(new short[prefill ? size - step : 0]);
        for (int run = 0; run < Runs; run++)
        {
            bool isValid = true;
            for (int frame = 0; frame < frames; frame++)
            {
                int first = ((run * frames) + frame) * step;
                Array.ForEach(samples[first..(first + step)], queue.Enqueue);
                isValid &= queue.Count >= size;
                if (queue.Count >= size)
                {
                    short[] row = Shorts(made.AsSpan((run * bytes) + (2 * frame * size), 2 * size).ToArray());
                    CollectionAssert.AreEqual(queue.Take(size).ToArray(), row, $"run {run}, frame {frame}");
                    Enumerable.Range(0, step).ToList().ForEach(_ => queue.Dequeue());
                }
            }

            Assert.AreEqual(isValid ? 1 : 0, made[(run * bytes) + bytes - 1], $"run {run}");
        }
    }

    [TestMethod]
    [DataRow(0, 1, 2)]
    [DataRow(1, 2, 2)]
    [DataRow(2, 0, 1)]
    [DataRow(0, 0, 1)]
    [DataRow(1, 3, 5)]
    public void Frames_are_stacked_with_their_neighbours(int left, int right, int step)
    {
        const int Runs = 12;
        int count = left + right + 1;
        short[] samples = Numbers(Runs * 3);
        byte[] file = File("SignalStacker",
            FlexBuffers.Of(("num_channels", 3), ("stacker_left_context", left), ("stacker_right_context", right), ("stacker_step", step)),
            (Int16, [3]), (Int16, [3 * count]), (Bool, []));
        byte[] made = Sequence(file, Runs, MemoryMarshal.AsBytes<short>(samples).ToArray(), generate: step == 2 && left == 1);
        int bytes = (6 * count) + 1;
        var queue = new List<short>();
        for (int run = 0; run < Runs; run++)
        {
            int times = run == 0 ? left + 1 : 1;
            Enumerable.Range(0, times).ToList().ForEach(_ => queue.AddRange(samples[(3 * run)..(3 * (run + 1))]));
            bool isDue = queue.Count >= 3 * count;
            Assert.AreEqual(isDue ? 1 : 0, made[(run * bytes) + bytes - 1], $"run {run}");
            if (isDue)
            {
                CollectionAssert.AreEqual(queue[..(3 * count)], Shorts(made.AsSpan(run * bytes, bytes - 1).ToArray()), $"run {run}");
                queue.RemoveRange(0, 3 * step);
            }
        }
    }

    [TestMethod]
    [DataRow(8, 3)]
    [DataRow(4, 4)]
    public void Overlapping_frames_are_added(int size, int step)
    {
        const int Runs = 5;
        const int Frames = 2;
        short[] samples = Numbers(Runs * Frames * size);
        byte[] file = File("SignalOverlapAdd", FlexBuffers.Of(("T", 7), ("frame_step", step)), (Int16, [1, Frames, size]), (Int16, [1, Frames * step]));
        short[] made = Shorts(Sequence(file, Runs, MemoryMarshal.AsBytes<short>(samples).ToArray(), generate: size == 8));
        short[] sums = new short[(Runs * Frames * step) + size];
        for (int i = 0; i < samples.Length; i++)
        {
            ref short place = ref sums[(i / size * step) + (i % size)];
            place = (short)Math.Clamp(place + samples[i], short.MinValue, short.MaxValue);
        }

        CollectionAssert.AreEqual(sums[..made.Length], made);

        byte[] real = File("SignalOverlapAdd", FlexBuffers.Of(("T", 0), ("frame_step", step)), (Float32, [Frames, size]), (Float32, [Frames * step]));
        float[] ones = [.. Enumerable.Repeat(1f, Runs * Frames * size)];
        float[] added = MemoryMarshal.Cast<byte, float>(Sequence(real, Runs, MemoryMarshal.AsBytes<float>(ones).ToArray()).AsSpan()).ToArray();
        for (int i = 0; i < added.Length; i++)
        {
            Assert.AreEqual(Enumerable.Range(0, Runs * Frames).Count(frame => i >= frame * step && i < (frame * step) + size), added[i]);
        }
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public void Noise_is_estimated_over_runs(bool isClamped)
    {
        const int Channels = 3;
        uint[] values = [.. Enumerable.Range(0, 8 * Channels).Select(i => (uint)((i * 7919 % 1000) * (i % 5)))];
        byte[] file = File("SignalFilterBankSpectralSubtraction", FlexBuffers.Of(
                ("alternate_one_minus_smoothing", 12000), ("alternate_smoothing", 4384), ("clamping", isClamped ? 1 : 0), ("min_signal_remaining", 819),
                ("num_channels", Channels), ("one_minus_smoothing", 15975), ("smoothing", 409), ("smoothing_bits", 10), ("spectral_subtraction_bits", 14)),
            (UInt32, [Channels]), (UInt32, [Channels]), (UInt32, [Channels]));
        uint[] made = MemoryMarshal.Cast<byte, uint>(Sequence(file, 8, MemoryMarshal.AsBytes<uint>(values).ToArray(), generate: isClamped).AsSpan()).ToArray();
        double[] noise = new double[Channels];
        for (int i = 0; i < values.Length; i++)
        {
            (int run, int channel) = (i / Channels, i % Channels);
            double weight = channel % 2 == 0 ? 409 / 16384.0 : 4384 / 16384.0;
            noise[channel] = (values[i] * weight) + (noise[channel] * (1 - weight));
            double rest = Math.Max(values[i] - Math.Min(noise[channel], values[i]), values[i] * 819 / 16384.0);
            noise[channel] = isClamped ? Math.Min(noise[channel], values[i]) : noise[channel];
            Assert.AreEqual(rest, made[(run * 2 * Channels) + channel], 1.1, $"run {run}, channel {channel}");
            Assert.AreEqual(noise[channel] * 1024, made[(((run * 2) + 1) * Channels) + channel], 50, $"run {run}, channel {channel}");
        }
    }

    [TestMethod]
    public void What_cannot_be_carried_out_is_told_with_its_node()
    {
        StringAssert.Contains(Refusal("SignalDelay", FlexBuffers.Of(), (Int16, [4]), (Int16, [4])), "'delay_length'", StringComparison.Ordinal);
        StringAssert.Contains(Refusal("SignalDelay", [1, 2], (Int16, [4]), (Int16, [4])), "damaged", StringComparison.Ordinal);
        StringAssert.Contains(Refusal("SignalDelay", FlexBuffers.Of(("delay_length", int.MaxValue)), (Int16, [4]), (Int16, [4])), "is allowed", StringComparison.Ordinal);
        StringAssert.Contains(Refusal("SignalFramer", FlexBuffers.Of(("frame_size", 4), ("frame_step", 3), ("prefill", 0)),
            (Int16, [1, 4]), (Int16, [1, 1, 4]), (Bool, [])), "no multiple", StringComparison.Ordinal);
        StringAssert.Contains(Refusal("SignalStacker", FlexBuffers.Of(("num_channels", 2), ("stacker_left_context", 0), ("stacker_right_context", 1), ("stacker_step", 3)),
            (Int16, [2]), (Int16, [4]), (Bool, [])), "1 to 2 is allowed", StringComparison.Ordinal);
        StringAssert.Contains(Refusal("SignalRfft", FlexBuffers.Of(("T", 7), ("fft_length", 48)), (Int16, [48]), (Int16, [50])), "power of two", StringComparison.Ordinal);
        StringAssert.Contains(Refusal("SignalFftAutoScale", FlexBuffers.Of(), (Float32, [4]), (Float32, [4]), (Int32, [])), "int16", StringComparison.Ordinal);
    }

    private static string Refusal(string name, byte[] options, params (sbyte Type, int[] Shape)[] tensors)
    {
        Diagnostic error = Assert.ThrowsExactly<DiagnosticException>(() => Import(File(name, options, tensors))).Diagnostics.Single();
        Assert.AreEqual("EAI1203", error.Code);
        StringAssert.Contains(error.Message, name, StringComparison.Ordinal);
        return error.Message;
    }

    private static Graph Import(byte[] file) => TfLiteImporter.Import(
        new ImportRequest("signal", "signal.tflite", file, ImmutableSortedDictionary<string, Shape>.Empty, _ => null), new List<Diagnostic>(), CancellationToken.None);

    /// <summary>A file of one operator: its operand first, then its results.</summary>
    private static byte[] File(string name, byte[] options, params (sbyte Type, int[] Shape)[] tensors)
    {
        var file = new TfLiteFiles();
        int[] indexes = [.. tensors.Select((tensor, i) => file.Tensor($"t{i}", tensor.Type, tensor.Shape))];
        file.Custom(name, options, indexes[..1], indexes[1..]);
        return file.Finish(indexes[..1], indexes[1..]);
    }

    /// <summary>The outputs of all runs one after another; where it is asked for, generated C gives the same after each of two calls of init.</summary>
    private byte[] Sequence(byte[] file, int runs, byte[] input, bool generate = false)
    {
        Graph graph = Import(file);
        Assert.IsEmpty(GraphVerifier.Verify(graph));
        var executor = new GraphExecutor(graph);
        var made = new List<byte>();
        int size = input.Length / runs;
        for (int run = 0; run < runs; run++)
        {
            executor.SetInput(0, input.AsSpan(run * size, size).ToArray());
            executor.Run();
            made.AddRange(Enumerable.Range(0, graph.Outputs.Count).SelectMany(i => executor.Output(i).ToArray()));
        }

        if (!generate)
        {
            return [.. made];
        }

        using var project = new FirmwareProject(FirmwareProject.Generate(graph));
        if (project.Run(context, graph, [input, input], starts: 2, runs) is { } generated)
        {
            CollectionAssert.AreEqual(made.Concat(made).ToArray(), generated);
        }

        return [.. made];
    }

    private static short[] Shorts(byte[] bytes) => MemoryMarshal.Cast<byte, short>(bytes.AsSpan()).ToArray();

    private static short[] Numbers(int count) => [.. Enumerable.Range(0, count).Select(i => (short)(((i * 7919) + 12345) % 65536 - 32768))];
}
