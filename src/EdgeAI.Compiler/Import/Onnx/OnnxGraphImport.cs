using System.Globalization;
using EdgeAI.Compiler.Diagnostics;
using EdgeAI.Compiler.Import.Onnx.Folding;
using EdgeAI.Compiler.Import.Onnx.Schema;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Pipeline;

namespace EdgeAI.Compiler.Import.Onnx;

/// <summary>One import of a main graph: the state that its nodes share.</summary>
internal sealed class OnnxGraphImport(
    ImportRequest request, ICollection<Diagnostic> diagnostics, OnnxNodeList nodes, CancellationToken cancellation)
{
    private const int MostInlinedGraphs = 10_000;

    private static readonly HashSet<string> _carryTexts = new(StringComparer.Ordinal)
    {
        "Reshape", "Flatten", "Squeeze", "Unsqueeze", "Gather", "ArrayFeatureExtractor", "Identity", "Cast",
    };

    private readonly OnnxTensorReader _reader = new(request);
    private readonly List<Diagnostic> _errors = [];
    private readonly Dictionary<string, ValueInfoProto> _declared = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> _fileTypes = new(StringComparer.Ordinal);
    private readonly Dictionary<string, TensorProto> _initializers = new(StringComparer.Ordinal);
    private readonly HashSet<string> _read = new(StringComparer.Ordinal);
    private readonly HashSet<Tensor> _finite = new(ReferenceEqualityComparer.Instance);
    private OnnxGraphBuilder _builder = new([], []);
    private int _inlined;

    /// <summary>The internal graph. Throws <see cref="DiagnosticException"/> with everything found.</summary>
    public Graph Run(GraphProto graph)
    {
        if (graph.SparseInitializer.Count > 0)
        {
            throw Malformed("it has sparse constants, which are not supported");
        }

        var inputs = new OnnxInputs(request, diagnostics);
        IReadOnlyList<(string Name, OnnxValue Value)> given = inputs.Read(graph);
        HashSet<string> available = Define(graph, given.Select(input => input.Name));
        available.UnionWith(given.SelectMany(input => input.Value.Tensors).Select(tensor => tensor.Name));
        IReadOnlyList<OnnxSourceNode> sources = nodes.Of(graph, "", "", available);
        _builder = new OnnxGraphBuilder(
            available.Concat(sources.SelectMany(node => AllNames(node.Proto))), sources.Select(node => node.Name)) { IsAsWritten = request.AsWritten };
        foreach ((string name, OnnxValue value) in given)
        {
            _builder.Define(name, value);
        }

        foreach (ValueInfoProto value in graph.Output.Concat(graph.ValueInfo))
        {
            _declared[value.Name] = value;
        }

        DeclareOperands(sources);
        foreach (ValueInfoProto value in graph.Input.Concat(graph.Output).Concat(graph.ValueInfo))
        {
            _fileTypes[value.Name] = value.Type?.TensorType?.ElemType ?? 0;
        }

        _read.UnionWith(graph.Output.Select(output => output.Name));
        Import(sources);
        List<(string Name, Tensor Tensor)> outputs = Outputs(graph, inputs);
        foreach (Diagnostic told in _builder.Told.Distinct())
        {
            diagnostics.Add(told);
        }

        return _errors.Count == 0
            ? Finish([.. given.SelectMany(input => input.Value.Tensors)], [.. outputs.Select(output => output.Tensor)], [.. outputs.Select(output => output.Name)])
            : throw new DiagnosticException([.. _errors]);
    }

    /// <summary>The shape that the file declares for a copy, or for numbers of another type, is that of what they are made of.</summary>
    private void DeclareOperands(IReadOnlyList<OnnxSourceNode> sources)
    {
        foreach (NodeProto node in sources.Reverse().Where(source => source.Domain.Length == 0).Select(source => source.Proto))
        {
            if (node is { OpType: "Identity" or "Cast" or "CastLike", Input: [var operand, ..], Output: [var result, ..] }
                && !_declared.ContainsKey(operand) && _declared.GetValueOrDefault(result)?.Type?.TensorType?.Shape is { } shape)
            {
                _declared[operand] = new ValueInfoProto { Name = operand, Type = new TypeProto { TensorType = new TypeProto.Types.TensorType { Shape = shape } } };
            }
        }
    }

    private HashSet<string> Define(GraphProto graph, IEnumerable<string> inputs)
    {
        var available = new HashSet<string>(StringComparer.Ordinal);
        foreach (string input in inputs)
        {
            if (!available.Add(input))
            {
                throw DiagnosticCatalog.OnnxDuplicateValue.Throw(request.DisplayPath, input, "one input", "another");
            }
        }

        foreach (TensorProto initializer in graph.Initializer)
        {
            if (!available.Add(initializer.Name))
            {
                throw DiagnosticCatalog.OnnxDuplicateValue.Throw(request.DisplayPath, initializer.Name, "one constant", "another");
            }

            _initializers.Add(initializer.Name, initializer);
            _fileTypes[initializer.Name] = initializer.DataType;
        }

        return available;
    }

    private void Import(IReadOnlyList<OnnxSourceNode> sources)
    {
        _read.UnionWith(sources.SelectMany(source => source.Reads()));
        foreach (OnnxSourceNode source in sources)
        {
            cancellation.ThrowIfCancellationRequested();
            try
            {
                Import(source);
            }
            catch (OnnxNodeException error)
            {
                _errors.Add(DiagnosticCatalog.OnnxNodeNotSupported.With(
                    request.DisplayPath, source.Name, source.Proto.OpType, source.Version, error.Obstacle, error.Remedy));
            }
            catch (DiagnosticException error)
            {
                _errors.AddRange(error.Diagnostics);
            }

            foreach (string output in source.Proto.Output.Where(name => _read.Contains(name) && _builder.Value(name) is null))
            {
                DefineFromDeclaration(output);
            }
        }
    }

    private void Import(OnnxSourceNode source)
    {
        IOnnxForm? own = request.Operators.OnnxForm(source.Domain, source.Proto.OpType);
        IOnnxForm? form = own ?? OnnxFormCatalog.Form(source.Domain, source.Proto.OpType);
        IConstantRule? rule = own is not null ? null : OnnxFormCatalog.Rule(source.Domain, source.Proto.OpType);
        List<OnnxValue?> operands = [.. source.Proto.Input.Select(Operand)];
        bool isComplete = source.Proto.Input.Zip(operands).All(pair => pair.First.Length == 0 || pair.Second is not null);
        var node = new OnnxNode(source, operands, _reader, _read, _declared, _fileTypes)
        {
            File = request.DisplayPath,
            Producer = nodes.Producer,
            Inline = (attribute, graph, inputs) => Inline(source, attribute, graph, inputs),
        };
        if (OnnxControlFlow.Takes(source) && isComplete)
        {
            _builder.Begin(node);
            new OnnxControlFlow(this, _builder).Import(source, node);
            return;
        }

        bool isFoldable = rule is not null && isComplete && (rule.NeedsOnlyShapes || node.IsConstant);
        if (!isFoldable && form is null && (isComplete || rule is null))
        {
            if (NoDeviceOperators.Reason(source.Domain, source.Proto.OpType) is { } reason)
            {
                throw reason;
            }

            _errors.Add(DiagnosticCatalog.OnnxOperatorNotSupported.With(request.DisplayPath, source.Name, source.Proto.OpType,
                source.Domain.Length == 0 ? "ai.onnx" : source.Domain, source.Version, Describe(source.Proto, operands)));
            return;
        }

        if (!isComplete)
        {
            return;
        }

        _builder.Begin(node);
        if (form is not { TakesSequences: true } && operands.FindIndex(operand => operand is { Tensor: null }) is >= 0 and int list)
        {
            _ = operands[list]!.Single($"operand {list}, '{source.Proto.Input[list]}',");
        }

        bool readsTexts = _carryTexts.Contains(source.Proto.OpType) || form is { TakesTexts: true } || rule is { NeedsOnlyShapes: true };
        if (!readsTexts && operands.FindIndex(operand => operand?.Tensor is { } tensor && _builder.TextsOf(tensor) is not null) is >= 0 and int text)
        {
            throw new OnnxNodeException(
                $"operand {text}, '{source.Proto.Input[text]}', holds texts", "Texts can be moved, chosen and taken as labels; compare and join them outside the model");
        }

        if (isFoldable && rule!.Evaluate(node) is { } results)
        {
            BindConstants(node, results);
            if (rule.IsRandom)
            {
                _builder.Told.Add(DiagnosticCatalog.OnnxRandomConstant.With(request.DisplayPath, source.FileName, source.Proto.OpType, results[0].Shape));
            }

            return;
        }

        if (form is null)
        {
            throw new OnnxNodeException("its operands are constants of an unsupported kind", "Fold it before export");
        }

        if (form.NeedsFiniteConstants)
        {
            CheckFinite(source);
        }

        form.Import(node, _builder);
        CarryTexts(source, operands);
    }

    /// <summary>Places of texts stay such where they are moved or chosen.</summary>
    private void CarryTexts(OnnxSourceNode source, List<OnnxValue?> operands)
    {
        if (_carryTexts.Contains(source.Proto.OpType) && operands[0]?.Tensor is { } x && _builder.TextsOf(x) is { } texts && _builder.Value(source.Proto.Output[0])?.Tensor is { Type: ElementType.Int64 } result)
        {
            _builder.StandsForTexts(result, texts);
        }
    }

    private void BindConstants(OnnxNode node, IReadOnlyList<Tensor> results)
    {
        for (int i = 0; i < results.Count; i++)
        {
            if (node.HasOutput(i))
            {
                Tensor constant = results[i];
                _builder.Define(node.Outputs[i], node.Inputs.Contains(constant)
                    ? constant
                    : new Tensor(_builder.NameOfResult(node.Outputs[i]), constant.Type, constant.Shape)
                    {
                        Constant = constant.Constant,
                        Quantization = constant.Quantization,
                    });
            }
        }
    }

    /// <summary>
    /// Adds an inner graph in the place of the node that runs it, its inputs standing for the given values, and gives its outputs; null where
    /// parts of it cannot be imported, which has been told.
    /// </summary>
    internal IReadOnlyList<OnnxValue>? Inline(OnnxSourceNode source, string attribute, GraphProto graph, IReadOnlyList<OnnxValue> inputs)
    {
        if (++_inlined > MostInlinedGraphs)
        {
            throw new OnnxNodeException($"inner graphs are run more than {MostInlinedGraphs} times in all", "Export with fewer rounds");
        }

        var available = new HashSet<string>(source.Reads(), StringComparer.Ordinal);
        for (int i = 0; i < Math.Min(inputs.Count, graph.Input.Count); i++)
        {
            available.Add(graph.Input[i].Name);
            _builder.Define(graph.Input[i].Name, inputs[i]);
        }

        foreach (TensorProto initializer in graph.Initializer)
        {
            available.Add(initializer.Name);
            _builder.Define(initializer.Name, _reader.Read(initializer, _builder.UniqueTensorName(initializer.Name)));
        }

        int before = _errors.Count;
        _read.UnionWith(graph.Output.Select(output => output.Name));
        Import(nodes.Of(graph, source.Name + "/", $"{source.FileName}/{attribute}", available));
        OnnxValue?[] outputs = [.. graph.Output.Select(output => Operand(output.Name))];
        return outputs.All(output => output is not null) ? [.. outputs.OfType<OnnxValue>()]
            : _errors.Count > before ? null
            : throw new OnnxNodeException("an inner graph does not make all of its outputs", "Export the model again");
    }

    private OnnxValue? Operand(string name)
    {
        if (name.Length == 0)
        {
            return null;
        }

        if (_builder.Value(name) is { } known)
        {
            return known;
        }

        if (!_initializers.TryGetValue(name, out TensorProto? initializer))
        {
            return null;
        }

        // A damaged constant is told once; its readers are left out.
        _initializers.Remove(name);
        Tensor tensor = initializer.DataType == (int)TensorProto.Types.DataType.String ? Texts(initializer, name) : _reader.Read(initializer, name);
        _builder.Define(name, tensor);
        if (tensor.Type == ElementType.Float32)
        {
            Count(tensor, float.IsNaN, $"shape {tensor.Shape}");
        }

        return tensor;
    }

    /// <summary>Texts are their places among themselves.</summary>
    private Tensor Texts(TensorProto initializer, string name)
    {
        string[] texts = [.. initializer.StringData.Select(text => text.ToStringUtf8())];
        int[] extents = [.. initializer.Dims.Select(extent => (int)Math.Clamp(extent, -1, int.MaxValue))];
        if (extents.Any(extent => extent < 0) || !OnnxLimits.Fit(ElementType.Int64, extents) || new Shape(extents).ElementCount != texts.Length)
        {
            throw DiagnosticCatalog.OnnxTensorDamaged.Throw(request.DisplayPath, name, $"it has {texts.Length} texts for the shape [{string.Join(',', initializer.Dims)}]");
        }

        var tensor = Tensor.FromValues<long>(name, ElementType.Int64, new Shape(extents), [.. texts.Select((_, i) => (long)i)]);
        _builder.StandsForTexts(tensor, texts);
        return tensor;
    }

    private void CheckFinite(OnnxSourceNode source)
    {
        foreach (Tensor constant in source.Proto.Input.Select(name => Operand(name)?.Tensor).OfType<Tensor>())
        {
            if (constant is { IsConstant: true, Type: ElementType.Float32 } && _finite.Add(constant))
            {
                Count(constant, float.IsInfinity, $"node '{source.Name}'");
            }
        }
    }

    private void Count(Tensor tensor, Func<float, bool> isBad, string owner)
    {
        ReadOnlySpan<float> values = tensor.Values<float>();
        int count = 0;
        int first = -1;
        for (int i = 0; i < values.Length; i++)
        {
            if (isBad(values[i]))
            {
                first = count++ == 0 ? i : first;
            }
        }

        if (count > 0)
        {
            _errors.Add(DiagnosticCatalog.OnnxWeightNotFinite.With(request.DisplayPath, tensor.Name, owner, count, first));
        }
    }

    /// <summary>After an obstacle the file's own shapes stand in, so that what follows is still looked at.</summary>
    private void DefineFromDeclaration(string name)
    {
        if (_declared.GetValueOrDefault(name)?.Type?.TensorType is { Shape: { } shape } type
            && OnnxElementTypes.Internal(type.ElemType) is { } elementType
            && shape.Dim.All(dimension => dimension.DimValue is > 0 and <= int.MaxValue))
        {
            int[] extents = [.. shape.Dim.Select(dimension => (int)dimension.DimValue)];
            if (OnnxLimits.Fit(elementType, extents))
            {
                _builder.Define(name, new Tensor(name, elementType, new Shape(extents)));
            }
        }
    }

    private static string Describe(NodeProto proto, List<OnnxValue?> operands) => proto.Input.Count == 0
        ? "no operands"
        : string.Join(", ", proto.Input.Zip(operands).Select(pair =>
            pair.Second?.Tensor is { } tensor ? $"'{pair.First}' {tensor.Type.DisplayName()}{tensor.Shape}"
            : pair.Second is { } value ? $"'{pair.First}', {value}"
            : pair.First.Length == 0 ? "(none)" : $"'{pair.First}' of unknown shape"));

    /// <summary>The outputs under the file's names; a sequence is one output for each of its tensors.</summary>
    private List<(string Name, Tensor Tensor)> Outputs(GraphProto graph, OnnxInputs inputs)
    {
        if (graph.Output.Count == 0)
        {
            throw Malformed("it has no outputs");
        }

        var outputs = new List<(string, Tensor)>();
        foreach (ValueInfoProto output in graph.Output)
        {
            OnnxValue? value = Operand(output.Name);
            if (value?.Tensor is { } tensor)
            {
                inputs.WarnOfFloatType("output", output);
                outputs.Add((output.Name, tensor));
                if (_builder.TextsOf(tensor) is { } texts)
                {
                    diagnostics.Add(DiagnosticCatalog.OnnxTextBecomesIndex.With(
                        request.DisplayPath, output.Name, string.Join(", ", texts.Select((text, i) => string.Create(CultureInfo.InvariantCulture, $"{i} is '{text}'")))));
                }
            }
            else if (value?.Elements is { Length: > 0 } elements)
            {
                string[] names = [.. elements.Select((_, i) => string.Create(CultureInfo.InvariantCulture, $"{output.Name}_{i}"))];
                outputs.AddRange(names.Zip(elements));
                diagnostics.Add(DiagnosticCatalog.OnnxSequenceBecomesTensors.With(request.DisplayPath, output.Name, string.Join(", ", names.Select(name => $"'{name}'"))));
            }
            else if (value is not null)
            {
                _errors.Add(DiagnosticCatalog.OnnxOutputHoldsNothing.With(request.DisplayPath, output.Name, value));
            }
            else if (_errors.Count == 0)
            {
                _errors.Add(DiagnosticCatalog.OnnxMissingValue.With(request.DisplayPath, "The list of outputs", output.Name));
            }
        }

        return outputs;
    }

    /// <summary>Leaves out nodes that nobody reads, and gives outputs the file's names where the tensor is free to be renamed.</summary>
    private Graph Finish(IReadOnlyList<Tensor> inputs, List<Tensor> outputs, List<string> outputNames)
    {
        var needed = new HashSet<Tensor>(outputs, ReferenceEqualityComparer.Instance);
        var kept = new List<Node>();
        foreach (Node node in Enumerable.Reverse(_builder.Nodes))
        {
            if (node.Outputs.Any(needed.Contains))
            {
                kept.Add(node);
                needed.UnionWith(node.Inputs.OfType<Tensor>());
            }
        }

        kept.Reverse();
        var graph = new Graph { Name = request.Name, Inputs = [.. inputs], Outputs = [.. outputs], Nodes = kept };
        var taken = graph.Tensors().Select(tensor => tensor.Name).ToHashSet(StringComparer.Ordinal);
        for (int i = 0; i < outputs.Count; i++)
        {
            bool isFree = !inputs.Contains(outputs[i]) && !outputNames.Contains(outputs[i].Name) && !taken.Contains(outputNames[i]);
            if (isFree)
            {
                outputs[i].Name = outputNames[i];
                taken.Add(outputNames[i]);
            }
        }

        return graph;
    }

    private static IEnumerable<string> AllNames(NodeProto node) =>
        node.Output.Concat(OnnxSourceNode.InnerGraphs(node).SelectMany(graph =>
            graph.Initializer.Select(initializer => initializer.Name).Concat(graph.Node.SelectMany(AllNames))));

    private DiagnosticException Malformed(string why) => DiagnosticCatalog.OnnxGraphMalformed.Throw(request.DisplayPath, why);
}
