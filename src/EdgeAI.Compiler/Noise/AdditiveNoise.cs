using System.Collections.Immutable;
using EdgeAI.Compiler.Operators;

namespace EdgeAI.Compiler.Noise;

/// <summary>Noise that is added to an input, unscaled.</summary>
internal static class AdditiveNoise
{
    /// <summary>Independent normal values.</summary>
    public static double[] White(SignalShape shape, SplitMix64 numbers)
    {
        double[] noise = new double[shape.Channels * shape.Length];
        for (int i = 0; i < noise.Length; i++)
        {
            noise[i] = numbers.NextNormal();
        }

        return noise;
    }

    /// <summary>
    /// Pink noise along the time axis of each channel (Voss and McCartney): the sum of normal values of which the k-th is drawn anew at every 2^k-th sample,
    /// so that each adds the power of its octave.
    /// </summary>
    public static double[] Pink(SignalShape shape, SplitMix64 numbers)
    {
        double[] noise = new double[shape.Channels * shape.Length];
        int octaves = 1;
        while (1 << octaves < shape.Length)
        {
            octaves++;
        }

        double[] held = new double[octaves];
        for (int channel = 0; channel < shape.Channels; channel++)
        {
            for (int k = 0; k < octaves; k++)
            {
                held[k] = numbers.NextNormal();
            }

            // The phases of the octaves differ from channel to channel.
            int phase = (int)(numbers.NextBits() & 0xFFFFFF);
            for (int time = 0; time < shape.Length; time++)
            {
                double sum = numbers.NextNormal();
                for (int k = 0; k < octaves; k++)
                {
                    if (((time + phase) & ((2 << k) - 1)) == 1 << k)
                    {
                        held[k] = numbers.NextNormal();
                    }

                    sum += held[k];
                }

                noise[shape.IndexOf(channel, time)] = sum;
            }
        }

        return noise;
    }

    /// <summary>
    /// A stretch of one of the recordings from a place that the numbers choose, begun anew where the recording ends. A recording of one channel gives each
    /// channel of the input a stretch of its own.
    /// </summary>
    public static double[] Recorded(SignalShape shape, ImmutableArray<NoiseRecording> recordings, SplitMix64 numbers)
    {
        double[] noise = new double[shape.Channels * shape.Length];
        NoiseRecording recording = recordings[(int)(numbers.NextBits() % (ulong)recordings.Length)];
        int start = Start(recording, numbers);
        for (int channel = 0; channel < shape.Channels; channel++)
        {
            if (recording.Channels == 1 && channel > 0)
            {
                start = Start(recording, numbers);
            }

            for (int time = 0; time < shape.Length; time++)
            {
                int sample = (int)(((long)start + time) % recording.Length);
                noise[shape.IndexOf(channel, time)] = recording.At(sample, recording.Channels == 1 ? 0 : channel);
            }
        }

        return noise;
    }

    /// <summary>A random place, moved on over silence.</summary>
    private static int Start(NoiseRecording recording, SplitMix64 numbers)
    {
        int start = (int)(numbers.NextBits() % (ulong)recording.Length);
        for (int i = 0; i < recording.Length; i++)
        {
            int at = (int)(((long)start + i) % recording.Length);
            if (recording.Sounds(at))
            {
                return at;
            }
        }

        return start;
    }
}
