using System.Runtime.InteropServices;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators;
using EdgeAI.Compiler.Operators.Signal;

namespace EdgeAI.Compiler.Tests.Operators.Signal;

/// <summary>
/// The operators of an audio front end: managed against C, against their definitions, and against numbers that TensorFlow Lite Micro's signal library
/// gives for the same operands.
/// </summary>
[TestClass]
public sealed class SignalOperatorTests(TestContext context)
{
    private static readonly short[] Samples = [.. Enumerable.Range(0, 34).Select(i => (short)(((((i % 32) * 7919) + 12345) % 65536) - 32768))];

    [TestMethod]
    public void CKernelsGiveTheManagedNumbers()
    {
        var random = new Random(Seeds.Of(context));
        var nodes = new List<Node>();
        for (int i = 0; i < 6; i++)
        {
            int length = 4 << i;
            foreach (ElementType type in new[] { ElementType.Int16, ElementType.Int32, ElementType.Float32 })
            {
                nodes.Add(Make("SignalRfft", new SignalFourierAttributes(length), new Tensor("x", type, new Shape(2, length - (i % 3)))));
                nodes.Add(Make("SignalIrfft", new SignalFourierAttributes(length), new Tensor("x", type, new Shape(3, length + 2))));
            }

            int size = random.Next(1, 20);
            int step = random.Next(1, size + 1);
            foreach (ElementType type in new[] { ElementType.Int16, ElementType.Float32 })
            {
                nodes.Add(Make("SignalOverlapAdd", new SignalOverlapAddAttributes(step),
                    new Tensor("x", type, new Shape(2, i + 1, size)), new Tensor("rest", type, new Shape(2, size - step))));
            }

            nodes.Add(Make("SignalWindow", new SignalWindowAttributes(i * 6), Short(3, 24), Short(8)));
            nodes.Add(Make("SignalScaleBits", NoAttributes.Instance, i == 0 ? Constant<short>(ElementType.Int16, 0, 0) : Quiet(random, i)));
            nodes.Add(Make("SignalScale", NoAttributes.Instance, Short(40), new Tensor("bits", ElementType.Int32, Shape.Scalar)));
            nodes.Add(Make("SignalEnergy", new SignalEnergyAttributes(i, 12 - i), Short(26)));
            nodes.Add(Make("SignalFilterBank", NoAttributes.Instance, Unsigned(20), Short(16), Short(18),
                Constant<short>(ElementType.Int16, 0, 3, 6, 12), Constant<short>(ElementType.Int16, 0, 4, 8, 9), Constant<short>(ElementType.Int16, 4, (short)(i % 3), -1, 7)));
            nodes.Add(Make("SignalSquareRoot", NoAttributes.Instance, Wide(random, 30), Constant<int>(ElementType.Int32, Shape.Scalar, (i * 8) - 4)));
            nodes.Add(Make("SignalNoiseEstimate", new SignalNoiseEstimateAttributes(409, 15975, -819, 15565, i * 12, i * 6, i % 2 == 0), Unsigned(21), Unsigned(21)));
            nodes.Add(Make("SignalSubtractNoise", new SignalSubtractNoiseAttributes(819, i * 12, i * 6), Unsigned(21), Unsigned(21)));
            nodes.Add(Make("SignalPcan", new SignalPcanAttributes(i * 12), Unsigned(33), Unsigned(33), Short(125)));
            nodes.Add(Make("SignalLog", new SignalLogAttributes(i * 6, i * 1000), Unsigned(33)));
        }

        KernelHarness.Check(context, nodes, Seeds.Of(context));
    }

    [TestMethod]
    [DataRow(4, new[] { -8543, 0, -3959, 3959, -3959, 0 })]
    [DataRow(8, new[] { -899, 0, -9751, 3766, -3959, -4232, 1833, -4152, 4233, 0 })]
    [DataRow(16, new[] { -1990, 0, 136, -686, -9750, 3766, 136, -204, -3959, -4231, 136, -91, 1832, -4152, 136, -27, 4232, 0 })]
    [DataRow(32, new[]
    {
        -78, 0, 1744, 1021, 136, -686, 2975, -1015, -6853, 6661, -429, 2584, 136, -204, 2543, 1442, -3958, -136, -2271, 1496, 136, -91, 701, 2766, -1063,
        -1256, -2703, -607, 136, -27, -1472, 2393, 136, 0,
    })]
    public void SpectraRoundAsTheLibrary(int length, int[] expected) =>
        Equal(expected, Run<short>(Make("SignalRfft", new SignalFourierAttributes(length), Constant(ElementType.Int16, Samples[..length]))));

    [TestMethod]
    [DataRow(4, new[] { -4584, -9585, 0, -6251 })]
    [DataRow(8, new[] { 11252, -5311, -8464, 15469, 0, -3727, 8464, -5339 })]
    [DataRow(32, new[]
    {
        6201, -2487, -2834, -6561, 461, -4568, 3478, -2604, 2047, 4927, 3705, -8246, 1008, 3333, -1519, 5485, -1775, 3633, 6160, -3229, -4557, 1096, 938,
        38, -5597, 4879, 1161, 2632, -4012, -2381, 7475, 4053,
    })]
    public void InverseSpectraRoundAsTheLibrary(int length, int[] expected) =>
        Equal(expected, Run<short>(Make("SignalIrfft", new SignalFourierAttributes(length), Constant(ElementType.Int16, Samples[..(length + 2)]))));

    [TestMethod]
    public void WideSpectraRoundAsTheLibrary()
    {
        int[] x = [.. Enumerable.Range(0, 16).Select(i => (Samples[i] * 65536) + Samples[i + 16])];
        int[] expected =
        [
            -130447574, 0, 8945800, -44973576, -639118812, 246848272, 8945799, -13388337, -259493751, -277377159, 8945800, -5977393, 120131310, -272139230,
            8945800, -1779431, 277377160, 0,
        ];
        CollectionAssert.AreEqual(expected, Run<int>(Make("SignalRfft", new SignalFourierAttributes(16), Constant(ElementType.Int32, x))));
    }

    [TestMethod]
    public void SpectraAreThoseOfTheDefinition()
    {
        var random = new Random(Seeds.Of(context));
        for (int length = 4; length <= 1024; length *= 2)
        {
            int taken = length - random.Next(3);
            float[] x = [.. Enumerable.Range(0, taken).Select(_ => (random.NextSingle() * 2) - 1)];
            double[] expected = Definition(x, length);
            float[] real = Run<float>(Make("SignalRfft", new SignalFourierAttributes(length), Constant(ElementType.Float32, x)));
            short[] narrow = Run<short>(Make("SignalRfft", new SignalFourierAttributes(length), Constant(ElementType.Int16, [.. x.Select(value => (short)(value * 32767))])));
            int[] wide = Run<int>(Make("SignalRfft", new SignalFourierAttributes(length), Constant(ElementType.Int32, [.. x.Select(value => (int)(value * 2147483000.0))])));
            for (int i = 0; i < expected.Length; i++)
            {
                Assert.AreEqual(expected[i], real[i], 2e-5 * Math.Sqrt(length), $"bin {i} of {length}");
                Assert.AreEqual(expected[i] / length, narrow[i] / 32768.0, 8 / 32768.0, $"bin {i} of {length}");
                Assert.AreEqual(expected[i] / length, wide[i] / 2147483648.0, 2e-6, $"bin {i} of {length}");
            }

            float[] back = Run<float>(Make("SignalIrfft", new SignalFourierAttributes(length), Constant(ElementType.Float32, real)));
            for (int i = 0; i < length; i++)
            {
                Assert.AreEqual(i < taken ? x[i] : 0, back[i], 1e-5);
            }
        }
    }

    [TestMethod]
    public void RootsRoundToTheNearest()
    {
        ulong[] x = [0, 1, 2, 3, 6, 7, uint.MaxValue, 1UL << 32, (1UL << 32) + (1UL << 17), ulong.MaxValue, 1_000_000_000_000];
        Tensor sums = Constant(ElementType.UInt64, x);
        CollectionAssert.AreEqual(new uint[] { 0, 1, 1, 2, 2, 3, 65535, 65536, 65537, uint.MaxValue, 1_000_000 }, Run<uint>(
            Make("SignalSquareRoot", NoAttributes.Instance, sums, Constant<int>(ElementType.Int32, Shape.Scalar, 0))));
        CollectionAssert.AreEqual(new uint[] { 0, 0, 0, 0, 0, 0, 8191, 8192, 8192, 536870911, 125000 }, Run<uint>(
            Make("SignalSquareRoot", NoAttributes.Instance, sums, Constant<int>(ElementType.Int32, Shape.Scalar, 3))));
    }

    [TestMethod]
    public void LogarithmsAndGainsRoundAsTheLibrary()
    {
        Tensor values = Constant<uint>(ElementType.UInt32, 0, 1, 2, 3, 100, 65535, 65536, 123456, 1u << 31, uint.MaxValue);
        Equal([0, 0, 1109, 1758, 7368, 17747, 17745, 18758, 32767, 32767], Run<short>(Make("SignalLog", new SignalLogAttributes(0, 1600), values)));
        Equal([0, 133, 177, 203, 428, 843, 843, 883, 0, 1420], Run<short>(Make("SignalLog", new SignalLogAttributes(3, 64), values)));

        Tensor gains = Constant(ElementType.Int16, [.. Enumerable.Range(0, 125).Select(i => (short)((i * 331 % 9001) - 1000))]);
        Tensor noise = Constant<uint>(ElementType.UInt32, 0, 1, 2, 3, 4, 9, 1000, 2047, 2048, 1_000_000, 1u << 31, uint.MaxValue);
        Tensor energies = Constant<uint>(ElementType.UInt32, 1, 10, 100, 1000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000, 1_000_000_000, 1u << 31, uint.MaxValue);
        CollectionAssert.AreEqual(
            new uint[] { 1048511, 10485694, 37748663, 41942912, 2343, 65536, 1099057, 21276791, 28130329, 41982188, 26214336, 45088701 },
            Run<uint>(Make("SignalPcan", new SignalPcanAttributes(6), energies, noise, gains)));
    }

    [TestMethod]
    [DataRow(new short[] { 0, 0 }, 0)]
    [DataRow(new short[] { 1, 0 }, 14)]
    [DataRow(new short[] { -1, 0 }, 14)]
    [DataRow(new short[] { 100, -16384 }, 0)]
    [DataRow(new short[] { 100, -16383 }, 1)]
    [DataRow(new short[] { 100, -32768 }, 0)]
    [DataRow(new short[] { -32768, 100 }, 8)]
    public void SamplesAreScaledToFullScale(short[] x, int bits) =>
        Assert.AreEqual(bits, Run<int>(Make("SignalScaleBits", NoAttributes.Instance, Constant(ElementType.Int16, x)))[0]);

    [TestMethod]
    public void BandsOverlapByWeightsAndRests()
    {
        // Band 0 gives its rests to channel 0, band 1 its weights to channel 0 and its rests to channel 1, and so on.
        Node node = Make("SignalFilterBank", NoAttributes.Instance,
            Constant<uint>(ElementType.UInt32, 1, 10, 100, 1000, uint.MaxValue), Constant<short>(ElementType.Int16, 1, 2, 3, 4, 5), Constant<short>(ElementType.Int16, 9, 8, 7, 6, -5),
            Constant<short>(ElementType.Int16, 0, 2, 4), Constant<short>(ElementType.Int16, 0, 2, 4), Constant<short>(ElementType.Int16, 2, 2, 1));
        CollectionAssert.AreEqual(new[] { 9UL + 80 + 300 + 4000, 700UL + 6000 + (5 * (ulong)uint.MaxValue) }, Run<ulong>(node));
    }

    [TestMethod]
    public void WhatDoesNotFitIsRefused()
    {
        Refused("SignalRfft", new SignalFourierAttributes(12), Short(12));
        Refused("SignalRfft", new SignalFourierAttributes(16), Short(17));
        Refused("SignalIrfft", new SignalFourierAttributes(16), Short(16));
        Refused("SignalRfft", new SignalFourierAttributes(2), Short(2));
        Refused("SignalWindow", new SignalWindowAttributes(1), Short(10), Short(4));
        Refused("SignalWindow", new SignalWindowAttributes(32), Short(8), Short(4));
        Refused("SignalEnergy", new SignalEnergyAttributes(0, 5), Short(8));
        Refused("SignalPcan", new SignalPcanAttributes(6), Unsigned(4), Unsigned(4), Short(124));
        Refused("SignalOverlapAdd", new SignalOverlapAddAttributes(5), Short(2, 4), Short(0));
        foreach ((short bin, short weight) in new (short, short)[] { (4, 0), (0, 4), (-1, 0), (0, -1) })
        {
            Refused("SignalFilterBank", NoAttributes.Instance, Unsigned(5), Short(5), Short(5),
                Constant<short>(ElementType.Int16, 0, bin), Constant<short>(ElementType.Int16, 0, weight), Constant<short>(ElementType.Int16, 1, 2));
        }

        Refused("SignalFilterBank", NoAttributes.Instance, Unsigned(5), Short(5), Short(5), Short(2), Short(2), Short(2));
    }

    private static void Refused(string name, OperatorAttributes attributes, params Tensor[] operands)
    {
        Node node = Make(name, attributes, operands);
        Assert.ThrowsExactly<OperatorException>(() => OperatorCatalog.Of(node).Infer(node), name);
    }

    private static double[] Definition(float[] x, int length)
    {
        double[] bins = new double[length + 2];
        for (int k = 0; k <= length / 2; k++)
        {
            for (int i = 0; i < x.Length; i++)
            {
                double angle = -2 * Math.PI * ((long)i * k % length) / length;
                bins[2 * k] += x[i] * Math.Cos(angle);
                bins[(2 * k) + 1] += x[i] * Math.Sin(angle);
            }
        }

        return bins;
    }

    private static Node Make(string name, OperatorAttributes attributes, params Tensor[] operands) => new(name, name, attributes) { Inputs = [.. operands] };

    private static T[] Run<T>(Node node) where T : unmanaged
    {
        TensorType type = OperatorCatalog.Of(node).Infer(node)[0];
        node.Outputs.Add(new Tensor("y", type.Type, type.Shape));
        byte[] made = KernelHarness.Execute(node, [.. node.Inputs.Select(tensor => tensor!.Constant!.Value.ToArray())])[0];
        return MemoryMarshal.Cast<byte, T>(made.AsSpan()).ToArray();
    }

    private static void Equal(int[] expected, short[] made) => CollectionAssert.AreEqual(expected, made.Select(value => (int)value).ToArray());

    private static Tensor Short(params int[] extents) => new("x", ElementType.Int16, new Shape(extents));

    private static Tensor Unsigned(int count) => new("x", ElementType.UInt32, new Shape(count));

    private static Tensor Constant<T>(ElementType type, params T[] values) where T : unmanaged => Constant(type, new Shape(values.Length), values);

    private static Tensor Constant<T>(ElementType type, Shape shape, params T[] values) where T : unmanaged => Tensor.FromValues<T>("c", type, shape, values);

    private static Tensor Quiet(Random random, int bits) =>
        Constant(ElementType.Int16, [.. Enumerable.Range(0, 30).Select(_ => (short)(random.Next(-32768, 32768) >> bits)), short.MinValue, (short)random.Next(9)]);

    private static Tensor Wide(Random random, int count) =>
        Constant(ElementType.UInt64, [.. Enumerable.Range(0, count).Select(_ => (ulong)random.NextInt64() >> random.Next(64))]);
}
