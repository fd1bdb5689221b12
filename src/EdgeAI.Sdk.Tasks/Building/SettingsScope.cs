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
        TargetCases = 0,
        Optimize = default,
        KernelLibraries = [],
        Operators = [],
        Noise = [.. settings.Noise.Where(noise => noise.InCalibration)],
        Budgets = Budgets.None,
    };

    /// <summary>Everything but data and noise.</summary>
    public static ModelSettings ForPlanning(ModelSettings settings) => settings with
    {
        CalibrationData = null,
        TestData = null,
        ImageNormalization = null,
        TestLabels = null,
        TargetCases = 0,
        Noise = [],
    };

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
