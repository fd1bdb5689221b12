using System.Globalization;
using EdgeAI.Compiler.Data;
using EdgeAI.Compiler.Settings;

namespace EdgeAI.Compiler.Pipeline;

/// <summary>
/// What the outputs of a model whose types are chosen must keep: the user's limits, or where none can be measured, a loss of at most
/// <see cref="UsualDrop"/> of the accuracy when the test data have labels, else an SQNR of at least <see cref="UsualSqnrDb"/>. Limits in noise stand beside
/// these, each on its own disturbed inputs.
/// </summary>
/// <param name="MinSqnrDb">Of the outputs; null for none.</param>
/// <param name="MaxDrop">Float accuracy less quantized; null for none.</param>
/// <param name="MinAccuracy">Null for none.</param>
/// <param name="IsUsual">Whether the user set none.</param>
internal sealed record QualityLimits(double? MinSqnrDb, double? MaxDrop, double? MinAccuracy, bool IsUsual)
{
    /// <summary>Half a point.</summary>
    public const double UsualDrop = 0.005;

    /// <summary>Noise of a thousandth of the signal's power.</summary>
    public const double UsualSqnrDb = 30;

    /// <summary>Of the user's limits those that can be measured on the data.</summary>
    public static QualityLimits Of(Budgets budgets, IReadOnlyList<TestCase> cases)
    {
        bool hasLabels = cases.Count > 0 && cases.All(test => test.Label is not null);
        double? drop = hasLabels ? budgets.MaxAccuracyDrop : null;
        double? accuracy = hasLabels ? budgets.MinAccuracy : null;
        return budgets.MinSqnrDb is not null || drop is not null || accuracy is not null
            ? new(budgets.MinSqnrDb, drop, accuracy, false)
            : hasLabels ? new(null, UsualDrop, null, true) : new(UsualSqnrDb, null, null, true);
    }

    /// <summary>A limit in noise, for the inputs that it is about.</summary>
    public static QualityLimits Of(AccuracyAtSnr limit) => new(null, null, limit.Accuracy, false);

    /// <summary>Whether figures keep the limits. Without noise the SQNR is infinite.</summary>
    public bool Hold(double sqnrDb, double? accuracy, double? floatAccuracy)
    {
        const double Rounding = 1e-9;
        return !(sqnrDb < MinSqnrDb) && !(floatAccuracy - accuracy > MaxDrop + Rounding) && !(accuracy < MinAccuracy - Rounding);
    }

    /// <summary>The limits as a sentence's part.</summary>
    public override string ToString()
    {
        string[] parts =
        [
            .. MinSqnrDb is { } db ? new[] { string.Create(CultureInfo.InvariantCulture, $"an SQNR of at least {db:0.###} dB") } : [],
            .. MaxDrop is { } drop ? new[] { string.Create(CultureInfo.InvariantCulture, $"an accuracy at most {drop:0.######} below float") } : [],
            .. MinAccuracy is { } least ? new[] { string.Create(CultureInfo.InvariantCulture, $"an accuracy of at least {least:0.######}") } : [],
        ];
        return string.Join(" and ", parts) + (IsUsual ? " (as no limit was set)" : "");
    }
}
