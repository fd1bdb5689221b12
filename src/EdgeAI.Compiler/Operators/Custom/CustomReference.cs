using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using EdgeAI.Compiler.Diagnostics;
using EdgeAI.Compiler.Import.Onnx;
using EdgeAI.Compiler.Import.Onnx.Schema;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators.Quantizing;
using EdgeAI.Compiler.Pipeline;
using Google.Protobuf;

namespace EdgeAI.Compiler.Operators.Custom;

/// <summary>The reference for the operands of one node.</summary>
/// <param name="Graph">Its results are the node's, in type, quantization and number; extents may be others with as many elements.</param>
/// <param name="OperandOfInput">For each of the graph's inputs the operand that it is.</param>
internal sealed record CustomInstance(Graph Graph, ImmutableArray<int> OperandOfInput);

/// <summary>
/// A user's operator as an ONNX subgraph: a function of the operator's domain and name, or a graph whose inputs are the operands and, by name, attributes.
/// <list type="bullet">
/// <item>For a node the subgraph is imported with the extents of its operands, constants in it as constants; so its shapes are those of ONNX's own rules.</item>
/// <item>Quantized operands are dequantized in front of it and results quantized behind it, where the subgraph is one of reals: a function, or an input declared so.</item>
/// <item>Nodes of equal operands and attributes share one import.</item>
/// </list>
/// </summary>
internal sealed class CustomReference
{
    private const string CallName = "reference";

    private readonly CustomDefinition _definition;
    private readonly ModelProto _model;
    private readonly FunctionProto? _function;
    private readonly ValueInfoProto[] _operands;
    private readonly ValueInfoProto[] _attributes;
    private readonly ConcurrentDictionary<string, CustomInstance> _instances = new(StringComparer.Ordinal);
    private readonly ConditionalWeakTable<Tensor, string> _hashes = [];

    private CustomReference(CustomDefinition definition, ModelProto model)
    {
        _definition = definition;
        _model = model;
        _function = FindFunction(definition, model);
        IEnumerable<ValueInfoProto> inputs = _function is null ? model.Graph.Input : [];
        HashSet<string> attributes = [.. definition.Attributes.Select(attribute => attribute.Name)];
        HashSet<string> constants = _function is null ? [.. model.Graph.Initializer.Select(initializer => initializer.Name)] : [];
        _attributes = [.. inputs.Where(input => attributes.Contains(input.Name))];
        _operands = [.. inputs.Where(input => !attributes.Contains(input.Name) && !constants.Contains(input.Name))];
    }

    /// <summary>The reference in a file. Throws <see cref="DiagnosticException"/> when it is no ONNX file or does not have the operands and results described.</summary>
    public static CustomReference Read(CustomDefinition definition, ReadOnlyMemory<byte> file)
    {
        ModelProto model;
        try
        {
            model = ModelProto.Parser.ParseFrom(file.Span);
        }
        catch (InvalidProtocolBufferException error)
        {
            throw NotUsable(definition, $"it is no ONNX model ({error.Message.TrimEnd('.')})");
        }

        if (FindFunction(definition, model) is null && (model.Graph is null || model.Graph.Output.Count == 0))
        {
            throw NotUsable(definition, "it holds neither a function of the operator's name nor a graph with outputs");
        }

        var reference = new CustomReference(definition, model);
        int operands = reference._function?.Input.Count ?? reference._operands.Length;
        int results = reference._function?.Output.Count ?? model.Graph!.Output.Count;
        return operands != definition.Inputs.Length
            ? throw NotUsable(definition, FormattableString.Invariant($"it has {operands} operands and the description {definition.Inputs.Length}"))
            : results != definition.Outputs.Length
            ? throw NotUsable(definition, FormattableString.Invariant($"it has {results} results and the description {definition.Outputs.Length}"))
            : reference;
    }

    /// <summary>A file with the functions of a model, where one is the operator's; null where none is.</summary>
    public static byte[]? FunctionFile(CustomDefinition definition, ModelProto model)
    {
        if (definition.OnnxOperator is null || !model.Functions.Any(function => NameOf(function) == definition.OnnxOperator))
        {
            return null;
        }

        var file = new ModelProto { IrVersion = model.IrVersion };
        file.OpsetImport.Add(model.OpsetImport);
        file.Functions.Add(model.Functions);
        return file.ToByteArray();
    }

    /// <summary>The reference for a node, whose operands fit the description. Throws <see cref="DiagnosticException"/> when it cannot be imported for them.</summary>
    public CustomInstance Of(Node node) => _instances.GetOrAdd(KeyOf(node), _ => Make(node));

    private static FunctionProto? FindFunction(CustomDefinition definition, ModelProto model) =>
        model.Functions.FirstOrDefault(function => NameOf(function) == definition.OnnxOperator)
        ?? model.Functions.FirstOrDefault(function => function.Name == definition.Name || function.Name == definition.TfLiteCode);

    private static string NameOf(FunctionProto function) => function.Domain.Length == 0 ? function.Name : $"{function.Domain}:{function.Name}";

    /// <summary>A reference that cannot be used, and why, half a sentence.</summary>
    public static DiagnosticException NotUsable(CustomDefinition definition, string why) =>
        DiagnosticCatalog.OperatorReferenceNotUsable.Throw(null, definition.Name, definition.DisplayPath, why);

    private CustomInstance Make(Node node)
    {
        var graph = new GraphProto { Name = _definition.Name };
        var passed = new List<int>();
        var names = new string[_definition.Inputs.Length];
        for (int i = 0; i < names.Length; i++)
        {
            names[i] = "";
            if (node.OptionalInput(i) is not { } operand)
            {
                continue;
            }

            names[i] = _function is null ? _operands[i].Name : _definition.Inputs[i].Name;
            ElementType type = TypeInside(i, operand);
            if (operand is { IsConstant: true, Quantization: null } && operand.Type == type)
            {
                graph.Initializer.Add(Constant(names[i], operand));
            }
            else
            {
                graph.Input.Add(Value(names[i], type, operand.Shape));
                passed.Add(i);
            }
        }

        var model = new ModelProto { IrVersion = 8, Graph = graph };
        model.OpsetImport.Add(_model.OpsetImport);
        model.Functions.Add(_model.Functions);
        if (_function is not null)
        {
            Call(node, graph, names);
        }
        else
        {
            Copy(node, graph, names);
        }

        Graph imported;
        try
        {
            imported = OnnxImporter.Import(
                new ImportRequest(_definition.Name, _definition.DisplayPath, model.ToByteArray(), ImmutableSortedDictionary<string, Shape>.Empty, _ => null), [], CancellationToken.None);
        }
        catch (DiagnosticException error)
        {
            throw NotUsable(_definition, $"for '{node.Source}' {error.Diagnostics[0].Message.TrimEnd('.')}");
        }

        Dequantize(imported, node, passed);
        Quantize(imported, node);
        return new(imported, [.. passed]);
    }

    /// <summary>A graph that calls the function with the node's attributes.</summary>
    private void Call(Node node, GraphProto graph, string[] names)
    {
        FunctionProto function = _function!;
        var call = new NodeProto { Name = CallName, OpType = function.Name, Domain = function.Domain, Overload = function.Overload };
        call.Input.Add(names);
        CustomAttributes attributes = node.AttributesAs<CustomAttributes>();
        for (int i = 0; i < attributes.Values.Length; i++)
        {
            call.Attribute.Add(Attribute(_definition.Attributes[i].Name, attributes.Values[i]));
        }

        for (int i = 0; i < _definition.Outputs.Length; i++)
        {
            string output = FormattableString.Invariant($"{CallName}_{i}");
            call.Output.Add(output);
            graph.Output.Add(new ValueInfoProto { Name = output });
        }

        graph.Node.Add(call);
    }

    /// <summary>The graph of the file with attributes in the place of the inputs that have their names.</summary>
    private void Copy(Node node, GraphProto graph, string[] names)
    {
        GraphProto source = _model.Graph;
        graph.Node.Add(source.Node);
        graph.Output.Add(source.Output.Select(output => new ValueInfoProto { Name = output.Name }));
        graph.Initializer.Add(source.Initializer.Where(initializer => !_attributes.Any(input => input.Name == initializer.Name)));
        CustomAttributes attributes = node.AttributesAs<CustomAttributes>();
        foreach (ValueInfoProto input in _attributes)
        {
            int index = _definition.Attributes.IndexOf(_definition.Attributes.First(attribute => attribute.Name == input.Name));
            graph.Initializer.Add(Constant(input, _definition.Attributes[index], attributes.Values[index]));
        }

        for (int i = 0; i < names.Length; i++)
        {
            if (names[i].Length == 0 && source.Node.Any(reader => reader.Input.Contains(_operands[i].Name)))
            {
                throw NotUsable(_definition, $"'{node.Source}' leaves out operand '{_definition.Inputs[i].Name}', which its graph reads; a function can do without one");
            }
        }
    }

    /// <summary>The type that the reference takes an operand as.</summary>
    private ElementType TypeInside(int index, Tensor operand)
    {
        bool isReal = _function is not null || OnnxElementTypes.Internal(_operands[index].Type?.TensorType?.ElemType ?? 1) == ElementType.Float32;
        return operand.Quantization is not null && isReal ? ElementType.Float32 : operand.Type;
    }

    private void Dequantize(Graph graph, Node node, List<int> passed)
    {
        for (int i = 0; i < passed.Count; i++)
        {
            Tensor operand = node.Inputs[passed[i]]!;
            Tensor real = graph.Inputs[i];
            if (real.Type != operand.Type)
            {
                var integers = new Tensor(graph.UniqueTensorName(real.Name + ":integers"), operand.Type, operand.Shape) { Quantization = operand.Quantization };
                graph.Inputs[i] = integers;
                graph.Nodes.Insert(0, new(graph.UniqueNodeName("Dequantize " + real.Name), "Dequantize", NoAttributes.Instance) { Inputs = [integers], Outputs = [real] });
            }
        }
    }

    private void Quantize(Graph graph, Node node)
    {
        for (int i = 0; i < graph.Outputs.Count && i < node.Outputs.Count; i++)
        {
            Tensor inside = graph.Outputs[i];
            Tensor result = node.Outputs[i];
            if (result.Type == inside.Type)
            {
                continue;
            }

            if (inside.Type != ElementType.Float32 || result.Quantization is null)
            {
                throw NotUsable(_definition, $"it makes '{_definition.Outputs[i].Name}' as {inside.Type.DisplayName()} and the kernel as {result.Type.DisplayName()}");
            }

            var integers = new Tensor(graph.UniqueTensorName(inside.Name + ":integers"), result.Type, inside.Shape) { Quantization = result.Quantization };
            graph.Nodes.Add(new(graph.UniqueNodeName("Quantize " + inside.Name), "Quantize", QuantizeAttributes.Away) { Inputs = [inside], Outputs = [integers] });
            graph.Outputs[i] = integers;
        }
    }

    private string KeyOf(Node node)
    {
        var key = new StringBuilder();
        foreach (Tensor? tensor in node.Inputs.Concat(node.Outputs))
        {
            // The extents of a result do not matter: they follow from the reference.
            bool isResult = tensor is not null && node.Outputs.Contains(tensor);
            key.Append(tensor?.Type).Append(isResult ? "" : tensor?.Shape.ToString());
            if (tensor?.Quantization is { } quantization)
            {
                key.Append(string.Join(',', quantization.Scales.Select(BitConverter.SingleToInt32Bits))).Append('/')
                    .Append(string.Join(',', quantization.ZeroPoints)).Append('/').Append(quantization.Axis);
            }

            key.Append(tensor is { IsConstant: true } ? _hashes.GetValue(tensor, constant => Convert.ToHexString(SHA256.HashData(constant.Constant!.Value.Span))) : "").Append(';');
        }

        foreach (object value in node.AttributesAs<CustomAttributes>().Values)
        {
            key.Append('|').Append(Attribute("", value));
        }

        return key.ToString();
    }

    private static ValueInfoProto Value(string name, ElementType type, Shape shape)
    {
        var dims = new TensorShapeProto();
        dims.Dim.Add(shape.Extents.Select(extent => new TensorShapeProto.Types.Dimension { DimValue = extent }));
        return new() { Name = name, Type = new() { TensorType = new() { ElemType = (int)OnnxType(type), Shape = dims } } };
    }

    private static TensorProto Constant(string name, Tensor tensor)
    {
        var constant = new TensorProto { Name = name, DataType = (int)OnnxType(tensor.Type), RawData = UnsafeByteOperations.UnsafeWrap(tensor.Constant!.Value) };
        constant.Dims.Add(tensor.Shape.Extents.Select(extent => (long)extent));
        return constant;
    }

    /// <summary>An attribute as a constant of the type and rank that the graph's input of its name declares.</summary>
    private TensorProto Constant(ValueInfoProto input, CustomAttribute attribute, object value)
    {
        double[] numbers = value switch
        {
            long whole => [whole],
            float real => [real],
            string text => [attribute.Choices.IndexOf(text)],
            ImmutableArray<long> wholes => [.. wholes.Select(whole => (double)whole)],
            ImmutableArray<float> reals => [.. reals.Select(real => (double)real)],
            _ => [],
        };
        TypeProto.Types.TensorType? type = input.Type?.TensorType;
        var constant = new TensorProto { Name = input.Name, DataType = type?.ElemType ?? 1 };
        if (type?.Shape is { Dim.Count: > 0 } || numbers.Length != 1)
        {
            constant.Dims.Add(numbers.Length);
        }

        switch ((TensorProto.Types.DataType)constant.DataType)
        {
            case TensorProto.Types.DataType.Float:
                constant.FloatData.Add(numbers.Select(number => (float)number));
                break;
            case TensorProto.Types.DataType.Int64:
                constant.Int64Data.Add(numbers.Select(number => (long)number));
                break;
            case TensorProto.Types.DataType.Int32:
                constant.Int32Data.Add(numbers.Select(number => (int)number));
                break;
            default:
                throw NotUsable(_definition, $"its input '{input.Name}', an attribute, is {OnnxElementTypes.Name(constant.DataType)}; float, int32 and int64 are taken");
        }

        return constant;
    }

    private static AttributeProto Attribute(string name, object value)
    {
        var attribute = new AttributeProto { Name = name };
        switch (value)
        {
            case long whole:
                (attribute.Type, attribute.I) = (AttributeProto.Types.AttributeType.Int, whole);
                break;
            case float real:
                (attribute.Type, attribute.F) = (AttributeProto.Types.AttributeType.Float, real);
                break;
            case string text:
                (attribute.Type, attribute.S) = (AttributeProto.Types.AttributeType.String, ByteString.CopyFromUtf8(text));
                break;
            case ImmutableArray<long> wholes:
                attribute.Type = AttributeProto.Types.AttributeType.Ints;
                attribute.Ints.Add(wholes);
                break;
            case ImmutableArray<float> reals:
                attribute.Type = AttributeProto.Types.AttributeType.Floats;
                attribute.Floats.Add(reals);
                break;
        }

        return attribute;
    }

    private static TensorProto.Types.DataType OnnxType(ElementType type) => type switch
    {
        ElementType.Float32 => TensorProto.Types.DataType.Float,
        ElementType.Int8 => TensorProto.Types.DataType.Int8,
        ElementType.UInt8 => TensorProto.Types.DataType.Uint8,
        ElementType.Int16 => TensorProto.Types.DataType.Int16,
        ElementType.UInt16 => TensorProto.Types.DataType.Uint16,
        ElementType.Int32 => TensorProto.Types.DataType.Int32,
        ElementType.UInt32 => TensorProto.Types.DataType.Uint32,
        ElementType.Int64 => TensorProto.Types.DataType.Int64,
        ElementType.UInt64 => TensorProto.Types.DataType.Uint64,
        ElementType.Bool => TensorProto.Types.DataType.Bool,
        _ => TensorProto.Types.DataType.Float,
    };
}
