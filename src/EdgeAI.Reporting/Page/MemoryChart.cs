using System.Collections.Immutable;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Planning;
using EdgeAI.Reporting.Figures;

namespace EdgeAI.Reporting.Page;

/// <summary>
/// The arena over time as a picture: steps to the right, offsets upward, a box for each buffer, and for one that is held by rows the outline of
/// what is taken of it. The picture stretches to its place, so that all text stands beside or over it as HTML and keeps its size on a phone.
/// </summary>
internal sealed class MemoryChart
{
    private const double Headroom = 1.06;
    private const double SmallestLabelWidth = 0.055;
    private const double SmallestLabelHeight = 0.075;
    private const double NearAnEnd = 0.2;
    private const int StepsWithoutScrolling = 48;
    private const double MostOfBudget = 1.5;
    private const double MostlyTaken = 0.9;

    private readonly MemoryPlan _plan;
    private readonly long _boundBytes;
    private readonly long? _budgetBytes;
    private readonly BufferOutlines _outlines;
    private readonly MemoryPeak _peak;
    private readonly Graph _graph;
    private readonly double _top;
    private readonly HashSet<string> _inputs;
    private readonly HashSet<string> _outputs;

    private MemoryChart(BuildFigures figures)
    {
        _plan = figures.Plan;
        _peak = figures.Peak;
        _graph = figures.Graph;
        _boundBytes = figures.Certificate.BoundBytes;
        _budgetBytes = figures.Settings.Budgets.SramBytes is { } budget && budget <= _plan.ArenaBytes * MostOfBudget ? budget : null;
        _outlines = new(figures);
        _top = Math.Max(Math.Max(1, _budgetBytes ?? 0), Math.Max(_plan.ArenaBytes, _boundBytes)) * Headroom;
        _inputs = [.. _graph.Inputs.Select(tensor => tensor.Name)];
        _outputs = [.. _graph.Outputs.Select(tensor => tensor.Name)];
    }

    /// <summary>Picture and legend.</summary>
    public static Html Write(BuildFigures figures)
    {
        var chart = new MemoryChart(figures);
        return Html.Of(
            $"""
            {chart.Picture()}
            {chart.Legend()}
            """);
    }

    private Html Picture() => Html.Of(
        $"""
        <div class="scroll"><div class="memory"{MinimumWidth()}>
        <div class="ticks" aria-hidden="true">{Ticks().Select(Tick)}</div>
        <div class="plot">
        <svg viewBox="0 0 {_peak.StepCount} 1000" preserveAspectRatio="none" role="img" aria-label="{Description()}">
        {Ticks().Select(GridLine)}
        {Enumerable.Range(0, _peak.StepCount).Select(Column)}
        {_plan.Buffers.Select(Box)}
        <line class="bound" x1="0" x2="{_peak.StepCount}" y1="{Y(_boundBytes)}" y2="{Y(_boundBytes)}"><title>Lower bound: {Numbers.Bytes(_boundBytes)}</title></line>
        {ArenaLine()}{BudgetLine()}
        </svg>
        {_plan.Buffers.Select(Label)}
        </div>
        <div class="steps" aria-hidden="true">{StepMarks()}</div>
        </div></div>
        """);

    /// <summary>The first, the last and the peak step; near an end the peak takes that end's place.</summary>
    private Html StepMarks()
    {
        double place = _outlines.MiddleOf(_peak.Moment) / _peak.StepCount;
        (string end, Html first, Html last) = place switch
        {
            < NearAnEnd => (" first", Html.Empty, Html.Of($"<span>{_peak.StepCount - 1}</span>")),
            > 1 - NearAnEnd => (" last", Html.Of($"<span>step 0</span>"), Html.Empty),
            _ => ("", Html.Of($"<span>step 0</span>"), Html.Of($"<span>{_peak.StepCount - 1}</span>")),
        };
        return Html.Of(
            $"""{first}<span class="peak{end}" style="left:{Style.Percent(place)}">▲ peak: step {_peak.Step}</span><span></span>{last}""");
    }

    private Html MinimumWidth() => _peak.StepCount <= StepsWithoutScrolling ? Html.Empty
        : Html.Of($""" style="min-width:{_peak.StepCount * 8}px" """);

    private Html Legend() => Html.Of(
        $"""
        <p class="legend"><span><i class="input"></i>input</span><span><i class="middle"></i>between layers</span><span><i class="output"></i>output</span>{(_plan.Buffers.Any(IsScratch) ? Html.Of($"""<span><i class="scratch"></i>scratch</span>""") : Html.Empty)}<span><i class="band"></i>peak step</span><span><i class="boundmark"></i>lower bound</span>{(_budgetBytes is null ? Html.Empty : Html.Of($"""<span><i class="budgetmark"></i>SramBudget</span>"""))}</p>
        """);

    private string Description() =>
        $"Buffers in the arena of {Numbers.Bytes(_plan.ArenaBytes)} over {Numbers.Of(_peak.StepCount, "step")}; the peak is step {Numbers.Whole(_peak.Step)}.";

    private Html Box(PlannedBuffer buffer)
    {
        if (buffer.Size == 0)
        {
            return Html.Empty;
        }

        ImmutableArray<OutlineSlice> outline = _outlines.Of(buffer);
        string tensors = buffer.Tensors.Length > 1 ? $", holds {string.Join(", ", buffer.Tensors)}" : "";
        string kind = $"{KindOf(buffer)}{(_peak.IsAlive(buffer) ? " atpeak" : "")}";
        string title = $"{buffer.Name}: {Numbers.Bytes(buffer.Size)} at {Numbers.Count(buffer.Offset)}, steps {Numbers.Whole(buffer.FirstStep)} to {Numbers.Whole(buffer.LastStep)}{tensors}";
        return outline is [var only]
            ? Html.Of(
                $"""
                <rect class="{kind}" x="{Number(only.From)}" width="{Number(only.To - only.From)}" y="{Y(buffer.Offset + only.High)}" height="{Number(1000 * (only.High - only.Low) / _top)}"><title>{title}</title></rect>

                """)
            : Html.Of(
                $"""
                <path class="{kind}" d="{string.Concat(outline.Select(slice => Slice(buffer, slice)))}"><title>{title}, by rows</title></path>

                """);
    }

    private string Slice(PlannedBuffer buffer, OutlineSlice slice) =>
        $"M{Number(slice.From)} {Y(buffer.Offset + slice.Low)}V{Y(buffer.Offset + slice.High)}H{Number(slice.To)}V{Y(buffer.Offset + slice.Low)}Z";

    /// <summary>A buffer's name, over the bytes that are taken all the time; nothing where they leave no room for it.</summary>
    private Html Label(PlannedBuffer buffer)
    {
        ImmutableArray<OutlineSlice> outline = _outlines.Of(buffer);
        if (buffer.Size == 0 || outline.IsEmpty || outline.Sum(slice => slice.To - slice.From) < (outline[^1].To - outline[0].From) * MostlyTaken)
        {
            return Html.Empty;
        }

        long low = outline.Max(slice => slice.Low);
        double from = outline[0].From / _peak.StepCount;
        double width = (outline[^1].To / _peak.StepCount) - from;
        double height = (outline.Min(slice => slice.High) - low) / _top;
        return width < SmallestLabelWidth || height < SmallestLabelHeight ? Html.Empty : Html.Of(
            $"""<span class="name{(_peak.IsAlive(buffer) ? " atpeak" : "")}" style="left:{Style.Percent(from)};width:{Style.Percent(width)};bottom:{Style.Percent((buffer.Offset + low) / _top)};height:{Style.Percent(height)}"><b><bdi>{DisplayName.Of(buffer.Name)}</bdi></b><small>{Numbers.Size(buffer.Size)}</small></span>""");
    }

    private Html Column(int step)
    {
        string node = step < _graph.Nodes.Count ? $": {_graph.Nodes[step].Operator}, {_graph.Nodes[step].Source}" : "";
        return Html.Of(
            $"""<rect class="column{(step == _peak.Step ? " band" : "")}" x="{step}" width="1" y="0" height="1000"><title>Step {step}{node}</title></rect>""");
    }

    private Html ArenaLine() => _plan.ArenaBytes == _boundBytes ? Html.Empty : Html.Of(
        $"""<line class="arena" x1="0" x2="{_peak.StepCount}" y1="{Y(_plan.ArenaBytes)}" y2="{Y(_plan.ArenaBytes)}"><title>Arena: {Numbers.Bytes(_plan.ArenaBytes)}</title></line>""");

    private Html BudgetLine() => _budgetBytes is not { } budget ? Html.Empty : Html.Of(
        $"""<line class="budget" x1="0" x2="{_peak.StepCount}" y1="{Y(budget)}" y2="{Y(budget)}"><title>SramBudget of arena, static data and stack: {Numbers.Bytes(budget)}</title></line>""");

    private Html GridLine(long bytes) => Html.Of($"""<line class="grid" x1="0" x2="{_peak.StepCount}" y1="{Y(bytes)}" y2="{Y(bytes)}" />""");

    private Html Tick(long bytes) => Html.Of($"""<span style="bottom:{Style.Percent(bytes / _top)}">{TickText(bytes)}</span>""");

    private static string TickText(long bytes) => bytes == 0 ? "0" : bytes % 1024 == 0 ? $"{Numbers.Count(bytes / 1024)} KiB" : Numbers.Bytes(bytes);

    /// <summary>Offsets with a line: multiples of a power of two, at most five above zero.</summary>
    private IEnumerable<long> Ticks()
    {
        long most = Math.Max(1, _plan.ArenaBytes);
        long step = 1;
        while (most / step > 5)
        {
            step *= 2;
        }

        for (long bytes = 0; bytes <= most; bytes += step)
        {
            yield return bytes;
        }
    }

    private string KindOf(PlannedBuffer buffer) =>
        IsScratch(buffer) ? "scratch"
        : buffer.Tensors.Any(_outputs.Contains) ? "output"
        : buffer.Tensors.Any(_inputs.Contains) ? "input"
        : "middle";

    private static bool IsScratch(PlannedBuffer buffer) => buffer.Tensors.Length == 0;

    private string Y(long bytes) => Number(1000 - (1000 * bytes / _top));

    private static string Number(double value) => Numbers.Plain(value, 3);
}
