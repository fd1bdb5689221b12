using System.Collections.Immutable;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators.Activation;
using EdgeAI.Compiler.Operators.Convolution;
using EdgeAI.Compiler.Operators.Shaping;
using EdgeAI.Compiler.Pipeline;
using EdgeAI.Compiler.Planning;
using EdgeAI.Compiler.Planning.Kernels;
using EdgeAI.Compiler.Quantization;
using EdgeAI.Compiler.Targets;

namespace EdgeAI.Compiler.Tests.Model;

/// <summary>A small graph that has every kind of part a model file carries.</summary>
internal static class SampleModels
{
    public static Graph Graph()
    {
        var input = new Tensor("image:0", ElementType.Int8, new Shape(1, 4, 4, 2)) { Quantization = QuantizationParameters.PerTensor(0.5f, -3) };
        Tensor weights = Tensor.FromValues<sbyte>("weights \"one\"", ElementType.Int8, new Shape(3, 1, 1, 2), [1, -2, 3, -4, 5, -128],
            new QuantizationParameters([0.1f, 0.25f, 1e-20f], [0, 0, 0], 0));
        Tensor bias = Tensor.FromValues<int>("bias", ElementType.Int32, new Shape(3), [int.MinValue, 0, int.MaxValue]);
        Tensor empty = Tensor.FromValues<float>("empty", ElementType.Float32, new Shape(0, 3), []);
        var convolved = new Tensor("convolved", ElementType.Int8, new Shape(1, 4, 4, 3)) { Quantization = QuantizationParameters.PerTensor(1, 127) };
        var flat = new Tensor("flat", ElementType.Int8, new Shape(48)) { Quantization = QuantizationParameters.PerTensor(1, 127) };
        var convolution = new Node("conv", "Conv2D", new Conv2DAttributes(1, 1, 1, 1, 0, 0, 0, 0, 1, Clamp.Relu6))
        {
            Inputs = [input, weights, bias],
            Outputs = [convolved],
            Source = "CONV_2D #0 (conv)",
        };
        var reshape = new Node("reshape", "Reshape", new ReshapeAttributes([48])) { Inputs = [convolved, null], Outputs = [flat] };
        return new Graph
        {
            Name = "sample",
            Inputs = [input],
            Outputs = [flat, flat, empty, input],
            Nodes = [convolution, reshape],
        };
    }

    public static ModelSource Source { get; } = new("models/süß.tflite", new string('a', 64), "tflite");

    public static ImportedModel Imported() => new(Graph(), Source);

    public static QuantizedModel Quantized() => new(Graph(), Source, "Int8", true, 17,
        new BorderLayouts([[0, 3, 1, 2]], [[], [0], [1, 0], []]))
    {
        Repairs = new ModelRepairs(
            [
                new RepairedLayer("conv", RepairKind.ChosenRange, ElementType.Int8, "entropy", null, 31.25),
                new RepairedLayer("conv", RepairKind.BiasCorrection, ElementType.Int8, null, 31.25, null),
            ],
            [new ChannelMap("convolved", [0.5, 2, 1], [0, -1.5, 3])]),
    };

    public static TargetDescription Target { get; } = new("board", "cortex-m4", 120.5,
        [new("flash", 1 << 20, 5, ["code", "weights"]), new("sram", long.MaxValue, 0, [])], new(0.5, -0.0, 3.3));

    public static PlannedModel Planned() => new(Quantized(), Target,
        new MemoryPlan(96, 80, true, 8, [new("image:0", 0, 32, 0, 1, ["image:0"], 16), new("flat", 32, 48, 0, 1, ["convolved", "flat"], 4) { Parts = [new("flat", 16)] }])
        {
            OverlapBoundBytes = 64,
            Moves = [new(1, "image:0", 0, 16, 32)],
            Streams = [new(0, 1, 2, ["convolved"])],
            Frontier = [new(128, 0, 0, 3), new(96, 7, 64, 9)],
        })
    {
        Kernels =
        [
            new("conv", "packed", KernelCause.Fastest,
                [new("packed", 1000, 64, null), new("vectors", null, null, "it has groups of channels"), new("portable", 3000, 60, null)]),
        ],
    };

    public static OperatorAttributes Clamped(float minimum, float maximum) => new ClampAttributes(new Clamp(minimum, maximum));
}
