namespace EdgeAI.Reporting.Limits;

/// <summary>The settings that limit a build.</summary>
internal enum BudgetKind
{
    /// <summary>Arenas, static data and stack in bytes.</summary>
    SramBudget,
    /// <summary>Weights, code and constants in bytes.</summary>
    FlashBudget,
    /// <summary>One run in milliseconds.</summary>
    LatencyBudgetMs,
    /// <summary>Accuracy of the model that runs, a fraction.</summary>
    MinAccuracy,
    /// <summary>Accuracy in float minus that of the model that runs, a fraction.</summary>
    MaxAccuracyDrop,
    /// <summary>Signal to quantization noise of the outputs in dB.</summary>
    MinSqnrDb,
    /// <summary>Accuracy of the model that runs on inputs of a given signal to noise ratio, a fraction.</summary>
    MinAccuracyAtSnr,
}
