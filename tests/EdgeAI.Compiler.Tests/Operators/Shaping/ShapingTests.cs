using System.Runtime.InteropServices;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators;
using EdgeAI.Compiler.Operators.Shaping;
using EdgeAI.Compiler.Tests.Operators.ElementWise;

namespace EdgeAI.Compiler.Tests.Operators.Shaping;

/// <summary>Operators that move elements: managed against C, against TensorFlow Lite's bytes, and against numbers worked out by hand.</summary>
[TestClass]
public sealed class ShapingTests
{
    private static readonly ElementType[] Types = [ElementType.Float32, ElementType.Int8, ElementType.Int16, ElementType.Int64];

    /// <summary>Set by the runner.</summary>
    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    public void CKernelsGiveTheManagedBytes()
    {
        const int seed = 20260118;
        var random = new Random(seed);
        KernelHarness.Check(TestContext, [.. Enumerable.Range(0, 160).Select(i => RandomNode(random, i))], seed);
    }

    [TestMethod]
    public void ResizedImagesMatchInC()
    {
        const int seed = 20260119;
        var random = new Random(seed);
        var nodes = new List<Node>();
        for (int i = 0; i < 60; i++)
        {
            var interpolation = (ResizeInterpolation)(i % 5);
            bool quantized = random.Next(2) == 0;
            Tensor x = RandomTensors.Activation(random, $"x{i}", quantized, random.Next(1, 3), random.Next(1, 9), random.Next(1, 9), random.Next(1, 4));
            int height = random.Next(1, 17);
            int width = random.Next(1, 17);
            bool given = random.Next(3) == 0;
            var attributes = new Resize2DAttributes(
                height, width, given ? 1.7f : height / (float)x.Shape[1], given ? 0.6f : width / (float)x.Shape[2],
                (ResizeCoordinates)random.Next(4), interpolation);
            nodes.Add(new Node($"n{i}", "Resize2D", attributes) { Inputs = [x] });
        }

        KernelHarness.Check(TestContext, nodes, seed);
    }

    [TestMethod]
    [DataRow(ResizeCoordinates.Asymmetric, ResizeInterpolation.Linear, 16610261083953471624UL)]
    [DataRow(ResizeCoordinates.AlignCorners, ResizeInterpolation.Linear, 5033938670121182328UL)]
    [DataRow(ResizeCoordinates.HalfPixel, ResizeInterpolation.Linear, 18386212701656915432UL)]
    [DataRow(ResizeCoordinates.Asymmetric, ResizeInterpolation.NearestFloor, 6259939821831221097UL)]
    [DataRow(ResizeCoordinates.AlignCorners, ResizeInterpolation.NearestRoundHalfUp, 18285044350187355071UL)]
    [DataRow(ResizeCoordinates.HalfPixel, ResizeInterpolation.NearestRoundHalfUp, 8586641347860026544UL)]
    public void ResizedInt8BytesAreThoseOfTfLite(ResizeCoordinates coordinates, ResizeInterpolation interpolation, ulong expected)
    {
        var draw = new ReferenceDraw(4);
        for (int i = 0; i < 100; i++)
        {
            int inputHeight = 1 + (int)(draw.Next() % 12);
            int inputWidth = 1 + (int)(draw.Next() % 12);
            int height = 1 + (int)(draw.Next() % 20);
            int width = 1 + (int)(draw.Next() % 20);
            var attributes = new Resize2DAttributes(height, width, height / (float)inputHeight, width / (float)inputWidth, coordinates, interpolation);
            var node = new Node("n", "Resize2D", attributes)
            {
                Inputs = [ReferenceDraw.Int8("x", new Shape(1, inputHeight, inputWidth, 2), 0.1f, 0)],
                Outputs = [ReferenceDraw.Int8("y", new Shape(1, height, width, 2), 0.1f, 0)],
            };
            draw.Mix(KernelHarness.Execute(node, draw.Values(inputHeight * inputWidth * 2))[0]);
        }

        Assert.AreEqual(expected, draw.Hash);
    }

    [TestMethod]
    public void TransposeMovesAxesOfEveryOrderAndSize()
    {
        var random = new Random(11);
        int[][] shapes = [[1, 3, 320, 5], [2, 300, 3], [3, 260, 2, 4], [513, 7], [7, 513], [2, 3, 4, 5, 6], [1, 1, 9, 1], [4, 2, 257, 3]];
        foreach (int[] extents in shapes)
        {
            for (int round = 0; round < 12; round++)
            {
                int[] permutation = [.. Enumerable.Range(0, extents.Length).OrderBy(_ => random.Next())];
                var shape = new Shape(extents);
                CopyPlan plan = CopyPlan.OfTranspose(shape, permutation);
                long[] strides = shape.Strides();
                int count = (int)shape.ElementCount;
                int[] source = [.. Enumerable.Range(0, count)];
                int[] expected = new int[count];
                for (int i = 0; i < count; i++)
                {
                    int left = i;
                    for (int axis = extents.Length - 1; axis >= 0; axis--)
                    {
                        int extent = extents[permutation[axis]];
                        expected[i] += (int)(left % extent * strides[permutation[axis]]);
                        left /= extent;
                    }
                }

                int[] actual = new int[count];
                plan.Run(MemoryMarshal.AsBytes(source.AsSpan()), MemoryMarshal.AsBytes(actual.AsSpan()), sizeof(int));
                CollectionAssert.AreEqual(expected, actual, $"{shape} by [{string.Join(',', permutation)}]");
            }
        }
    }

    [TestMethod]
    public void TransposeMovesAxes() => AssertMoves(
        new TransposeAttributes([1, 0]), "Transpose", [2, 3], [0, 3, 1, 4, 2, 5]);

    [TestMethod]
    public void SliceStepsBackwards() => AssertMoves(
        new SliceAttributes([1, 2], [2, 2], [-1, -2]), "Slice", [2, 3], [5, 3, 2, 0]);

    [TestMethod]
    public void BroadcastRepeats() => AssertMoves(
        new BroadcastAttributes([2, 2, 3]), "Broadcast", [2, 1, 3], [0, 1, 2, 0, 1, 2, 3, 4, 5, 3, 4, 5]);

    [TestMethod]
    public void PadPutsTheConstantAround() => AssertMoves(
        new PadAttributes([0, 1], [1, 0], PadMode.Constant, 9), "Pad", [2, 3], [9, 0, 1, 2, 9, 3, 4, 5, 9, 9, 9, 9]);

    [TestMethod]
    public void PadMirrorsWithoutTheEdge() => AssertMoves(
        new PadAttributes([1, 2], [0, 1], PadMode.Reflect, 0), "Pad", [2, 3], [5, 4, 3, 4, 5, 4, 2, 1, 0, 1, 2, 1, 5, 4, 3, 4, 5, 4]);

    [TestMethod]
    public void PadRepeatsTheEdge() => AssertMoves(
        new PadAttributes([0, 1], [1, 1], PadMode.Edge, 0), "Pad", [2, 3], [0, 0, 1, 2, 2, 3, 3, 4, 5, 5, 3, 3, 4, 5, 5]);

    [TestMethod]
    public void PadOfQuantizedIntegersPutsTheRoundedReal()
    {
        var x = ReferenceDraw.Int8("x", new Shape(1), 0.5f, 10);
        var node = new Node("n", "Pad", new PadAttributes([1], [1], PadMode.Constant, -0.25f)) { Inputs = [x] };
        node.Outputs.Add(ReferenceDraw.Int8("y", new Shape(3), 0.5f, 10));
        CollectionAssert.AreEqual((byte[])[9, 77, 9], KernelHarness.Execute(node, [77])[0]);
    }

    [TestMethod]
    public void ConcatenateInterleavesRows()
    {
        var node = new Node("n", "Concatenate", new ConcatenateAttributes(1))
        {
            Inputs = [new Tensor("a", ElementType.Int8, new Shape(2, 1)), new Tensor("b", ElementType.Int8, new Shape(2, 2))],
        };
        Assert.AreEqual(new Shape(2, 3), OperatorCatalog.Of(node).Infer(node)[0].Shape);
        node.Outputs.Add(new Tensor("y", ElementType.Int8, new Shape(2, 3)));
        CollectionAssert.AreEqual((byte[])[1, 3, 4, 2, 5, 6], KernelHarness.Execute(node, [1, 2], [3, 4, 5, 6])[0]);
        var permuted = (ConcatenateAttributes)((ILayoutAgnostic)OperatorCatalog.Of(node)).Permuted(node, [0, 3, 1, 2])!;
        Assert.AreEqual(3, permuted.Axis);
    }

    [TestMethod]
    public void OperandsOfOtherScalesAreRefused()
    {
        var node = new Node("n", "Concatenate", new ConcatenateAttributes(0))
        {
            Inputs = [ReferenceDraw.Int8("a", new Shape(2), 0.1f, 0), ReferenceDraw.Int8("other", new Shape(2), 0.2f, 0)],
        };
        StringAssert.Contains(Assert.ThrowsExactly<OperatorException>(() => OperatorCatalog.Of(node).Infer(node)).Message, "'other'");
    }

    [TestMethod]
    public void AbsurdExtentsAreRefused()
    {
        var node = new Node("n", "Broadcast", new BroadcastAttributes([1 << 20, 1 << 20, 1 << 30])) { Inputs = [new Tensor("x", ElementType.Int8, new Shape(1, 1))] };
        StringAssert.Contains(Assert.ThrowsExactly<OperatorException>(() => OperatorCatalog.Of(node).Infer(node)).Message, "elements");
    }

    [TestMethod]
    public void PermutedPadAndSliceEqualTheMovedTransposition()
    {
        int[] permutation = [0, 3, 1, 2];
        var shape = new Shape(2, 3, 4, 5);
        var pad = new PadAttributes([0, 1, 2, 0], [1, 0, 0, 3], PadMode.Edge, 0);
        var slice = new SliceAttributes([1, 4, 0, 3], [1, 2, 3, 2], [1, -2, 1, -1]);
        foreach ((string name, OperatorAttributes attributes) in (IEnumerable<(string, OperatorAttributes)>)[("Pad", pad), ("Slice", slice)])
        {
            byte[] x = [.. Enumerable.Range(0, 120).Select(i => (byte)i)];
            byte[] Run(string op, OperatorAttributes settings, ref Shape extents, byte[] bytes)
            {
                var node = new Node("n", op, settings) { Inputs = [new Tensor("x", ElementType.UInt8, extents)] };
                extents = OperatorCatalog.Of(node).Infer(node)[0].Shape;
                node.Outputs.Add(new Tensor("y", ElementType.UInt8, extents));
                return KernelHarness.Execute(node, bytes)[0];
            }

            Shape first = shape;
            var transpose = new TransposeAttributes([.. permutation]);
            byte[] expected = Run(name, attributes, ref first, Run("Transpose", transpose, ref first, x));
            var probe = new Node("p", name, attributes) { Inputs = [new Tensor("x", ElementType.UInt8, new Shape(2, 5, 3, 4))] };
            OperatorAttributes moved = ((ILayoutAgnostic)OperatorCatalog.Of(probe)).Permuted(probe, permutation)!;
            Shape second = shape;
            byte[] actual = Run("Transpose", transpose, ref second, Run(name, moved, ref second, x));
            Assert.AreEqual(first, second, name);
            CollectionAssert.AreEqual(expected, actual, name);
        }
    }

    private static void AssertMoves(OperatorAttributes attributes, string name, int[] extents, int[] expected)
    {
        foreach (ElementType type in (ElementType[])[ElementType.Int32, ElementType.Int64])
        {
            var node = new Node("n", name, attributes) { Inputs = [new Tensor("x", type, new Shape(extents))] };
            TensorType result = OperatorCatalog.Of(node).Infer(node)[0];
            node.Outputs.Add(new Tensor("y", result.Type, result.Shape));
            int count = (int)new Shape(extents).ElementCount;
            int[] actual;
            if (type == ElementType.Int32)
            {
                int[] x = [.. Enumerable.Range(0, count)];
                actual = MemoryMarshal.Cast<byte, int>(KernelHarness.Execute(node, MemoryMarshal.AsBytes<int>(x).ToArray())[0]).ToArray();
            }
            else
            {
                long[] x = [.. Enumerable.Range(0, count)];
                actual = [.. MemoryMarshal.Cast<byte, long>(KernelHarness.Execute(node, MemoryMarshal.AsBytes<long>(x).ToArray())[0]).ToArray().Select(value => (int)value)];
            }

            CollectionAssert.AreEqual(expected, actual, string.Join(' ', actual));
        }
    }

    private static Node RandomNode(Random random, int number)
    {
        ElementType type = Types[random.Next(Types.Length)];
        int rank = random.Next(1, 7);
        int[] extents = [.. Enumerable.Range(0, rank).Select(_ => random.Next(number % 17 == 0 ? 0 : 1, 5))];
        var x = new Tensor($"x{number}", type, new Shape(extents));
        if (type == ElementType.Int8)
        {
            x.Quantization = QuantizationParameters.PerTensor(0.1f, 3);
        }

        Node MakeNode(string name, OperatorAttributes attributes) => new($"n{number}", name, attributes) { Inputs = [x] };
        switch (number % 5)
        {
            case 0:
                int[] permutation = [.. Enumerable.Range(0, rank)];
                random.Shuffle(permutation);
                return MakeNode("Transpose", new TransposeAttributes([.. permutation]));
            case 1:
                int[] before = [.. extents.Select(_ => random.Next(3))];
                int[] after = [.. extents.Select(_ => random.Next(3))];
                var mode = (PadMode)random.Next(3);
                int Fit(int amount, int extent) => mode switch
                {
                    PadMode.Reflect => Math.Min(amount, Math.Max(extent - 1, 0)),
                    PadMode.Edge when extent == 0 => 0,
                    _ => amount,
                };
                return MakeNode("Pad", new PadAttributes([.. before.Zip(extents, Fit)], [.. after.Zip(extents, Fit)], mode, 1.5f));
            case 2:
                int[] steps = [.. extents.Select(_ => random.Next(2) == 0 ? random.Next(1, 3) : -random.Next(1, 3))];
                int[] starts = [.. extents.Select(extent => extent == 0 ? 0 : random.Next(extent))];
                int[] counts = [.. extents.Select((extent, axis) => extent == 0 ? 0
                    : 1 + random.Next((steps[axis] > 0 ? extent - 1 - starts[axis] : starts[axis]) / Math.Abs(steps[axis]) + 1))];
                return MakeNode("Slice", new SliceAttributes([.. starts], [.. counts], [.. steps]));
            case 3:
                int[] repeated = [.. extents.Select((extent, axis) => random.Next(2) == 0 ? 1 : extent)];
                x.Shape = new Shape(repeated);
                return MakeNode("Broadcast", new BroadcastAttributes([.. Enumerable.Repeat(2, random.Next(3)), .. extents]));
            default:
                int along = random.Next(rank);
                Node node = MakeNode("Concatenate", new ConcatenateAttributes(along));
                for (int i = random.Next(3); i > 0; i--)
                {
                    int[] other = [.. extents];
                    other[along] = random.Next(4);
                    node.Inputs.Add(new Tensor($"x{number}_{i}", type, new Shape(other)) { Quantization = x.Quantization });
                }

                return node;
        }
    }
}
