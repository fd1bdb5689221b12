using System.Collections.Immutable;
using System.Runtime.ExceptionServices;

namespace EdgeAI.Compiler.Planning.Offsets;

/// <summary>
/// Places buffers with known lifetimes in the smallest arena it can find.
/// <list type="bullet">
/// <item>Several greedy orders; done when one meets the lower bound.</item>
/// <item>Then exact search (<see cref="PlacementSearch"/>) for the lower bound itself, restarted with growing step limits and changing
/// ranks: fixed orders first, then those that put the buffers of past dead ends in front.</item>
/// <item>Where that does not settle it, capacities between the bound and the best placement, by bisection.</item>
/// </list>
/// Deterministic: limits count steps, never time. Limit: beyond some hundred buffers in a tight arena the result may be above the
/// smallest; <see cref="OffsetPlan.Optimal"/> tells.
/// </summary>
public sealed class OffsetPlanner
{
    /// <summary>Steps of exact search for one problem unless the caller says otherwise; some seconds at most.</summary>
    public const long DefaultStepLimit = 112_000_000;

    private const long FirstShare = 1_000_000;
    private const int Bisections = 8;
    private const int MostBuffersSearched = 4096;
    private const int SearchStackBytes = 64 << 20;

    private readonly PlacementProblem _problem;
    private readonly CancellationToken _cancellation;
    private readonly int[][] _ranks;
    private readonly int _bufferCount;
    private long[] _offsets;
    private long _arenaBytes;
    private long _lowerBoundBytes;

    private OffsetPlanner(IReadOnlyList<BufferLifetime> buffers, CancellationToken cancellation)
    {
        _problem = new(buffers);
        _bufferCount = buffers.Count;
        _cancellation = cancellation;
        _lowerBoundBytes = _problem.LowerBoundBytes;
        (_offsets, _arenaBytes) = GreedyPlacement.Best(_problem);
        _ranks = FixedRanks();
    }

    /// <summary>Places the buffers. Offsets stand in the order given; a buffer of size 0 is at 0.</summary>
    public static OffsetPlan Plan(
        IReadOnlyList<BufferLifetime> buffers, long stepLimit = DefaultStepLimit, CancellationToken cancellation = default)
    {
        var planner = new OffsetPlanner(buffers, cancellation);
        if (planner._arenaBytes > planner._lowerBoundBytes && planner._problem.Buffers.Length <= MostBuffersSearched)
        {
            planner.ImproveOnOwnStack(stepLimit);
        }

        return planner.Result();
    }

    private OffsetPlan Result()
    {
        long[] offsets = new long[_bufferCount];
        for (int i = 0; i < _offsets.Length; i++)
        {
            offsets[_problem.Indexes[i]] = _offsets[i];
        }

        return new([.. offsets], _arenaBytes, _lowerBoundBytes, _arenaBytes == _lowerBoundBytes);
    }

    /// <summary>The search recurses once a buffer; a stack of a fixed size makes the result independent of the caller's.</summary>
    private void ImproveOnOwnStack(long stepLimit)
    {
        ExceptionDispatchInfo? failure = null;
        var thread = new Thread(
            () =>
            {
                try
                {
                    Improve(stepLimit);
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

    private void Improve(long stepLimit)
    {
        long refused = _lowerBoundBytes;
        Attempt(refused, stepLimit / 2, FirstShare);
        for (int i = 0; i < Bisections && _arenaBytes - refused > _problem.Granularity; i++)
        {
            long middle = refused + ((_arenaBytes - refused) / 2 / _problem.Granularity * _problem.Granularity);
            if (!Attempt(middle, stepLimit / 2 / Bisections, FirstShare / 2))
            {
                refused = middle;
            }
        }
    }

    /// <summary>Searches for a placement within the capacity, first a share of the steps with every rank; keeps it, or the proof that there is none.</summary>
    private bool Attempt(long capacity, long stepLimit, long share)
    {
        long[] conflicts = new long[_problem.Buffers.Length];
        for (int round = 0; capacity < _arenaBytes && capacity >= _lowerBoundBytes && stepLimit > 0; round++)
        {
            _cancellation.ThrowIfCancellationRequested();
            long steps = Math.Min(share, stepLimit);
            stepLimit -= steps;
            var search = new PlacementSearch(_problem, capacity, RankOfRound(round, conflicts), conflicts);
            switch (search.Run(steps))
            {
                case SearchVerdict.Placed:
                    Keep(search.Offsets);
                    return true;
                case SearchVerdict.Impossible:
                    _lowerBoundBytes = Math.Max(_lowerBoundBytes, capacity + _problem.Granularity);
                    return false;
                default:
                    share *= (round + 1) % _ranks.Length == 0 ? 4 : 1;
                    break;
            }
        }

        return capacity >= _arenaBytes;
    }

    private void Keep(long[] offsets)
    {
        _offsets = offsets;
        _arenaBytes = 0;
        for (int i = 0; i < offsets.Length; i++)
        {
            _arenaBytes = Math.Max(_arenaBytes, offsets[i] + _problem.Sizes[i]);
        }
    }

    private int[] RankOfRound(int round, long[] conflicts) => round < 3 * _ranks.Length
        ? _ranks[round % _ranks.Length]
        : Rank(i => conflicts[i], i => -_ranks[round % _ranks.Length][i]);

    private int[][] FixedRanks()
    {
        long Sections(int i) => _problem.EndSection[i] - _problem.FirstSection[i];
        long Steps(int i) => (long)_problem.Buffers[i].Upper - _problem.Buffers[i].Lower;
        long SectionArea(int i) => _problem.Sizes[i] * Sections(i);
        long StepArea(int i) => _problem.Sizes[i] * Steps(i);
        long[] loads = [.. Enumerable.Range(0, _problem.Buffers.Length).Select(i => GreedyPlacement.MaximumLoad(_problem, i))];
        return
        [
            Rank(StepArea),
            Rank(i => loads[i], Sections, SectionArea),
            Rank(i => loads[i], SectionArea, Sections),
            Rank(SectionArea),
            Rank(i => loads[i], Steps, StepArea),
            Rank(i => loads[i], StepArea, Steps),
            Rank(Steps, StepArea, i => loads[i]),
        ];
    }

    /// <summary>Ranks by descending keys, then by place in the list.</summary>
    private int[] Rank(params Func<int, long>[] keys)
    {
        IOrderedEnumerable<int> order = Enumerable.Range(0, _problem.Buffers.Length).OrderByDescending(keys[0]);
        int[] rank = new int[_problem.Buffers.Length];
        int next = 0;
        foreach (int buffer in keys.Skip(1).Aggregate(order, (sorted, key) => sorted.ThenByDescending(key)))
        {
            rank[buffer] = next++;
        }

        return rank;
    }
}
