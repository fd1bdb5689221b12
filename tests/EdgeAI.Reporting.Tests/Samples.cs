using System.Collections.Immutable;
using EdgeAI.Compiler.Diagnostics;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators.Convolution;
using EdgeAI.Compiler.Operators.FullyConnected;
using EdgeAI.Compiler.Operators.Quantizing;
using EdgeAI.Compiler.Operators.Shaping;
using EdgeAI.Compiler.Pipeline;
using EdgeAI.Compiler.Planning;
using EdgeAI.Compiler.Quantization;
using EdgeAI.Compiler.Quantization.Mixed;
using EdgeAI.Compiler.Settings;
using EdgeAI.Compiler.Targets;
using EdgeAI.Simulator;

namespace EdgeAI.Reporting.Tests;

/// <summary>
/// A small int8 model with float borders, planned: image [1,8,8,1] float, Quantize, Conv2D of 4 channels, Reshape (a view), FullyConnected to
/// 3 classes, Dequantize. Conv2D: 2,304 MACs, 36 weights and 4 biases; FullyConnected: 768 MACs and weights.
/// </summary>
internal static class Samples
{
    public const long Macs = 2304 + 768;
    public const long WeightBytes = 36 + 16 + 768;
    public const long Parameters = 36 + 4 + 768;

    public static Graph Graph(string name = "conv1", int channels = 4)
    {
        var quantization = QuantizationParameters.PerTensor(0.5f, 0);
        var image = new Tensor("image", ElementType.Float32, new Shape(1, 8, 8, 1));
        var integers = new Tensor("image:int8", ElementType.Int8, new Shape(1, 8, 8, 1)) { Quantization = quantization };
        Tensor kernel = Tensor.FromValues<sbyte>("kernel", ElementType.Int8, new Shape(channels, 3, 3, 1), new sbyte[channels * 9],
            new QuantizationParameters([.. Enumerable.Repeat(1f, channels)], [.. new int[channels]], 0));
        Tensor bias = Tensor.FromValues<int>("bias", ElementType.Int32, new Shape(channels), new int[channels]);
        var features = new Tensor(name, ElementType.Int8, new Shape(1, 8, 8, channels)) { Quantization = quantization };
        var flat = new Tensor("flat", ElementType.Int8, new Shape(1, channels * 64)) { Quantization = quantization };
        Tensor matrix = Tensor.FromValues<sbyte>("matrix", ElementType.Int8, new Shape(3, channels * 64), new sbyte[channels * 192],
            new QuantizationParameters([1f], [0], -1));
        var logits = new Tensor("logits", ElementType.Int8, new Shape(1, 3)) { Quantization = quantization };
        var scores = new Tensor("scores", ElementType.Float32, new Shape(1, 3));
        return new Graph
        {
            Name = "tiny",
            Inputs = [image],
            Outputs = [scores],
            Nodes =
            [
                new Node("q", "Quantize", QuantizeAttributes.Away) { Inputs = [image], Outputs = [integers] },
                new Node(name, "Conv2D", new Conv2DAttributes(1, 1, 1, 1, 1, 1, 1, 1, 1, Clamp.None))
                {
                    Inputs = [integers, kernel, bias], Outputs = [features], Source = name + "/Conv2D",
                },
                new Node("view", "Reshape", new ReshapeAttributes([1, channels * 64])) { Inputs = [features], Outputs = [flat] },
                new Node("fc", "FullyConnected", new FullyConnectedAttributes(Clamp.None)) { Inputs = [flat, matrix, null], Outputs = [logits] },
                new Node("dq", "Dequantize", NoAttributes.Instance) { Inputs = [logits], Outputs = [scores] },
            ],
        };
    }

    public static TargetDescription Target(string name = "board", double? clockMhz = 100) =>
        new(name, "cortex-m4", clockMhz, [], null);

    public static SimulationResult Measured => new()
    {
        Engines = [new("managed", 20, 0, 0), new("host", 20, 0, 0), new("qemu", 10, 0, 0)],
        Accuracy = new AccuracyFigures("top1", 0.96, 0.95, 31.25, 20),
        Elf = new ElfFigures(3000, 1000, 8, 200),
        Instructions = 200_000,
        Layers =
        [
            new("q", 40.5, 1000), new("conv1", 30.25, 150_000), new("view", 30.25, 0), new("fc", 33, 48_000), new("dq", null, 1000),
        ],
    };

    /// <summary>Engines that agree, and outputs that are not as the test data expects: in the file's own types in <paramref name="missed"/> cases, or in float before quantization.</summary>
    public static SimulationResult MissesTestData(int missed) => Measured with
    {
        Engines = [new("managed", 20, missed, missed > 0 ? 1.5 : 0), new("host", 20, 0, 0), new("qemu", 10, 0, 0)],
        Divergence = new DivergenceFigures(
            "data/reference.npz", null, 4, new FirstDifference("pass FoldBatchNormalization", "conv1_out", "conv1", "Conv2D", 0.4, 0.5, "report/tiny.board.expected.npy", "report/tiny.board.actual.npy"),
            new OutputDifference("scores", 0, "[0,0]", 1, 2)),
    };

    public static Diagnostic OutputsDiffer => DiagnosticCatalog.ExpectedDiffers.With(
        "models/tiny.onnx", "tiny", "", 20, 20, 1.5, "scores", 0, "Both are in 'report/tiny.board.expected.npy' and 'report/tiny.board.actual.npy'.");

    public static SimulationResult ManagedOnly => new()
    {
        Engines = [new("managed", 4, 0, 0)],
        Skipped = [new("host", "no C compiler (cc, gcc or clang) is on the PATH"), new("qemu", "arm-none-eabi-gcc is not on the PATH")],
    };

    public static ReportedModel Model(
        Budgets? budgets = null, SimulationResult? simulation = null, Graph? graph = null, TargetDescription? target = null, bool calibrated = true,
        string name = "tiny", string folder = "", params Diagnostic[] diagnostics)
    {
        if (graph is null)
        {
            graph = Graph();
            graph.Name = name;
        }

        var source = new ModelSource($"models/{name}.onnx", new string('a', 64), "onnx");
        var quantized = new QuantizedModel(graph, source, "Int8", calibrated, calibrated ? 100 : 8, new BorderLayouts([[]], [[]]));
        return new ReportedModel(
            new PlannedModel(quantized, target ?? Target(), MemoryPlanner.Plan(graph)), simulation ?? Measured,
            new ModelSettings { Name = name, ProjectFolder = folder, TestData = "data/test", Budgets = budgets ?? Budgets.None }, diagnostics);
    }

    /// <summary>A model whose layer had a choice of types.</summary>
    public static ReportedModel WithTypes()
    {
        ReportedModel model = Model();
        var row = new LayerSensitivity("conv1", 0.001, 0.00001, false) { Int4Noise = 0.1 };
        var choice = new TypeChoice("an SQNR of at least 30 dB <b>", "64 test inputs", true, 38.25, 0.97, 0.98, 1000, 3000,
            [
                new ChosenType(row, "conv1/<Conv2D>", "Conv2D", ElementType.Int16, 500, 1500),
                new ChosenType(row with { Node = "conv2" }, "conv2", "Conv2D", ElementType.Int4, 500, 1500) { Int4Instructions = 620 },
            ])
        {
            FlashBytes = 54_321,
        };
        return model with { Planned = model.Planned with { Quantized = model.Planned.Quantized with { Types = choice } } };
    }

    /// <summary>A model whose layers were repaired.</summary>
    public static ReportedModel Repaired()
    {
        ReportedModel model = Model();
        RepairedLayer[] layers =
        [
            new("conv1", RepairKind.ChosenRange, ElementType.Int8, "percentile 99.99", 20.5, 26),
            new("conv1", RepairKind.Equalization, ElementType.Int8, null, 30, 29),
            new("fc", RepairKind.BiasCorrection, ElementType.Int8, null, null, 40),
        ];
        return model with { Planned = model.Planned with { Quantized = model.Planned.Quantized with { Repairs = new ModelRepairs([.. layers], []) } } };
    }

    public static ReportRequest Request(params ReportedModel[] models) => new("Project", models, [], false);

    public static Budgets Limit(
        long? sram = null, long? flash = null, double? latency = null, double? accuracy = null, double? drop = null, double? sqnr = null) =>
        new(sram, flash, latency, accuracy, drop, sqnr);

    public static Budgets LimitInNoise(double snrDb, double accuracy) => Budgets.None with { MinAccuracyAtSnr = [new AccuracyAtSnr(snrDb, accuracy)] };

    public static SimulationResult InNoise => Measured with
    {
        Accuracy = Measured.Accuracy! with
        {
            Noise =
            [
                new NoiseCurve("hiss", "White", true, 20, [new(20, 0.95, 0.95) { SqnrDb = 30 }, new(10, 0.8, 0.75) { SqnrDb = 28.5 }]),
                new NoiseCurve("hum", "Recorded", true, 20, [new(20, 0.95, 0.9), new(10, 0.6, 0.55)]),
                new NoiseCurve("adc", "AdcBits", false, 20, [new(8, 0.95, 0.95)]),
            ],
        },
    };

    public static (ImmutableDictionary<string, string> Files, IReadOnlyList<Diagnostic> Found) Run(ReportRequest request)
    {
        var found = new List<Diagnostic>();
        return (ReportStage.Run(request, found).ToImmutableDictionary(file => file.Path, file => file.Text), found);
    }
}
