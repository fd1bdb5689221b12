using EdgeAI.Compiler.Diagnostics;
using EdgeAI.Compiler.Settings;
using EdgeAI.Reporting.Figures;
using EdgeAI.Simulator;

namespace EdgeAI.Reporting.Limits;

/// <summary>Limits of accuracy, noise and time of one model on one target.</summary>
/// <param name="build">The model's figures.</param>
/// <param name="ofTarget">Whether the limits are set on the target's item.</param>
/// <param name="notMeasured">Makes the diagnostic of a limit without a figure: kind, file, subject, target, reason, what to do.</param>
internal sealed class QualityCheck(
    BuildFigures build, bool ofTarget, Func<BudgetKind, string?, string, string, string, string, Diagnostic> notMeasured)
{
    // Shares of a number of cases differ by rounding alone below this.
    private const int ShareDigits = 9;

    private AccuracyFigures? Figures => build.Simulation.Accuracy;

    private string Whose => ofTarget ? "the target's" : "its";

    /// <summary>The least share of right classes.</summary>
    public BudgetResult Accuracy(double limit)
    {
        const BudgetKind Kind = BudgetKind.MinAccuracy;
        if (!IsCalibrated)
        {
            return NotTrusted(Kind, limit, Figures?.Quantized);
        }

        if (Figures?.Quantized is not { } accuracy)
        {
            return Missing(Kind, limit, WhyNoAccuracy, "Set TestData and TestLabels to labelled inputs.");
        }

        bool isBroken = Math.Round(accuracy, ShareDigits) < Math.Round(limit, ShareDigits);
        return Judge(Kind, limit, accuracy, isBroken, () => DiagnosticCatalog.AccuracyBelowBudget.With(
            build.File, build.Model, Share(accuracy), Figures.Cases, Whose, Share(limit),
            Figures.Float is { } inFloat && Math.Round(inFloat, ShareDigits) < Math.Round(limit, ShareDigits)
                ? $"The model in float reaches {Share(inFloat)} only: train it further, or lower MinAccuracy."
                : $"{(Figures.Float is { } better ? $"The model in float reaches {Share(better)}. " : "")}{Advice("lower MinAccuracy")}"));
    }

    /// <summary>The most that quantization may cost.</summary>
    public BudgetResult AccuracyDrop(double limit)
    {
        const BudgetKind Kind = BudgetKind.MaxAccuracyDrop;
        if (!IsCalibrated)
        {
            return NotTrusted(Kind, limit, Figures?.Float - Figures?.Quantized);
        }

        if (Figures is not { Quantized: { } quantized, Float: { } inFloat })
        {
            return Figures?.Quantized is null
                ? Missing(Kind, limit, WhyNoAccuracy, "Set TestData and TestLabels to labelled inputs.")
                : Missing(Kind, limit, "the model file is quantized already, so that there is no float model to compare with", "Build the float model, or use MinAccuracy.");
        }

        double drop = Math.Round(inFloat - quantized, ShareDigits);
        return Judge(Kind, limit, drop, drop > Math.Round(limit, ShareDigits), () => DiagnosticCatalog.AccuracyDropOverBudget.With(
            build.File, build.Model, Share(drop), Share(inFloat), Share(quantized), Figures.Cases, Whose, Share(limit),
            Advice("raise MaxAccuracyDrop")));
    }

    /// <summary>The least ratio of signal to quantization noise.</summary>
    public BudgetResult Sqnr(double limit)
    {
        const BudgetKind Kind = BudgetKind.MinSqnrDb;
        if (!IsCalibrated)
        {
            return NotTrusted(Kind, limit, Figures?.SqnrDb);
        }

        if (Figures is { NoiseFree: true })
        {
            return Judge(Kind, limit, double.PositiveInfinity, false, () => throw new InvalidOperationException());
        }

        if (Figures?.SqnrDb is not { } ratio || !double.IsFinite(ratio))
        {
            return Figures is null
                ? Missing(Kind, limit, "the model has no TestData", "Set TestData to inputs as the device meets them.")
                : Missing(Kind, limit, "there is no float model with a signal to compare with", "Build the float model, or use MinAccuracy.");
        }

        return Judge(Kind, limit, ratio, ratio < limit, () => DiagnosticCatalog.SqnrBelowBudget.With(
            build.File, build.Model, Numbers.Plain(ratio, 3), Whose, Numbers.Plain(limit, 3), Advice("lower MinSqnrDb")));
    }

    /// <summary>The least share of right classes at a signal to noise ratio of the inputs: of the noise that was measured there, the worst counts.</summary>
    public BudgetResult AccuracyAt(AccuracyAtSnr limit)
    {
        const BudgetKind Kind = BudgetKind.MinAccuracyAtSnr;
        string ratio = Numbers.Plain(limit.SnrDb, 3);
        (NoiseCurve Curve, NoisePoint Point)[] measured =
        [
            .. (Figures?.Noise ?? []).Where(curve => curve.IsBySnr)
                .SelectMany(curve => curve.Points.Where(point => point.Level == limit.SnrDb && point.Quantized is not null).Select(point => (curve, point)))
                .OrderBy(pair => pair.point.Quantized).ThenBy(pair => pair.curve.Name, StringComparer.Ordinal),
        ];
        if (!IsCalibrated)
        {
            return NotTrusted(Kind, limit.Accuracy, measured.Length > 0 ? measured[0].Point.Quantized : null) with { SnrDb = limit.SnrDb };
        }

        if (measured.Length == 0)
        {
            string reason = Figures?.Quantized is null ? WhyNoAccuracy : $"no input of the model was disturbed at {ratio} dB";
            return Missing(Kind, limit.Accuracy, reason, "Set TestData and TestLabels to labelled inputs.") with { SnrDb = limit.SnrDb };
        }

        (NoiseCurve curve, NoisePoint worst) = measured[0];
        bool isBroken = Math.Round(worst.Quantized!.Value, ShareDigits) < Math.Round(limit.Accuracy, ShareDigits);
        string reference = worst.Float is not { } inFloat ? ""
            : Math.Round(inFloat, ShareDigits) < Math.Round(limit.Accuracy, ShareDigits)
                ? $"The model in float reaches {Share(inFloat)} there only: train it with such noise, or lower the limit."
                : $"The model in float reaches {Share(inFloat)} there: set Calibration on the noise, give more calibration data, or lower the limit.";
        return Judge(Kind, limit.Accuracy, worst.Quantized.Value, isBroken, () => DiagnosticCatalog.AccuracyAtSnrBelowBudget.With(
            build.File, build.Model, Share(worst.Quantized.Value), ratio, curve.Name, curve.Cases, Whose, Share(limit.Accuracy), reference)) with
        {
            SnrDb = limit.SnrDb,
            Remark = $"{Numbers.Of(curve.Cases, "test case")} with '{curve.Name}' noise",
        };
    }

    /// <summary>The longest run, at one cycle an instruction.</summary>
    public BudgetResult Latency(double limit)
    {
        const BudgetKind Kind = BudgetKind.LatencyBudgetMs;
        if (build.Simulation.Instructions is not { } instructions)
        {
            return Missing(Kind, limit, build.WhyNoTargetFigures, "Measure the model on the device, or build where the target run is possible.");
        }

        if (build.Planned.Target.ClockMhz is not { } megahertz)
        {
            return Missing(Kind, limit, "the target's description has no clockMhz", "Build for a board, or for a *.target.json with the device's clock.");
        }

        double least = instructions / (megahertz * 1000);
        string time = Numbers.Plain(least, 3);
        bool isBroken = least > limit;
        Diagnostic diagnostic = isBroken
            ? DiagnosticCatalog.LatencyOverBudget.With(build.File, build.Model, Numbers.Count(instructions), build.Target, Numbers.Plain(megahertz, 3), time, Whose,
                Numbers.Plain(limit, 3), SlowestLayers())
            : DiagnosticCatalog.LatencyNotSimulated.With(build.File, build.Model, build.Target, Numbers.Count(instructions), time, Numbers.Plain(limit, 3));
        return new BudgetResult(
            Kind, build.Model, build.Target, ofTarget, limit, isBroken ? least : null, isBroken ? BudgetVerdict.Broken : BudgetVerdict.NotMeasured, diagnostic)
        {
            Remark = $"{time} ms at one cycle an instruction; time was not simulated",
        };
    }

    private string WhyNoAccuracy => build.Settings.TestData is null ? "the model has no TestData" : "the test data has no labels";

    private bool IsCalibrated => build.Planned.Quantized.CalibratedOnRealData;

    private BudgetResult Judge(BudgetKind kind, double limit, double figure, bool isBroken, Func<Diagnostic> broken) =>
        new(kind, build.Model, build.Target, ofTarget, limit, figure,
            isBroken ? BudgetVerdict.Broken : BudgetVerdict.Met, isBroken ? broken() : null)
        {
            Remark = Numbers.Of(Figures!.Cases, "test case"),
        };

    private BudgetResult NotTrusted(BudgetKind kind, double limit, double? figure) =>
        new(kind, build.Model, build.Target, ofTarget, limit, figure, BudgetVerdict.Broken,
            DiagnosticCatalog.AccuracyNotTrusted.With(build.File, kind, build.Model))
        {
            Remark = "calibrated on synthetic inputs, not to be trusted",
        };

    private BudgetResult Missing(BudgetKind kind, double limit, string reason, string wayOut) =>
        new(kind, build.Model, build.Target, ofTarget, limit, null, BudgetVerdict.NotMeasured,
            notMeasured(kind, build.File, $"model '{build.Model}'", build.Target, reason, wayOut))
        {
            Remark = reason,
        };

    private string Advice(string orElse)
    {
        string worst = build.NoisiestLayer is { } layer
            ? $"The noisiest layer is '{DisplayName.Of(layer.Source)}' ({layer.Operator}, {Numbers.Decibels(layer.SqnrDb)} dB): "
            : "";
        string advice = $"give more or more typical calibration data, keep this part of the model in float, or {orElse}.";
        return worst.Length > 0 ? worst + advice : char.ToUpperInvariant(advice[0]) + advice[1..];
    }

    private string SlowestLayers()
    {
        string[] slowest =
        [
            .. build.Layers.Where(layer => layer.Instructions > 0).OrderByDescending(layer => layer.Instructions).ThenBy(layer => layer.Step)
                .Take(3).Select(layer => $"'{DisplayName.Of(layer.Source)}' {Numbers.Count(layer.Instructions)}"),
        ];
        return slowest.Length > 0 ? $"Most go to {string.Join(", ", slowest)}. " : "";
    }

    private static string Share(double value) => Numbers.Plain(value, 4);
}
