using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Quantization.Mixed;

/// <summary>What a search for types looks at.</summary>
internal interface ITypeJudge
{
    /// <summary>So many assignments may be measured on the cases of the search.</summary>
    int MostMeasured => TypeSearch.MostMeasured;

    /// <summary>So many moves may be asked the cost of.</summary>
    int MostCosted => int.MaxValue;

    /// <summary>What an assignment costs; lower is better.</summary>
    long CostOf(ElementType[] types);

    /// <summary>Whether an assignment keeps the limit on the cases of the search.</summary>
    bool Meets(ElementType[] types);

    /// <summary>Whether it keeps the limit on all cases.</summary>
    bool MeetsOnAll(ElementType[] types);
}

/// <summary>A layer with a choice.</summary>
/// <param name="Narrow">Its cheapest type.</param>
/// <param name="Wide">Its type in an all-int16 graph.</param>
/// <param name="NarrowNoise">Noise that the first brings by itself.</param>
/// <param name="WideNoise">Noise of the second.</param>
internal sealed record TypeOptions(ElementType Narrow, ElementType Wide, double NarrowNoise, double WideNoise);

/// <summary>
/// Finds a cheap assignment of types to layers that keeps a limit of quality.
/// <list type="bullet">
/// <item>All layers in int8, where that keeps the limit, is the cheapest.</item>
/// <item>Else layers go to int16 in the order of noise saved for each instruction more (the sensitivity table and the cost of the layer alone), from each of
/// the starts; how many are needed is found by bisection, each step measured on the whole network.</item>
/// <item>Then every layer in int16 goes back to int8 where the limit is still kept and the cost falls, the one that saves most first; a layer between two in
/// int16 joins them where the conversions cost more than it saves.</item>
/// <item>Of up to <see cref="MostLookedThrough"/> layers every assignment that costs less than the best one so far is then measured, the least noisy first.</item>
/// <item>Where all layers in int16 do not keep the limit, layers go on to float in the same way, the noisiest first.</item>
/// <item>The end is measured on all cases; where it does not hold there, more layers go to int16.</item>
/// </list>
/// Deterministic; at most <see cref="MostMeasured"/> assignments are measured, and <see cref="ITypeJudge.MostCosted"/> moves looked at, fewer of large models. Limit: the best assignment may lie apart from any of these ways.
/// </summary>
internal sealed class TypeSearch
{
    /// <summary>So many assignments are measured at most, those on all cases not counted.</summary>
    public const int MostMeasured = 64;

    /// <summary>Moves are not measured whose layers bring more noise, one by one, than this many times what any assignment that keeps the limit has.</summary>
    private const double MostExcess = 2;

    /// <summary>So many are given back at most.</summary>
    private const int MostSound = 12;

    /// <summary>Up to so many layers every assignment is looked at.</summary>
    private const int MostLookedThrough = 10;

    private readonly TypeOptions[] _units;
    private readonly ITypeJudge _judge;
    private readonly Dictionary<string, bool> _measured = new(StringComparer.Ordinal);
    private readonly List<ElementType[]> _kept = [];
    private double _mostNoise;
    private int _costed;

    private TypeSearch(TypeOptions[] units, ITypeJudge judge) => (_units, _judge) = (units, judge);

    /// <summary>
    /// Assignments that keep the limit on all cases, the cheapest first; empty where none was found.
    /// </summary>
    public static IReadOnlyList<ElementType[]> Run(TypeOptions[] units, ITypeJudge judge)
    {
        var search = new TypeSearch(units, judge);
        search.Find();
        ElementType[][] kept = [.. search._kept.DistinctBy(Key).OrderBy(judge.CostOf).ThenBy(Key, StringComparer.Ordinal)];
        var sound = new List<ElementType[]>();
        foreach (ElementType[] types in kept)
        {
            if (sound.Count < MostSound && judge.MeetsOnAll(types))
            {
                sound.Add(types);
            }
        }

        if (sound.Count == 0)
        {
            search.FindOnAll(sound);
        }

        return sound;
    }

    private void Find()
    {
        ElementType[] narrow = [.. _units.Select(unit => unit.Narrow)];
        ElementType[] wide = [.. _units.Select(unit => unit.Wide)];
        if (Keeps(narrow))
        {
            return;
        }

        if (Keeps(wide))
        {
            // By noise for its price, and by noise alone.
            foreach (int[] order in new[] { Order(narrow, byPrice: true), Order(narrow, byPrice: false) })
            {
                Refine(Raised(narrow, wide, order, Bisect(narrow, wide, order, Keeps)));
            }

            LookThrough(narrow, wide);
            return;
        }

        int[] noisiest = [.. Enumerable.Range(0, _units.Length).OrderByDescending(i => _units[i].WideNoise).ThenBy(i => i)];
        ElementType[] exact = [.. _units.Select(_ => ElementType.Float32)];
        int count = Bisect(wide, exact, noisiest, Keeps);
        if (count <= _units.Length)
        {
            Refine(Raised(wide, exact, noisiest, count));
        }
    }

    /// <summary>The ways from int8 and from int16 once more, on all cases.</summary>
    private void FindOnAll(List<ElementType[]> sound)
    {
        ElementType[] narrow = [.. _units.Select(unit => unit.Narrow)];
        ElementType[] wide = [.. _units.Select(unit => unit.Wide)];
        ElementType[] exact = [.. _units.Select(_ => ElementType.Float32)];
        int[] noisiest = [.. Enumerable.Range(0, _units.Length).OrderByDescending(i => _units[i].WideNoise).ThenBy(i => i)];
        foreach ((ElementType[] from, ElementType[] to, int[] order) in new[] { (narrow, wide, Order(narrow, byPrice: true)), (wide, exact, noisiest) })
        {
            int count = Bisect(from, to, order, _judge.MeetsOnAll);
            if (count <= order.Length)
            {
                sound.Add(Raised(from, to, order, count));
                return;
            }
        }
    }

    /// <summary>Units by what raising them from int8 gains.</summary>
    private int[] Order(ElementType[] narrow, bool byPrice)
    {
        long start = _judge.CostOf(narrow);
        double Gain(int unit)
        {
            double saved = _units[unit].NarrowNoise - _units[unit].WideNoise;
            ElementType[] raised = [.. narrow];
            raised[unit] = _units[unit].Wide;
            return byPrice ? saved / Math.Max(1, _judge.CostOf(raised) - start) : saved;
        }

        return [.. Enumerable.Range(0, _units.Length).OrderByDescending(Gain).ThenBy(i => i)];
    }

    /// <summary>The fewest raised units that keep the limit; one more than there are where none does.</summary>
    private static int Bisect(ElementType[] from, ElementType[] to, int[] order, Func<ElementType[], bool> keeps)
    {
        int low = 0;
        int high = order.Length;
        if (!keeps(Raised(from, to, order, high)))
        {
            return order.Length + 1;
        }

        while (low < high)
        {
            int middle = (low + high) / 2;
            if (keeps(Raised(from, to, order, middle)))
            {
                high = middle;
            }
            else
            {
                low = middle + 1;
            }
        }

        return high;
    }

    private static ElementType[] Raised(ElementType[] from, ElementType[] to, int[] order, int count)
    {
        ElementType[] types = [.. from];
        foreach (int unit in order.Take(count))
        {
            types[unit] = to[unit];
        }

        return types;
    }

    /// <summary>Of few units every assignment that is cheaper than the best known one, the least noisy first.</summary>
    private void LookThrough(ElementType[] narrow, ElementType[] wide)
    {
        int[] free = [.. Enumerable.Range(0, _units.Length).Where(unit => narrow[unit] != wide[unit])];
        if (free.Length > MostLookedThrough || 1 << free.Length > _judge.MostCosted - _costed)
        {
            return;
        }

        IEnumerable<ElementType[]> all = Enumerable.Range(0, 1 << free.Length)
            .Select(set => Raised(narrow, wide, [.. free.Where((_, i) => (set & (1 << i)) != 0)], free.Length));
        long best = _kept.Min(_judge.CostOf);
        (ElementType[] Types, long Cost)[] cheaper =
        [
            .. all.Select(types => (types, _judge.CostOf(types))).Where(one => one.Item2 < best).OrderBy(one => NoiseOf(one.types)).ThenBy(one => one.Item2)
                .ThenBy(one => Key(one.types), StringComparer.Ordinal),
        ];
        foreach ((ElementType[] types, long cost) in cheaper)
        {
            if (cost < best && Keeps(types))
            {
                best = cost;
            }
        }
    }

    /// <summary>Moves single units while the cost falls and the limit is kept.</summary>
    private void Refine(ElementType[] start)
    {
        ElementType[] best = start;
        bool moved = true;
        while (moved)
        {
            moved = false;
            long cost = _judge.CostOf(best);
            ElementType[] current = best;
            (ElementType[] Types, long Cost)[] moves =
            [
                .. Enumerable.Range(0, _units.Length).SelectMany(unit => Moves(current, unit)).TakeWhile(_ => _costed++ < _judge.MostCosted)
                    .Select(types => (types, _judge.CostOf(types)))
                    .Where(move => move.Item2 < cost).OrderBy(move => move.Item2).ThenBy(move => Key(move.types), StringComparer.Ordinal),
            ];
            foreach ((ElementType[] types, _) in moves)
            {
                if (NoiseOf(types) <= MostExcess * _mostNoise && Keeps(types))
                {
                    best = types;
                    moved = true;
                    break;
                }
            }
        }
    }

    /// <summary>One unit in another of its types; two neighbours swapped, of which one is in int16.</summary>
    private IEnumerable<ElementType[]> Moves(ElementType[] types, int unit)
    {
        foreach (ElementType other in new[] { _units[unit].Narrow, _units[unit].Wide }.Distinct().Where(type => type != types[unit]))
        {
            ElementType[] changed = [.. types];
            changed[unit] = other;
            yield return changed;
        }

        for (int other = 0; other < _units.Length && types[unit] == _units[unit].Wide && types[unit] != _units[unit].Narrow; other++)
        {
            if (types[other] == _units[other].Narrow && types[other] != _units[other].Wide)
            {
                ElementType[] changed = [.. types];
                changed[unit] = _units[unit].Narrow;
                changed[other] = _units[other].Wide;
                yield return changed;
            }
        }
    }

    private bool Keeps(ElementType[] types)
    {
        string key = Key(types);
        if (!_measured.TryGetValue(key, out bool keeps))
        {
            if (_measured.Count >= _judge.MostMeasured)
            {
                return false;
            }

            _measured[key] = keeps = _judge.Meets(types);
            if (keeps)
            {
                _kept.Add(types);
                _mostNoise = Math.Max(_mostNoise, NoiseOf(types));
            }
        }

        return keeps;
    }

    /// <summary>What the layers bring one by one.</summary>
    private double NoiseOf(ElementType[] types)
    {
        double sum = 0;
        for (int i = 0; i < types.Length; i++)
        {
            sum += types[i] == _units[i].Narrow ? _units[i].NarrowNoise : types[i] == _units[i].Wide ? _units[i].WideNoise : 0;
        }

        return sum;
    }

    private static string Key(ElementType[] types) => string.Concat(types.Select(type => type switch
    {
        ElementType.Int8 => '8',
        ElementType.Int16 => 'w',
        ElementType.Int4 => 'n',
        _ => 'f',
    }));
}
