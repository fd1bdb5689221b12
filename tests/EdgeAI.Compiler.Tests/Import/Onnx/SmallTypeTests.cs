using System.Runtime.InteropServices;
using EdgeAI.Compiler.Execution;
using EdgeAI.Compiler.Import.Onnx.Schema;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators.Quantizing;
using EdgeAI.Compiler.Tests.Emission;
using EdgeAI.Compiler.Tests.Operators;
using Google.Protobuf;
using DataType = EdgeAI.Compiler.Import.Onnx.Schema.TensorProto.Types.DataType;

namespace EdgeAI.Compiler.Tests.Import.Onnx;

/// <summary>Types below 16 bits that C lacks: how they are stored, rounded and wrapped.</summary>
[TestClass]
public sealed class SmallTypeTests(TestContext context)
{
    [TestMethod]
    [DataRow((int)DataType.Int4, new byte[] { 0x87, 0x0F }, new float[] { 7, -8, -1 })]
    [DataRow((int)DataType.Uint4, new byte[] { 0x87, 0x0F }, new float[] { 7, 8, 15 })]
    [DataRow((int)DataType.Int2, new byte[] { 0b00_11_10_01 }, new float[] { 1, -2, -1 })]
    [DataRow((int)DataType.Uint2, new byte[] { 0b00_11_10_01 }, new float[] { 1, 2, 3 })]
    [DataRow((int)DataType.Float4E2M1, new byte[] { 0xF1, 0x05 }, new float[] { 0.5f, -6, 3 })]
    [DataRow((int)DataType.Float8E4M3Fn, new byte[] { 0x7E, 0x81, 0x38 }, new float[] { 448, -0.001953125f, 1 })]
    [DataRow((int)DataType.Float8E4M3Fnuz, new byte[] { 0x7F, 0x81, 0x40 }, new float[] { 240, -0.0009765625f, 1 })]
    [DataRow((int)DataType.Float8E5M2, new byte[] { 0x7B, 0x81, 0x3C }, new float[] { 57344, -1.52587890625e-5f, 1 })]
    [DataRow((int)DataType.Float8E8M0, new byte[] { 0x00, 0xFE, 0x7D }, new float[] { 5.877472e-39f, 1.7014118e38f, 0.25f })]
    [DataRow((int)DataType.Float8E5M2Fnuz, new byte[] { 0x7F, 0x81, 0x40 }, new float[] { 57344, -7.62939453125e-6f, 1 })]
    public void Constants_are_unpacked(int type, byte[] stored, float[] expected)
    {
        foreach (bool isRaw in new[] { true, false })
        {
            var tensor = new TensorProto { Name = "w", DataType = type };
            tensor.Dims.Add(3);
            if (isRaw)
            {
                tensor.RawData = ByteString.CopyFrom(stored);
            }
            else
            {
                tensor.Int32Data.AddRange(stored.Select(value => (int)value));
            }

            Graph graph = new OnnxModels(24).Input("x", 3).Initializer(tensor).Node("Cast", ["w"], ["c"], OnnxModels.Int("to", (long)DataType.Float))
                .Node("Add", ["x", "c"], ["y"]).Output("y").Import();
            CollectionAssert.AreEqual(expected, Run(graph, new float[3]));
        }
    }

    [TestMethod]
    [DataRow((int)DataType.Int4, new float[] { 7, -7, 1, 0 })]
    [DataRow((int)DataType.Uint4, new float[] { 7, 9, 1, 0 })]
    [DataRow((int)DataType.Uint2, new float[] { 3, 1, 1, 0 })]
    [DataRow((int)DataType.Int2, new float[] { -1, 1, 1, 0 })]
    public void Whole_numbers_wrap(int type, float[] expected)
    {
        Graph graph = new OnnxModels(25).Input("x", 4).Node("Cast", ["x"], ["c"], OnnxModels.Int("to", type))
            .Node("Cast", ["c"], ["y"], OnnxModels.Int("to", (long)DataType.Float)).Output("y").Import();
        CollectionAssert.AreEqual(expected, Run(graph, [-9, 9, 1.9f, 16], inC: type == (int)DataType.Int4));
    }

    [TestMethod]
    public void Weights_of_4_bits_are_int8_weights()
    {
        var weights = new TensorProto { Name = "w", DataType = (int)DataType.Int4, RawData = ByteString.CopyFrom([0x87, 0x21]) };
        weights.Dims.AddRange([2, 2]);
        Graph graph = new OnnxModels(21).Input("x", 1, 2).Initializer(weights).Constant("scale", [], 0.5f)
            .Node("DequantizeLinear", ["w", "scale"], ["d"]).Node("MatMul", ["x", "d"], ["y"]).Output("y").Import();
        Assert.IsTrue(graph.Tensors().Any(tensor => tensor is { IsConstant: true, Type: ElementType.Int8 } && tensor.Values<sbyte>().ToArray().Order().SequenceEqual(new sbyte[] { -8, 1, 2, 7 })));
        CollectionAssert.AreEqual(new float[] { 4.5f, -2 }, Run(graph, [1, 2]));
    }

    [TestMethod]
    public void Quantized_values_stay_in_their_range()
    {
        OnnxModels model = new OnnxModels(25).Input("x", 4).Constant("scale", [], 0.5f)
            .Node("QuantizeLinear", ["x", "scale"], ["q"], OnnxModels.Int("output_dtype", (long)DataType.Int4))
            .Node("DequantizeLinear", ["q", "scale"], ["y"]).Output("y");
        CollectionAssert.AreEqual(new float[] { -4, 3.5f, 1, 0 }, Run(model.Import(), [-100, 100, 1.1f, 0.25f], inC: true));
    }

    [TestMethod]
    public void Floats_round_half_to_even_and_overflow_as_their_format_says()
    {
        var format = new FloatFormat(3, -6, 448, FloatOverflow.NotANumber, HasNegativeZero: true);
        float[] given = [1.0625f, 1.1875f, -464, 465, 0.0009765625f, 0.0029296875f, -1e-9f];
        float[] expected = [1, 1.25f, -448, float.NaN, 0, 0.00390625f, -0f];
        CollectionAssert.AreEqual(expected, given.Select(format.Round).ToArray());
        Assert.IsTrue(float.IsNegative(format.Round(-1e-9f)));
        Assert.IsFalse(float.IsNegative((format with { HasNegativeZero = false }).Round(-1e-9f)));
        Assert.AreEqual(448, (format with { Overflow = FloatOverflow.Largest }).Round(float.PositiveInfinity));
        Assert.AreEqual(float.NegativeInfinity, (format with { Overflow = FloatOverflow.Infinity }).Round(-1e9f));
    }

    [TestMethod]
    [DataRow("up", 1, new float[] { 5.877472e-39f, 2, 2, 4, 0.5f, 1.7014118e38f })]
    [DataRow("down", 1, new float[] { 5.877472e-39f, 1, 1, 4, 0.5f, 1.7014118e38f })]
    [DataRow("nearest", 0, new float[] { float.NaN, 1, 2, 4, 0.5f, float.NaN })]
    public void Powers_of_two_are_rounded_as_told(string rounding, int saturates, float[] expected)
    {
        Graph graph = new OnnxModels(25).Input("x", 6)
            .Node("Cast", ["x"], ["c"], OnnxModels.Int("to", (long)DataType.Float8E8M0), OnnxModels.Text("round_mode", rounding), OnnxModels.Int("saturate", saturates))
            .Node("Cast", ["c"], ["y"], OnnxModels.Int("to", (long)DataType.Float)).Output("y").Import();
        CollectionAssert.AreEqual(expected, Run(graph, [0, 1.4999f, 1.5f, 4, 0.5f, float.PositiveInfinity]));
        Assert.Contains("round_mode", new OnnxModels(25).Input("x", 6).Node("Cast", ["x"], ["y"], OnnxModels.Int("to", (long)DataType.Float8E8M0),
            OnnxModels.Text("round_mode", "even")).Output("y").Errors().Single().Message);
    }

    [TestMethod]
    public void CKernelsRoundAsTheManagedReference()
    {
        var nodes = new List<Node>();
        foreach (FloatRounding rounding in Enum.GetValues<FloatRounding>())
        {
            foreach (bool saturates in new[] { true, false })
            {
                nodes.Add(new Node($"power{rounding}{saturates}", "RoundToPowerOfTwo", new PowerOfTwoFormat(rounding, saturates))
                {
                    Inputs = [Tensor.FromValues<float>($"x{nodes.Count}", ElementType.Float32, new Shape(14),
                        [0, -0f, 1, 1.25f, 1.5f, -1.75f, 3e38f, 1e-40f, float.Epsilon, 5.9e-39f, 6e-39f, float.NaN, float.PositiveInfinity, 0.1f])],
                });
            }
        }

        for (int i = 0; i < 10; i++)
        {
            var format = new FloatFormat(1 + (i % 3), -(i * 3), 0.7f + (i / 2f), (FloatOverflow)(i % 2), i % 2 == 0, i % 4 != 0);
            nodes.Add(new Node($"round{i}", "RoundFloat", format) { Inputs = [new Tensor("x", ElementType.Float32, new Shape(200))] });
        }

        KernelHarness.Check(context, nodes, 20261128, random => random.Next(20) == 0 ? (random.Next(8) / 8f) : (float)((random.NextDouble() - 0.5) * Math.Pow(2, random.Next(-30, 6))), exactFloats: true);
    }

    private float[] Run(Graph graph, float[] x, bool inC = false)
    {
        var executor = new GraphExecutor(graph);
        executor.SetInput(0, MemoryMarshal.AsBytes(x.AsSpan()).ToArray());
        executor.Run();
        if (inC)
        {
            GeneratedC.Check(context, graph, executor, MemoryMarshal.AsBytes(x.AsSpan()).ToArray());
        }

        return MemoryMarshal.Cast<byte, float>(executor.Output(0)).ToArray();
    }
}
