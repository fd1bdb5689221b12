using System.Runtime.InteropServices;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators;
using EdgeAI.Compiler.Operators.Activation;
using EdgeAI.Compiler.Operators.Convolution;
using EdgeAI.Compiler.Operators.ElementWise;
using EdgeAI.Compiler.Operators.FullyConnected;
using EdgeAI.Compiler.Operators.Pooling;
using EdgeAI.Compiler.Operators.Recurrent;
using EdgeAI.Compiler.Operators.Reduction;
using EdgeAI.Compiler.Operators.Shaping;
using EdgeAI.Compiler.Operators.Softmax;
using EdgeAI.Compiler.Targets;

namespace EdgeAI.Compiler.Tests.Operators;

/// <summary>The int16 forms of operators: managed against C byte for byte, and against the float form of the same reals within a few steps.</summary>
[TestClass]
public sealed class Int16FormTests
{
    private const float Scale = 2f / 32767;

    /// <summary>Set by the runner.</summary>
    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    [DataRow("Conv2D", 2)]
    [DataRow("DepthwiseConv2D", 2)]
    [DataRow("TransposeConv2D", 2)]
    [DataRow("FullyConnected", 2)]
    [DataRow("MatMul", 2)]
    [DataRow("Add", 2)]
    [DataRow("Subtract", 2)]
    [DataRow("Multiply", 2)]
    [DataRow("SquaredDifference", 3)]
    [DataRow("Maximum", 1)]
    [DataRow("Minimum", 1)]
    [DataRow("Clamp", 1.5)]
    [DataRow("PRelu", 2)]
    [DataRow("LeakyRelu", 2)]
    [DataRow("Sigmoid", 3)]
    [DataRow("Tanh", 6)]
    [DataRow("HardSwish", 20)]
    [DataRow("Elu", 3)]
    [DataRow("Exponential", 3)]
    [DataRow("Softmax", 1)]
    [DataRow("MaxPool2D", 1)]
    [DataRow("AveragePool2D", 1)]
    [DataRow("ReduceMean", 2)]
    [DataRow("ReduceSum", 2)]
    [DataRow("ReduceMax", 1)]
    [DataRow("ReduceMin", 1)]
    [DataRow("Resize2D", 12)]
    [DataRow("SequenceLstm", 60)]
    public void GivesTheManagedBytesAndTheReals(string name, double mostSteps)
    {
        int seed = Seeds.Of(TestContext) ^ (name.Aggregate(7, (sum, letter) => (sum * 31) + letter) & 0xFFFF);
        var random = new Random(seed);
        Node[] nodes = [.. Enumerable.Range(0, name == "SequenceLstm" ? 8 : 24).Select(i => Make(random, name, i))];
        double largest = 0;
        foreach (Node node in nodes)
        {
            Assert.AreEqual(ElementType.Int16, node.Output.Type);
            largest = Math.Max(largest, LargestDifference(random, node, settle: true));
        }

        Console.WriteLine($"{name}: at most {largest:0.00} steps from the float form");
        Assert.IsLessThanOrEqualTo(mostSteps, largest, $"seed {seed}");
        KernelHarness.Check(TestContext, nodes, seed);
        foreach (InstructionSet set in Enum.GetValues<InstructionSet>())
        {
            Assert.IsTrue(nodes.All(node => OperatorCatalog.Of(node).KernelOf(node, set).Name == KernelVariant.Portable), set.ToString());
        }
    }

    [TestMethod]
    public void ZeroPointsOtherThanZeroAreRefused()
    {
        var random = new Random(3);
        foreach (string name in new[] { "Conv2D", "MatMul", "Multiply", "AveragePool2D", "ReduceMean", "Sigmoid" })
        {
            Node node = Make(random, name, 0);
            node.Input(0).Quantization = QuantizationParameters.PerTensor(Scale, 5);
            string message = Assert.ThrowsExactly<OperatorException>(() => OperatorCatalog.Of(node).Infer(node), name).Message;
            StringAssert.Contains(message, "zero point 5", StringComparison.Ordinal);
        }
    }

    [TestMethod]
    public void SumsBeyond32BitsAreKeptIn64()
    {
        const int depth = 4096;
        Tensor x = Wide("x", 1, depth);
        sbyte[] weights = [.. Enumerable.Repeat((sbyte)127, depth)];
        var node = new Node("fc", "FullyConnected", new FullyConnectedAttributes(Clamp.None))
        {
            Inputs =
            [
                x, Tensor.FromValues<sbyte>("w", ElementType.Int8, new Shape(1, depth), weights, QuantizationParameters.PerTensor(0.01f, 0)),
                Tensor.FromValues<long>("b", ElementType.Int64, new Shape(1), [1L << 40]),
            ],
            Outputs = [Wide("y", 1, 1)],
        };
        node.Output.Quantization = QuantizationParameters.PerTensor(Scale * 0.01f * (1 << 26), 0);
        byte[] operand = MemoryMarshal.AsBytes<short>([.. Enumerable.Repeat((short)32767, depth)]).ToArray();
        byte[] result = KernelHarness.Execute(node, operand, node.Input(1).Constant!.Value.ToArray(), node.Input(2).Constant!.Value.ToArray())[0];
        Assert.AreEqual((short)Math.Round(((127.0 * 32767 * depth) + (1L << 40)) / (1 << 26)), BitConverter.ToInt16(result));
        KernelHarness.Check(TestContext, [node], 1);
    }

    [TestMethod]
    public void TablesThatAreNoBetterThanInt8AreTold()
    {
        Tensor x = Wide("x", 64);
        x.Quantization = QuantizationParameters.PerTensor(8f / 32767, 0);
        var node = new Node("round", "Round", UnaryAttributes.None) { Inputs = [x], Outputs = [Wide("y", 64)] };
        node.Output.Quantization = QuantizationParameters.PerTensor(8f / 32767, 0);
        StringAssert.Contains(OperatorCatalog.Of(node).Int16Obstacle(node), "steps off", StringComparison.Ordinal);
        var smooth = new Node("sin", "Sine", UnaryAttributes.None) { Inputs = [x], Outputs = [Wide("y", 64)] };
        smooth.Output.Quantization = QuantizationParameters.PerTensor(1f / 32767, 0);
        Assert.IsNull(OperatorCatalog.Of(smooth).Int16Obstacle(smooth));
    }

    /// <summary>Runs the int16 node and the float node of the same reals; in steps of the result. Settles the result's scale first where it is free.</summary>
    private static double LargestDifference(Random random, Node node, bool settle)
    {
        byte[]?[] operands = [.. node.Inputs.Select(tensor => tensor is null ? null : Contents(random, tensor))];
        var twin = new Node(node.Name, node.Operator, node.Attributes);
        var reals = new List<byte[]?>();
        for (int i = 0; i < operands.Length; i++)
        {
            float[]? values = operands[i] is null ? null : Reals(node.Input(i), operands[i]!);
            Tensor? real = values is null ? null : Tensor.FromValues<float>(node.Input(i).Name, ElementType.Float32, node.Input(i).Shape, values);
            twin.Inputs.Add(real is null || node.Input(i).IsConstant ? real : new Tensor(real.Name, real.Type, real.Shape));
            reals.Add(values is null ? null : MemoryMarshal.AsBytes(values.AsSpan()).ToArray());
        }

        twin.Outputs.Add(new Tensor("real", ElementType.Float32, node.Output.Shape));
        float[] exact = MemoryMarshal.Cast<byte, float>(KernelHarness.Execute(twin, [.. reals])[0]).ToArray();
        if (settle && OperatorCatalog.Of(node).Quantization == QuantizationRule.Calibrated)
        {
            float largest = exact.Max(Math.Abs);
            node.Output.Quantization = QuantizationParameters.PerTensor(largest == 0 ? 1 : largest / 32000, 0);
        }

        OperatorCatalog.Of(node).Infer(node);
        ReadOnlySpan<short> made = MemoryMarshal.Cast<byte, short>(KernelHarness.Execute(node, operands)[0]);
        double scale = node.Output.Quantization!.Scale;
        double worst = 0;
        for (int i = 0; i < exact.Length; i++)
        {
            worst = Math.Max(worst, Math.Abs(Math.Clamp(exact[i] / scale, short.MinValue, short.MaxValue) - made[i]));
        }

        return worst;
    }

    private static byte[] Contents(Random random, Tensor tensor)
    {
        if (tensor.Constant is { } constant)
        {
            return constant.ToArray();
        }

        byte[] bytes = new byte[tensor.ByteSize];
        random.NextBytes(bytes);
        return bytes;
    }

    private static float[] Reals(Tensor tensor, byte[] bytes)
    {
        float[] reals = new float[tensor.Shape.ElementCount];
        long inner = 1;
        QuantizationParameters quantization = tensor.Quantization!;
        for (int axis = quantization.Axis + 1; quantization.IsPerChannel && axis < tensor.Shape.Rank; axis++)
        {
            inner *= tensor.Shape[axis];
        }

        for (int i = 0; i < reals.Length; i++)
        {
            double value = tensor.Type switch
            {
                ElementType.Int8 => (sbyte)bytes[i],
                ElementType.Int16 => BitConverter.ToInt16(bytes, i * 2),
                ElementType.Int32 => BitConverter.ToInt32(bytes, i * 4),
                _ => BitConverter.ToInt64(bytes, i * 8),
            };
            int channel = quantization.IsPerChannel ? (int)(i / inner % tensor.Shape[quantization.Axis]) : 0;
            reals[i] = (float)(value * quantization.ScaleOf(channel));
        }

        return reals;
    }

    private static Tensor Wide(string name, params int[] extents) =>
        new(name, ElementType.Int16, new Shape(extents)) { Quantization = QuantizationParameters.PerTensor(Scale, 0) };

    private static Node Make(Random random, string name, int number)
    {
        Node node = name switch
        {
            "Conv2D" => Convolution(random),
            "DepthwiseConv2D" => Depthwise(random),
            "TransposeConv2D" => Transposed(random),
            "FullyConnected" => Layer(random, name, new FullyConnectedAttributes(RandomTensors.Clamp(random)), Wide("x", random.Next(1, 4), 300), 0, random.Next(1, 9), 300),
            "MatMul" => new Node(name, name, new MatMulAttributes(random.Next(2) == 0, false)) { Inputs = [Wide("x", 2, 6, 6), Wide("z", 6, 5)] },
            "Add" or "Subtract" or "Multiply" or "SquaredDifference" or "Maximum" or "Minimum" =>
                new Node(name, name, new BinaryAttributes(name == "SquaredDifference" ? Clamp.None : RandomTensors.Clamp(random)))
                {
                    Inputs = [Wide("x", 2, 3, 5), random.Next(2) == 0 ? Wide("z", 2, 3, 5) : Wide("z", 5)],
                },
            "Clamp" => new Node(name, name, new ClampAttributes(RandomTensors.Clamp(random))) { Inputs = [Wide("x", 3, 50)] },
            "PRelu" => new Node(name, name, NoAttributes.Instance) { Inputs = [Wide("x", 3, 8), Wide("s", 8)] },
            "Softmax" => new Node(name, name, new SoftmaxAttributes(random.Next(1, 4))) { Inputs = [Wide("x", 3, random.Next(1, 40))] },
            "MaxPool2D" or "AveragePool2D" => new Node(name, name, new Pool2DAttributes(
                3, 2, 2, 1, 1, 1, 1, 1, 0, 1, 4, 7, random.Next(2) == 0, RandomTensors.Clamp(random))) { Inputs = [Wide("x", 2, 7, 7, random.Next(1, 7))] },
            "ReduceMean" or "ReduceSum" or "ReduceMax" or "ReduceMin" =>
                new Node(name, name, new ReduceAttributes(random.Next(2) == 0 ? [1, 2] : [2], true)) { Inputs = [Wide("x", 2, 5, 6, 3)] },
            "Resize2D" => new Node(name, name, new Resize2DAttributes(7, 9, 1.4f, 1.8f, ResizeCoordinates.HalfPixel, ResizeInterpolation.Linear))
            {
                Inputs = [Wide("x", 1, 5, 5, 3)],
            },
            "SequenceLstm" => Lstm(random),
            _ => new Node(name, name, new UnaryAttributes(name == "Elu" ? 1 : random.NextSingle() - 0.3f, 0)) { Inputs = [Unary(random, name)] },
        };
        var named = new Node($"{name}{number}", node.Operator, node.Attributes) { Inputs = node.Inputs };
        Operator definition = OperatorCatalog.Of(named);
        TensorType type = definition.Infer(named)[0];
        named.Outputs.Add(new Tensor($"{name}{number}_y", type.Type, type.Shape)
        {
            Quantization = definition.Quantization == QuantizationRule.Fixed ? definition.FixedQuantization(ElementType.Int16) : QuantizationParameters.PerTensor(Scale, 0),
        });
        return named;
    }

    private static Tensor Unary(Random random, string name)
    {
        Tensor x = Wide("x", 2, 100);
        float reach = name is "Sigmoid" or "Tanh" or "HardSwish" ? random.Next(1, 40) : random.Next(1, 5);
        x.Quantization = QuantizationParameters.PerTensor(reach / 32767, 0);
        return x;
    }

    private static Node Convolution(Random random)
    {
        int groups = random.Next(3) == 0 ? 2 : 1;
        int depth = random.Next(1, 12);
        int kernel = random.Next(1, 4);
        int dilation = random.Next(1, 3);
        var attributes = new Conv2DAttributes(
            random.Next(1, 3), 1, dilation, dilation, random.Next(0, 3), 1, random.Next(0, 3), 0, groups, RandomTensors.Clamp(random));
        return Layer(random, "Conv2D", attributes, Wide("x", random.Next(1, 3), 8, 9, groups * depth), 0, groups * random.Next(1, 6), kernel, random.Next(1, 4), depth);
    }

    private static Node Depthwise(Random random)
    {
        int channels = random.Next(1, 10);
        int multiplier = random.Next(1, 3);
        var attributes = new DepthwiseConv2DAttributes(
            1, random.Next(1, 3), 1, random.Next(1, 3), random.Next(0, 3), 1, random.Next(0, 3), 0, multiplier, RandomTensors.Clamp(random));
        return Layer(random, "DepthwiseConv2D", attributes, Wide("x", random.Next(1, 3), 8, 9, channels), 3, 1, random.Next(1, 4), random.Next(1, 4), channels * multiplier);
    }

    private static Node Transposed(Random random)
    {
        int depth = random.Next(1, 6);
        var attributes = new TransposeConv2DAttributes(
            random.Next(1, 3), 2, 1, random.Next(1, 3), random.Next(0, 2), 1, random.Next(0, 2), 0, 0, 1, 1, RandomTensors.Clamp(random));
        return Layer(random, "TransposeConv2D", attributes, Wide("x", 1, 4, 5, depth), 0, random.Next(1, 6), 3, random.Next(2, 4), depth);
    }

    private static Node Layer(Random random, string name, OperatorAttributes attributes, Tensor x, int axis, params int[] extents)
    {
        Tensor weights = RandomTensors.Weights(random, "w", axis, extents);
        return new Node(name, name, attributes) { Inputs = [x, weights, Bias(random, x, weights, extents[axis])] };
    }

    /// <summary>int32, int64 or none, at the scale of x times weights.</summary>
    private static Tensor? Bias(Random random, Tensor x, Tensor weights, int channels)
    {
        QuantizationParameters of = weights.Quantization!;
        var quantization = new QuantizationParameters(
            [.. of.Scales.Select(scale => scale * x.Quantization!.Scale)], of.ZeroPoints, of.IsPerChannel ? 0 : -1);
        int[] values = [.. Enumerable.Range(0, channels).Select(_ => random.Next(-1_000_000, 1_000_000))];
        return random.Next(3) switch
        {
            0 => Tensor.FromValues<int>("b", ElementType.Int32, new Shape(channels), values, quantization),
            1 => Tensor.FromValues<long>("b", ElementType.Int64, new Shape(channels), [.. values.Select(value => (long)value)], quantization),
            _ => null,
        };
    }

    private static Node Lstm(Random random)
    {
        int hidden = random.Next(1, 9);
        int inputs = random.Next(1, 9);
        Tensor Small(string name, params int[] extents)
        {
            Tensor weights = RandomTensors.Weights(random, name, 0, extents);
            weights.Quantization = weights.Quantization! with { Scales = [.. weights.Quantization.Scales.Select(scale => scale * 0.2f)] };
            return weights;
        }

        Tensor x = Wide("x", 2, 5, inputs);
        Tensor weights = Small("w", 4 * hidden, inputs);
        var bias = new QuantizationParameters(
            [.. weights.Quantization!.Scales.Select(scale => scale * Scale)], weights.Quantization.ZeroPoints, weights.Quantization.IsPerChannel ? 0 : -1);
        return new Node("lstm", "SequenceLstm", new SequenceLstmAttributes(false, random.Next(2) == 0, 0, -12))
        {
            Inputs =
            [
                x, weights,
                Tensor.FromValues<int>("b", ElementType.Int32, new Shape(4 * hidden), Enumerable.Range(0, 4 * hidden).Select(_ => random.Next(-3000, 3000)).ToArray(), bias),
                Small("r", 4 * hidden, hidden),
            ],
        };
    }
}
