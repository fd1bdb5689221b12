namespace EdgeAI.Compiler.Diagnostics;

/// <summary>31xx: budgets.</summary>
public static partial class DiagnosticCatalog
{
    /// <summary>Arena, static data and stack are past the limit.</summary>
    public static readonly DiagnosticDescriptor SramOverBudget = Error("EAI3101", "SRAM budget exceeded",
        "{0} needs {1} bytes of SRAM on target '{2}' ({3}), {4} SramBudget is {5}. The arena's peak is {6}: "
        + "{7}make these tensors smaller ({9}), or set SramBudget=\"{8}\".");

    /// <summary>Weights, code and constants are past the limit.</summary>
    public static readonly DiagnosticDescriptor FlashOverBudget = Error("EAI3102", "Flash budget exceeded",
        "{0} needs {1} bytes of flash on target '{2}' ({3}), {4} FlashBudget is {5}. The largest weights are {6}: "
        + "{7}make these layers narrower, or raise FlashBudget.");

    /// <summary>The model that runs is right too seldom.</summary>
    public static readonly DiagnosticDescriptor AccuracyBelowBudget = Error("EAI3103", "Accuracy below the budget",
        "Model '{0}' has a top-1 accuracy of {1} on {2} test cases, {3} MinAccuracy is {4}. {5}");

    /// <summary>Quantization costs too much accuracy.</summary>
    public static readonly DiagnosticDescriptor AccuracyDropOverBudget = Error("EAI3104", "Accuracy drop past the budget",
        "Model '{0}' loses {1} of its top-1 accuracy by quantization ({2} in float, {3} as it runs, {4} test cases), {5} MaxAccuracyDrop is {6}. {7}");

    /// <summary>Quantization noise is too strong.</summary>
    public static readonly DiagnosticDescriptor SqnrBelowBudget = Error("EAI3105", "SQNR below the budget",
        "The outputs of model '{0}' have a signal to quantization noise ratio of {1} dB, {2} MinSqnrDb is {3}. {4}");

    /// <summary>Too slow even at one cycle an instruction.</summary>
    public static readonly DiagnosticDescriptor LatencyOverBudget = Error("EAI3106", "Latency budget exceeded",
        "Model '{0}' runs {1} instructions on target '{2}': at one cycle each and {3} MHz that takes {4} ms already, {5} LatencyBudgetMs is {6}. "
        + "{7}Make these layers smaller, choose a faster target, or raise LatencyBudgetMs.");

    /// <summary>Not too slow at one cycle an instruction, which decides nothing.</summary>
    public static readonly DiagnosticDescriptor LatencyNotSimulated = Warning("EAI3107", "Time was not simulated",
        "LatencyBudgetMs of model '{0}' on target '{1}' is not decided: {2} instructions take {3} ms at one cycle each, within the {4} allowed, "
        + "but time was not simulated. Measure the model on the device.");

    /// <summary>Accuracy figures of a model without real calibration.</summary>
    public static readonly DiagnosticDescriptor AccuracyNotTrusted = Error("EAI3108", "Accuracy budget without calibration data",
        "{0} of model '{1}' is set, but the model was calibrated on synthetic inputs, so that its accuracy is not to be trusted. "
        + "Set CalibrationData to representative inputs.");

    /// <summary>No figure to compare a limit with.</summary>
    public static readonly DiagnosticDescriptor BudgetNotMeasured = Warning("EAI3109", "Budget could not be measured",
        "{0} of {1} on target '{2}' could not be measured: {3}. {4}");

    /// <summary>The model that runs is right too seldom on disturbed inputs.</summary>
    public static readonly DiagnosticDescriptor AccuracyAtSnrBelowBudget = Error("EAI3111", "Accuracy in noise below the budget",
        "Model '{0}' has a top-1 accuracy of {1} at {2} dB of '{3}' noise ({4} test cases), {5} MinAccuracyAtSnr is {6} there. {7}");

    /// <summary>Float buffers at the border make the arena larger.</summary>
    public static readonly DiagnosticDescriptor BorderSetsPeak = Note("EAI3110", "Border conversions set the arena's size",
        "Border conversions set the arena of model '{0}' on target '{1}': {2} bytes, of which {3} would be saved by {4}.");

    /// <summary>Values change their order of axes on the device.</summary>
    public static readonly DiagnosticDescriptor TransposesRun = Note("EAI3112", "Transposes run on the device",
        "Model '{0}' on target '{1}' moves {2} at each run to change the order of axes: {3}. {4}");
}
