using EdgeAI.Compiler.Model;

namespace EdgeAI.Simulator;

/// <summary>
/// The ways in which the elements of a value may stand in another: one after another, or with the axes in another order, as passes keep images. Axes of extent 1 do
/// not count.
/// </summary>
internal static class AxisOrders
{
    private const int MostAxes = 5;

    /// <summary>For each way the element of <paramref name="reference"/> that element i of <paramref name="actual"/> is; the plain way first. None for other counts.</summary>
    public static IEnumerable<int[]> Between(Shape reference, Shape actual)
    {
        int count = (int)actual.ElementCount;
        if (reference.ElementCount != count)
        {
            yield break;
        }

        yield return [.. Enumerable.Range(0, count)];
        int[] from = [.. reference.Extents.Where(extent => extent != 1)];
        int[] to = [.. actual.Extents.Where(extent => extent != 1)];
        if (from.Length != to.Length || from.Length is < 2 or > MostAxes)
        {
            yield break;
        }

        foreach (int[] order in Orders([], from.Length).Where(order => !IsPlain(order) && order.Select(axis => from[axis]).SequenceEqual(to)))
        {
            yield return Places(from, order, count);
        }
    }

    private static bool IsPlain(int[] order) => order.Select((axis, at) => axis == at).All(same => same);

    private static IEnumerable<int[]> Orders(int[] start, int count) => start.Length == count
        ? [start]
        : Enumerable.Range(0, count).Where(axis => !start.Contains(axis)).SelectMany(axis => Orders([.. start, axis], count));

    private static int[] Places(int[] from, int[] order, int count)
    {
        int[] strides = new int[from.Length];
        for (int axis = from.Length - 1, stride = 1; axis >= 0; stride *= from[axis], axis--)
        {
            strides[axis] = stride;
        }

        int[] places = new int[count];
        int[] index = new int[from.Length];
        for (int at = 0; at < count; at++)
        {
            for (int axis = 0; axis < order.Length; axis++)
            {
                places[at] += index[axis] * strides[order[axis]];
            }

            for (int axis = order.Length - 1; axis >= 0 && ++index[axis] == from[order[axis]]; axis--)
            {
                index[axis] = 0;
            }
        }

        return places;
    }
}
