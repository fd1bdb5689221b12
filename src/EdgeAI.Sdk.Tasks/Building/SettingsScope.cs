using System.Collections.Immutable;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Settings;

namespace EdgeAI.Sdk.Tasks.Building;

/// <summary>
/// What each stage gets to see of a model's settings; the rest stands at its default. A stage's key hashes exactly what the stage sees,
/// so that no setting can change a result without changing the key, and none that it cannot see makes it run again.
/// </summary>
internal static class SettingsScope
{
    /// <summary>Everything but test data, noise that calibration does not take, the choice of kernels and limits.</summary>
    public static ModelSettings ForQuantization(ModelSettings settings) => settings with
    {
        TestData = null,
        TestLabels = null,
        TestReference = null,
        TargetCases = 0,
        Optimize = default,
        KernelLibraries = [],
        Operators = [],
        Noise = [.. settings.Noise.Where(noise => noise.InCalibration)],
        Budgets = Budgets.None,
    };

    /// <summary>
    /// Everything but data and noise. Where types of layers are chosen, also the data on which the choice is judged, the target's limits of quality, and the noise
    /// where a limit asks for an accuracy in it.
    /// </summary>
    public static ModelSettings ForPlanning(ModelSettings settings, Budgets ofTarget)
    {
        ModelSettings planned = settings with { TestReference = null, TargetCases = 0, Noise = [] };
        if (settings.Quantization != QuantizationScheme.Auto)
        {
            return planned with { CalibrationData = null, TestData = null, ImageNormalization = null, TestLabels = null };
        }

        ImmutableArray<AccuracyAtSnr> inNoise =
        [
            .. settings.Budgets.MinAccuracyAtSnr.Concat(ofTarget.MinAccuracyAtSnr).GroupBy(limit => limit.SnrDb)
                .Select(same => new AccuracyAtSnr(same.Key, same.Max(limit => limit.Accuracy))),
        ];
        return planned with
        {
            Noise = inNoise.IsEmpty ? [] : [.. settings.Noise.Select(noise => noise with { InCalibration = false })],
            CalibrationData = settings.TestData is null ? settings.CalibrationData : null,
            Budgets = settings.Budgets with
            {
                MinSqnrDb = Larger(settings.Budgets.MinSqnrDb, ofTarget.MinSqnrDb),
                MinAccuracy = Larger(settings.Budgets.MinAccuracy, ofTarget.MinAccuracy),
                MaxAccuracyDrop = -Larger(-settings.Budgets.MaxAccuracyDrop, -ofTarget.MaxAccuracyDrop),
                MinAccuracyAtSnr = inNoise,
            },
        };
    }

    private static double? Larger(double? a, double? b) => a is null ? b : b is null ? a : Math.Max(a.Value, b.Value);

    /// <summary>Everything but calibration, the choice of kernels and limits.</summary>
    public static ModelSettings ForSimulation(ModelSettings settings) => settings with
    {
        CalibrationData = null,
        Noise = [.. settings.Noise.Select(noise => noise with { InCalibration = false })],
        InputShapes = ImmutableSortedDictionary<string, Shape>.Empty,
        Optimize = default,
        KernelLibraries = [],
        Operators = [],
        Budgets = Budgets.None,
    };
}
