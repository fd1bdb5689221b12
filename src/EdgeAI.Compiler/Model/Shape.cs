using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace EdgeAI.Compiler.Model;

/// <summary>
/// The static extents of a tensor, outermost first. Every shape in a verified graph is fully known; an extent may be 0.
/// A scalar has rank 0 and one element. Images are [batch, height, width, channels].
/// </summary>
public readonly struct Shape : IEquatable<Shape>
{
    private readonly ImmutableArray<int> _extents;

    /// <summary>A shape of the given extents, each at least 0.</summary>
    public Shape(params ReadOnlySpan<int> extents)
    {
        foreach (int extent in extents)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(extent, nameof(extents));
        }

        _extents = [.. extents];
    }

    /// <summary>The scalar shape: rank 0, one element.</summary>
    public static Shape Scalar => default;

    /// <summary>The extents, outermost first.</summary>
    public ImmutableArray<int> Extents => _extents.IsDefault ? [] : _extents;

    /// <summary>Number of axes.</summary>
    public int Rank => Extents.Length;

    /// <summary>The extent of an axis; a negative axis counts from the end.</summary>
    public int this[int axis] => Extents[axis < 0 ? axis + Rank : axis];

    /// <summary>Number of elements; 1 for a scalar. Throws <see cref="OverflowException"/> past 2^63.</summary>
    public long ElementCount
    {
        get
        {
            long count = 1;
            foreach (int extent in Extents)
            {
                count = checked(count * extent);
            }

            return count;
        }
    }

    /// <summary>Row-major strides in elements.</summary>
    public long[] Strides()
    {
        long[] strides = new long[Rank];
        long stride = 1;
        for (int axis = Rank - 1; axis >= 0; axis--)
        {
            strides[axis] = stride;
            stride *= Extents[axis];
        }

        return strides;
    }

    /// <inheritdoc/>
    public bool Equals(Shape other) => Extents.AsSpan().SequenceEqual(other.Extents.AsSpan());

    /// <inheritdoc/>
    public override bool Equals([NotNullWhen(true)] object? obj) => obj is Shape other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = new HashCode();
        foreach (int extent in Extents)
        {
            hash.Add(extent);
        }

        return hash.ToHashCode();
    }

    /// <summary>Whether two shapes are the same.</summary>
    public static bool operator ==(Shape left, Shape right) => left.Equals(right);

    /// <summary>Whether two shapes differ.</summary>
    public static bool operator !=(Shape left, Shape right) => !left.Equals(right);

    /// <summary><c>[1,49,10,1]</c>.</summary>
    public override string ToString() =>
        "[" + string.Join(',', Extents.Select(extent => extent.ToString(CultureInfo.InvariantCulture))) + "]";
}
