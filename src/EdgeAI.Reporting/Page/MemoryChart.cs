using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Planning;
using EdgeAI.Reporting.Figures;

namespace EdgeAI.Reporting.Page;

/// <summary>
/// The arena over time as a picture: steps to the right, offsets upward, a box for each buffer. The picture stretches to its place, so that
/// all text stands beside or over it as HTML and keeps its size on a phone.
/// </summary>
internal sealed class MemoryChart
{
    private const double Headroom = 1.06;
    private const double SmallestLabelWidth = 0.055;
    private const double SmallestLabelHeight = 0.075;
    private const double NearAnEnd = 0.2;
    private const int StepsWithoutScrolling = 48;

    private readonly MemoryPlan _plan;
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
        _top = Math.Max(1, Math.Max(_plan.ArenaBytes, _plan.LowerBoundBytes)) * Headroom;
        _inputs = [.. _graph.Inputs.Select(tensor => tensor.Name)];
        _outputs = [.. _graph.Outputs.Select(tensor => tensor.Name)];
    }

    /// <summary>Sentence, picture and legend.</summary>
    public static Html Write(BuildFigures figures)
    {
        var chart = new MemoryChart(figures);
        return Html.Of(
            $"""
            {chart.Sentence(figures)}
            {chart.Picture()}
            {chart.Legend()}
            {FrontierChart.Write(figures)}
            """);
    }

    private Html Sentence(BuildFigures figures)
    {
        long bound = _plan.OverlapBoundBytes ?? _plan.LowerBoundBytes;
        long gap = _plan.ArenaBytes - bound;
        string optimal = !_plan.Streams.IsEmpty ? $"{RowByRow()} With whole values side by side it would take {Numbers.Bytes(_plan.LowerBoundBytes)} at least."
            : _plan.Optimal ? "The lower bound is the same: optimal, proven."
            : $"The lower bound is {Numbers.Bytes(bound)}, a gap of {Numbers.Bytes(gap)} ({Numbers.Plain(gap * 100.0 / Math.Max(1, bound), 2)} %); optimal: not proven.";
        optimal += _plan.Streams.IsEmpty && _plan.ArenaBytes < _plan.LowerBoundBytes
            ? $" Results overlap operands that are no longer needed; side by side the values alive would take {Numbers.Bytes(_plan.LowerBoundBytes)}." : "";
        optimal += _plan.Regions.Length > 1
            ? $" It lies in {string.Join(", ", _plan.Regions.GroupBy(region => region.Memory).Select(parts => $"{parts.Key} ({Numbers.Bytes(parts.Sum(part => part.Bytes))})"))}." : "";
        PlannedBuffer[] held = [.. _peak.Buffers.Where(buffer => buffer.Size > 0)];
        Html holds = Html.Of($"{held.Take(3).Select((buffer, index) => Named(buffer, index == 0 ? "" : index == Math.Min(3, held.Length) - 1 && held.Length <= 3 ? " and " : ", "))}");
        string rest = held.Length > 3 ? $" and {Numbers.Of(held.Length - 3, "more buffer")}" : "";
        Html border = figures.Border is not { } saving ? Html.Empty : Html.Of(
            $"""<p class="callout"><b>Border conversions set this peak.</b> With <code>{saving.Settings}</code> the arena would take {Numbers.Bytes(_plan.ArenaBytes - saving.SavedBytes)}, {Numbers.Bytes(saving.SavedBytes)} less.</p>""");
        return Html.Of(
            $"""
            <p class="lead">The arena takes <b>{Numbers.Bytes(_plan.ArenaBytes)}</b>. {optimal} It is fullest at step {_peak.Step}, <b>{DisplayName.Of(_peak.NodeSource)}</b>, which holds {holds}{rest}.</p>
            {border}
            """);
    }

    private string RowByRow() =>
        $"Layers {string.Join(" and ", _plan.Streams.Select(stream => $"{Numbers.Count(stream.FirstStep)} to {Numbers.Count(stream.LastStep)}"))} run row by row, since a budget asks for it.";

    private static Html Named(PlannedBuffer buffer, string separator) =>
        Html.Of($"""{separator}<code title="{buffer.Name}">{DisplayName.Of(buffer.Name)}</code> ({Numbers.Bytes(buffer.Size)})""");

    private Html Picture() => Html.Of(
        $"""
        <div class="scroll"><div class="memory"{MinimumWidth()}>
        <div class="ticks" aria-hidden="true">{Ticks().Select(Tick)}</div>
        <div class="plot">
        <svg viewBox="0 0 {_peak.StepCount} 1000" preserveAspectRatio="none" role="img" aria-label="{Description()}">
        {Ticks().Select(GridLine)}
        {Enumerable.Range(0, _peak.StepCount).Select(Column)}
        {_plan.Buffers.Select(Box)}
        <line class="bound" x1="0" x2="{_peak.StepCount}" y1="{Y(_plan.LowerBoundBytes)}" y2="{Y(_plan.LowerBoundBytes)}"><title>Lower bound: {Numbers.Bytes(_plan.LowerBoundBytes)}</title></line>
        {ArenaLine()}
        </svg>
        {_plan.Buffers.Select(Label)}
        </div>
        <div class="steps" aria-hidden="true">{StepMarks()}</div>
        </div></div>
        """);

    /// <summary>The first, the last and the peak step; near an end the peak takes that end's place.</summary>
    private Html StepMarks()
    {
        double place = (_peak.Step + 0.5) / _peak.StepCount;
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
        <p class="legend"><span><i class="input"></i>input</span><span><i class="middle"></i>between layers</span><span><i class="output"></i>output</span>{(_plan.Buffers.Any(IsScratch) ? Html.Of($"""<span><i class="scratch"></i>scratch</span>""") : Html.Empty)}<span><i class="band"></i>peak step</span><span><i class="boundmark"></i>lower bound</span></p>
        """);

    private string Description() =>
        $"Buffers in the arena of {Numbers.Bytes(_plan.ArenaBytes)} over {Numbers.Of(_peak.StepCount, "step")}; the peak is step {Numbers.Whole(_peak.Step)}.";

    private Html Box(PlannedBuffer buffer)
    {
        if (buffer.Size == 0)
        {
            return Html.Empty;
        }

        string tensors = buffer.Tensors.Length > 1 ? $", holds {string.Join(", ", buffer.Tensors)}" : "";
        return Html.Of(
            $"""
            <rect class="{KindOf(buffer)}{(_peak.IsAlive(buffer) ? " atpeak" : "")}" x="{buffer.FirstStep}" width="{buffer.LastStep - buffer.FirstStep + 1}" y="{Y(buffer.Offset + buffer.Size)}" height="{Number(1000 * buffer.Size / _top)}"><title>{buffer.Name}: {Numbers.Bytes(buffer.Size)} at {Numbers.Count(buffer.Offset)}, steps {buffer.FirstStep} to {buffer.LastStep}{tensors}</title></rect>

            """);
    }

    private Html Label(PlannedBuffer buffer)
    {
        double width = (buffer.LastStep - buffer.FirstStep + 1.0) / _peak.StepCount;
        double height = buffer.Size / _top;
        return width < SmallestLabelWidth || height < SmallestLabelHeight ? Html.Empty : Html.Of(
            $"""<span class="name{(_peak.IsAlive(buffer) ? " atpeak" : "")}" style="left:{Style.Percent((double)buffer.FirstStep / _peak.StepCount)};width:{Style.Percent(width)};bottom:{Style.Percent(buffer.Offset / _top)};height:{Style.Percent(height)}"><b><bdi>{DisplayName.Of(buffer.Name)}</bdi></b><small>{Numbers.Size(buffer.Size)}</small></span>""");
    }

    private Html Column(int step)
    {
        string node = step < _graph.Nodes.Count ? $": {_graph.Nodes[step].Operator}, {_graph.Nodes[step].Source}" : "";
        return Html.Of(
            $"""<rect class="column{(step == _peak.Step ? " band" : "")}" x="{step}" width="1" y="0" height="1000"><title>Step {step}{node}</title></rect>""");
    }

    private Html ArenaLine() => _plan.ArenaBytes == _plan.LowerBoundBytes ? Html.Empty : Html.Of(
        $"""<line class="arena" x1="0" x2="{_peak.StepCount}" y1="{Y(_plan.ArenaBytes)}" y2="{Y(_plan.ArenaBytes)}"><title>Arena: {Numbers.Bytes(_plan.ArenaBytes)}</title></line>""");

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
