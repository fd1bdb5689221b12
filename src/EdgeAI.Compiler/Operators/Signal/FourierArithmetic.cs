namespace EdgeAI.Compiler.Operators.Signal;

/// <summary>How a transform of <see cref="FixedFourier{T, TArithmetic}"/> computes with its numbers. Sums of integers wrap.</summary>
/// <typeparam name="T">A real number.</typeparam>
internal interface IFourierArithmetic<T>
{
    /// <summary>a + b.</summary>
    static abstract T Add(T a, T b);

    /// <summary>a − b.</summary>
    static abstract T Subtract(T a, T b);

    /// <summary>(a + b) / 2, rounded down.</summary>
    static abstract T HalfSum(T a, T b);

    /// <summary>(a − b) / 2, rounded down.</summary>
    static abstract T HalfDifference(T a, T b);

    /// <summary>The product of complex numbers, the second a factor of the transform.</summary>
    static abstract (T Re, T Im) Multiply((T Re, T Im) a, (T Re, T Im) factor);

    /// <summary>What a number becomes before as many as <paramref name="count"/> are added: a fixed-point one is divided by it.</summary>
    static abstract T Shrink(T x, int count);

    /// <summary>A sine or cosine.</summary>
    static abstract T Factor(double value);

    /// <summary>What an inverse transform of a length gives for a sum: floats are divided by it.</summary>
    static abstract T Inverse(T x, int length);
}

/// <summary>int16 of 15 fraction bits; products round half up.</summary>
internal readonly struct FourierInt16 : IFourierArithmetic<short>
{
    private const int FractionBits = 15;
    private const int Half = 1 << (FractionBits - 1);

    /// <inheritdoc/>
    public static short Add(short a, short b) => (short)(a + b);

    /// <inheritdoc/>
    public static short Subtract(short a, short b) => (short)(a - b);

    /// <inheritdoc/>
    public static short HalfSum(short a, short b) => (short)((a + b) >> 1);

    /// <inheritdoc/>
    public static short HalfDifference(short a, short b) => (short)((a - b) >> 1);

    /// <inheritdoc/>
    public static (short Re, short Im) Multiply((short Re, short Im) a, (short Re, short Im) factor) => (
        (short)(((a.Re * factor.Re) - (a.Im * factor.Im) + Half) >> FractionBits),
        (short)(((a.Re * factor.Im) + (a.Im * factor.Re) + Half) >> FractionBits));

    /// <inheritdoc/>
    public static short Shrink(short x, int count) => (short)(((x * (short.MaxValue / count)) + Half) >> FractionBits);

    /// <inheritdoc/>
    public static short Factor(double value) => (short)Math.Floor(0.5 + (short.MaxValue * value));

    /// <inheritdoc/>
    public static short Inverse(short x, int length) => x;
}

/// <summary>int32 of 31 fraction bits; products round half up.</summary>
internal readonly struct FourierInt32 : IFourierArithmetic<int>
{
    private const int FractionBits = 31;
    private const long Half = 1L << (FractionBits - 1);

    /// <inheritdoc/>
    public static int Add(int a, int b) => a + b;

    /// <inheritdoc/>
    public static int Subtract(int a, int b) => a - b;

    /// <inheritdoc/>
    public static int HalfSum(int a, int b) => (a + b) >> 1;

    /// <inheritdoc/>
    public static int HalfDifference(int a, int b) => (a - b) >> 1;

    /// <inheritdoc/>
    public static (int Re, int Im) Multiply((int Re, int Im) a, (int Re, int Im) factor) => (
        (int)((((long)a.Re * factor.Re) - ((long)a.Im * factor.Im) + Half) >> FractionBits),
        (int)((((long)a.Re * factor.Im) + ((long)a.Im * factor.Re) + Half) >> FractionBits));

    /// <inheritdoc/>
    public static int Shrink(int x, int count) => (int)((((long)x * (int.MaxValue / count)) + Half) >> FractionBits);

    /// <inheritdoc/>
    public static int Factor(double value) => (int)Math.Floor(0.5 + (int.MaxValue * value));

    /// <inheritdoc/>
    public static int Inverse(int x, int length) => x;
}

/// <summary>float32.</summary>
internal readonly struct FourierFloat32 : IFourierArithmetic<float>
{
    /// <inheritdoc/>
    public static float Add(float a, float b) => a + b;

    /// <inheritdoc/>
    public static float Subtract(float a, float b) => a - b;

    /// <inheritdoc/>
    public static float HalfSum(float a, float b) => (a + b) * 0.5f;

    /// <inheritdoc/>
    public static float HalfDifference(float a, float b) => (a - b) * 0.5f;

    /// <inheritdoc/>
    public static (float Re, float Im) Multiply((float Re, float Im) a, (float Re, float Im) factor) =>
        ((a.Re * factor.Re) - (a.Im * factor.Im), (a.Re * factor.Im) + (a.Im * factor.Re));

    /// <inheritdoc/>
    public static float Shrink(float x, int count) => x;

    /// <inheritdoc/>
    public static float Factor(double value) => (float)value;

    /// <inheritdoc/>
    public static float Inverse(float x, int length) => x / length;
}
