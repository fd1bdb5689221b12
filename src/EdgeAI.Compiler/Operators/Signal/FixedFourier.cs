namespace EdgeAI.Compiler.Operators.Signal;

/// <summary>
/// The Fourier transform of N real samples, N a power of two, by one of N/2 complex numbers, as TensorFlow Lite Micro's signal library has it.
/// <list type="bullet">
/// <item>Even samples are real parts, odd ones imaginary parts; they stand by the reversed digits of their index, base 4 and at last base 2.</item>
/// <item>Stages of radix 4, behind one of radix 2 where the length is no power of 4; each divides what it adds by its radix.</item>
/// <item>Sums and differences of bins k and N/2 − k, halved, give the spectrum of the N samples; an inverse transform begins with that step.</item>
/// </list>
/// Numbers of the format at full scale can wrap. Factors: N/2 pairs of the stages, then N/4 of the last step.
/// </summary>
internal sealed class FixedFourier<T, TArithmetic>
    where T : unmanaged
    where TArithmetic : IFourierArithmetic<T>
{
    private const double Pi = 3.141592653589793;

    private readonly int _half;
    private readonly bool _inverse;
    private readonly (T Re, T Im)[] _stageFactors;
    private readonly (T Re, T Im)[] _joinFactors;

    /// <summary>The transform of a number of samples, or its inverse.</summary>
    public FixedFourier(int length, bool inverse)
    {
        _half = length / 2;
        _inverse = inverse;
        _stageFactors = [.. Enumerable.Range(0, _half).Select(i => Factor(-2 * Pi * i / _half))];
        _joinFactors = [.. Enumerable.Range(1, _half / 2).Select(i => Factor(-Pi * (((double)i / _half) + 0.5)))];
    }

    /// <summary>The factors as the C kernel reads them.</summary>
    public T[] Factors => [.. _stageFactors.Concat(_joinFactors).SelectMany(factor => new[] { factor.Re, factor.Im })];

    /// <summary>Up to N samples, zeros behind them, give N/2 + 1 pairs.</summary>
    public void Forward(ReadOnlySpan<T> samples, Span<T> bins)
    {
        var x = new (T Re, T Im)[_half];
        for (int i = 0; i < _half; i++)
        {
            x[Place(i)] = (At(samples, 2 * i), At(samples, (2 * i) + 1));
        }

        RunStages(x);
        T zero = default;
        (T sumRe, T sumIm) = (TArithmetic.Shrink(x[0].Re, 2), TArithmetic.Shrink(x[0].Im, 2));
        Put(bins, 0, (TArithmetic.Add(sumRe, sumIm), zero));
        Put(bins, _half, (TArithmetic.Subtract(sumRe, sumIm), zero));
        for (int k = 1; k <= _half / 2; k++)
        {
            (T Re, T Im) low = Shrunk(x[k], 2);
            (T Re, T Im) high = Shrunk((x[_half - k].Re, TArithmetic.Subtract(zero, x[_half - k].Im)), 2);
            (T Re, T Im) sum = Sum(low, high);
            (T Re, T Im) turned = TArithmetic.Multiply(Difference(low, high), _joinFactors[k - 1]);
            Put(bins, k, (TArithmetic.HalfSum(sum.Re, turned.Re), TArithmetic.HalfSum(sum.Im, turned.Im)));
            Put(bins, _half - k, (TArithmetic.HalfDifference(sum.Re, turned.Re), TArithmetic.HalfDifference(turned.Im, sum.Im)));
        }
    }

    /// <summary>N/2 + 1 pairs give N samples; the imaginary parts of the first and the last pair are taken as 0.</summary>
    public void Backward(ReadOnlySpan<T> bins, Span<T> samples)
    {
        var x = new (T Re, T Im)[_half];
        (T first, T last) = (bins[0], bins[2 * _half]);
        x[Place(0)] = Shrunk((TArithmetic.Add(first, last), TArithmetic.Subtract(first, last)), 2);
        T zero = default;
        for (int k = 1; k <= _half / 2; k++)
        {
            int other = _half - k;
            (T Re, T Im) low = Shrunk((bins[2 * k], bins[(2 * k) + 1]), 2);
            (T Re, T Im) high = Shrunk((bins[2 * other], TArithmetic.Subtract(zero, bins[(2 * other) + 1])), 2);
            (T Re, T Im) sum = Sum(low, high);
            (T Re, T Im) turned = TArithmetic.Multiply(Difference(low, high), _joinFactors[k - 1]);
            (T Re, T Im) mirrored = Difference(sum, turned);
            x[Place(k)] = Sum(sum, turned);
            x[Place(other)] = (mirrored.Re, TArithmetic.Subtract(zero, mirrored.Im));
        }

        RunStages(x);
        for (int i = 0; i < _half; i++)
        {
            Put(samples, i, (TArithmetic.Inverse(x[i].Re, 2 * _half), TArithmetic.Inverse(x[i].Im, 2 * _half)));
        }
    }

    private static T At(ReadOnlySpan<T> samples, int index) => index < samples.Length ? samples[index] : default;

    private static void Put(Span<T> pairs, int index, (T Re, T Im) value) => (pairs[2 * index], pairs[(2 * index) + 1]) = value;

    private static (T Re, T Im) Shrunk((T Re, T Im) x, int count) => (TArithmetic.Shrink(x.Re, count), TArithmetic.Shrink(x.Im, count));

    private static (T Re, T Im) Sum((T Re, T Im) a, (T Re, T Im) b) => (TArithmetic.Add(a.Re, b.Re), TArithmetic.Add(a.Im, b.Im));

    private static (T Re, T Im) Difference((T Re, T Im) a, (T Re, T Im) b) => (TArithmetic.Subtract(a.Re, b.Re), TArithmetic.Subtract(a.Im, b.Im));

    private (T Re, T Im) Factor(double phase) =>
        (TArithmetic.Factor(PortableMath.Cos(phase)), TArithmetic.Factor(PortableMath.Sin(_inverse ? -phase : phase)));

    private int Place(int index)
    {
        int place = 0;
        int run = _half;
        for (; run % 4 == 0; index /= 4)
        {
            run /= 4;
            place += index % 4 * run;
        }

        return place + index;
    }

    private void RunStages((T Re, T Im)[] x)
    {
        int run = 1;
        if (System.Numerics.BitOperations.Log2((uint)_half) % 2 == 1)
        {
            for (int i = 0; i < _half; i += 2)
            {
                (T Re, T Im) a = Shrunk(x[i], 2);
                (T Re, T Im) b = TArithmetic.Multiply(Shrunk(x[i + 1], 2), _stageFactors[0]);
                (x[i], x[i + 1]) = (Sum(a, b), Difference(a, b));
            }

            run = 2;
        }

        for (; run < _half; run *= 4)
        {
            int step = _half / (4 * run);
            for (int i = 0; i < _half; i++)
            {
                if (i / run % 4 == 0)
                {
                    Butterfly(x.AsSpan(i), run, i % run * step);
                }
            }
        }
    }

    // Numbers 0, run, 2 run and 3 run.
    private void Butterfly(Span<(T Re, T Im)> x, int run, int factor)
    {
        (T Re, T Im) a = Shrunk(x[0], 4);
        (T Re, T Im) b = TArithmetic.Multiply(Shrunk(x[run], 4), _stageFactors[factor]);
        (T Re, T Im) c = TArithmetic.Multiply(Shrunk(x[2 * run], 4), _stageFactors[2 * factor]);
        (T Re, T Im) d = TArithmetic.Multiply(Shrunk(x[3 * run], 4), _stageFactors[3 * factor]);
        (T Re, T Im) even = Sum(a, c);
        (T Re, T Im) odd = Sum(b, d);
        (T Re, T Im) across = Difference(a, c);
        (T Re, T Im) aside = Difference(b, d);
        x[0] = Sum(even, odd);
        x[2 * run] = Difference(even, odd);
        (T Re, T Im) left = (TArithmetic.Add(across.Re, aside.Im), TArithmetic.Subtract(across.Im, aside.Re));
        (T Re, T Im) right = (TArithmetic.Subtract(across.Re, aside.Im), TArithmetic.Add(across.Im, aside.Re));
        (x[run], x[3 * run]) = _inverse ? (right, left) : (left, right);
    }
}
