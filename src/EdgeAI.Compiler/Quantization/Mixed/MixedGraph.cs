using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators;
using EdgeAI.Compiler.Operators.Logic;
using EdgeAI.Compiler.Operators.Quantizing;

namespace EdgeAI.Compiler.Quantization.Mixed;

/// <summary>
/// One graph from the layers of several: each node comes from the graph of its type, and a value is brought to another type or other parameters where a
/// reader wants them, once for all readers.
/// <list type="bullet">
/// <item>A graph input that layers of both integer types read is quantized to int16 and brought to int8 from there, so that it has one integer form.</item>
/// <item>Where a comparison reads a value that is made in integers, it reads every other one too as the coarsest of these integers have it, as in a graph of one
/// type: a value that has been rounded and what it was rounded from would never be equal.</item>
/// <item>Outputs stay float; a value has its own name in the form in which it is made.</item>
/// </list>
/// The graphs that it comes from are not changed.
/// </summary>
internal sealed class MixedGraph
{
    private readonly Graph _exact;
    private readonly LayerUnits _units;
    private readonly Graph _result;
    private readonly Dictionary<Tensor, List<Tensor>> _forms = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<Tensor, Tensor> _constants = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<Tensor, QuantizationParameters> _wideInputs = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<(Tensor Value, ElementType Type), Tensor> _rounded = [];
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);
    private readonly HashSet<string> _nodeNames = new(StringComparer.Ordinal);

    private MixedGraph(Graph exact, LayerUnits units)
    {
        _exact = exact;
        _units = units;
        _result = new Graph { Name = exact.Name };
        _nodeNames.UnionWith(exact.Nodes.Select(node => node.Name));
    }

    /// <summary>The graph for a type of each unit.</summary>
    public static Graph Compose(MixedCandidates candidates, LayerUnits units, IReadOnlyDictionary<Node, ElementType> ofUnits)
    {
        var mixed = new MixedGraph(candidates.Exact, units);
        Dictionary<Node, ElementType> types = units.TypesOf(ofUnits);
        (Node Node, Node Form)[] nodes = [.. candidates.Exact.Nodes.Select(node => (node, units.Form(node, types[node]) ?? node))];
        mixed.Build(nodes);
        return mixed._result;
    }

    private void Build((Node Node, Node Form)[] nodes)
    {
        foreach (Tensor input in _exact.Inputs)
        {
            Tensor copy = Copy(input, input.Name);
            _result.Inputs.Add(copy);
            _forms[input] = [copy];
        }

        foreach ((Node node, Node form) in nodes)
        {
            for (int i = 0; i < node.Inputs.Count; i++)
            {
                if (node.Inputs[i] is { } operand && _forms.ContainsKey(operand) && form.Inputs[i] is { Type: ElementType.Int16, Quantization: { } wide })
                {
                    _wideInputs[operand] = wide;
                }
            }
        }

        foreach ((Node node, Node form) in nodes)
        {
            Add(node, form);
        }

        foreach (Tensor output in _exact.Outputs)
        {
            _result.Outputs.Add(output.IsConstant ? ConstantOf(output) : Value(output, output.Type, output.Quantization, null));
        }
    }

    private void Add(Node node, Node form)
    {
        var copy = new Node(node.Name, form.Operator, form.Attributes) { Source = node.Source };
        ElementType? compared = ComparedIn(form);
        for (int i = 0; i < form.Inputs.Count; i++)
        {
            copy.Inputs.Add(form.Inputs[i] switch
            {
                null => null,
                { IsConstant: true } constant => ConstantOf(constant),
                { Type: ElementType.Float32 } operand when compared is { } type && _forms[operand][0].Type != type => Rounded(operand, type, node),
                var operand => Value(node.Inputs[i]!, operand.Type, operand.Quantization, node),
            });
        }

        for (int i = 0; i < form.Outputs.Count; i++)
        {
            Tensor result = Copy(form.Outputs[i], form.Outputs[i].Name);
            copy.Outputs.Add(result);
            _forms[node.Outputs[i]] = [result];
        }

        _result.Nodes.Add(copy);
    }

    /// <summary>The coarsest type of integers in which a comparison in float has a value; null where it has none.</summary>
    private ElementType? ComparedIn(Node form)
    {
        if (OperatorCatalog.Of(form) is not LogicOperator || form.Output.Type != ElementType.Bool)
        {
            return null;
        }

        ElementType[] made = [.. form.Inputs.OfType<Tensor>().Where(tensor => tensor is { IsConstant: false, Type: ElementType.Float32 }).Select(tensor => _forms[tensor][0].Type)];
        return made.Contains(ElementType.Int8) ? ElementType.Int8 : made.Contains(ElementType.Int16) ? ElementType.Int16 : null;
    }

    /// <summary>The reals that the integers of a value stand for which is made in float, or in finer integers.</summary>
    private Tensor Rounded(Tensor tensor, ElementType type, Node reader)
    {
        if (!_rounded.TryGetValue((tensor, type), out Tensor? rounded))
        {
            rounded = _units.ParametersOf(tensor, type) is { } parameters
                ? Convert(Value(tensor, type, parameters, reader), new Tensor(QuantizedNames.Float(tensor.Name), ElementType.Float32, tensor.Shape))
                : Value(tensor, ElementType.Float32, null, reader);
            _rounded[(tensor, type)] = rounded;
        }

        return rounded;
    }

    /// <summary>A value in a type with parameters; made where it is not there yet.</summary>
    private Tensor Value(Tensor tensor, ElementType type, QuantizationParameters? parameters, Node? reader)
    {
        List<Tensor> forms = _forms[tensor];
        if (forms.Find(form => form.Type == type && Equals(form.Quantization, parameters)) is { } known)
        {
            return known;
        }

        Tensor from = forms[0];
        if (type == ElementType.Int8 && from.Type == ElementType.Float32 && _wideInputs.TryGetValue(tensor, out QuantizationParameters? wide))
        {
            from = Value(tensor, ElementType.Int16, wide, reader);
        }

        bool isRescaled = forms.Exists(form => form.Type == type);
        string name = isRescaled ? $"{tensor.Name}:for:{reader!.Name}"
            : type != ElementType.Float32 ? QuantizedNames.Integer(tensor.Name, type)
            : _exact.Outputs.Contains(tensor) ? tensor.Name
            : QuantizedNames.Float(tensor.Name);
        Tensor made = Convert(from, new Tensor(name, type, tensor.Shape) { Quantization = parameters });
        forms.Add(made);
        return made;
    }

    private Tensor Convert(Tensor from, Tensor wanted)
    {
        Tensor made = Copy(wanted, wanted.Name);
        string operation = from.Type == ElementType.Float32 ? "Quantize" : made.Type == ElementType.Float32 ? "Dequantize" : "Requantize";
        _result.Nodes.Add(new Node(Unique($"{operation} {made.Name}", _nodeNames), operation, QuantizeAttributes.Of(operation)) { Inputs = [from], Outputs = [made] });
        return made;
    }

    private Tensor ConstantOf(Tensor constant)
    {
        if (!_constants.TryGetValue(constant, out Tensor? copy))
        {
            _constants[constant] = copy = Copy(constant, constant.Name);
        }

        return copy;
    }

    private Tensor Copy(Tensor tensor, string name) =>
        new(Unique(name, _names), tensor.Type, tensor.Shape) { Quantization = tensor.Quantization, Constant = tensor.Constant };

    private static string Unique(string wanted, HashSet<string> taken)
    {
        string name = wanted;
        for (int number = 1; !taken.Add(name); number++)
        {
            name = $"{wanted}:{number}";
        }

        return name;
    }
}
