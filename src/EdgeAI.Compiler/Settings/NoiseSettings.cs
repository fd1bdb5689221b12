using System.Collections.Immutable;

namespace EdgeAI.Compiler.Settings;

/// <summary>What disturbs a model's inputs; with each the unit of its levels.</summary>
public enum NoiseKind
{
    /// <summary>Independent normal values: signal to noise ratio in dB.</summary>
    White,
    /// <summary>Equal power in every octave along the time axis: signal to noise ratio in dB.</summary>
    Pink,
    /// <summary>Stretches of recordings: signal to noise ratio in dB.</summary>
    Recorded,
    /// <summary>An offset that grows over the input: its end as a fraction of the full scale.</summary>
    Offset,
    /// <summary>A factor on all values: its distance from 1.</summary>
    Gain,
    /// <summary>A converter that saturates early: the fraction of the full scale that is lost.</summary>
    Clipping,
    /// <summary>A converter of few bits: their number.</summary>
    AdcBits,
    /// <summary>Samples lost on the way, the one before held: the fraction of samples.</summary>
    DroppedSamples,
    /// <summary>Samples taken too early or too late: the standard deviation in sample periods.</summary>
    Jitter,
}

/// <summary>One EdgeAINoise item, validated.</summary>
/// <param name="Name">The item's text, unique ignoring case.</param>
/// <param name="Kind">What it does.</param>
/// <param name="Levels">How strongly, in the kind's unit, mildest first.</param>
public sealed record NoiseSettings(string Name, NoiseKind Kind, ImmutableArray<double> Levels)
{
    /// <summary>Absolute path of the recordings of <see cref="NoiseKind.Recorded"/>, else null.</summary>
    public string? Source { get; init; }

    /// <summary>Rate of the model's input samples, with which recordings are compared; null takes the test data's own.</summary>
    public int? SampleRateHz { get; init; }

    /// <summary>Whether calibration takes the disturbed inputs beside the clean ones.</summary>
    public bool InCalibration { get; init; }

    /// <summary>Whether levels are signal to noise ratios in dB.</summary>
    public bool IsBySnr => IsSnr(Kind);

    /// <summary>Whether a kind's levels are signal to noise ratios in dB.</summary>
    public static bool IsSnr(NoiseKind kind) => kind is NoiseKind.White or NoiseKind.Pink or NoiseKind.Recorded;

    /// <summary>Orders levels of a kind from the mildest to the strongest.</summary>
    public static ImmutableArray<double> Ordered(NoiseKind kind, IEnumerable<double> levels) =>
        IsSnr(kind) || kind == NoiseKind.AdcBits ? [.. levels.Distinct().OrderDescending()] : [.. levels.Distinct().Order()];

    /// <summary>The levels of an item that sets none.</summary>
    public static ImmutableArray<double> DefaultLevels(NoiseKind kind) => kind switch
    {
        NoiseKind.Offset or NoiseKind.Clipping => [0.05, 0.1, 0.2],
        NoiseKind.Gain => [0.1, 0.2, 0.4],
        NoiseKind.AdcBits => [12, 10, 8, 6],
        NoiseKind.DroppedSamples => [0.01, 0.05, 0.1],
        NoiseKind.Jitter => [0.1, 0.3, 1],
        _ => [30, 20, 10],
    };
}

/// <summary>One entry of <c>MinAccuracyAtSnr</c>.</summary>
/// <param name="SnrDb">The signal to noise ratio of the inputs.</param>
/// <param name="Accuracy">The least accuracy of the model that runs there, a fraction.</param>
public readonly record struct AccuracyAtSnr(double SnrDb, double Accuracy);
