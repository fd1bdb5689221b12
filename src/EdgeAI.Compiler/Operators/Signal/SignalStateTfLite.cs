using EdgeAI.Compiler.Import.TfLite;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators.ElementWise;
using EdgeAI.Compiler.Operators.Shaping;

namespace EdgeAI.Compiler.Operators.Signal;

/// <summary>
/// The custom operators of TensorFlow Lite Micro's signal library that keep something between runs. What its circular buffers hold is here a state of the
/// samples that later runs need, put in front of the new ones. Where a result is not valid yet TensorFlow Lite Micro leaves what was there; here
/// it is made from zeros.
/// </summary>
internal sealed class SignalStateTfLite : ITfLiteForm
{
    private const int MostSamples = 1 << 24;

    /// <inheritdoc/>
    public IReadOnlyList<string> Operators =>
    [
        "CUSTOM SignalDelay", "CUSTOM SignalFilterBankSpectralSubtraction", "CUSTOM SignalFramer", "CUSTOM SignalOverlapAdd", "CUSTOM SignalStacker",
    ];

    /// <inheritdoc/>
    public void Import(TfLiteNode node)
    {
        FlexBufferMap settings = node.Settings();
        Tensor x = node.Input(0);
        if (x.Shape.Rank == 0 || x.Shape.ElementCount == 0)
        {
            throw node.Fault($"reads '{x}', which should have an axis and elements");
        }

        switch (node.Operator["CUSTOM ".Length..])
        {
            case "SignalDelay":
                Delay(node, x, settings.Int32("delay_length", 0, MostSamples));
                break;
            case "SignalFilterBankSpectralSubtraction":
                SubtractNoise(node, x, settings);
                break;
            case "SignalFramer":
                Frame(node, x, settings);
                break;
            case "SignalOverlapAdd":
                OverlapAdd(node, x, settings.Int32("frame_step", 1, MostSamples));
                break;
            default:
                Stack(node, x, settings);
                break;
        }
    }

    private static void Delay(TfLiteNode node, Tensor x, int length)
    {
        Tensor joined = Joined(node, "delayed", x, length);
        Result(node, 0, joined, 0, x.Shape[-1]);
        Remember(node, "delayed", joined, length);
    }

    private static void SubtractNoise(TfLiteNode node, Tensor x, FlexBufferMap settings)
    {
        int Weight(string name) => settings.Int32(name, int.MinValue, int.MaxValue);
        int channels = settings.Int32("num_channels", 0, MostSamples);
        if (x.Shape.ElementCount != channels)
        {
            throw node.Fault($"has {channels} channels and reads '{x}'");
        }

        int fractionBits = settings.Int32("spectral_subtraction_bits", 0, 63);
        int smoothingBits = settings.Int32("smoothing_bits", 0, 31);
        var estimate = new SignalNoiseEstimateAttributes(
            Weight("smoothing"), Weight("one_minus_smoothing"), Weight("alternate_smoothing"), Weight("alternate_one_minus_smoothing"),
            fractionBits, smoothingBits, settings.Flag("clamping"));
        Tensor before = node.Kept("noise", Zeros(node, ElementType.UInt32, x.Shape));
        Tensor noise = node.Result(1, "SignalNoiseEstimate", estimate, x, before);
        node.Keep("noise", noise);
        node.Result(0, "SignalSubtractNoise", new SignalSubtractNoiseAttributes(Weight("min_signal_remaining"), fractionBits, smoothingBits), x, noise);
    }

    // Without prefill a frame is the oldest samples of whole steps, and is there once they are; with it, zeros stand for the samples before the first.
    private static void Frame(TfLiteNode node, Tensor x, FlexBufferMap settings)
    {
        int step = settings.Int32("frame_step", 1, MostSamples);
        int size = settings.Int32("frame_size", step, MostSamples);
        bool prefill = settings.Flag("prefill");
        if (x.Shape[-1] % step != 0)
        {
            throw node.Fault($"takes steps of {step} samples, of which the {x.Shape[-1]} of '{x}' are no multiple");
        }

        int frames = x.Shape[-1] / step;
        int stepsBefore = ((size + step - 1) / step) - 1;
        int before = prefill ? size - step : stepsBefore * step;
        Tensor joined = Joined(node, "samples", x, before);
        int axis = x.Shape.Rank - 1;
        Tensor[] parts = [.. Enumerable.Range(0, frames).Select(i =>
            node.Step("Reshape", new ReshapeAttributes(x.Shape.Extents.SetItem(axis, 1).Add(size)), like: x, Part(node, joined, i * step, size)))];
        node.Result(0, "Concatenate", new ConcatenateAttributes(axis), parts);
        Remember(node, "samples", joined, before);
        if (prefill || stepsBefore == 0)
        {
            node.Result(1, "Reshape", new ReshapeAttributes([]), Booleans(node, 1, true));
            return;
        }

        Tensor isThere = node.Step("Concatenate", new ConcatenateAttributes(0), ElementType.Bool,
            node.Kept("there", Booleans(node, stepsBefore, false)), Booleans(node, frames, true));
        node.Result(1, "Reshape", new ReshapeAttributes([]), Part(node, isThere, 0, 1));
        Remember(node, "there", isThere, stepsBefore);
    }

    private static void OverlapAdd(TfLiteNode node, Tensor x, int step)
    {
        if (x.Shape.Rank < 2 || step > x.Shape[-1])
        {
            throw node.Fault($"takes steps of {step} samples; the frames '{x}' should be [..., n, size] with at least as many");
        }

        int behind = x.Shape[-1] - step;
        int[] outer = [.. x.Shape.Extents.AsSpan()[..^2]];
        Tensor zeros = Zeros(node, x.Type, new Shape([.. outer, behind]));
        Tensor rest = behind > 0 ? node.Kept("sums", zeros) : zeros;
        Tensor sums = node.Step("SignalOverlapAdd", new SignalOverlapAddAttributes(step), x.Type, x, rest);
        Result(node, 0, sums, 0, x.Shape[-2] * step);
        Remember(node, "sums", sums, behind);
    }

    // The first frame stands for all before it. Frames are counted down to the next that is given.
    private static void Stack(TfLiteNode node, Tensor x, FlexBufferMap settings)
    {
        int channels = settings.Int32("num_channels", 1, MostSamples);
        int left = settings.Int32("stacker_left_context", 0, MostSamples);
        int right = settings.Int32("stacker_right_context", 0, MostSamples);
        int before = left + right;
        int step = settings.Int32("stacker_step", 1, before + 1);
        if (x.Shape.Rank != 1 || x.Shape[0] != channels || (long)channels * (before + 1L) > MostSamples)
        {
            throw node.Fault($"stacks {before + 1} frames of {channels} numbers and reads '{x}'");
        }

        Tensor Number(int value) => node.Constant<int>(ElementType.Int32, Shape.Scalar, [value]);
        Tensor count = node.Kept("count", Number(right));
        Tensor isDue = node.Step("Equal", NoAttributes.Instance, ElementType.Bool, count, Number(0));
        Tensor next = node.Step("Subtract", new BinaryAttributes(Clamp.None), ElementType.Int32, count, Number(1));
        node.Keep("count", node.Step("Select", NoAttributes.Instance, ElementType.Int32, isDue, Number(step - 1), next));
        node.Result(1, "Reshape", new ReshapeAttributes([]), isDue);
        if (before == 0)
        {
            Result(node, 0, x, 0, channels);
            return;
        }

        Tensor isFirst = node.Kept("first", Booleans(node, 1, true));
        node.Keep("first", Booleans(node, 1, false));
        Tensor row = node.Step("Reshape", new ReshapeAttributes([1, channels]), like: x, x);
        Tensor kept = node.Kept("frames", Zeros(node, x.Type, new Shape(before, channels)));
        Tensor earlier = node.Step("Select", NoAttributes.Instance, x.Type, isFirst, row, kept);
        Tensor all = node.Step("Concatenate", new ConcatenateAttributes(0), x.Type, earlier, row);
        node.Result(0, "Reshape", new ReshapeAttributes([(before + 1) * channels]), all);
        node.Keep("frames", node.Step("Slice", new SliceAttributes([1, 0], [before, channels], [1, 1]), x.Type, all));
    }

    /// <summary>What is remembered of earlier samples, so many of them, in front of the new ones on the last axis.</summary>
    private static Tensor Joined(TfLiteNode node, string what, Tensor x, int before)
    {
        int axis = x.Shape.Rank - 1;
        return before == 0 ? x : node.Step("Concatenate", new ConcatenateAttributes(axis), like: x,
            node.Kept(what, Zeros(node, x.Type, new Shape(x.Shape.Extents.SetItem(axis, before).AsSpan()))), x);
    }

    private static void Remember(TfLiteNode node, string what, Tensor joined, int count)
    {
        if (count > 0)
        {
            node.Keep(what, Part(node, joined, joined.Shape[-1] - count, count));
        }
    }

    private static Tensor Part(TfLiteNode node, Tensor x, int start, int count) => node.Step("Slice", Range(x, start, count), like: x, x);

    private static void Result(TfLiteNode node, int output, Tensor x, int start, int count) => node.Result(output, "Slice", Range(x, start, count), x);

    private static SliceAttributes Range(Tensor x, int start, int count)
    {
        int axis = x.Shape.Rank - 1;
        return new([.. Enumerable.Range(0, axis + 1).Select(i => i == axis ? start : 0)], x.Shape.Extents.SetItem(axis, count), [.. x.Shape.Extents.Select(_ => 1)]);
    }

    private static Tensor Zeros(TfLiteNode node, ElementType type, Shape shape) => shape.ElementCount <= MostSamples
        ? node.Constant<byte>(type, shape, new byte[shape.ElementCount * type.ByteSize()])
        : throw node.Fault($"keeps {shape.ElementCount} samples; {MostSamples} are the most");

    private static Tensor Booleans(TfLiteNode node, int count, bool value)
    {
        byte[] values = new byte[count];
        Array.Fill(values, (byte)(value ? 1 : 0));
        return node.Constant<byte>(ElementType.Bool, new Shape(count), values);
    }
}
