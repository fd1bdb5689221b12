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
            for (int i = 0; i < 8; i++)
            {
                int directions = i % 4 == 3 ? 2 : 1;
                ImmutableArray<int> functions = [.. Enumerable.Repeat(cell == RecurrentCell.Simple ? new[] { 1, 0, 0 } : [0, 1, i % 2 == 0 ? 1 : 2], directions).SelectMany(list => list)];
                var attributes = new RecurrentAttributes(cell, i % 4 == 2, functions, i > 5 ? 0.7f : 0, i % 2 == 1, i == 4);
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
