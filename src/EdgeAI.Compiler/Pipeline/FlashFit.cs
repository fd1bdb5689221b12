using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Quantization.Mixed;

namespace EdgeAI.Compiler.Pipeline;

/// <summary>What int4 weights would do to a layer.</summary>
/// <param name="Noise">Noise that it then brings by itself.</param>
/// <param name="SavedBytes">Bytes of weights that it saves.</param>
/// <param name="Operator">Layers of the same operator share the code of a kernel.</param>
internal sealed record NibbleOption(double Noise, long SavedBytes, string Operator);

/// <summary>
/// Gives layers int4 weights until the flash of a model is within its limit.
/// <list type="bullet">
/// <item>Layers are taken in the order of instructions added for each byte saved, of noise added for each, of noise alone, and of bytes saved; of each order as
/// few as the limit needs, and those are given back, the costliest first, without which it is kept too.</item>
/// <item>Code of another kernel may take what its layers save, so that the first two orders are also taken of layers of some operators alone; the cheapest counts.</item>
/// <item>With these layers held, the types of all others are searched anew, so that a layer in int16 may make room for their noise.</item>
/// <item>Of all orders that lead to assignments which keep both limits the cheapest decides.</item>
/// </list>
/// Deterministic; at most four searches. Limit: layers are held as sets of these orders alone, and flash is an estimate.
/// </summary>
/// <param name="units">The layers with a choice.</param>
/// <param name="nibbles">For each of them; null where it has no int4 form.</param>
/// <param name="flashOf">Estimated flash of an assignment.</param>
/// <param name="costOf">What it costs; lower is better.</param>
/// <param name="search">Assignments that keep the limits of quality, the cheapest first.</param>
internal sealed class FlashFit(
    TypeOptions[] units, NibbleOption?[] nibbles, Func<ElementType[], long> flashOf, Func<ElementType[], long> costOf,
    Func<TypeOptions[], IReadOnlyList<ElementType[]>> search)
{
    private readonly Dictionary<string, long> _flash = new(StringComparer.Ordinal);

    /// <summary>The least noisy assignment that was looked at within the limit of flash, whatever its quality; null where none is.</summary>
    public ElementType[]? Fitting { get; private set; }

    /// <summary>The smallest estimated flash of those that were looked at.</summary>
    public long LeastBytes { get; private set; } = long.MaxValue;

    /// <summary>Assignments that keep all limits, the cheapest first; empty where none was found.</summary>
    /// <param name="start">An assignment that keeps those of quality.</param>
    /// <param name="limitBytes">The limit of flash.</param>
    public IReadOnlyList<ElementType[]> Run(ElementType[] start, long limitBytes)
    {
        int[] able = [.. Enumerable.Range(0, units.Length).Where(unit => nibbles[unit] is { SavedBytes: > 0 })];
        double Added(int unit) => nibbles[unit]!.Noise - (start[unit] == units[unit].Narrow ? units[unit].NarrowNoise : units[unit].WideNoise);
        long cost = costOf(start);
        long[] costs = [.. Enumerable.Range(0, units.Length).Select(unit => able.Contains(unit) ? costOf(With(start, [unit])) - cost : 0)];
        Func<int, double>[] keys =
        [
            unit => (double)costs[unit] / nibbles[unit]!.SavedBytes, unit => Added(unit) / nibbles[unit]!.SavedBytes,
            unit => nibbles[unit]!.Noise, unit => -nibbles[unit]!.SavedBytes,
        ];
        List<int>?[] sets =
        [
            .. keys.Select((key, i) => (i < 2 ? OfSomeOperators(able) : [able])
                .Select(some => Held(start, [.. some.OrderBy(key).ThenBy(unit => unit)], costs, limitBytes)).OfType<List<int>>()
                .MinBy(held => costOf(With(start, held)))),
        ];
        var tried = new HashSet<string>(StringComparer.Ordinal);
        ElementType[][] best = [];
        foreach (List<int> held in sets.OfType<List<int>>().Where(held => tried.Add(string.Join(',', held.Order()))))
        {
            ElementType[] fitting = With(start, held);
            Fitting = Fitting is null || NoiseOf(fitting) < NoiseOf(Fitting) ? fitting : Fitting;
            TypeOptions[] options = [.. units];
            foreach (int unit in held)
            {
                options[unit] = new TypeOptions(ElementType.Int4, ElementType.Int4, nibbles[unit]!.Noise, nibbles[unit]!.Noise);
            }

            ElementType[][] kept = [.. search(options).Where(types => FlashOf(types) <= limitBytes)];
            if (kept.Length > 0 && (best.Length == 0 || costOf(kept[0]) < costOf(best[0])))
            {
                best = kept;
            }
        }

        return best;
    }

    /// <summary>All layers, and those of each smaller set of operators.</summary>
    private IEnumerable<int[]> OfSomeOperators(int[] able)
    {
        string[] operators = [.. able.Select(unit => nibbles[unit]!.Operator).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        return Enumerable.Range(1, (1 << operators.Length) - 1).Reverse()
            .Select(set => able.Where(unit => (set & (1 << Array.IndexOf(operators, nibbles[unit]!.Operator))) != 0).ToArray());
    }

    /// <summary>What the layers bring one by one.</summary>
    private double NoiseOf(ElementType[] types) => types.Select((type, unit) => type == ElementType.Int4 ? nibbles[unit]!.Noise
        : type == units[unit].Narrow ? units[unit].NarrowNoise : type == units[unit].Wide ? units[unit].WideNoise : 0).Sum();

    /// <summary>The layers of an order that are needed; null where all are not enough.</summary>
    private List<int>? Held(ElementType[] start, int[] order, long[] costs, long limitBytes)
    {
        bool Fits(IEnumerable<int> held) => FlashOf(With(start, held)) <= limitBytes;
        if (!Fits(order))
        {
            return null;
        }

        int low = 0;
        int high = order.Length;
        while (low < high)
        {
            int middle = (low + high) / 2;
            (low, high) = Fits(order.Take(middle)) ? (low, middle) : (middle + 1, high);
        }

        List<int> held = [.. order.Take(high)];
        foreach (int unit in held.OrderByDescending(unit => costs[unit]).ThenByDescending(unit => nibbles[unit]!.Noise).ThenBy(unit => unit).ToArray())
        {
            if (held.Count > 1 && Fits(held.Where(other => other != unit)))
            {
                held.Remove(unit);
            }
        }

        return held;
    }

    private long FlashOf(ElementType[] types)
    {
        string key = string.Join(',', types);
        if (!_flash.TryGetValue(key, out long bytes))
        {
            _flash[key] = bytes = flashOf(types);
        }

        LeastBytes = Math.Min(LeastBytes, bytes);
        return bytes;
    }

    private static ElementType[] With(ElementType[] start, IEnumerable<int> held)
    {
        ElementType[] types = [.. start];
        foreach (int unit in held)
        {
            types[unit] = ElementType.Int4;
        }

        return types;
    }
}
