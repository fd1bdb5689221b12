using EdgeAI.Compiler.Diagnostics;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators;
using EdgeAI.Compiler.Operators.Logic;
using EdgeAI.Compiler.Operators.Quantizing;

namespace EdgeAI.Compiler.Quantization;

/// <summary>
/// The int8 or int16 graph of a float graph.
/// <list type="bullet">
/// <item>Nodes are taken in order; each becomes integer when its operator has an integer form that takes its operands.</item>
/// <item>A value is converted where a reader needs the other form, once for all readers.</item>
/// <item>Inputs and outputs stay float, converted by a Quantize or Dequantize node at the border.</item>
/// <item>Where a comparison reads a value that is made in float and one that is made in integers, both are taken as the integers have them: a value that has been rounded
/// and what it was rounded from would never be equal.</item>
/// </list>
/// </summary>
internal sealed class IntegerGraphBuilder
{
    private readonly Graph _source;
    private readonly SharedRanges _parameters;
    private readonly ICollection<Diagnostic> _diagnostics;
    private readonly NodeDiagnostics _told = new();
    private readonly Graph _result;
    private readonly Dictionary<Tensor, Tensor> _integers = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<Tensor, Tensor> _floats = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<(Tensor Constant, QuantizationParameters Parameters), Tensor> _constants = [];
    private readonly Dictionary<Tensor, Tensor> _rounded = new(ReferenceEqualityComparer.Instance);
    private readonly HashSet<Tensor> _madeInFloat = new(ReferenceEqualityComparer.Instance);
    private readonly HashSet<Tensor> _outputs;
    private readonly List<Tensor> _converted = [];
    private readonly HashSet<string> _names;
    private readonly HashSet<string> _tensorNames;

    private IntegerGraphBuilder(Graph source, SharedRanges parameters, ICollection<Diagnostic> diagnostics)
    {
        _source = source;
        _parameters = parameters;
        _diagnostics = diagnostics;
        _result = new Graph { Name = source.Name };
        _outputs = new HashSet<Tensor>(source.Outputs, ReferenceEqualityComparer.Instance);
        _names = source.Nodes.Select(node => node.Name).ToHashSet(StringComparer.Ordinal);
        _tensorNames = source.Tensors().Select(tensor => tensor.Name).ToHashSet(StringComparer.Ordinal);
    }

    private ElementType Type => _parameters.Type;

    /// <summary>Builds the graph; the source is not changed.</summary>
    public static Graph Build(Graph source, SharedRanges parameters, ICollection<Diagnostic> diagnostics)
    {
        var builder = new IntegerGraphBuilder(source, parameters, diagnostics);
        builder.Build();
        return builder._result;
    }

    private void Build()
    {
        foreach (Tensor input in _source.Inputs)
        {
            _result.Inputs.Add(input);
            _floats[input] = input;
            _madeInFloat.Add(input);
        }

        foreach (Node node in _source.Nodes)
        {
            Operator definition = OperatorCatalog.Of(node);
            bool hasFloat = node.Inputs.Concat(node.Outputs).Any(tensor => tensor?.Type == ElementType.Float32);
            string? obstacle = hasFloat && definition.Quantization != QuantizationRule.Untouched
                ? TryAddInteger(node, definition) : "";
            if (obstacle is null)
            {
                continue;
            }

            AddUnchanged(node);
            if (obstacle.Length > 0)
            {
                _told.AddCost(node, DiagnosticCatalog.LeftInFloat, node.Source, node.Operator, obstacle);
            }
        }

        _told.Tell(_diagnostics);
        foreach (Tensor output in _source.Outputs)
        {
            _result.Outputs.Add(output.Type == ElementType.Float32 ? FloatOf(output) : output);
        }

        NameConstantsApart();
    }

    /// <summary>A float constant read in several roles has become several integer ones.</summary>
    private void NameConstantsApart()
    {
        var taken = _result.Tensors().Where(tensor => !tensor.IsConstant).Select(tensor => tensor.Name).ToHashSet(StringComparer.Ordinal);
        var numbers = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (Tensor constant in _result.Tensors().Where(tensor => tensor.IsConstant).ToList())
        {
            string wanted = constant.Name;
            while (!taken.Add(constant.Name))
            {
                numbers[wanted] = numbers.GetValueOrDefault(wanted) + 1;
                constant.Name = $"{wanted}:{numbers[wanted]}";
            }
        }
    }

    /// <summary>Adds the node in integers; returns what stands against it, or null when it was added.</summary>
    private string? TryAddInteger(Node node, Operator definition)
    {
        if (definition.Quantization == QuantizationRule.FloatOnly)
        {
            return "the operator has no integer form";
        }

        if (node.Inputs.Concat(node.Outputs).FirstOrDefault(tensor => tensor is not null && _parameters.IsPartial(tensor)) is { } partial)
        {
            return $"'{partial.Name}' becomes NaN or infinite on calibration data for which the other branch is selected, and integers cannot hold that";
        }

        for (int i = 0; i < node.Inputs.Count; i++)
        {
            OperandKind kind = definition.RoleOf(node, i).Kind;
            if (kind is OperandKind.Weights or OperandKind.RecurrentWeights or OperandKind.Bias && node.Inputs[i] is { IsConstant: false } operand)
            {
                return $"operand '{operand.Name}' is not constant";
            }
        }

        if (node.Outputs.Any(output => output.Type != ElementType.Float32))
        {
            return "a result is not float";
        }

        if (node.Outputs.Any(output => output.Shape.ElementCount == 0) && Type == ElementType.Int16)
        {
            return "a result has no elements";
        }

        int before = _result.Nodes.Count;
        int convertedBefore = _converted.Count;
        var copy = new Node(node.Name, node.Operator, node.Attributes) { Source = node.Source };
        foreach (Tensor output in node.Outputs)
        {
            copy.Outputs.Add(IntegerTensor(output, _outputs.Contains(output)));
        }

        AddOperands(node, definition, copy);

        try
        {
            definition.Infer(copy);
            if (Type == ElementType.Int16 && definition.Int16Obstacle(copy) is { } obstacle)
            {
                throw new OperatorException(obstacle);
            }
        }
        catch (OperatorException error)
        {
            while (_result.Nodes.Count > before)
            {
                Node conversion = _result.Nodes[^1];
                _names.Remove(conversion.Name);
                _tensorNames.Remove(conversion.Output.Name);
                _result.Nodes.RemoveAt(_result.Nodes.Count - 1);
            }

            _converted.Skip(convertedBefore).ToList().ForEach(tensor => _integers.Remove(tensor));
            _converted.RemoveRange(convertedBefore, _converted.Count - convertedBefore);
            return error.Message;
        }

        _result.Nodes.Add(copy);
        for (int i = 0; i < node.Outputs.Count; i++)
        {
            _integers[node.Outputs[i]] = copy.Outputs[i];
        }

        return null;
    }

    private void AddOperands(Node node, Operator definition, Node copy)
    {
        float[] weightScales = [];
        var raised = new List<Diagnostic>();
        bool isRecurrent = Enumerable.Range(0, node.Inputs.Count).Any(i => definition.RoleOf(node, i).Kind == OperandKind.RecurrentWeights);
        for (int i = 0; i < node.Inputs.Count; i++)
        {
            Tensor? operand = node.Inputs[i];
            OperandRole role = definition.RoleOf(node, i);
            if (operand is null || operand.Type != ElementType.Float32 || role.Kind == OperandKind.Untouched)
            {
                copy.Inputs.Add(operand);
            }
            else if (role.Kind == OperandKind.Weights)
            {
                float inputScale = copy.Input(0).Quantization!.Scale;
                weightScales = Type == ElementType.Int16
                    ? WeightQuantizer.WideScales(operand, role.ChannelAxis)
                    : WeightQuantizer.Scales(operand, role.ChannelAxis, BiasOf(node, definition), inputScale, node.Source, raised);
                copy.Inputs.Add(WeightQuantizer.Weights(operand, role.ChannelAxis, weightScales));
            }
            else if (role.Kind == OperandKind.RecurrentWeights)
            {
                float[] scales = Type == ElementType.Int16
                    ? WeightQuantizer.WideScales(operand, role.ChannelAxis)
                    : WeightQuantizer.Scales(operand, role.ChannelAxis, null, _parameters[node.Output].Scale, node.Source, raised);
                copy.Inputs.Add(WeightQuantizer.Weights(operand, role.ChannelAxis, scales));
            }
            else if (role.Kind == OperandKind.Bias && Type == ElementType.Int16 && !isRecurrent)
            {
                copy.Inputs.Add(WeightQuantizer.WideBias(copy, operand));
            }
            else if (role.Kind == OperandKind.Bias)
            {
                copy.Inputs.Add(WeightQuantizer.Bias(operand, copy.Input(0).Quantization!.Scale, weightScales));
            }
            else
            {
                copy.Inputs.Add(ActivationOperand(node, definition, operand));
            }
        }

        raised.ForEach(told => _told.Add(node, told));
        if (Type == ElementType.Int16 && weightScales.Length > 0 && copy.OptionalInput(2) is null && WeightQuantizer.WideBias(copy, null) is { } zeros)
        {
            while (copy.Inputs.Count > 2)
            {
                copy.Inputs.RemoveAt(copy.Inputs.Count - 1);
            }

            copy.Inputs.Add(zeros);
        }
    }

    private Tensor ActivationOperand(Node node, Operator definition, Tensor operand)
    {
        bool same = definition.Quantization == QuantizationRule.SameAsInput;
        if (operand.IsConstant)
        {
            QuantizationParameters own = same ? _parameters[node.Output] : WeightQuantizer.RangeOf(operand).To(Type);
            if (!_constants.TryGetValue((operand, own), out Tensor? constant))
            {
                _constants[(operand, own)] = constant = WeightQuantizer.Activation(operand, own, Type);
            }

            return constant;
        }

        Tensor integer = IntegerOf(operand);
        QuantizationParameters wanted = same ? _parameters[node.Output] : integer.Quantization!;
        return wanted == integer.Quantization ? integer : Requantized(integer, wanted, node);
    }

    private static Tensor? BiasOf(Node node, Operator definition)
    {
        for (int i = 0; i < node.Inputs.Count; i++)
        {
            if (definition.RoleOf(node, i).Kind == OperandKind.Bias)
            {
                return node.Inputs[i];
            }
        }

        return null;
    }

    private void AddUnchanged(Node node)
    {
        var copy = new Node(node.Name, node.Operator, node.Attributes) { Source = node.Source };
        Tensor[] reals = [.. node.Inputs.OfType<Tensor>().Where(operand => operand is { IsConstant: false, Type: ElementType.Float32 })];
        bool isComparison = OperatorCatalog.Of(node) is LogicOperator && node.Output.Type == ElementType.Bool && reals.Any(_madeInFloat.Contains) && !reals.All(_madeInFloat.Contains);
        foreach (Tensor? operand in node.Inputs)
        {
            copy.Inputs.Add(operand is not { IsConstant: false, Type: ElementType.Float32 } ? operand
                : isComparison && _madeInFloat.Contains(operand) ? RoundedOf(operand)
                : FloatOf(operand));
        }

        foreach (Tensor output in node.Outputs)
        {
            copy.Outputs.Add(output);
            if (output.Type == ElementType.Float32)
            {
                _floats[output] = output;
                _madeInFloat.Add(output);
            }
        }

        _result.Nodes.Add(copy);
    }

    private Tensor IntegerOf(Tensor tensor)
    {
        if (_integers.TryGetValue(tensor, out Tensor? integer))
        {
            return integer;
        }

        integer = IntegerTensor(tensor, beside: true);
        AddConversion("Quantize", _floats[tensor], integer);
        _converted.Add(tensor);
        return _integers[tensor] = integer;
    }

    private Tensor FloatOf(Tensor tensor)
    {
        if (tensor.IsConstant)
        {
            return tensor;
        }

        if (_floats.TryGetValue(tensor, out Tensor? value))
        {
            return value;
        }

        value = _outputs.Contains(tensor) ? tensor : new Tensor(QuantizedNames.Float(tensor.Name), ElementType.Float32, tensor.Shape);
        AddConversion("Dequantize", _integers[tensor], value);
        return _floats[tensor] = value;
    }

    /// <summary>The reals that the integers of a value made in float stand for.</summary>
    private Tensor RoundedOf(Tensor tensor)
    {
        if (!_rounded.TryGetValue(tensor, out Tensor? rounded))
        {
            _rounded[tensor] = rounded = new Tensor(QuantizedNames.Float(tensor.Name), ElementType.Float32, tensor.Shape);
            AddConversion("Dequantize", IntegerOf(tensor), rounded);
        }

        return rounded;
    }

    private Tensor IntegerTensor(Tensor tensor, bool beside) =>
        new(beside ? QuantizedNames.Integer(tensor.Name, Type) : tensor.Name, Type, tensor.Shape) { Quantization = _parameters[tensor] };

    private Tensor Requantized(Tensor integer, QuantizationParameters wanted, Node reader)
    {
        string plain = $"{integer.Name}:for:{reader.Name}";
        string name = plain;
        for (int number = 1; !_tensorNames.Add(name); number++)
        {
            name = $"{plain}_{number}";
        }

        var rescaled = new Tensor(name, Type, integer.Shape) { Quantization = wanted };
        AddConversion("Requantize", integer, rescaled);
        return rescaled;
    }

    private void AddConversion(string operatorName, Tensor from, Tensor to)
    {
        string name = $"{operatorName} {to.Name}";
        for (int number = 1; !_names.Add(name); number++)
        {
            name = $"{operatorName} {to.Name} {number}";
        }

        _result.Nodes.Add(new Node(name, operatorName, QuantizeAttributes.Of(operatorName)) { Inputs = [from], Outputs = [to] });
    }
}
