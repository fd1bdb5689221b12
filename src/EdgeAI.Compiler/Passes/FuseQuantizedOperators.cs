using System.Collections.Immutable;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators;

namespace EdgeAI.Compiler.Passes;

/// <summary>
/// In graphs that carry their quantization as Quantize and Dequantize nodes: Dequantize of the operands, a float operator, Quantize of its result
/// become the int8 operator.
/// <list type="bullet">
/// <item>Activations are int8 with one scale. Weights are constant int8 with zero points of 0, one scale or one for each result channel.</item>
/// <item>A bias becomes int32 with the scale of the operand times that of the weights: the file's integers where its scale is that one, else
/// its real numbers rounded.</item>
/// <item>Where an operator fixes its result's quantization or shares it with its operand, a Requantize makes the file's.</item>
/// <item>Fused limits stay with the operator. What its own rule refuses stays in float.</item>
/// </list>
/// </summary>
public sealed class FuseQuantizedOperators : Pass
{
    /// <inheritdoc/>
    public override PassEffect Effect => PassEffect.IntegerRounding;

    /// <inheritdoc/>
    public override bool Run(Graph graph)
    {
        bool changed = false;
        foreach (Node node in graph.Nodes.ToArray())
        {
            if (node.Operator == "Quantize")
            {
                changed |= TryRequantize(graph, node);
            }
            else if (node.Outputs.Count == 1 && node.Output.Type == ElementType.Float32 && node.Operator is not ("Dequantize" or "Requantize")
                && graph.OnlyConsumer(node.Output) is { Operator: "Quantize" } quantize && IsPlainInt8(quantize.Output))
            {
                changed |= TryFuse(graph, node, quantize);
            }
        }

        return changed;
    }

    private static bool TryRequantize(Graph graph, Node quantize)
    {
        if (graph.ProducerOf(quantize.Input(0)) is not { Operator: "Dequantize" } dequantize
            || !IsPlainInt8(dequantize.Input(0)) || !IsPlainInt8(quantize.Output))
        {
            return false;
        }

        if (!Equals(dequantize.Input(0).Quantization, quantize.Output.Quantization))
        {
            graph.Replace(quantize, "Requantize", NoAttributes.Instance, dequantize.Input(0));
            return true;
        }

        return graph.TryBypass(quantize, dequantize.Input(0));
    }

    private static bool TryFuse(Graph graph, Node node, Node quantize)
    {
        Operator definition = OperatorCatalog.Of(node);
        if (definition.Quantization is QuantizationRule.FloatOnly or QuantizationRule.Untouched)
        {
            return false;
        }

        var operands = new Tensor?[node.Inputs.Count];
        for (int i = 0; i < operands.Length; i++)
        {
            if (node.Inputs[i] is not { } operand)
            {
                continue;
            }

            OperandKind kind = definition.RoleOf(node, i).Kind;
            operands[i] = kind switch
            {
                OperandKind.Untouched => operand,
                OperandKind.Bias => operand,
                _ => IntegersBehind(graph, operand),
            };
            bool fits = operands[i] is { } found && kind switch
            {
                OperandKind.Activation => IsPlainInt8(found),
                OperandKind.Weights => IsSymmetricInt8(found),
                _ => true,
            };
            if (!fits)
            {
                return false;
            }
        }

        for (int i = 0; i < operands.Length; i++)
        {
            if (operands[i] is { } bias && definition.RoleOf(node, i).Kind == OperandKind.Bias
                && (operands[i] = IntegerBias(graph, bias, operands[0]!, operands[1]!)) is null)
            {
                return false;
            }
        }

        return TryReplace(graph, definition, node, quantize, operands);
    }

    private static bool TryReplace(Graph graph, Operator definition, Node node, Node quantize, Tensor?[] operands)
    {
        Tensor result = quantize.Output;
        QuantizationParameters wanted = result.Quantization!;
        bool isSame = definition.Quantization == QuantizationRule.SameAsInput;
        bool isJoining = isSame && operands.Count(operand => operand is not null) > 1;
        QuantizationParameters made = definition.Quantization switch
        {
            QuantizationRule.SameAsInput when !isJoining => operands[0]!.Quantization!,
            QuantizationRule.Fixed => definition.FixedQuantization(ElementType.Int8),
            _ => wanted,
        };
        Tensor output = made.Equals(wanted)
            ? result
            : new Tensor(graph.UniqueTensorName($"{node.Output.Name}_int8"), ElementType.Int8, result.Shape) { Quantization = made };
        var rescaled = new List<Node>();
        for (int i = 0; isJoining && i < operands.Length; i++)
        {
            if (operands[i] is { } operand && !operand.Quantization!.Equals(wanted))
            {
                operands[i] = new Tensor(graph.UniqueTensorName($"{operand.Name}_rescaled{i}"), ElementType.Int8, operand.Shape) { Quantization = wanted };
                rescaled.Add(new Node(graph.UniqueNodeName($"{node.Name}_rescaled{i}"), "Requantize", NoAttributes.Instance)
                {
                    Source = node.Source,
                    Inputs = [operand],
                    Outputs = [operands[i]!],
                });
            }
        }

        var fused = new Node(node.Name, node.Operator, node.Attributes) { Source = node.Source, Inputs = [.. operands], Outputs = [output] };
        if (!IsSound(definition, fused))
        {
            return false;
        }

        int at = graph.Nodes.IndexOf(node);
        graph.Nodes[at] = fused;
        foreach (Node rescale in rescaled)
        {
            graph.Nodes.Insert(at++, rescale);
        }

        if (ReferenceEquals(output, result))
        {
            graph.Nodes.Remove(quantize);
        }
        else
        {
            graph.Replace(quantize, "Requantize", NoAttributes.Instance, output);
        }

        return true;
    }

    private static bool IsSound(Operator definition, Node node)
    {
        try
        {
            IReadOnlyList<TensorType> types = definition.Infer(node);
            return types.Count == 1 && types[0].Type == node.Output.Type && types[0].Shape == node.Output.Shape;
        }
        catch (OperatorException)
        {
            return false;
        }
    }

    private static Tensor? IntegersBehind(Graph graph, Tensor tensor) =>
        graph.ProducerOf(tensor) is { Operator: "Dequantize" } dequantize ? dequantize.Input(0) : null;

    private static bool IsPlainInt8(Tensor tensor) =>
        tensor is { Type: ElementType.Int8, Quantization: { Scales.Length: 1, ZeroPoints.Length: 1 } };

    private static bool IsSymmetricInt8(Tensor tensor) =>
        tensor is { Type: ElementType.Int8, IsConstant: true, Quantization: { } quantization } && quantization.ZeroPoints.All(zeroPoint => zeroPoint == 0);

    /// <summary>The bias in units of operand scale times weight scale; null where it is not constant.</summary>
    private static Tensor? IntegerBias(Graph graph, Tensor bias, Tensor operand, Tensor weights)
    {
        if (graph.ConstantBehind(bias) is not { } constant)
        {
            return null;
        }

        double operandScale = operand.Quantization!.Scale;
        QuantizationParameters weightQuantization = weights.Quantization!;
        int count = (int)constant.Shape.ElementCount;
        double[] reals = Reals(constant);
        int[] integers = new int[count];
        for (int i = 0; i < count; i++)
        {
            double rounded = Math.Round(reals[i] / (operandScale * weightQuantization.ScaleOf(i)), MidpointRounding.AwayFromZero);
            integers[i] = (int)Math.Clamp(rounded, int.MinValue, int.MaxValue);
        }

        ImmutableArray<float> scales = [.. weightQuantization.Scales.Select(scale => (float)(operandScale * scale))];
        var quantization = new QuantizationParameters(scales, [.. scales.Select(_ => 0)], scales.Length > 1 ? 0 : -1);
        return Tensor.FromValues(graph.UniqueTensorName($"{constant.Name}_int32"), ElementType.Int32, constant.Shape, integers, quantization);
    }

    private static double[] Reals(Tensor constant)
    {
        double[] reals = new double[constant.Shape.ElementCount];
        for (int i = 0; i < reals.Length; i++)
        {
            double value = constant.Type switch
            {
                ElementType.Float32 => constant.Values<float>()[i],
                ElementType.Int32 => constant.Values<int>()[i],
                ElementType.Int16 => constant.Values<short>()[i],
                _ => constant.Values<sbyte>()[i],
            };
            int channel = constant.Quantization is { ZeroPoints.Length: > 1 } ? i : 0;
            reals[i] = constant.Quantization is { } quantization
                ? (value - quantization.ZeroPoints[channel]) * (double)quantization.ScaleOf(i)
                : value;
        }

        return reals;
    }
}
