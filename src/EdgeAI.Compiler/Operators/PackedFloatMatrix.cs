using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace EdgeAI.Compiler.Operators;

/// <summary>
/// A float matrix [rows, depth] laid out for sums of products with several vectors at once: for every sixteen rows, their elements of each depth index. Each
/// sum runs over the depth in ascending order in one float32 accumulator that starts at 0, with a rounding after each product and each addition, as
/// the C kernels have it; lanes hold different rows, so the width of the machine's vectors does not matter.
/// </summary>
internal sealed class PackedFloatMatrix : IDisposable
{
    /// <summary>How many vectors a product takes at once.</summary>
    public const int Block = 8;

    private const int Half = Block / 2;
    private const int Lanes = 8;
    private const int Panel = 2 * Lanes;
    private readonly float[] _panels;

    /// <summary>Packs rows of elements that lie <paramref name="rowStride"/> and <paramref name="depthStride"/> elements apart.</summary>
    public PackedFloatMatrix(ReadOnlySpan<float> source, int rows, int depth, int rowStride, int depthStride)
    {
        Rows = rows;
        Depth = depth;
        SumStride = (rows + Panel - 1) / Panel * Panel;
        _panels = ArrayPool<float>.Shared.Rent(checked(SumStride * depth));
        _panels.AsSpan(0, SumStride * depth).Clear();
        for (int row = 0; row < rows; row++)
        {
            Span<float> panel = _panels.AsSpan(row / Panel * Panel * depth);
            for (int k = 0; k < depth; k++)
            {
                panel[(k * Panel) + (row % Panel)] = source[(row * rowStride) + (k * depthStride)];
            }
        }
    }

    /// <summary>Gives the memory to other matrices; this one must not be used any more.</summary>
    public void Dispose() => ArrayPool<float>.Shared.Return(_panels);

    /// <summary>Number of sums.</summary>
    public int Rows { get; }

    /// <summary>Elements of each sum.</summary>
    public int Depth { get; }

    /// <summary>Extent of one vector's sums: <see cref="Rows"/> rounded up.</summary>
    public int SumStride { get; }

    /// <summary>
    /// sums[v, row] = Σ matrix[row, k] · x[v, k] for the <see cref="Block"/> vectors of <paramref name="x"/> [Block, Depth], or for its only one
    /// [Depth]; <paramref name="sums"/> has as many times <see cref="SumStride"/> elements.
    /// </summary>
    public void Multiply(ReadOnlySpan<float> x, Span<float> sums)
    {
        if (x.Length != Depth)
        {
            Multiply(x, new VectorRuns(Depth, 1, Depth, 0), sums);
            return;
        }

        Check(sums.Length >= SumStride);
        for (int row = 0; row < SumStride; row += 4 * Panel)
        {
            // Several panels at a time: one by itself waits for its own additions.
            MultiplyOne(
                ref PanelAt(row), ref MemoryMarshal.GetReference(x), ref Unsafe.Add(ref MemoryMarshal.GetReference(sums), row),
                Math.Min(4, (SumStride - row) / Panel));
        }
    }

    /// <summary>The same for <see cref="Block"/> vectors that lie in <paramref name="x"/> as runs of elements.</summary>
    public void Multiply(ReadOnlySpan<float> x, VectorRuns runs, Span<float> sums)
    {
        Check(
            runs.Length * runs.Count == Depth && runs.Count > 0 && runs.VectorStep >= 0 && runs.Step >= 0 && sums.Length >= Block * SumStride
            && x.Length >= ((Block - 1L) * runs.VectorStep) + ((runs.Count - 1L) * runs.Step) + runs.Length);
        ref float vectors = ref MemoryMarshal.GetReference(x);
        for (int row = 0; row < SumStride; row += Panel)
        {
            ref float sum = ref Unsafe.Add(ref MemoryMarshal.GetReference(sums), row);
            if (Vector512.IsHardwareAccelerated)
            {
                MultiplyWide(ref PanelAt(row), ref vectors, runs, ref sum);
            }
            else
            {
                MultiplyHalf(ref PanelAt(row), ref vectors, runs, ref sum);
                MultiplyHalf(
                    ref PanelAt(row), ref Unsafe.Add(ref vectors, Half * runs.VectorStep), runs, ref Unsafe.Add(ref sum, Half * SumStride));
            }
        }
    }

    private static void Check(bool fits)
    {
        if (!fits)
        {
            throw new ArgumentException("too few elements");
        }
    }

    private ref float PanelAt(int row) => ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_panels), row * Depth);

    /// <summary>The sums of one panel with eight vectors.</summary>
    private void MultiplyWide(ref float panel, ref float v0, VectorRuns runs, ref float sum)
    {
        Vector512<float> a = default, b = default, c = default, d = default, e = default, f = default, g = default, h = default;
        for (int run = 0; run < runs.Count; run++)
        {
            ref float v1 = ref Unsafe.Add(ref v0, runs.VectorStep);
            ref float v2 = ref Unsafe.Add(ref v1, runs.VectorStep);
            ref float v3 = ref Unsafe.Add(ref v2, runs.VectorStep);
            ref float v4 = ref Unsafe.Add(ref v3, runs.VectorStep);
            ref float v5 = ref Unsafe.Add(ref v4, runs.VectorStep);
            ref float v6 = ref Unsafe.Add(ref v5, runs.VectorStep);
            ref float v7 = ref Unsafe.Add(ref v6, runs.VectorStep);
            for (nint k = 0; k < runs.Length; k++)
            {
                var w = Vector512.LoadUnsafe(ref panel);
                a += w * Vector512.Create(Unsafe.Add(ref v0, k));
                b += w * Vector512.Create(Unsafe.Add(ref v1, k));
                c += w * Vector512.Create(Unsafe.Add(ref v2, k));
                d += w * Vector512.Create(Unsafe.Add(ref v3, k));
                e += w * Vector512.Create(Unsafe.Add(ref v4, k));
                f += w * Vector512.Create(Unsafe.Add(ref v5, k));
                g += w * Vector512.Create(Unsafe.Add(ref v6, k));
                h += w * Vector512.Create(Unsafe.Add(ref v7, k));
                panel = ref Unsafe.Add(ref panel, Panel);
            }

            v0 = ref Unsafe.Add(ref v0, runs.Step);
        }

        nuint stride = (nuint)SumStride;
        a.StoreUnsafe(ref sum);
        b.StoreUnsafe(ref sum, stride);
        c.StoreUnsafe(ref sum, 2 * stride);
        d.StoreUnsafe(ref sum, 3 * stride);
        e.StoreUnsafe(ref sum, 4 * stride);
        f.StoreUnsafe(ref sum, 5 * stride);
        g.StoreUnsafe(ref sum, 6 * stride);
        h.StoreUnsafe(ref sum, 7 * stride);
    }

    /// <summary>The sums of one panel with four vectors.</summary>
    private void MultiplyHalf(ref float panel, ref float v0, VectorRuns runs, ref float sum)
    {
        Vector256<float> a0 = default, a1 = default, b0 = default, b1 = default, c0 = default, c1 = default, d0 = default, d1 = default;
        for (int run = 0; run < runs.Count; run++)
        {
            ref float v1 = ref Unsafe.Add(ref v0, runs.VectorStep);
            ref float v2 = ref Unsafe.Add(ref v1, runs.VectorStep);
            ref float v3 = ref Unsafe.Add(ref v2, runs.VectorStep);
            for (nint k = 0; k < runs.Length; k++)
            {
                var w0 = Vector256.LoadUnsafe(ref panel);
                var w1 = Vector256.LoadUnsafe(ref panel, Lanes);
                var v = Vector256.Create(Unsafe.Add(ref v0, k));
                a0 += w0 * v;
                a1 += w1 * v;
                v = Vector256.Create(Unsafe.Add(ref v1, k));
                b0 += w0 * v;
                b1 += w1 * v;
                v = Vector256.Create(Unsafe.Add(ref v2, k));
                c0 += w0 * v;
                c1 += w1 * v;
                v = Vector256.Create(Unsafe.Add(ref v3, k));
                d0 += w0 * v;
                d1 += w1 * v;
                panel = ref Unsafe.Add(ref panel, Panel);
            }

            v0 = ref Unsafe.Add(ref v0, runs.Step);
        }

        nuint stride = (nuint)SumStride;
        a0.StoreUnsafe(ref sum);
        a1.StoreUnsafe(ref sum, Lanes);
        b0.StoreUnsafe(ref sum, stride);
        b1.StoreUnsafe(ref sum, stride + Lanes);
        c0.StoreUnsafe(ref sum, 2 * stride);
        c1.StoreUnsafe(ref sum, (2 * stride) + Lanes);
        d0.StoreUnsafe(ref sum, 3 * stride);
        d1.StoreUnsafe(ref sum, (3 * stride) + Lanes);
    }

    /// <summary>The sums of up to four panels with one vector; those that are not there repeat the first.</summary>
    private void MultiplyOne(ref float panel, ref float vector, ref float sum, int panels)
    {
        nuint size = (nuint)(Depth * Panel);
        nuint second = panels > 1 ? 1u : 0;
        nuint third = panels > 2 ? 2u : 0;
        nuint fourth = panels > 3 ? 3u : 0;
        Vector256<float> a0 = default, a1 = default, b0 = default, b1 = default, c0 = default, c1 = default, d0 = default, d1 = default;
        for (nint k = 0; k < Depth; k++)
        {
            var v = Vector256.Create(Unsafe.Add(ref vector, k));
            a0 += Vector256.LoadUnsafe(ref panel) * v;
            a1 += Vector256.LoadUnsafe(ref panel, Lanes) * v;
            b0 += Vector256.LoadUnsafe(ref panel, second * size) * v;
            b1 += Vector256.LoadUnsafe(ref panel, (second * size) + Lanes) * v;
            c0 += Vector256.LoadUnsafe(ref panel, third * size) * v;
            c1 += Vector256.LoadUnsafe(ref panel, (third * size) + Lanes) * v;
            d0 += Vector256.LoadUnsafe(ref panel, fourth * size) * v;
            d1 += Vector256.LoadUnsafe(ref panel, (fourth * size) + Lanes) * v;
            panel = ref Unsafe.Add(ref panel, Panel);
        }

        a0.StoreUnsafe(ref sum);
        a1.StoreUnsafe(ref sum, Lanes);
        b0.StoreUnsafe(ref sum, second * Panel);
        b1.StoreUnsafe(ref sum, (second * Panel) + Lanes);
        c0.StoreUnsafe(ref sum, third * Panel);
        c1.StoreUnsafe(ref sum, (third * Panel) + Lanes);
        d0.StoreUnsafe(ref sum, fourth * Panel);
        d1.StoreUnsafe(ref sum, (fourth * Panel) + Lanes);
    }
}

/// <summary>How the vectors of a product lie in memory.</summary>
/// <param name="VectorStep">Elements from a vector to the next.</param>
/// <param name="Count">Runs that each vector consists of.</param>
/// <param name="Length">Elements of a run.</param>
/// <param name="Step">Elements from a run to the next.</param>
internal readonly record struct VectorRuns(int VectorStep, int Count, int Length, int Step);
