using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators;
using EdgeAI.Compiler.Operators.Convolution;
using EdgeAI.Compiler.Operators.ElementWise;
using EdgeAI.Compiler.Operators.FullyConnected;
using EdgeAI.Compiler.Operators.Pooling;
using EdgeAI.Compiler.Operators.Quantizing;
using EdgeAI.Compiler.Operators.Recurrent;

namespace Benchmarks;

/// <summary>Layers whose shapes span those of small networks, with random contents: what costs of kernels are fitted to.</summary>
internal sealed class SyntheticLayers
{
    // Height, width, channels, result channels, kernel height and width, stride.
    private static readonly int[][] Convolutions =
    [
        [25, 5, 64, 64, 1, 1, 1], [6, 6, 128, 128, 1, 1, 1], [24, 24, 8, 16, 1, 1, 1], [12, 12, 16, 32, 1, 1, 1], [12, 12, 32, 32, 1, 1, 1],
        [3, 3, 256, 128, 1, 1, 1], [1, 1, 64, 12, 1, 1, 1], [4, 4, 48, 24, 1, 1, 1], [16, 16, 3, 8, 1, 1, 1], [7, 7, 30, 10, 1, 1, 1],
        [16, 16, 16, 32, 1, 1, 2], [16, 16, 16, 16, 3, 3, 1], [8, 8, 32, 32, 3, 3, 1], [16, 16, 16, 32, 3, 3, 2], [6, 6, 64, 32, 3, 3, 1],
        [24, 24, 3, 8, 3, 3, 2], [32, 32, 3, 16, 3, 3, 1], [24, 24, 1, 8, 3, 3, 1], [25, 10, 1, 32, 10, 4, 2], [12, 12, 4, 8, 5, 5, 1],
        [1, 49, 40, 32, 1, 3, 1], [1, 30, 16, 16, 1, 5, 1], [9, 9, 6, 10, 3, 3, 1], [10, 10, 8, 6, 2, 2, 2],
    ];

    private static readonly int[][] Depthwise =
    [
        [25, 5, 64, 3, 3, 1], [12, 12, 32, 3, 3, 1], [24, 24, 8, 3, 3, 1], [6, 6, 128, 3, 3, 1], [3, 3, 256, 3, 3, 1],
        [24, 24, 16, 3, 3, 2], [12, 12, 64, 3, 3, 2], [12, 12, 24, 5, 5, 1], [1, 40, 32, 1, 5, 1], [12, 10, 48, 10, 4, 2], [16, 16, 4, 3, 3, 1],
        [2, 2, 64, 3, 3, 1], [12, 12, 10, 3, 3, 1], [6, 6, 32, 2, 2, 2],
    ];

    // Rows, depth, outputs.
    private static readonly int[][] Products =
    [
        [1, 640, 128], [1, 128, 128], [1, 128, 8], [1, 64, 12], [1, 256, 64], [1, 1024, 10], [1, 16, 16], [1, 8, 4], [4, 96, 32], [10, 40, 40], [1, 32, 640], [1, 33, 17],
    ];

    // Steps, elements of the operand and of the state.
    private static readonly int[][] Sequences = [[28, 28, 20], [10, 16, 32], [20, 40, 16], [5, 8, 8], [16, 64, 32], [49, 10, 24], [3, 12, 48], [32, 6, 12]];

    // Inputs, filters, activations kept of each, rank.
    private static readonly int[][] Filters = [[40, 64, 8, 2], [16, 32, 10, 1], [64, 16, 4, 1], [8, 24, 12, 2], [32, 48, 6, 3], [20, 8, 30, 1]];

    private readonly Random _random = new(20_260_401);
    private int _number;

    /// <summary>All layers, in int8, in int16 and in float, and those with int4 weights, each with tensors of its own and the same contents every time.</summary>
    public static IReadOnlyList<Node> All()
    {
        var layers = new SyntheticLayers();
        return [.. layers.OfType(ElementType.Int8), .. layers.OfType(ElementType.Float32), .. layers.OfType(ElementType.Int16), .. layers.Conversions(), .. layers.Recurrent(), .. layers.OfNibbles()];
    }

    /// <summary>The layers in int8 that have weights, with weights of 4 bits.</summary>
    private IEnumerable<Node> OfNibbles()
    {
        foreach (Node node in OfType(ElementType.Int8).Where(node => node.Operator is "Conv2D" or "DepthwiseConv2D" or "FullyConnected"))
        {
            Tensor weights = node.Input(1);
            node.Inputs[1] = Tensor.FromNibbles(weights.Name, weights.Shape, [.. weights.Values<sbyte>().ToArray().Select(weight => (sbyte)(weight / 8))], weights.Quantization);
            yield return node;
        }
    }

    private IEnumerable<Node> OfType(ElementType type)
    {
        foreach (int[] c in Convolutions)
        {
            Padding2D pad = c[4] * c[5] == 1 ? Padding2D.None : Padding2D.Same(c[0], c[1], c[4], c[5], c[6], c[6], 1, 1);
            yield return Layer("Conv2D", new Conv2DAttributes(c[6], c[6], 1, 1, pad.Top, pad.Bottom, pad.Left, pad.Right, 1, Limits()),
                type, [1, c[0], c[1], c[2]], [c[3], c[4], c[5], c[2]], 0, c[4] * c[5] * c[2]);
        }

        foreach (int[] c in Depthwise)
        {
            Padding2D pad = Padding2D.Same(c[0], c[1], c[3], c[4], c[5], c[5], 1, 1);
            yield return Layer("DepthwiseConv2D", new DepthwiseConv2DAttributes(c[5], c[5], 1, 1, pad.Top, pad.Bottom, pad.Left, pad.Right, 1, Limits()),
                type, [1, c[0], c[1], c[2]], [1, c[3], c[4], c[2]], 3, c[3] * c[4]);
        }

        foreach (int[] c in Products)
        {
            yield return Layer("FullyConnected", new FullyConnectedAttributes(Limits()), type, [c[0], c[1]], [c[2], c[1]], 0, c[1]);
        }

        foreach (int[] extents in new int[][] { [1, 24, 24, 16], [1, 8, 8, 64], [1, 16, 16, 10], [1, 4, 4, 8] })
        {
            yield return Finish(new Node(Name("add"), "Add", new BinaryAttributes(Limits()))
            {
                Inputs = [Activation(type, extents), Activation(type, extents)],
            }, type, 1);
            foreach (int size in new[] { 2, extents[1] })
            {
                int result = extents[1] / size;
                var window = new Pool2DAttributes(size, size, size, size, 1, 1, 0, 0, 0, 0, result, result, false, Clamp.None);
                yield return Pool("AveragePool2D", window, type, extents);
                yield return Pool("MaxPool2D", window, type, extents);
            }
        }
    }

    /// <summary>Values brought to another type.</summary>
    private IEnumerable<Node> Conversions()
    {
        foreach (int count in new[] { 64, 1000, 5000 })
        {
            foreach ((ElementType from, ElementType to) in new[]
            {
                (ElementType.Int8, ElementType.Int16), (ElementType.Int16, ElementType.Int8), (ElementType.Float32, ElementType.Int8),
                (ElementType.Float32, ElementType.Int16), (ElementType.Int8, ElementType.Float32), (ElementType.Int16, ElementType.Float32),
            })
            {
                string name = from == ElementType.Float32 ? "Quantize" : to == ElementType.Float32 ? "Dequantize" : "Requantize";
                yield return new Node(Name(name), name, QuantizeAttributes.Of(name)) { Inputs = [Activation(from, [1, count])], Outputs = [Activation(to, [1, count])] };
            }
        }
    }

    /// <summary>Layers with a state: LSTM in every type, other cells in float, SVDF with memories of every type.</summary>
    private IEnumerable<Node> Recurrent()
    {
        foreach (int[] s in Sequences)
        {
            foreach (ElementType type in new[] { ElementType.Int8, ElementType.Int16, ElementType.Float32 })
            {
                Tensor x = Activation(type, [1, s[0], s[1]]);
                var result = new Tensor(Name("y"), type, new Shape(1, s[0], s[2]))
                {
                    Quantization = type switch
                    {
                        ElementType.Int8 => QuantizationParameters.PerTensor(1 / 128f, 0),
                        ElementType.Int16 => QuantizationParameters.PerTensor(1 / 32768f, 0),
                        _ => null,
                    },
                };
                yield return new Node(Name("lstm"), "SequenceLstm", new SequenceLstmAttributes(false, false, 0, -11))
                {
                    Inputs = [x, Weights(type, 0, [4 * s[2], s[1]]), Bias(type, 4 * s[2]), Weights(type, 0, [4 * s[2], s[2]])], Outputs = [result],
                };
            }

            foreach (RecurrentCell cell in Enum.GetValues<RecurrentCell>())
            {
                var attributes = new RecurrentAttributes(cell, false, cell == RecurrentCell.Simple ? [1, 1, 1] : [0, 1, 1], [0, 0, 0, 0, 0, 0], 0, false, false);
                yield return Inferred(new Node(Name("recurrent"), "Recurrent", attributes)
                {
                    Inputs =
                    [
                        Activation(ElementType.Float32, [s[0], 1, s[1]]), Weights(ElementType.Float32, 0, [1, attributes.Gates * s[2], s[1]]),
                        Weights(ElementType.Float32, 0, [1, attributes.Gates * s[2], s[2]]), Weights(ElementType.Float32, 0, [1, 2 * attributes.Gates * s[2]]), null, null, null, null,
                    ],
                }, null);
            }
        }

        foreach (int[] f in Filters)
        {
            foreach ((ElementType type, ElementType memory) in new[] { (ElementType.Int8, ElementType.Int8), (ElementType.Int8, ElementType.Int16), (ElementType.Float32, ElementType.Float32) })
            {
                QuantizationParameters? ofState = memory == ElementType.Float32 ? null : QuantizationParameters.PerTensor(memory == ElementType.Int8 ? 0.1f : 0.001f, 0);
                Tensor State() => new(Name("x"), memory, new Shape(1, f[1] * f[2])) { Quantization = ofState };
                yield return Inferred(new Node(Name("memory"), "SvdfMemory", NoAttributes.Instance)
                {
                    Inputs = [State(), Activation(type, [1, f[0]]), Single(type, [f[1], f[0]])],
                }, ofState);
                yield return Inferred(new Node(Name("filters"), "SvdfResult", new SvdfAttributes(f[3], Limits()))
                {
                    Inputs = [State(), Single(memory, [f[1], f[2]]), Bias(type, f[1] / f[3])],
                }, type == ElementType.Float32 ? null : QuantizationParameters.PerTensor(0.2f, -3));
            }
        }
    }

    private Node Inferred(Node node, QuantizationParameters? ofResult)
    {
        TensorType result = OperatorCatalog.Of(node).Infer(node)[0];
        node.Outputs.Add(new Tensor(Name("y"), result.Type, result.Shape) { Quantization = ofResult });
        return node;
    }

    /// <summary>Weights with one scale for all.</summary>
    private Tensor Single(ElementType type, int[] extents)
    {
        var shape = new Shape(extents);
        int count = (int)shape.ElementCount;
        var one = QuantizationParameters.PerTensor(0.01f, 0);
        return type switch
        {
            ElementType.Float32 => Weights(type, 0, extents),
            ElementType.Int16 => Tensor.FromValues<short>(Name("w"), type, shape, [.. Enumerable.Range(0, count).Select(_ => (short)_random.Next(-9000, 9001))], one),
            _ => Tensor.FromValues<sbyte>(Name("w"), type, shape, [.. Enumerable.Range(0, count).Select(_ => (sbyte)_random.Next(-60, 61))], one),
        };
    }

    private Node Layer(string operatorName, OperatorAttributes attributes, ElementType type, int[] x, int[] weights, int axis, int depth) =>
        Finish(new Node(Name(operatorName), operatorName, attributes)
        {
            Inputs = [Activation(type, x), Weights(type, axis, weights), Bias(type, weights[axis])],
        }, type, depth);

    private Node Pool(string operatorName, OperatorAttributes attributes, ElementType type, int[] x)
    {
        Tensor operand = Activation(type, x);
        var node = new Node(Name(operatorName), operatorName, attributes) { Inputs = [operand] };
        TensorType result = OperatorCatalog.Of(node).Infer(node)[0];
        node.Outputs.Add(new Tensor(Name("y"), operand.Type, result.Shape) { Quantization = operand.Quantization });
        return node;
    }

    private Node Finish(Node node, ElementType type, int depth)
    {
        TensorType result = OperatorCatalog.Of(node).Infer(node)[0];
        node.Outputs.Add(new Tensor(Name("y"), type, result.Shape)
        {
            // Half of the layers end in a rectifier at the zero point, as in networks.
            Quantization = type switch
            {
                ElementType.Int8 => QuantizationParameters.PerTensor(0.3f * MathF.Sqrt(depth), _number % 2 == 0 ? -128 : 5),
                ElementType.Int16 => QuantizationParameters.PerTensor(0.0012f * MathF.Sqrt(depth), 0),
                _ => null,
            },
        });
        return node;
    }

    private Tensor Activation(ElementType type, int[] extents) => new(Name("x"), type, new Shape(extents))
    {
        Quantization = type switch
        {
            ElementType.Int8 => QuantizationParameters.PerTensor(0.05f, -7),
            ElementType.Int16 => QuantizationParameters.PerTensor(0.0002f, 0),
            _ => null,
        },
    };

    private Tensor Weights(ElementType type, int axis, int[] extents)
    {
        var shape = new Shape(extents);
        return type != ElementType.Float32
            ? Tensor.FromValues<sbyte>(Name("w"), ElementType.Int8, shape,
                [.. Enumerable.Range(0, (int)shape.ElementCount).Select(_ => (sbyte)_random.Next(-60, 61))],
                new([.. Enumerable.Range(0, extents[axis]).Select(_ => 0.002f + (_random.NextSingle() * 0.02f))], [.. new int[extents[axis]]], axis))
            : Tensor.FromValues<float>(Name("w"), ElementType.Float32, shape,
                [.. Enumerable.Range(0, (int)shape.ElementCount).Select(_ => _random.NextSingle() - 0.5f)]);
    }

    private Tensor Bias(ElementType type, int channels) => type != ElementType.Float32
        ? Tensor.FromValues<int>(Name("b"), ElementType.Int32, new Shape(channels), [.. Enumerable.Range(0, channels).Select(_ => _random.Next(-3000, 3000))])
        : Tensor.FromValues<float>(Name("b"), ElementType.Float32, new Shape(channels), [.. Enumerable.Range(0, channels).Select(_ => _random.NextSingle())]);

    private Clamp Limits() => _number % 3 == 0 ? new Clamp(0, float.PositiveInfinity) : Clamp.None;

    private string Name(string start) => FormattableString.Invariant($"{start.ToLowerInvariant()}{_number++}");
}
