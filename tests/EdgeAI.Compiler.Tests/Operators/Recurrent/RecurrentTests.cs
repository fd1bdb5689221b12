using System.Collections.Immutable;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators.Recurrent;
using EdgeAI.Compiler.Operators.Sampling;

namespace EdgeAI.Compiler.Tests.Operators.Recurrent;

/// <summary>Recurrent layers of every kind and GridSample of every mode: managed against C.</summary>
[TestClass]
public sealed class RecurrentTests
{
    /// <summary>Set by the runner.</summary>
    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    public void CKernelsGiveTheManagedNumbers()
    {
        const int seed = 20260303;
        var nodes = new List<Node>();
        foreach (RecurrentCell cell in Enum.GetValues<RecurrentCell>())
        {
            for (int i = 0; i < 16; i++)
            {
                int directions = i % 4 == 3 ? 2 : 1;
                ImmutableArray<int> functions = i < 8 ? [.. Enumerable.Repeat(cell == RecurrentCell.Simple ? new[] { 1, 0, 0 } : [0, 1, i % 2 == 0 ? 1 : 2], directions).SelectMany(list => list)]
                    : [.. Enumerable.Range(0, 3 * directions).Select(k => 3 + ((i + k) % 8))];
                ImmutableArray<float> parameters = [.. Enumerable.Range(0, 6 * directions).Select(k => 0.2f + (0.1f * k))];
                var attributes = new RecurrentAttributes(cell, i % 4 == 2, functions, parameters, i > 5 ? 0.7f : 0, i % 2 == 1, i == 4);
                int gates = attributes.Gates;
                nodes.Add(new Node($"n{nodes.Count}", "Recurrent", attributes)
                {
                    Inputs =
                    [
                        Float("x", 5, 2, 3), Float("w", directions, gates * 4, 3), Float("r", directions, gates * 4, 4),
                        i > 0 ? Float("b", directions, 2 * gates * 4) : null,
                        i > 1 ? Tensor.FromValues<int>("l", ElementType.Int32, new Shape(2), [3, 9]) : null,
                        i > 2 ? Float("h", directions, 2, 4) : null,
                        i > 2 && cell == RecurrentCell.Lstm ? Float("c", directions, 2, 4) : null,
                        i > 3 && cell == RecurrentCell.Lstm ? Float("p", directions, 12) : null,
                    ],
                });
            }
        }

        KernelHarness.Check(TestContext, nodes, seed);
    }

    /// <summary>Both axis orders, both directions, cell limits and cell scales on either side of tanh's own, in float and int8.</summary>
    [TestMethod]
    public void LstmGivesTheManagedNumbersInC()
    {
        const int seed = 20260305;
        var random = new Random(seed);
        var nodes = new List<Node>();
        for (int i = 0; i < 12; i++)
        {
            var attributes = new SequenceLstmAttributes(i % 2 == 1, i % 3 == 1, i % 4 == 3 ? 0.6f : 0, -14 + i % 4);
            int inputs = 1 + (i * 3);
            int hidden = 2 + i;
            nodes.Add(new Node($"f{i}", "SequenceLstm", attributes)
            {
                Inputs = [Float("x", 3, 4, inputs), Float("w", 4 * hidden, inputs), Float("b", 4 * hidden), Float("r", 4 * hidden, hidden)],
            });
            nodes.Add(new Node($"q{i}", "SequenceLstm", attributes)
            {
                Inputs =
                [
                    new Tensor("x", ElementType.Int8, new Shape(3, 4, inputs)) { Quantization = QuantizationParameters.PerTensor(0.02f, 5 - i) },
                    Weights("w", random, 4 * hidden, inputs), Bias(random, 4 * hidden), Weights("r", random, 4 * hidden, hidden),
                ],
                Outputs = [new Tensor("y", ElementType.Int8, new Shape(3, 4, hidden)) { Quantization = QuantizationParameters.PerTensor(1f / 128, i % 5) }],
            });
        }

        KernelHarness.Check(TestContext, nodes, seed);
    }

    /// <summary>The integer form against the float form of the same numbers: a step of the result's scale and what the gates' 2^-12 leave.</summary>
    [TestMethod]
    public void IntegerLstmFollowsTheFloatOne()
    {
        var random = new Random(11);
        const int inputs = 6;
        const int hidden = 8;
        var attributes = new SequenceLstmAttributes(IsTimeMajor: false, IsReverse: false, CellClip: 0, CellExponent: -12);
        Tensor weights = Weights("w", random, 4 * hidden, inputs);
        Tensor recurrent = Weights("r", random, 4 * hidden, hidden);
        Tensor bias = Bias(random, 4 * hidden);
        var x = new Tensor("x", ElementType.Int8, new Shape(1, 10, inputs)) { Quantization = QuantizationParameters.PerTensor(0.02f, 3) };
        var y = new Tensor("y", ElementType.Int8, new Shape(1, 10, hidden)) { Quantization = QuantizationParameters.PerTensor(1f / 128, 0) };
        var integer = new Node("q", "SequenceLstm", attributes) { Inputs = [x, weights, bias, recurrent], Outputs = [y] };
        var exact = new Node("f", "SequenceLstm", attributes)
        {
            Inputs = [Float("x", 1, 10, inputs), Float("w", 4 * hidden, inputs), Float("b", 4 * hidden), Float("r", 4 * hidden, hidden)],
        };
        sbyte[] values = [.. Enumerable.Range(0, 10 * inputs).Select(_ => (sbyte)random.Next(-128, 128))];
        sbyte[] made = new sbyte[10 * hidden];
        new IntegerLstm(integer).Run(values, made);
        float[] wanted = new float[10 * hidden];
        FloatLstm.Run(exact, [.. values.Select(value => 0.02f * (value - 3))], Reals(weights.Values<sbyte>(), 0.01f), Reals(bias.Values<int>(), 0.0002f),
            Reals(recurrent.Values<sbyte>(), 0.01f), wanted);
        for (int i = 0; i < made.Length; i++)
        {
            Assert.AreEqual(wanted[i], made[i] / 128f, 2f / 128, $"element {i}");
        }
    }

    private static float[] Reals<T>(ReadOnlySpan<T> integers, float scale) where T : struct, IConvertible =>
        [.. integers.ToArray().Select(value => value.ToSingle(null) * scale)];

    private static Tensor Weights(string name, Random random, int rows, int columns) => Tensor.FromValues<sbyte>(
        name, ElementType.Int8, new Shape(rows, columns), [.. Enumerable.Range(0, rows * columns).Select(_ => (sbyte)random.Next(-127, 128))],
        new QuantizationParameters([.. Enumerable.Repeat(0.01f, rows)], [.. new int[rows]], 0));

    private static Tensor Bias(Random random, int rows) => Tensor.FromValues<int>(
        "b", ElementType.Int32, new Shape(rows), [.. Enumerable.Range(0, rows).Select(_ => random.Next(-3000, 3000))],
        new QuantizationParameters([.. Enumerable.Repeat(0.0002f, rows)], [.. new int[rows]], 0));

    [TestMethod]
    public void GridSampleMatchesInC()
    {
        const int seed = 20260304;
        var nodes = new List<Node>();
        foreach (GridInterpolation interpolation in Enum.GetValues<GridInterpolation>())
        {
            foreach (GridPadding padding in Enum.GetValues<GridPadding>())
            {
                foreach (bool align in new[] { false, true })
                {
                    var attributes = new GridSampleAttributes(interpolation, padding, align);
                    nodes.Add(new Node($"n{nodes.Count}", "GridSample", attributes) { Inputs = [Float("x", 2, 3, 4, 5), Float("g", 2, 3, 3, 2)] });
                    nodes.Add(new Node($"n{nodes.Count}", "GridSample", attributes) { Inputs = [Float("x", 1, 2, 3, 4, 1), Float("g", 1, 2, 2, 3, 3)] });
                }
            }
        }

        KernelHarness.Check(TestContext, nodes, seed);
    }

    private static Tensor Float(string name, params int[] extents) => new(name, ElementType.Float32, new Shape(extents));
}
