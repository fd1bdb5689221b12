using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators;

namespace EdgeAI.Compiler.Quantization;

/// <summary>
/// Which tensors must have the same quantization, because an operator moves or compares integers without rescaling them.
/// <list type="bullet">
/// <item>The operands and the result of a node whose rule is <see cref="QuantizationRule.SameAsInput"/> form one group (union–find).</item>
/// <item>A group with the result of a <see cref="QuantizationRule.Fixed"/> node has that quantization; where several operands meet, such a result stays outside and is rescaled.</item>
/// <item>Any other group has the union of its members' ranges.</item>
/// </list>
/// </summary>
internal sealed class SharedRanges
{
    /// <summary>int16 has bits to spare: one of them holds values to come that are up to twice as large as those of the calibration data.</summary>
    private const float Int16Headroom = 2;

    private readonly Dictionary<Tensor, Tensor> _parents = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<Tensor, QuantizationParameters> _fixed = new(ReferenceEqualityComparer.Instance);
    private readonly HashSet<Tensor> _partial = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<Tensor, QuantizationParameters> _parameters = new(ReferenceEqualityComparer.Instance);

    /// <summary>Groups the float tensors of a graph and settles each group's parameters for int8 or int16.</summary>
    public SharedRanges(Graph graph, IReadOnlyDictionary<Tensor, ActivationRange> ranges, ElementType type = ElementType.Int8)
    {
        Type = type;
        foreach (Node node in graph.Nodes)
        {
            Join(node);
        }

        var unions = new Dictionary<Tensor, ActivationRange>(ReferenceEqualityComparer.Instance);
        foreach ((Tensor tensor, ActivationRange range) in ranges)
        {
            if (range.IsPartial)
            {
                _partial.Add(tensor);
            }

            Tensor root = Root(tensor);
            unions[root] = unions.TryGetValue(root, out ActivationRange union) ? union.Union(range) : range;
        }

        foreach ((Tensor root, ActivationRange range) in unions)
        {
            _parameters[root] = _fixed.TryGetValue(root, out QuantizationParameters? given) ? given : (type == ElementType.Int16 ? range.Widened(Int16Headroom) : range).To(type);
        }
    }

    /// <summary>The integers' type.</summary>
    public ElementType Type { get; }

    /// <summary>The parameters of a tensor computed at run time.</summary>
    public QuantizationParameters this[Tensor tensor] => _parameters[Root(tensor)];

    /// <summary>The tensor that stands for all that share this one's parameters.</summary>
    public Tensor GroupOf(Tensor tensor) => Root(tensor);

    /// <summary>Whether the tensor also had values that are NaN or infinite, which integers cannot hold.</summary>
    public bool IsPartial(Tensor tensor) => _partial.Contains(tensor);

    /// <summary>Whether an operator fixes the parameters of the tensor, whatever its range.</summary>
    public bool IsFixed(Tensor tensor) => _fixed.ContainsKey(Root(tensor));

    /// <summary>
    /// Makes the scale of a tensor, and of all that share it, larger by a power of two, which holds every value that it held; false where an operator fixes it.
    /// </summary>
    public bool TryCoarsen(Tensor tensor, int bits)
    {
        Tensor root = Root(tensor);
        if (_fixed.ContainsKey(root) || !_parameters.TryGetValue(root, out QuantizationParameters? old))
        {
            return false;
        }

        _parameters[root] = QuantizationParameters.PerTensor((float)Math.ScaleB(old.Scale, bits), old.ZeroPoint);
        return true;
    }

    private void Join(Node node)
    {
        Operator definition = OperatorCatalog.Of(node);
        if (definition.Quantization == QuantizationRule.Fixed)
        {
            foreach (Tensor output in node.Outputs)
            {
                _fixed[Root(output)] = definition.FixedQuantization(Type);
            }
        }

        if (definition.Quantization != QuantizationRule.SameAsInput)
        {
            return;
        }

        Tensor[] operands =
        [
            .. node.Inputs.Where((tensor, i) => tensor is { IsConstant: false, Type: ElementType.Float32 }
                && definition.RoleOf(node, i).Kind == OperandKind.Activation).OfType<Tensor>(),
        ];
        bool several = node.Inputs.Count(tensor => tensor?.Type == ElementType.Float32) > 1;
        foreach (Tensor operand in operands)
        {
            if (!several || !_fixed.ContainsKey(Root(operand)))
            {
                Unite(operand, node.Output);
            }
        }
    }

    private void Unite(Tensor first, Tensor second)
    {
        Tensor root = Root(first);
        Tensor other = Root(second);
        if (!ReferenceEquals(root, other))
        {
            _parents[other] = root;
            if (_fixed.Remove(other, out QuantizationParameters? given))
            {
                _fixed[root] = given;
            }
        }
    }

    private Tensor Root(Tensor tensor)
    {
        while (_parents.TryGetValue(tensor, out Tensor? parent))
        {
            tensor = parent;
        }

        return tensor;
    }
}
