using System.Numerics;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators;

namespace EdgeAI.Compiler.Tests.Operators;

/// <summary>Fixed-point arithmetic against its definition in numbers of any size, and the ranges that fused limits leave.</summary>
[TestClass]
public sealed class FixedPointTests
{
    [TestMethod]
    public void ProductsAndShiftsRoundAsDefined()
    {
        const int seed = 11;
        var random = new Random(seed);
        int[] corners = [int.MinValue, int.MinValue + 1, -(1 << 30), -3, -2, -1, 0, 1, 2, 3, 1 << 30, int.MaxValue - 1, int.MaxValue];
        for (int i = 0; i < 20_000; i++)
        {
            int a = Draw();
            int b = Draw();
            int exponent = random.Next(32);
            BigInteger product = (BigInteger)a * b;
            BigInteger high = BigInteger.Min(FloorDivide(product + (1 << 30), BigInteger.One << 31), int.MaxValue);
            Assert.AreEqual((int)high, FixedPoint.SaturatingRoundingDoublingHighMultiply(a, b), $"seed {seed}: {a} · {b}");

            BigInteger unit = BigInteger.One << exponent;
            BigInteger magnitude = FloorDivide((BigInteger.Abs(a) * 2) + unit, unit * 2);
            Assert.AreEqual((int)(a < 0 ? -magnitude : magnitude), FixedPoint.RoundingDivideByPowerOfTwo(a, exponent), $"seed {seed}: {a} / 2^{exponent}");
        }

        int Draw() => random.Next(4) == 0 ? corners[random.Next(corners.Length)] : unchecked((int)random.NextInt64() >> random.Next(31));
    }

    [TestMethod]
    public void SumsRoundedOnceRoundAsDefined()
    {
        const int seed = 12;
        var random = new Random(seed);
        for (int i = 0; i < 20_000; i++)
        {
            int multiplier = random.Next(1 << 30, int.MaxValue);
            int shift = random.Next(-20, 1);
            int x = random.Next(int.MinValue, int.MaxValue);
            BigInteger exact = FloorDivide(((BigInteger)x * multiplier) + (BigInteger.One << (30 - shift)), BigInteger.One << (31 - shift));
            Assert.AreEqual((int)exact, FixedPoint.MultiplyOnceByQuantizedMultiplier(x, multiplier, shift), $"seed {seed}: {x} · {multiplier} · 2^{shift}");

            long wide = random.NextInt64(-(1L << 40), 1L << 40) >> random.Next(20);
            BigInteger reduced = multiplier >= 0x7FFF0000 ? 0x7FFF : (multiplier + (1 << 15)) >> 16;
            BigInteger rounded = FloorDivide((wide * reduced) + (BigInteger.One << (14 - shift)), BigInteger.One << (15 - shift));
            Assert.AreEqual(unchecked((int)(long)rounded), FixedPoint.MultiplyWideByQuantizedMultiplier(wide, multiplier, shift), $"seed {seed}: {wide} · {multiplier} · 2^{shift}");
        }
    }

    [TestMethod]
    [DataRow(1.0, 1 << 30, 1)]
    [DataRow(0.5, 1 << 30, 0)]
    [DataRow(0.75, 3 << 29, 0)]
    [DataRow(0.99999999999, 1 << 30, 1)]
    [DataRow(0.0, 0, 0)]
    [DataRow(1e-12, 0, 0)]
    public void MultipliersSplitIntoSignificandAndExponent(double factor, int multiplier, int shift) =>
        Assert.AreEqual((multiplier, shift), FixedPoint.QuantizeMultiplier(factor));

    [TestMethod]
    [DataRow(float.NegativeInfinity, float.PositiveInfinity, -128, 127)]
    [DataRow(0f, float.PositiveInfinity, -10, 127)]
    [DataRow(0f, 6f, -10, 50)]
    [DataRow(-100f, 100f, -128, 127)]
    [DataRow(-0.25f, 0.25f, -13, -7)]
    [DataRow(50f, 60f, 127, 127)]
    public void LimitsBecomeIntegers(float minimum, float maximum, int lowest, int highest) => Assert.AreEqual(
        new IntegerRange(lowest, highest),
        IntegerRange.Clamped(new Clamp(minimum, maximum), ElementType.Int8, QuantizationParameters.PerTensor(0.1f, -10)));

    private static BigInteger FloorDivide(BigInteger a, BigInteger b)
    {
        BigInteger quotient = BigInteger.DivRem(a, b, out BigInteger remainder);
        return remainder.Sign < 0 ? quotient - 1 : quotient;
    }
}
