using EdgeAI.Compiler.Operators;

namespace EdgeAI.Compiler.Noise;

/// <summary>Faults of a sensor and its converter.</summary>
internal static class SensorFault
{
    /// <summary>An offset of either sign that grows evenly from 0 at the first sample to <paramref name="end"/> at the last.</summary>
    public static double[] Offset(double[] values, SignalShape shape, double end, SplitMix64 numbers)
    {
        double last = numbers.NextUniform() < 0.5 ? -end : end;
        double[] result = [.. values];
        for (int time = 0; time < shape.Length; time++)
        {
            double offset = shape.Length == 1 ? last : last * time / (shape.Length - 1);
            for (int channel = 0; channel < shape.Channels; channel++)
            {
                result[shape.IndexOf(channel, time)] += offset;
            }
        }

        return result;
    }

    /// <summary>All values times 1 + <paramref name="error"/> or 1 − error.</summary>
    public static double[] Gain(double[] values, double error, SplitMix64 numbers)
    {
        double factor = numbers.NextUniform() < 0.5 ? 1 - error : 1 + error;
        return [.. values.Select(value => value * factor)];
    }

    /// <summary>Values held within ±<paramref name="limit"/>.</summary>
    public static double[] Clip(double[] values, double limit) => [.. values.Select(value => Math.Clamp(value, -limit, limit))];

    /// <summary>Values at the nearest of 2^bits levels, evenly over [low, high].</summary>
    public static double[] Convert(double[] values, int bits, double low, double high)
    {
        double step = (high - low) / ((1 << bits) - 1);
        return step > 0 ? [.. values.Select(value => low + (step * Math.Round((Math.Clamp(value, low, high) - low) / step)))] : values;
    }

    /// <summary>Each sample but the first is lost with the given probability, in all channels at once; the one before stands for it.</summary>
    public static double[] Drop(double[] values, SignalShape shape, double probability, SplitMix64 numbers)
    {
        double[] result = [.. values];
        for (int time = 1; time < shape.Length; time++)
        {
            if (numbers.NextUniform() < probability)
            {
                for (int channel = 0; channel < shape.Channels; channel++)
                {
                    result[shape.IndexOf(channel, time)] = result[shape.IndexOf(channel, time - 1)];
                }
            }
        }

        return result;
    }

    /// <summary>
    /// Each sample is taken at a normally distributed distance from its time, in all channels at once; values between samples lie on the line through
    /// their neighbours.
    /// </summary>
    public static double[] Shake(double[] values, SignalShape shape, double deviation, SplitMix64 numbers)
    {
        double[] result = new double[values.Length];
        for (int time = 0; time < shape.Length; time++)
        {
            double at = Math.Clamp(time + (deviation * numbers.NextNormal()), 0, shape.Length - 1);
            int before = Math.Min((int)at, Math.Max(0, shape.Length - 2));
            int after = Math.Min(before + 1, shape.Length - 1);
            for (int channel = 0; channel < shape.Channels; channel++)
            {
                double from = values[shape.IndexOf(channel, before)];
                result[shape.IndexOf(channel, time)] = from + ((at - before) * (values[shape.IndexOf(channel, after)] - from));
            }
        }

        return result;
    }
}
