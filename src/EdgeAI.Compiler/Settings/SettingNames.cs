using System.Collections.Frozen;

namespace EdgeAI.Compiler.Settings;

/// <summary>The metadata that EdgeAI items may carry.</summary>
public static class SettingNames
{
    /// <summary>Metadata of EdgeAIModel that have a meaning in this version.</summary>
    public static readonly FrozenSet<string> OfModel = Set(
        "Name Quantization CalibrationData TestData TestLabels TestReference ImageNormalization TargetCases InputShape InputType OutputType InputLayout "
        + "OutputLayout Targets ExclusiveWith SramBudget FlashBudget LatencyBudgetMs MinAccuracy MaxAccuracyDrop MinSqnrDb MinAccuracyAtSnr");

    /// <summary>Metadata of EdgeAITarget that have a meaning in this version.</summary>
    public static readonly FrozenSet<string> OfTarget = Set(
        "SramBudget FlashBudget LatencyBudgetMs MinAccuracy MaxAccuracyDrop MinSqnrDb MinAccuracyAtSnr");

    /// <summary>Metadata of EdgeAINoise that have a meaning in this version.</summary>
    public static readonly FrozenSet<string> OfNoise = Set("Kind Source SnrDb Severity Models SampleRateHz Calibration");

    /// <summary>Metadata of the SDK that this version does not carry out: an error when set.</summary>
    public static readonly FrozenSet<string> NotCarriedOut = Set("Pipeline EnergyBudgetUj PeriodMs DeadlineMs");

    /// <summary>Metadata that MSBuild, NuGet and editors put on any item.</summary>
    private static readonly FrozenSet<string> OfEveryItem = Set(
        "FullPath RootDir Filename Extension RelativeDir Directory RecursiveDir Identity ModifiedTime CreatedTime AccessedTime "
        + "DefiningProjectFullPath DefiningProjectDirectory DefiningProjectName DefiningProjectExtension OriginalItemSpec "
        + "MSBuildSourceProjectFile MSBuildSourceTargetName Link LinkBase Visible SubType DependentUpon Generator LastGenOutput "
        + "CustomToolNamespace CopyToOutputDirectory CopyToPublishDirectory TargetPath Pack PackagePath ExcludeFromSingleFile "
        + "IsImplicitlyDefined InProject SourceControl");

    /// <summary>Whether a metadata that no EdgeAI item has may stand on one all the same.</summary>
    public static bool IsOfEveryItem(string name) =>
        OfEveryItem.Contains(name) || name.StartsWith("NuGet", StringComparison.OrdinalIgnoreCase);

    private static FrozenSet<string> Set(string words) => words.Split(' ').ToFrozenSet(StringComparer.OrdinalIgnoreCase);
}
