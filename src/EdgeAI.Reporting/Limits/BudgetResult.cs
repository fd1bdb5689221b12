using EdgeAI.Compiler.Diagnostics;

namespace EdgeAI.Reporting.Limits;

/// <summary>How a figure stands to its limit.</summary>
internal enum BudgetVerdict
{
    /// <summary>Within.</summary>
    Met,
    /// <summary>Past it.</summary>
    Broken,
    /// <summary>There is no figure that decides it.</summary>
    NotMeasured,
}

/// <summary>One limit, checked.</summary>
/// <param name="Kind">Which.</param>
/// <param name="Model">The model it is for; null for everything on the device.</param>
/// <param name="Target">The target.</param>
/// <param name="OfTarget">Whether it is set on the target's item.</param>
/// <param name="Limit">In the kind's unit.</param>
/// <param name="Figure">In the kind's unit; null where there is none. Positive infinity is an SQNR without any noise.</param>
/// <param name="Verdict">How it stands.</param>
/// <param name="Diagnostic">What to tell the user; null when the limit is met.</param>
internal sealed record BudgetResult(
    BudgetKind Kind, string? Model, string Target, bool OfTarget, double Limit, double? Figure, BudgetVerdict Verdict, Diagnostic? Diagnostic)
{
    /// <summary>What the figure is made of or lacks, a phrase; empty where there is nothing to say.</summary>
    public string Remark { get; init; } = "";

    /// <summary>The ratio of the inputs at which a <see cref="BudgetKind.MinAccuracyAtSnr"/> holds, else null.</summary>
    public double? SnrDb { get; init; }

    /// <summary>The setting as people read it.</summary>
    public string Name => SnrDb is { } ratio ? $"{Kind} ({Numbers.Plain(ratio, 3)} dB)" : Kind.ToString();

    /// <summary>Whether planning has said the diagnostic already.</summary>
    public bool IsSaid { get; init; }

    /// <summary>Whether a figure above the limit breaks it.</summary>
    public bool IsUpperLimit => Kind is not (BudgetKind.MinAccuracy or BudgetKind.MinSqnrDb or BudgetKind.MinAccuracyAtSnr);

    /// <summary>A figure or limit as people read it.</summary>
    public string Text(double? value) => value is not { } number ? "not measured" : Kind switch
    {
        BudgetKind.SramBudget or BudgetKind.FlashBudget => Numbers.Bytes((long)number),
        BudgetKind.LatencyBudgetMs => Numbers.Plain(number, 3) + " ms",
        BudgetKind.MinAccuracy or BudgetKind.MinAccuracyAtSnr => Numbers.Percent(number),
        BudgetKind.MaxAccuracyDrop => Numbers.Plain(number * 100, 2) + (number is 0.01 or -0.01 ? " point" : " points"),
        _ => double.IsPositiveInfinity(number) ? "no noise" : Numbers.Plain(number, 1) + " dB",
    };
}
