using System.Runtime.ExceptionServices;

namespace EdgeAI.Compiler.Planning.Offsets;

/// <summary>
/// Places the buffers of one part of time.
/// <list type="bullet">
/// <item>Several greedy orders (<see cref="GreedyPlacement"/>), or in order of time where too many pairs of buffers overlap
/// (<see cref="TimeOrderPlacement"/>); done when one meets the lower bound.</item>
/// <item>Then exact search (<see cref="PlacementSearch"/>) for the lower bound itself, restarted with growing step limits and changing
/// rules of rank: first all of them, then the strongest, also with the buffers of past dead ends in front.</item>
/// <item>Where that does not settle it, capacities between the bound and the best placement, by bisection, again and again with longer tries.</item>
/// </list>
/// </summary>
internal sealed class PartPlanner
{
    /// <summary>A first try of a rule is about this many times the steps that placing every buffer once takes.</summary>
    private const long FirstDives = 8;
    private const int Bisections = 8;
    private const int BisectionsPerFirstShare = 4;
    private const int MostBuffersSearched = 4096;
    private const int SearchStackBytes = 64 << 20;

    private readonly PlacementProblem _problem;
    private readonly int[] _indexes;
    private readonly long[] _deadEnds;
    private readonly CancellationToken _cancellation;
    private long[] _offsets;
    private long _stepsLeft;

    /// <param name="indexes">The place of each buffer in the caller's list.</param>
    /// <param name="buffers">Buffers with bytes that are taken at some step.</param>
    /// <param name="cancellation">Ends the search.</param>
    public PartPlanner(int[] indexes, BufferLifetime[] buffers, CancellationToken cancellation)
    {
        _indexes = indexes;
        _problem = new(buffers);
        _deadEnds = new long[buffers.Length];
        _cancellation = cancellation;
        LowerBoundBytes = _problem.LowerBoundBytes;
        _offsets = _problem.HasNeighbours ? GreedyPlacement.Best(_problem, cancellation) : TimeOrderPlacement.Best(_problem);
        ArenaBytes = _problem.HighestEnd(_offsets);
    }

    /// <summary>No placement is smaller.</summary>
    public long LowerBoundBytes { get; private set; }

    /// <summary>The highest end of the best placement.</summary>
    public long ArenaBytes { get; private set; }

    /// <summary>Writes the best placement's offsets to the caller's list.</summary>
    public void CopyOffsets(long[] offsets)
    {
        for (int i = 0; i < _offsets.Length; i++)
        {
            offsets[_indexes[i]] = _offsets[i];
        }
    }

    /// <summary>Searches for a smaller placement, but for none below what is needed anyway. Returns the steps it took.</summary>
    public long Improve(long neededBytes, long stepLimit)
    {
        long needed = Math.Max(neededBytes, LowerBoundBytes);
        if (ArenaBytes <= needed || !_problem.HasNeighbours || _problem.Sizes.Length > MostBuffersSearched || !_problem.FitsSearch)
        {
            return 0;
        }

        long firstShare = FirstDives * _problem.Sizes.Length * _problem.Sizes.Length;
        OnOwnStack(() =>
        {
            _stepsLeft = stepLimit / 2;
            for (int round = 0; ArenaBytes > needed && LowerBoundBytes <= needed && _stepsLeft > 0; round++)
            {
                Attempt(needed, firstShare << (2 * round), RulesOf(round));
            }

            _stepsLeft += stepLimit - (stepLimit / 2);
            for (int round = 0; ArenaBytes > Math.Max(needed, LowerBoundBytes) && _stepsLeft > 0; round++)
            {
                Bisect(Math.Max(needed, LowerBoundBytes) - 1, firstShare / BisectionsPerFirstShare << (2 * round), RulesOf(round));
            }
        });
        return stepLimit - _stepsLeft;
    }

    /// <summary>All rules first; then the strongest, by themselves and with the buffers of past dead ends in front.</summary>
    private static RankRule[] RulesOf(int round) => round == 0
        ? RankRule.All
        : [.. RankRule.Strong.SelectMany(rule => new[] { rule, rule with { DeadEndsFirst = true } })];

    /// <summary>Halves the range between what is known to be too small, or taken for it, and the best placement.</summary>
    private void Bisect(long refused, long share, RankRule[] rules)
    {
        for (int i = 0; i < Bisections && ArenaBytes > _problem.NextEnd(refused) && _stepsLeft > 0; i++)
        {
            long middle = Math.Max(_problem.NextEnd(refused), _problem.RoundDown(refused + ((ArenaBytes - refused) / 2)));
            if (!Attempt(middle, share, rules))
            {
                refused = middle;
            }
        }
    }

    /// <summary>The search recurses once a buffer; a stack of a fixed size makes the result independent of the caller's.</summary>
    private static void OnOwnStack(Action search)
    {
        ExceptionDispatchInfo? failure = null;
        var thread = new Thread(
            () =>
            {
                try
                {
                    search();
                }
                catch (Exception error) when (error is not OutOfMemoryException)
                {
                    failure = ExceptionDispatchInfo.Capture(error);
                }
            },
            SearchStackBytes);
        thread.Start();
        thread.Join();
        failure?.Throw();
    }

    /// <summary>Searches for a placement within a capacity, a share of the steps by each rule; keeps it, or the proof that there is none.</summary>
    private bool Attempt(long capacity, long share, RankRule[] rules)
    {
        foreach (RankRule rule in rules)
        {
            _cancellation.ThrowIfCancellationRequested();
            var search = new PlacementSearch(_problem, capacity, rule, _deadEnds, _cancellation);
            SearchVerdict verdict = search.Run(Math.Min(share, _stepsLeft));
            _stepsLeft -= search.StepsTaken;
            if (verdict == SearchVerdict.Placed)
            {
                _offsets = search.Offsets;
                ArenaBytes = _problem.HighestEnd(_offsets);
                return true;
            }

            if (verdict == SearchVerdict.Impossible)
            {
                LowerBoundBytes = Math.Max(LowerBoundBytes, _problem.NextEnd(capacity));
                return false;
            }

            if (_stepsLeft <= 0)
            {
                return false;
            }
        }

        return false;
    }
}
