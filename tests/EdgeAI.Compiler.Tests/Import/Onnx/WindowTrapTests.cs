using System.Runtime.InteropServices;
using EdgeAI.Compiler.Execution;
using EdgeAI.Compiler.Import.Onnx.Schema;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Pipeline;

namespace EdgeAI.Compiler.Tests.Import.Onnx;

/// <summary>
/// Where frameworks disagree about windows: SAME_UPPER against SAME_LOWER, pads that differ on all sides, dilation under SAME, ceil_mode, count_include_pad. Random
/// layers through import and all passes, against the formulas of ONNX's operator pages written out here as plain loops over the file's own order of axes.
/// </summary>
[TestClass]
public sealed class WindowTrapTests(TestContext context)
{
    private const int Layers = 150;

    private enum Pads
    {
        Explicit,
        SameUpper,
        SameLower,
        Valid,
    }

    [TestMethod]
    public void Convolutions_pad_as_the_file_says()
    {
        var random = new Random(Seeds.Of(context));
        for (int number = 0; number < Layers; number++)
        {
            Window window = Window.Random(random, withDilation: true);
            int groups = random.Next(3) == 0 ? 2 : 1;
            int channels = groups * random.Next(1, 3);
            int outputs = groups * random.Next(1, 3);
            float[] x = Values(random, channels * window.Height.In * window.Width.In);
            float[] w = Values(random, outputs * (channels / groups) * window.Height.Kernel * window.Width.Kernel);
            OnnxModels model = new OnnxModels().Input("x", 1, channels, window.Height.In, window.Width.In)
                .Constant("w", [outputs, channels / groups, window.Height.Kernel, window.Width.Kernel], w)
                .Node("Conv", ["x", "w"], ["y"], [.. window.Attributes(), OnnxModels.Int("group", groups)]).Output("y");
            float[] expected = new float[outputs * window.Height.Out * window.Width.Out];
            window.ForEach(outputs, (output, at, row, column, h, v, kh, kw) =>
            {
                for (int c = 0; c < channels / groups; c++)
                {
                    int channel = (output / (outputs / groups) * (channels / groups)) + c;
                    expected[at] += x[(((channel * window.Height.In) + h) * window.Width.In) + v]
                        * w[(((((output * (channels / groups)) + c) * window.Height.Kernel) + kh) * window.Width.Kernel) + kw];
                }
            });
            Same(expected, model, x, window, 1e-4);
        }
    }

    [TestMethod]
    public void Transposed_convolutions_cut_what_the_file_says()
    {
        var random = new Random(Seeds.Of(context));
        for (int number = 0; number < Layers; number++)
        {
            (Stretch Height, Stretch Width, string Pads, bool ByShape) layer = RandomStretch(random);
            int channels = random.Next(1, 3);
            float[] x = Values(random, channels * layer.Height.In * layer.Width.In);
            float[] w = Values(random, channels * 2 * layer.Height.Kernel * layer.Width.Kernel);
            var attributes = new List<AttributeProto> { OnnxModels.Ints("strides", layer.Height.Stride, layer.Width.Stride), OnnxModels.Text("auto_pad", layer.Pads) };
            if (layer.ByShape)
            {
                attributes.Add(OnnxModels.Ints("output_shape", layer.Height.Out, layer.Width.Out));
            }
            else if (layer.Pads == "NOTSET")
            {
                attributes.Add(OnnxModels.Ints("pads", layer.Height.Begin, layer.Width.Begin, layer.Height.End, layer.Width.End));
                attributes.Add(OnnxModels.Ints("output_padding", layer.Height.Extra, layer.Width.Extra));
            }

            OnnxModels model = new OnnxModels().Input("x", 1, channels, layer.Height.In, layer.Width.In).Constant("w", [channels, 2, layer.Height.Kernel, layer.Width.Kernel], w)
                .Node("ConvTranspose", ["x", "w"], ["y"], [.. attributes]).Output("y");
            float[] expected = new float[2 * layer.Height.Out * layer.Width.Out];
            for (int at = 0; at < x.Length * 2 * layer.Height.Kernel * layer.Width.Kernel; at++)
            {
                int kw = at % layer.Width.Kernel;
                int kh = at / layer.Width.Kernel % layer.Height.Kernel;
                int output = at / (layer.Width.Kernel * layer.Height.Kernel) % 2;
                int source = at / (layer.Width.Kernel * layer.Height.Kernel * 2);
                int channel = source / (layer.Height.In * layer.Width.In);
                int row = (source / layer.Width.In % layer.Height.In * layer.Height.Stride) - layer.Height.Begin + kh;
                int column = (source % layer.Width.In * layer.Width.Stride) - layer.Width.Begin + kw;
                if (row >= 0 && row < layer.Height.Out && column >= 0 && column < layer.Width.Out)
                {
                    expected[(((output * layer.Height.Out) + row) * layer.Width.Out) + column] +=
                        x[source] * w[(((((channel * 2) + output) * layer.Height.Kernel) + kh) * layer.Width.Kernel) + kw];
                }
            }

            Same(expected, model, x, layer.Height.Out, layer.Width.Out, layer.ToString(), 1e-4);
        }
    }

    private static (Stretch Height, Stretch Width, string Pads, bool ByShape) RandomStretch(Random random)
    {
        while (true)
        {
            string pads = new[] { "NOTSET", "SAME_UPPER", "SAME_LOWER", "VALID" }[random.Next(4)];
            bool byShape = pads == "NOTSET" && random.Next(3) == 0;
            Stretch One()
            {
                (int extent, int kernel, int stride) = (random.Next(1, 6), random.Next(1, 5), random.Next(1, 4));
                int whole = (stride * (extent - 1)) + kernel;
                int extra = pads == "NOTSET" && !byShape ? random.Next(stride) : 0;
                if (pads == "VALID")
                {
                    return new(extent, kernel, stride, 0, 0, 0, whole);
                }

                if (pads == "NOTSET" && !byShape)
                {
                    (int first, int last) = (random.Next(3), random.Next(3));
                    return new(extent, kernel, stride, first, last, extra, whole + extra - first - last);
                }

                int outputs = byShape ? Math.Max(1, whole - random.Next(3)) : extent * stride;
                int total = whole - outputs;
                int begin = pads == "SAME_UPPER" ? total / 2 : total - (total / 2);
                return new(extent, kernel, stride, begin, total - begin, 0, outputs);
            }

            (Stretch height, Stretch width) = (One(), One());
            if (height.Out > 0 && width.Out > 0 && height.Begin >= 0 && width.Begin >= 0 && height.End >= 0 && width.End >= 0)
            {
                return (height, width, pads, byShape);
            }
        }
    }

    /// <summary>One axis of a transposed convolution: whole extent minus begin and end, plus extra.</summary>
    private sealed record Stretch(int In, int Kernel, int Stride, int Begin, int End, int Extra, int Out);

    [TestMethod]
    public void Maxima_pad_as_the_file_says()
    {
        var random = new Random(Seeds.Of(context));
        for (int number = 0; number < Layers; number++)
        {
            Window window = Window.Random(random, withDilation: true, withCeiling: true);
            float[] x = Values(random, 2 * window.Height.In * window.Width.In);
            float[] expected = [.. Enumerable.Repeat(float.NegativeInfinity, 2 * window.Height.Out * window.Width.Out)];
            window.ForEach(2, (channel, at, row, column, h, v, kh, kw) =>
                expected[at] = Math.Max(expected[at], x[(((channel * window.Height.In) + h) * window.Width.In) + v]));
            if (expected.Any(float.IsInfinity))
            {
                // A window over padding alone has no maximum.
                continue;
            }

            OnnxModels model = new OnnxModels(12).Input("x", 1, 2, window.Height.In, window.Width.In)
                .Node("MaxPool", ["x"], ["y"], [.. window.Attributes(), OnnxModels.Ints("kernel_shape", window.Height.Kernel, window.Width.Kernel)]).Output("y");
            Same(expected, model, x, window, 0);
        }
    }

    [TestMethod]
    public void Means_count_what_the_file_says()
    {
        var random = new Random(Seeds.Of(context));
        for (int number = 0; number < Layers; number++)
        {
            bool countsPadding = random.Next(2) == 0;
            Window window = Window.Random(random, withDilation: false, withCeiling: true);
            float[] x = Values(random, 2 * window.Height.In * window.Width.In);
            double[] sums = new double[2 * window.Height.Out * window.Width.Out];
            int[] counts = new int[sums.Length];
            window.ForEach(2, (channel, at, row, column, h, v, kh, kw) =>
            {
                sums[at] += x[(((channel * window.Height.In) + h) * window.Width.In) + v];
                counts[at]++;
            });
            for (int at = 0; at < sums.Length; at++)
            {
                counts[at] = countsPadding ? window.Height.WithPadding(at / window.Width.Out % window.Height.Out) * window.Width.WithPadding(at % window.Width.Out) : counts[at];
            }

            if (counts.Contains(0))
            {
                continue;
            }

            OnnxModels model = new OnnxModels(19).Input("x", 1, 2, window.Height.In, window.Width.In).Node("AveragePool", ["x"], ["y"],
                [.. window.Attributes(), OnnxModels.Ints("kernel_shape", window.Height.Kernel, window.Width.Kernel), OnnxModels.Int("count_include_pad", countsPadding ? 1 : 0)]).Output("y");
            Same([.. sums.Zip(counts, (sum, count) => (float)(sum / count))], model, x, window, 1e-5);
        }
    }

    private static float[] Values(Random random, int count) => [.. Enumerable.Range(0, count).Select(_ => (float)((random.NextDouble() * 4) - 2))];

    private static void Same(float[] expected, OnnxModels model, float[] x, Window window, double tolerance) =>
        Same(expected, model, x, window.Height.Out, window.Width.Out, window.ToString(), tolerance);

    private static void Same(float[] expected, OnnxModels model, float[] x, int height, int width, string window, double tolerance)
    {
        Graph graph = ImportStage.Run(OnnxModels.Request(model.Bytes), [], CancellationToken.None).Graph;
        Assert.AreEqual(new Shape(1, expected.Length / (height * width), height, width), graph.Outputs[0].Shape, window);
        var executor = new GraphExecutor(graph);
        executor.SetInput(0, MemoryMarshal.AsBytes<float>(x));
        executor.Run();
        ReadOnlySpan<float> y = MemoryMarshal.Cast<byte, float>(executor.Output(0));
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.AreEqual(expected[i], y[i], tolerance, $"{window}, element {i}");
        }
    }

    /// <summary>One axis of a window, with the extents that ONNX's formulas give it.</summary>
    private sealed record Axis(int In, int Kernel, int Stride, int Dilation, int Begin, int End, int Out)
    {
        /// <summary>Places of a window that lie in the input or its padding.</summary>
        public int WithPadding(int at)
        {
            int first = (at * Stride) - Begin;
            return Math.Min(first + Kernel, In + End) - first;
        }

        public static Axis Of(int extent, int kernel, int stride, int dilation, Pads pads, int begin, int end, bool ceiling)
        {
            int span = ((kernel - 1) * dilation) + 1;
            int outputs;
            if (pads is Pads.SameUpper or Pads.SameLower)
            {
                outputs = (extent + stride - 1) / stride;
                int total = Math.Max(((outputs - 1) * stride) + span - extent, 0);
                begin = pads == Pads.SameUpper ? total / 2 : total - (total / 2);
                end = total - begin;
            }
            else
            {
                (begin, end) = pads == Pads.Valid ? (0, 0) : (begin, end);
                int room = extent + begin + end - span;
                outputs = room < 0 ? 0 : ((room + (ceiling ? stride - 1 : 0)) / stride) + 1;
                if (ceiling && outputs > 0 && (outputs - 1) * stride >= extent + begin)
                {
                    // A window that would start in the padding at the end is left out.
                    outputs--;
                }
            }

            return new(extent, kernel, stride, dilation, begin, end, outputs);
        }
    }

    private sealed record Window(Axis Height, Axis Width, Pads Pads, bool Ceiling)
    {
        public static Window Random(Random random, bool withDilation, bool withCeiling = false)
        {
            while (true)
            {
                var pads = (Pads)random.Next(4);
                bool ceiling = withCeiling && pads == Pads.Explicit && random.Next(2) == 0;
                Axis One()
                {
                    int kernel = random.Next(1, 5);
                    int dilation = withDilation ? random.Next(1, 4) : 1;
                    // A pool takes no padding as wide as its window.
                    int most = withCeiling ? kernel : 4;
                    return Axis.Of(random.Next(1, 10), kernel, random.Next(1, 4), dilation, pads, random.Next(most), random.Next(most), ceiling);
                }

                var window = new Window(One(), One(), pads, ceiling);
                if (window.Height.Out > 0 && window.Width.Out > 0)
                {
                    return window;
                }
            }
        }

        public AttributeProto[] Attributes()
        {
            var attributes = new List<AttributeProto>
            {
                OnnxModels.Ints("strides", Height.Stride, Width.Stride),
                OnnxModels.Text("auto_pad", Pads switch { Pads.SameUpper => "SAME_UPPER", Pads.SameLower => "SAME_LOWER", Pads.Valid => "VALID", _ => "NOTSET" }),
            };
            if (Height.Dilation * Width.Dilation > 1)
            {
                attributes.Add(OnnxModels.Ints("dilations", Height.Dilation, Width.Dilation));
            }

            if (Pads == Pads.Explicit)
            {
                attributes.Add(OnnxModels.Ints("pads", Height.Begin, Width.Begin, Height.End, Width.End));
            }

            if (Ceiling)
            {
                attributes.Add(OnnxModels.Int("ceil_mode", 1));
            }

            return [.. attributes];
        }

        /// <summary>Every element of the result with every place of its window that lies in the input.</summary>
        public void ForEach(int channels, Action<int, int, int, int, int, int, int, int> visit)
        {
            for (int at = 0; at < channels * Height.Out * Width.Out; at++)
            {
                int row = at / Width.Out % Height.Out;
                int column = at % Width.Out;
                for (int kh = 0; kh < Height.Kernel; kh++)
                {
                    for (int kw = 0; kw < Width.Kernel; kw++)
                    {
                        int h = (row * Height.Stride) - Height.Begin + (kh * Height.Dilation);
                        int v = (column * Width.Stride) - Width.Begin + (kw * Width.Dilation);
                        if (h >= 0 && h < Height.In && v >= 0 && v < Width.In)
                        {
                            visit(at / (Height.Out * Width.Out), at, row, column, h, v, kh, kw);
                        }
                    }
                }
            }
        }
    }
}
