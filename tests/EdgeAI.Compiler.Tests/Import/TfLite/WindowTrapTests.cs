using System.Collections.Immutable;
using System.Runtime.InteropServices;
using EdgeAI.Compiler.Execution;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Pipeline;

namespace EdgeAI.Compiler.Tests.Import.TfLite;

/// <summary>
/// Windows and coordinates as TensorFlow Lite means them: SAME with dilation and strides puts the odd pad at the end, means leave padding out, and resizing has three
/// kinds of coordinates. Random layers through import and all passes against plain loops.
/// </summary>
[TestClass]
public sealed class WindowTrapTests(TestContext context)
{
    private const sbyte Float = 0;
    private const sbyte Int32 = 2;
    private const int AveragePool = 1;
    private const int Conv = 3;
    private const int DepthwiseConv = 4;
    private const int MaxPool = 17;
    private const int ResizeBilinear = 23;
    private const int ResizeNearest = 97;

    [TestMethod]
    [DataRow(Conv)]
    [DataRow(DepthwiseConv)]
    [DataRow(AveragePool)]
    [DataRow(MaxPool)]
    public void Windows_pad_as_the_file_says(int code)
    {
        var random = new Random(Seeds.Of(context));
        for (int number = 0; number < 150; number++)
        {
            bool same = random.Next(2) == 0;
            bool isPool = code is AveragePool or MaxPool;
            (int In, int Kernel, int Stride, int Dilation, int Begin, int Out) h = Axis(random, same, isPool);
            (int In, int Kernel, int Stride, int Dilation, int Begin, int Out) w = Axis(random, same, isPool);
            if (h.Out <= 0 || w.Out <= 0)
            {
                continue;
            }

            int channels = random.Next(1, 4);
            int outputs = code switch { Conv => random.Next(1, 4), DepthwiseConv => channels * random.Next(1, 3), _ => channels };
            float[] x = Values(random, h.In * w.In * channels);
            float[] weights = Values(random, code == Conv ? outputs * h.Kernel * w.Kernel * channels : h.Kernel * w.Kernel * outputs);
            var file = new TfLiteFiles();
            int input = file.Tensor("x", Float, [1, h.In, w.In, channels]);
            int output = file.Tensor("y", Float, [1, h.Out, w.Out, outputs]);
            (int, object) padding = (0, (sbyte)(same ? 0 : 1));
            if (isPool)
            {
                file.Operator(code, [input], [output], padding, (1, w.Stride), (2, h.Stride), (3, w.Kernel), (4, h.Kernel));
            }
            else
            {
                int constant = file.Tensor("w", Float, code == Conv ? [outputs, h.Kernel, w.Kernel, channels] : [1, h.Kernel, w.Kernel, outputs], TfLiteFiles.Bytes<float>(weights));
                int shift = code == Conv ? 0 : 1;
                (int, object)[] options = [padding, (1, w.Stride), (2, h.Stride), (4 + shift, w.Dilation), (5 + shift, h.Dilation)];
                file.Operator(code, [input, constant, -1], [output], code == Conv ? options : [.. options, (3, outputs / channels)]);
            }

            float[] y = Run(file.Finish([input], [output]), x);
            for (int at = 0; at < y.Length; at++)
            {
                (int o, int column, int row) = (at % outputs, at / outputs % w.Out, at / outputs / w.Out);
                (double sum, double most, int count) = (0, double.NegativeInfinity, 0);
                for (int k = 0; k < h.Kernel * w.Kernel; k++)
                {
                    int r = (row * h.Stride) - h.Begin + (k / w.Kernel * h.Dilation);
                    int c = (column * w.Stride) - w.Begin + (k % w.Kernel * w.Dilation);
                    if (r < 0 || r >= h.In || c < 0 || c >= w.In)
                    {
                        continue;
                    }

                    count++;
                    int place = ((r * w.In) + c) * channels;
                    most = isPool ? Math.Max(most, x[place + o]) : 0;
                    sum += isPool ? x[place + o]
                        : code == DepthwiseConv ? x[place + (o / (outputs / channels))] * weights[(k * outputs) + o]
                        : Enumerable.Range(0, channels).Sum(i => x[place + i] * (double)weights[(((o * h.Kernel * w.Kernel) + k) * channels) + i]);
                }

                double expected = code switch { AveragePool => sum / count, MaxPool => most, _ => sum };
                Assert.AreEqual(expected, y[at], 1e-4, $"{code}, {(same ? "SAME" : "VALID")}, {h} by {w}, element {at}");
            }
        }
    }

    [TestMethod]
    [DataRow(ResizeBilinear, false, false)]
    [DataRow(ResizeBilinear, true, false)]
    [DataRow(ResizeBilinear, false, true)]
    [DataRow(ResizeNearest, false, false)]
    [DataRow(ResizeNearest, true, false)]
    [DataRow(ResizeNearest, false, true)]
    public void Elements_come_from_where_the_file_says(int code, bool alignCorners, bool halfPixel)
    {
        var random = new Random(Seeds.Of(context));
        for (int number = 0; number < 40; number++)
        {
            int[] from = [random.Next(1, 7), random.Next(1, 7)];
            int[] to = [random.Next(1, 12), random.Next(1, 12)];
            float[] x = Values(random, from[0] * from[1]);
            var file = new TfLiteFiles();
            int input = file.Tensor("x", Float, [1, from[0], from[1], 1]);
            int size = file.Tensor("size", Int32, [2], TfLiteFiles.Bytes<int>(to));
            int output = file.Tensor("y", Float, [1, to[0], to[1], 1]);
            int slot = code == ResizeBilinear ? 2 : 0;
            file.Operator(code, [input, size], [output], (slot, (sbyte)(alignCorners ? 1 : 0)), (slot + 1, (sbyte)(halfPixel ? 1 : 0)));
            float[] y = Run(file.Finish([input], [output]), x);
            for (int at = 0; at < y.Length; at++)
            {
                (double h, double w) = (Source(at / to[1], 0), Source(at % to[1], 1));
                double Of(int r, int c) => x[(Math.Clamp(r, 0, from[0] - 1) * from[1]) + Math.Clamp(c, 0, from[1] - 1)];
                (int r, int c) = ((int)Math.Floor(h), (int)Math.Floor(w));
                double expected = code == ResizeNearest ? Of(r, c)
                    : (((Of(r, c) * (1 - (w - c))) + (Of(r, c + 1) * (w - c))) * (1 - (h - r))) + (((Of(r + 1, c) * (1 - (w - c))) + (Of(r + 1, c + 1) * (w - c))) * (h - r));
                Assert.AreEqual(expected, y[at], 1e-5, $"{from[0]}x{from[1]} to {to[0]}x{to[1]}, element {at}");
            }

            double Source(int place, int axis)
            {
                double scale = alignCorners && to[axis] > 1 ? (from[axis] - 1.0) / (to[axis] - 1) : (double)from[axis] / to[axis];
                double plain = halfPixel ? ((place + 0.5) * scale) - (code == ResizeNearest ? 0 : 0.5) : place * scale;
                // The nearest element to a corner-aligned coordinate is the rounded one, else the one at or below.
                return code == ResizeNearest && alignCorners ? Math.Floor(plain + 0.5) : plain;
            }
        }
    }

    private static (int In, int Kernel, int Stride, int Dilation, int Begin, int Out) Axis(Random random, bool same, bool isPool)
    {
        (int extent, int kernel, int stride, int dilation) = (random.Next(1, 10), random.Next(1, 5), random.Next(1, 4), isPool ? 1 : random.Next(1, 4));
        int span = ((kernel - 1) * dilation) + 1;
        int outputs = same ? (extent + stride - 1) / stride : extent < span ? 0 : ((extent - span) / stride) + 1;
        return (extent, kernel, stride, dilation, same ? Math.Max(((outputs - 1) * stride) + span - extent, 0) / 2 : 0, outputs);
    }

    private static float[] Values(Random random, int count) => [.. Enumerable.Range(0, count).Select(_ => (float)((random.NextDouble() * 4) - 2))];

    private static float[] Run(byte[] file, float[] x)
    {
        Graph graph = ImportStage.Run(new ImportRequest("model", "model.tflite", file, ImmutableSortedDictionary<string, Shape>.Empty, _ => null), [], CancellationToken.None).Graph;
        var executor = new GraphExecutor(graph);
        executor.SetInput(0, MemoryMarshal.AsBytes<float>(x));
        executor.Run();
        return MemoryMarshal.Cast<byte, float>(executor.Output(0)).ToArray();
    }
}
