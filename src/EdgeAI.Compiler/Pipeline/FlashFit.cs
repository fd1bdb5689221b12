using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Quantization.Mixed;

namespace EdgeAI.Compiler.Pipeline;

/// <summary>What int4 weights would do to a layer.</summary>
/// <param name="Noise">Noise that it then brings by itself.</param>
/// <param name="SavedBytes">Bytes of flash that it saves.</param>
internal sealed record NibbleOption(double Noise, long SavedBytes);

/// <summary>
/// Gives layers int4 weights until the flash of a model is within its limit.
/// <list type="bullet">
/// <item>Layers are taken in the order of noise added for each byte saved, of noise alone, and of bytes saved; of each order as few as the limit needs, and those
/// are given back, the noisiest first, without which it is kept too.</item>
/// <item>With these layers held, the types of all others are searched anew, so that a layer in int16 may make room for their noise.</item>
/// <item>The first order that leads to assignments which keep both limits decides.</item>
/// </list>
/// Deterministic; at most three searches. Limit: layers are held as sets of these orders alone, and flash is an estimate.
/// </summary>
/// <param name="units">The layers with a choice.</param>
/// <param name="nibbles">For each of them; null where it has no int4 form.</param>
/// <param name="flashOf">Estimated flash of an assignment.</param>
/// <param name="search">Assignments that keep the limits of quality, the cheapest first.</param>
internal sealed class FlashFit(
    TypeOptions[] units, NibbleOption?[] nibbles, Func<ElementType[], long> flashOf, Func<TypeOptions[], IReadOnlyList<ElementType[]>> search)
{
    /// <summary>The assignment of least noise for each byte saved that is within the limit of flash, whatever its quality; null where none is.</summary>
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
        int[][] orders =
        [
            [.. able.OrderBy(unit => Added(unit) / nibbles[unit]!.SavedBytes).ThenBy(unit => unit)],
            [.. able.OrderBy(unit => nibbles[unit]!.Noise).ThenBy(unit => unit)],
            [.. able.OrderByDescending(unit => nibbles[unit]!.SavedBytes).ThenBy(unit => unit)],
        ];
        var tried = new HashSet<string>(StringComparer.Ordinal);
        foreach (int[] order in orders)
        {
            if (Held(start, order, limitBytes) is not { } held || !tried.Add(string.Join(',', held.Order())))
            {
                continue;
            }

            Fitting ??= With(start, held);
            TypeOptions[] options = [.. units];
            foreach (int unit in held)
            {
                options[unit] = new TypeOptions(ElementType.Int4, ElementType.Int4, nibbles[unit]!.Noise, nibbles[unit]!.Noise);
            }

            ElementType[][] kept = [.. search(options).Where(types => FlashOf(types) <= limitBytes)];
            if (kept.Length > 0)
            {
                return kept;
            }
        }

        return [];
    }

    /// <summary>The layers of an order that are needed; null where all are not enough.</summary>
    private List<int>? Held(ElementType[] start, int[] order, long limitBytes)
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
        foreach (int unit in held.OrderByDescending(unit => nibbles[unit]!.Noise).ThenBy(unit => unit).ToArray())
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
        long bytes = flashOf(types);
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
