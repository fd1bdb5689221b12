using EdgeAI.Compiler.Quantization;

namespace EdgeAI.Reporting.Figures;

/// <summary>What repairs are called.</summary>
internal static class RepairText
{
    /// <summary>For people.</summary>
    public static string Of(RepairedLayer layer) => layer.Kind switch
    {
        RepairKind.ChosenRange => $"range: {layer.Detail}",
        RepairKind.HighBiasAbsorption => "high biases absorbed",
        RepairKind.Equalization => "channels equalized",
        RepairKind.LearntRounding => "rounding learnt",
        RepairKind.BiasCorrection => "biases corrected",
        _ => throw new ArgumentOutOfRangeException(nameof(layer)),
    };

    /// <summary>For machines.</summary>
    public static string Key(RepairKind kind) => kind switch
    {
        RepairKind.ChosenRange => "range",
        RepairKind.HighBiasAbsorption => "absorption",
        RepairKind.Equalization => "equalization",
        RepairKind.LearntRounding => "rounding",
        RepairKind.BiasCorrection => "bias",
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };
}
