using System.Runtime.InteropServices;
using EdgeAI.Compiler.Execution;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Tests.Emission;

namespace EdgeAI.Compiler.Tests.Import.Onnx;

/// <summary>DeformConv against the sum that defines it, worked out here in double.</summary>
[TestClass]
public sealed class DeformConvolutionTests(TestContext context)
{
    [TestMethod]
    [DataRow(1, 1, false, 1, 0, 1)]
    [DataRow(1, 2, true, 2, 1, 1)]
    [DataRow(2, 1, true, 1, 2, 2)]
    [DataRow(2, 4, false, 1, 1, 1)]
    public void Sums_are_those_of_the_definition(int groups, int offsetGroups, bool hasMask, int stride, int pad, int dilation)
    {
        const int batch = 2, channels = 4, height = 7, width = 6, results = 6, kernelHeight = 3, kernelWidth = 2;
        int rows = ((height + (2 * pad) - (dilation * (kernelHeight - 1)) - 1) / stride) + 1;
        int columns = ((width + (2 * pad) - (dilation * (kernelWidth - 1)) - 1) / stride) + 1;
        int taps = kernelHeight * kernelWidth;
        var random = new Random(20261128);
        float[] Draw(int count, float size) => [.. Enumerable.Range(0, count).Select(_ => (float)(random.NextDouble() - 0.5) * size)];
        float[] x = Draw(batch * channels * height * width, 2);
        float[] weights = Draw(results * channels / groups * taps, 2);
        float[] offsets = Draw(batch * offsetGroups * taps * 2 * rows * columns, 6);
        float[] bias = Draw(results, 2);
        float[] mask = Draw(batch * offsetGroups * taps * rows * columns, 2);
        OnnxModels model = new OnnxModels(22).Input("x", batch, channels, height, width).Input("offsets", batch, offsetGroups * taps * 2, rows, columns);
        model = hasMask ? model.Input("mask", batch, offsetGroups * taps, rows, columns) : model;
        Graph graph = model.Constant("w", [results, channels / groups, kernelHeight, kernelWidth], weights).Constant("b", [results], bias)
            .Node("DeformConv", ["x", "w", "offsets", "b", hasMask ? "mask" : ""], ["y"], OnnxModels.Int("group", groups), OnnxModels.Int("offset_group", offsetGroups),
                OnnxModels.Ints("strides", stride, stride), OnnxModels.Ints("pads", pad, pad, pad, pad), OnnxModels.Ints("dilations", dilation, dilation)).Output("y").Import();
        var executor = new GraphExecutor(graph);
        executor.SetInput(0, Bytes(x));
        executor.SetInput(1, Bytes(offsets));
        if (hasMask)
        {
            executor.SetInput(2, Bytes(mask));
        }

        executor.Run();
        if (offsetGroups == 2)
        {
            GeneratedC.Check(context, graph, executor, [Bytes(x), Bytes(offsets), .. hasMask ? new[] { Bytes(mask) } : []]);
        }

        float[] made = MemoryMarshal.Cast<byte, float>(executor.Output(0)).ToArray();
        Assert.AreEqual(new Shape(batch, results, rows, columns), graph.Outputs[0].Shape);
        int at = 0;
        for (int n = 0; n < batch; n++)
        {
            for (int o = 0; o < results; o++)
            {
                for (int place = 0; place < rows * columns; place++)
                {
                    double sum = bias[o];
                    for (int c = 0; c < channels / groups; c++)
                    {
                        int channel = (o / (results / groups) * (channels / groups)) + c;
                        int group = channel / (channels / offsetGroups);
                        for (int tap = 0; tap < taps; tap++)
                        {
                            int offset = ((((n * offsetGroups) + group) * taps) + tap) * 2 * rows * columns;
                            double y = (place / columns * stride) - pad + (tap / kernelWidth * dilation) + offsets[offset + place];
                            double left = (place % columns * stride) - pad + (tap % kernelWidth * dilation) + offsets[offset + (rows * columns) + place];
                            double factor = hasMask ? mask[(((((n * offsetGroups) + group) * taps) + tap) * rows * columns) + place] : 1;
                            sum += factor * weights[(((o * channels / groups) + c) * taps) + tap]
                                * Sample(x.AsSpan(((n * channels) + channel) * height * width, height * width), height, width, y, left);
                        }
                    }

                    Assert.AreEqual(sum, made[at++], 1e-4, $"element {at}");
                }
            }
        }
    }

    [TestMethod]
    public void Offsets_of_another_shape_are_refused()
    {
        var told = new OnnxModels(22).Input("x", 1, 2, 4, 4).Input("offsets", 1, 8, 4, 4).Constant("w", [2, 2, 2, 2], new float[16])
            .Node("DeformConv", ["x", "w", "offsets"], ["y"]).Output("y").Errors();
        Assert.AreEqual("EAI1103", told.Single().Code);
        StringAssert.Contains(told[0].Message, "[1,8,3,3]", StringComparison.Ordinal);
    }

    private static double Sample(ReadOnlySpan<float> plane, int height, int width, double y, double x)
    {
        double sum = 0;
        (int top, int left) = ((int)Math.Floor(y), (int)Math.Floor(x));
        for (int i = 0; i < 4; i++)
        {
            (int row, int column) = (top + (i / 2), left + (i % 2));
            if (row >= 0 && row < height && column >= 0 && column < width)
            {
                sum += (1 - Math.Abs(y - row)) * (1 - Math.Abs(x - column)) * plane[(row * width) + column];
            }
        }

        return sum;
    }

    private static byte[] Bytes(float[] values) => MemoryMarshal.AsBytes(values.AsSpan()).ToArray();
}
