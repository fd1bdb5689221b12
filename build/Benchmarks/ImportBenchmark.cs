using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using EdgeAI.Compiler.Data;
using EdgeAI.Compiler.Diagnostics;
using EdgeAI.Compiler.Import.Onnx.Schema;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Pipeline;
using EdgeAI.Compiler.Settings;
using EdgeAI.Compiler.Targets;
using Google.Protobuf;
using AttributeType = EdgeAI.Compiler.Import.Onnx.Schema.AttributeProto.Types.AttributeType;

namespace Benchmarks;

/// <summary>
/// What large models take: MobileNetV2 1.0 at 224×224 with made weights, through import, quantization with 16 made images, planning and emission, and
/// its C through the compiler, in int8 or with types chosen by layer; and a model of 100 MB through import. Memory is the most that the process had.
/// </summary>
internal static class ImportBenchmark
{
    private const int Images = 16;
    private static readonly (int Expansion, int Channels, int Blocks, int Stride)[] Stages =
        [(1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2), (6, 320, 1, 1)];

    /// <summary>Runs one of both, the large one with its file where there is one already. False where a goal is missed.</summary>
    public static bool Run(bool large, string? file) => !large ? RunMobileNet(QuantizationScheme.Int8, 20, 1000) : file is null ? RunLarge() : Measure(file);

    /// <summary>The first with types chosen by layer.</summary>
    public static bool RunAuto() => RunMobileNet(QuantizationScheme.Auto, 180, 1500);

    private static bool RunMobileNet(QuantizationScheme scheme, double goalSeconds, int goalMegabytes)
    {
        string folder = Directory.CreateTempSubdirectory("edgeai-import-").FullName;
        try
        {
            byte[] file = new Writer().MobileNet();
            var random = new Random(3);
            for (int i = 0; i < Images; i++)
            {
                float[] image = [.. Enumerable.Range(0, 3 * 224 * 224).Select(_ => (random.NextSingle() * 2) - 1)];
                File.WriteAllBytes(Path.Combine(folder, $"{i:00}.npy"), NpyFormat.Write(new(ElementType.Float32, new Shape(1, 3, 224, 224), System.Runtime.InteropServices.MemoryMarshal.AsBytes<float>(image).ToArray())));
            }

            TimeSpan before = Environment.CpuUsage.TotalTime;
            var watch = Stopwatch.StartNew();
            var settings = new ModelSettings { Name = "mobilenet", Quantization = scheme, CalibrationData = folder };
            var diagnostics = new List<Diagnostic>();
            ImportedModel imported = ImportStage.Run(
                new ImportRequest("mobilenet", "mobilenet.onnx", file, ImmutableSortedDictionary<string, Shape>.Empty, _ => null), diagnostics, CancellationToken.None);
            double importSeconds = watch.Elapsed.TotalSeconds;
            QuantizedModel quantized = QuantizeStage.Run(imported, settings, diagnostics, CancellationToken.None);
            double quantizeSeconds = watch.Elapsed.TotalSeconds - importSeconds;
            TargetDescription target = TargetCatalog.Get("cortex-m7");
            PlannedModel planned = PlanStage.Run(quantized, target, settings, diagnostics, CancellationToken.None);
            double planSeconds = watch.Elapsed.TotalSeconds - importSeconds - quantizeSeconds;
            FirmwareSources firmware = GenerateStage.Run(PlanStage.Combine(target, [planned], diagnostics), diagnostics, CancellationToken.None);
            double seconds = watch.Elapsed.TotalSeconds;
            double processor = (Environment.CpuUsage.TotalTime - before).TotalSeconds;
            long peak = Process.GetCurrentProcess().PeakWorkingSet64;
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"MobileNetV2 1.0 ({file.Length / 1e6:F1} MB), {scheme}, {Images} images: import {importSeconds:F1} s, quantization {quantizeSeconds:F1} s, plan {planSeconds:F1} s, all with emission {seconds:F1} s ({processor:F1} s of the processor), at most {peak / 1e6:F0} MB; goal {goalSeconds:F0} s, {goalMegabytes} MB"));
            foreach (Diagnostic told in diagnostics.Where(told => told.Severity == Severity.Error || told.Code is "EAI2016" or "EAI2017"))
            {
                Console.WriteLine(told);
            }

            bool compiles = Compile(firmware, folder);
            return seconds < goalSeconds && peak < goalMegabytes * 1_000_000L && compiles;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>The time of each file with weights.</summary>
    private static bool Compile(FirmwareSources firmware, string folder)
    {
        foreach (SourceFile file in firmware.Files)
        {
            string path = Path.Combine(folder, file.Path);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, file.Text);
        }

        bool isFast = true;
        foreach (SourceFile file in firmware.Files.Where(file => file.Text.Length > 1_000_000 && file.Path.EndsWith(".c", StringComparison.Ordinal)))
        {
            string path = Path.Combine(folder, file.Path);
            foreach ((string compiler, string[] flags) in new (string, string[])[] { ("gcc", []), ("arm-none-eabi-gcc", ["-mcpu=cortex-m7", "-mthumb"]) })
            {
                try
                {
                    using var process = Process.Start(new ProcessStartInfo(compiler, [.. flags, "-std=c11", "-O2", "-c", path, "-o", path + ".o"]) { WorkingDirectory = Path.GetDirectoryName(path) })!;
                    var watch = Stopwatch.StartNew();
                    process.WaitForExit();
                    isFast &= process.ExitCode == 0 && watch.Elapsed.TotalSeconds < 3;
                    Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                        $"    {compiler}: {file.Path}, {file.Text.Length / 1e6:F1} MB of text, {watch.Elapsed.TotalSeconds:F1} s; goal 3 s for 4 MB of weights"));
                }
                catch (System.ComponentModel.Win32Exception)
                {
                    Console.WriteLine($"    {compiler} is not there: not compiled");
                }
            }
        }

        return isFast;
    }

    /// <summary>In a process of its own, whose memory nothing else has used.</summary>
    private static bool RunLarge()
    {
        string path = Path.Combine(Directory.CreateTempSubdirectory("edgeai-import-").FullName, "large.onnx");
        try
        {
            File.WriteAllBytes(path, new Writer().Layers(25, 1000));
            using Process process = Process.Start(Environment.ProcessPath!, ["--import-large", path]);
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        finally
        {
            Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);
        }
    }

    private static bool Measure(string path)
    {
        long before = Process.GetCurrentProcess().WorkingSet64;
        byte[] file = File.ReadAllBytes(path);
        var watch = Stopwatch.StartNew();
        var diagnostics = new List<Diagnostic>();
        ImportedModel imported = ImportStage.Run(
            new ImportRequest("large", "large.onnx", file, ImmutableSortedDictionary<string, Shape>.Empty, _ => null), diagnostics, CancellationToken.None);
        double seconds = watch.Elapsed.TotalSeconds;
        double times = (double)(Process.GetCurrentProcess().PeakWorkingSet64 - before) / file.Length;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{imported.Graph.Nodes.Count} layers ({file.Length / 1e6:F1} MB): import {seconds:F1} s, at most {times:F2} times the file, the file itself included; goal 3 times"));
        return times <= 3;
    }

    /// <summary>Writes ONNX models whose weights are made.</summary>
    private sealed class Writer
    {
        private readonly GraphProto _graph = new() { Name = "made" };
        private readonly Random _random = new(2018);
        private int _number;

        /// <summary>MobileNetV2 1.0, as PyTorch writes it with its normalizations folded.</summary>
        public byte[] MobileNet()
        {
            string x = Input(1, 3, 224, 224);
            x = Convolution(x, 3, 32, 3, 2, 1, true);
            int channels = 32;
            foreach ((int expansion, int width, int blocks, int stride) in Stages)
            {
                for (int block = 0; block < blocks; block++)
                {
                    int inner = channels * expansion;
                    string wide = expansion == 1 ? x : Convolution(x, channels, inner, 1, 1, 1, true);
                    string narrow = Convolution(Convolution(wide, inner, inner, 3, block == 0 ? stride : 1, inner, true), inner, width, 1, 1, 1, false);
                    x = block == 0 ? narrow : Node("Add", [x, narrow]);
                    channels = width;
                }
            }

            x = Node("Flatten", [Node("GlobalAveragePool", [Convolution(x, channels, 1280, 1, 1, 1, true)])]);
            return Finish(Node("Gemm", [x, Floats(1280, 1000, 1280), Floats(1, 1000)], Int("transB", 1)));
        }

        /// <summary>Square matrices, one behind the other.</summary>
        public byte[] Layers(int count, int width)
        {
            string x = Input(1, width);
            for (int i = 0; i < count; i++)
            {
                x = Node("Gemm", [x, Floats(width, width, width), Floats(1, width)], Int("transB", 1));
            }

            return Finish(x);
        }

        private string Input(params int[] extents)
        {
            var shape = new TensorShapeProto();
            shape.Dim.AddRange(extents.Select(extent => new TensorShapeProto.Types.Dimension { DimValue = extent }));
            _graph.Input.Add(new ValueInfoProto
            {
                Name = "x",
                Type = new TypeProto { TensorType = new TypeProto.Types.TensorType { ElemType = (int)TensorProto.Types.DataType.Float, Shape = shape } },
            });
            return "x";
        }

        private byte[] Finish(string result)
        {
            _graph.Output.Add(new ValueInfoProto
            {
                Name = result,
                Type = new TypeProto { TensorType = new TypeProto.Types.TensorType { ElemType = (int)TensorProto.Types.DataType.Float } },
            });
            var model = new ModelProto { IrVersion = 8, Graph = _graph };
            model.OpsetImport.Add(new OperatorSetIdProto { Domain = "", Version = 13 });
            return model.ToByteArray();
        }

        private string Convolution(string x, int channels, int results, int kernel, int stride, int groups, bool limits)
        {
            int depth = kernel * kernel * channels / groups;
            string made = Node("Conv", [x, Floats(depth, results, channels / groups, kernel, kernel), Floats(16, results)],
                Int("group", groups), Ints("strides", stride, stride), Ints("kernel_shape", kernel, kernel), Ints("pads", kernel / 2, kernel / 2, kernel / 2, kernel / 2));
            return limits ? Node("Clip", [made, Number(0), Number(6)]) : made;
        }

        private string Node(string operatorType, string[] inputs, params AttributeProto[] attributes)
        {
            string name = Name();
            var node = new NodeProto { OpType = operatorType, Name = name };
            node.Input.AddRange(inputs);
            node.Output.Add(name);
            node.Attribute.AddRange(attributes);
            _graph.Node.Add(node);
            return name;
        }

        /// <summary>Weights whose sums over the depth keep the spread of the values.</summary>
        private string Floats(int depth, params int[] extents)
        {
            float scale = MathF.Sqrt(6f / depth);
            float[] values = new float[extents.Aggregate(1, (product, extent) => product * extent)];
            for (int i = 0; i < values.Length; i++)
            {
                values[i] = ((_random.NextSingle() * 2) - 1) * scale;
            }

            return Constant(values, [.. extents.Select(extent => (long)extent)]);
        }

        private string Number(float value) => Constant([value], []);

        private string Constant(float[] values, long[] extents)
        {
            var tensor = new TensorProto
            {
                Name = Name(),
                DataType = (int)TensorProto.Types.DataType.Float,
                RawData = ByteString.CopyFrom(System.Runtime.InteropServices.MemoryMarshal.AsBytes<float>(values)),
            };
            tensor.Dims.AddRange(extents);
            _graph.Initializer.Add(tensor);
            return tensor.Name;
        }

        private string Name() => string.Create(CultureInfo.InvariantCulture, $"v{_number++}");

        private static AttributeProto Int(string name, long value) => new() { Name = name, Type = AttributeType.Int, I = value };

        private static AttributeProto Ints(string name, params long[] values)
        {
            var attribute = new AttributeProto { Name = name, Type = AttributeType.Ints };
            attribute.Ints.AddRange(values);
            return attribute;
        }
    }
}
