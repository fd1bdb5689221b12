using System.Collections.Immutable;
using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Passes;

/// <summary>
/// An order of axes: axis i of the transposed value is axis <c>Axes[i]</c> of the value, as in the Transpose operator. Equal by content.
/// </summary>
internal readonly struct Permutation(ImmutableArray<int> axes) : IEquatable<Permutation>
{
    public ImmutableArray<int> Axes { get; } = axes;

    public int Rank => Axes.Length;

    public bool IsIdentity => Axes.Select((axis, i) => axis == i).All(same => same);

    public static Permutation Identity(int rank) => new([.. Enumerable.Range(0, rank)]);

    /// <summary>This transposition, followed by <paramref name="next"/>.</summary>
    public Permutation Then(Permutation next)
    {
        ImmutableArray<int> axes = Axes;
        return new([.. next.Axes.Select(axis => axes[axis])]);
    }

    public Permutation Inverse()
    {
        int[] inverse = new int[Rank];
        for (int i = 0; i < Rank; i++)
        {
            inverse[Axes[i]] = i;
        }

        return new([.. inverse]);
    }

    public Shape Apply(Shape shape) => new([.. Axes.Select(axis => shape[axis])]);

    /// <summary>Whether only axes of extent 1 move, so that the bytes stay where they are.</summary>
    public bool KeepsBytes(Shape shape)
    {
        int last = -1;
        foreach (int axis in Axes)
        {
            if (shape[axis] == 1)
            {
                continue;
            }

            if (axis < last)
            {
                return false;
            }

            last = axis;
        }

        return true;
    }

    /// <summary>The row-major bytes of the transposed value.</summary>
    public byte[] Apply(ReadOnlySpan<byte> source, Shape shape, int elementBytes)
    {
        byte[] result = new byte[source.Length];
        if (result.Length == 0)
        {
            return result;
        }

        long[] sourceStrides = shape.Strides();
        Shape target = Apply(shape);
        int[] index = new int[Rank];
        long offset = 0;
        for (int at = 0; at < result.Length; at += elementBytes)
        {
            source.Slice((int)offset * elementBytes, elementBytes).CopyTo(result.AsSpan(at));
            for (int axis = Rank - 1; axis >= 0; axis--)
            {
                offset += sourceStrides[Axes[axis]];
                if (++index[axis] < target[axis])
                {
                    break;
                }

                offset -= target[axis] * sourceStrides[Axes[axis]];
                index[axis] = 0;
            }
        }

        return result;
    }

    /// <summary>
    /// For a Reshape from <paramref name="from"/> to <paramref name="to"/>: the order of <paramref name="to"/>'s axes in which it is again a Reshape
    /// when the operand's axes come in this order; null when there is none. Axes of extent 1 may stand anywhere.
    /// </summary>
    public Permutation? AcrossReshape(Shape from, Shape to)
    {
        if (IsIdentity)
        {
            return Identity(to.Rank);
        }

        if (from.ElementCount == 0)
        {
            return null;
        }

        if (KeepsBytes(from))
        {
            return Identity(to.Rank);
        }

        // Axes are cut into the finest runs whose products agree; a run must move as a whole.
        var runOfFrom = new int[from.Rank];
        var toAxesOfRun = new List<List<int>>();
        int f = 0;
        int t = 0;
        while (f < from.Rank || t < to.Rank)
        {
            if (f < from.Rank && from[f] == 1)
            {
                runOfFrom[f++] = -1;
                continue;
            }

            if (t < to.Rank && to[t] == 1)
            {
                t++;
                continue;
            }

            var targets = new List<int>();
            long fromProduct = from[f];
            long toProduct = to[t];
            runOfFrom[f++] = toAxesOfRun.Count;
            targets.Add(t++);
            while (fromProduct != toProduct)
            {
                if (fromProduct < toProduct)
                {
                    runOfFrom[f] = from[f] == 1 ? -1 : toAxesOfRun.Count;
                    fromProduct *= from[f++];
                }
                else
                {
                    if (to[t] != 1)
                    {
                        targets.Add(t);
                    }

                    toProduct *= to[t++];
                }
            }

            toAxesOfRun.Add(targets);
        }

        var order = new List<int>();
        int previous = -1;
        int previousRun = -1;
        var done = new HashSet<int>();
        foreach (int axis in Axes)
        {
            int run = runOfFrom[axis];
            if (run < 0)
            {
                continue;
            }

            if (run != previousRun)
            {
                if (Array.IndexOf(runOfFrom, run) != axis || !done.Add(run))
                {
                    return null;
                }

                order.AddRange(toAxesOfRun[run]);
            }
            else if (!FollowsInRun(runOfFrom, previous, axis))
            {
                return null;
            }

            previous = axis;
            previousRun = run;
        }

        // Axes of extent 1 stand behind the axis that they follow, the first ones in front.
        var withUnits = new List<int>();
        void AddUnitsFrom(int axis)
        {
            for (; axis < to.Rank && to[axis] == 1; axis++)
            {
                withUnits.Add(axis);
            }
        }

        AddUnitsFrom(0);
        foreach (int axis in order)
        {
            withUnits.Add(axis);
            AddUnitsFrom(axis + 1);
        }

        return new([.. withUnits]);
    }

    public bool Equals(Permutation other) => Axes.AsSpan().SequenceEqual(other.Axes.AsSpan());

    public override bool Equals(object? obj) => obj is Permutation other && Equals(other);

    public override int GetHashCode()
    {
        var hash = new HashCode();
        foreach (int axis in Axes)
        {
            hash.Add(axis);
        }

        return hash.ToHashCode();
    }

    public override string ToString() => string.Join(',', Axes);

    private static bool FollowsInRun(int[] runOfFrom, int previous, int axis)
    {
        if (axis <= previous)
        {
            return false;
        }

        for (int between = previous + 1; between < axis; between++)
        {
            if (runOfFrom[between] >= 0)
            {
                return false;
            }
        }

        return true;
    }
}
