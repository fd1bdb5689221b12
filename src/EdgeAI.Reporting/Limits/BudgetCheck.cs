using System.Collections.Immutable;
using EdgeAI.Compiler.Diagnostics;
using EdgeAI.Compiler.Pipeline;
using EdgeAI.Compiler.Planning;
using EdgeAI.Compiler.Settings;
using EdgeAI.Reporting.Figures;

namespace EdgeAI.Reporting.Limits;

/// <summary>
/// Compares every limit with its figure.
/// <list type="bullet">
/// <item>Sizes are ranges: a limit below what is known for certain is broken, one above what is possible is met, and between them it is
/// not measured. An arena alone, or the planned weights alone, can break a limit without any compiler.</item>
/// <item>Size limits of a target are for its whole firmware: the memory that its models share, the deepest stack, all weights,
/// and code that lies between the largest model's and the sum (kernels are shared). Its other limits are for each of its models.</item>
/// <item>Accuracy counts only after calibration on real inputs.</item>
/// <item>Time follows one cycle an instruction, the least a core takes: past the limit it is broken, else undecided.</item>
/// </list>
/// </summary>
internal sealed class BudgetCheck(ReportRequest request, IReadOnlyList<BuildFigures> builds)
{
    /// <summary>All limits that are set: of models in the order of builds, then of targets.</summary>
    public ImmutableArray<BudgetResult> Run()
    {
        var results = ImmutableArray.CreateBuilder<BudgetResult>();
        for (int i = 0; i < builds.Count; i++)
        {
            BuildFigures build = builds[i];
            Budgets own = build.Settings.Budgets;
            var subject = new SizeSubject($"Model '{build.Model}'", build.Model, build.Target, [build]) { Said = SaidOf(i).FirstOrDefault() };
            IEnumerable<BudgetResult> found = SizesOf(own, subject).Concat(QualitiesOf(own, build, ofTarget: false));
            if (request.TargetBudgets.TryGetValue(build.Target, out Budgets? ofTarget))
            {
                found = found.Concat(QualitiesOf(ofTarget, build, ofTarget: true));
            }

            results.AddRange(build.Ran ? found : found.Select(result => NotRun(result, build)));
        }

        foreach ((string target, Budgets budgets) in request.TargetBudgets)
        {
            int[] onTarget = [.. Enumerable.Range(0, builds.Count).Where(i => builds[i].Target == target)];
            if (onTarget.Length > 0)
            {
                // Of what planning said of a model, that about the target comes last.
                Diagnostic? said = onTarget.Where(i => builds[i].Plan.ArenaBytes > budgets.SramBytes).SelectMany(i => SaidOf(i).TakeLast(1)).FirstOrDefault();
                IEnumerable<BudgetResult> found = SizesOf(budgets, new SizeSubject("The firmware", null, target, [.. onTarget.Select(i => builds[i])])
                {
                    ArenaBytes = SharedArena([.. onTarget.Select(i => builds[i])]),
                    Said = said,
                });
                results.AddRange(onTarget.FirstOrDefault(i => !builds[i].Ran, -1) is >= 0 and var missing ? found.Select(result => NotRun(result, builds[missing])) : found);
            }
        }

        return results.ToImmutable();
    }

    private IEnumerable<Diagnostic> SaidOf(int build) =>
        request.Models[build].Diagnostics.Where(diagnostic => diagnostic.Code == DiagnosticCatalog.ArenaOverBudget.Code);

    /// <summary>The memory that models share; null where they have no place together.</summary>
    private long? SharedArena(IReadOnlyList<BuildFigures> models)
    {
        try
        {
            return PlanStage.Combine(models[0].Planned.Target, [.. models.Select(build => build.Planned)], [], request.Concurrency).SharedArenaBytes;
        }
        catch (DiagnosticException)
        {
            return null;
        }
    }

    /// <summary>A limit without a figure, where planning has failed: that it could not be measured is no news.</summary>
    private static BudgetResult NotRun(BudgetResult result, BuildFigures build) => result.Verdict != BudgetVerdict.NotMeasured ? result
        : result with { Diagnostic = null, Remark = build.WhyNoTargetFigures };

    private IEnumerable<BudgetResult> SizesOf(Budgets budgets, SizeSubject subject)
    {
        if (budgets.SramBytes is { } sram)
        {
            SizeRange range = subject.Sram();
            yield return Size(BudgetKind.SramBudget, subject, sram, range, DiagnosticCatalog.SramOverBudget, subject.Peak(), subject.Remedy(), subject.SmallerTensors());
        }

        if (budgets.FlashBytes is { } flash)
        {
            SizeRange range = subject.Flash();
            yield return Size(BudgetKind.FlashBudget, subject, flash, range, DiagnosticCatalog.FlashOverBudget, subject.LargestWeights(), subject.FlashRemedy(flash));
        }
    }

    private BudgetResult Size(
        BudgetKind kind, SizeSubject subject, long limit, SizeRange range, DiagnosticDescriptor broken, string largest, string remedy, string smaller = "")
    {
        BudgetVerdict verdict = range.Against(limit);
        bool isSaid = kind == BudgetKind.SramBudget && verdict == BudgetVerdict.Broken && subject.Said is not null;
        Diagnostic? diagnostic = verdict switch
        {
            BudgetVerdict.Broken when isSaid => subject.Said,
            BudgetVerdict.Broken => broken.With(
                subject.File, subject.Name, AtLeast(range), subject.Target, range.Parts, subject.Model is null ? "the target's" : "its", Numbers.Count(limit), largest, remedy,
                range.High ?? range.Low + BudgetedPlan.StackAndStaticBytes, smaller),
            BudgetVerdict.NotMeasured => NotMeasured(kind, subject.File, subject.Name, subject.Target,
                range.High is { } high ? $"it lies between {Numbers.Count(range.Low)} and {Numbers.Count(high)} bytes, for models share kernels" : subject.WhyUnknown,
                range.High is null ? $"Known is {range.Parts}, and the limit is {Numbers.Count(limit)} bytes: make the run possible, or set the limit only where it can be measured." : "Build the firmware and read its size from the map file."),
            _ => null,
        };
        double? figure = verdict == BudgetVerdict.Broken ? range.Low : range.High;
        return new BudgetResult(kind, subject.Model, subject.Target, subject.Model is null, limit, figure, verdict, diagnostic)
        {
            Remark = range.Parts,
            IsSaid = isSaid,
        };
    }

    private static string AtLeast(SizeRange range) =>
        range.High == range.Low ? Numbers.Count(range.Low) : "at least " + Numbers.Count(range.Low);

    private IEnumerable<BudgetResult> QualitiesOf(Budgets budgets, BuildFigures build, bool ofTarget)
    {
        var quality = new QualityCheck(build, ofTarget, NotMeasured);
        if (budgets.LatencyMilliseconds is { } milliseconds)
        {
            yield return quality.Latency(milliseconds);
        }

        if (budgets.MinAccuracy is { } accuracy)
        {
            yield return quality.Accuracy(accuracy);
        }

        if (budgets.MaxAccuracyDrop is { } drop)
        {
            yield return quality.AccuracyDrop(drop);
        }

        if (budgets.MinSqnrDb is { } decibels)
        {
            yield return quality.Sqnr(decibels);
        }

        foreach (AccuracyAtSnr limit in budgets.MinAccuracyAtSnr)
        {
            yield return quality.AccuracyAt(limit);
        }
    }

    private Diagnostic NotMeasured(BudgetKind kind, string? file, string subject, string target, string reason, string wayOut)
    {
        string name = subject.StartsWith("Model", StringComparison.Ordinal) || subject.StartsWith("The", StringComparison.Ordinal)
            ? char.ToLowerInvariant(subject[0]) + subject[1..]
            : subject;
        Diagnostic diagnostic = DiagnosticCatalog.BudgetNotMeasured.With(file, kind, name, target, reason, wayOut);
        return request.BudgetsMustBeMeasured ? diagnostic with { Severity = Severity.Error } : diagnostic;
    }
}
