using System.Collections.Immutable;
using System.Runtime.InteropServices;
using EdgeAI.Compiler.Diagnostics;
using EdgeAI.Compiler.Execution;
using EdgeAI.Compiler.Import.Onnx;
using EdgeAI.Compiler.Import.Onnx.Schema;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Pipeline;
using Google.Protobuf;
using AttributeType = EdgeAI.Compiler.Import.Onnx.Schema.AttributeProto.Types.AttributeType;

namespace EdgeAI.Compiler.Tests.Import.Onnx;

/// <summary>Writes small ONNX models for tests, imports and runs them.</summary>
internal sealed class OnnxModels
{
    private readonly GraphProto _graph = new() { Name = "test" };

    /// <summary>A model of one operator set.</summary>
    public OnnxModels(long operatorSet = 13)
    {
        Model = new ModelProto { IrVersion = 8, Graph = _graph };
        Model.OpsetImport.Add(new OperatorSetIdProto { Domain = "", Version = operatorSet });
    }

    public ModelProto Model { get; }

    public byte[] Bytes => Model.ToByteArray();

    public OnnxModels Input(string name, params object[] extents) => Input(name, TensorProto.Types.DataType.Float, extents);

    public OnnxModels Input(string name, TensorProto.Types.DataType type, params object[] extents)
    {
        _graph.Input.Add(Value(name, type, extents));
        return this;
    }

    public OnnxModels Output(string name)
    {
        _graph.Output.Add(new ValueInfoProto
        {
            Name = name,
            Type = new TypeProto { TensorType = new TypeProto.Types.TensorType { ElemType = (int)TensorProto.Types.DataType.Float } },
        });
        return this;
    }

    public OnnxModels Constant(string name, long[] extents, params float[] values)
    {
        _graph.Initializer.Add(Floats(name, extents, values));
        return this;
    }

    public OnnxModels Integers(string name, params long[] values)
    {
        var tensor = new TensorProto { Name = name, DataType = (int)TensorProto.Types.DataType.Int64 };
        tensor.Dims.Add(values.Length);
        tensor.Int64Data.AddRange(values);
        _graph.Initializer.Add(tensor);
        return this;
    }

    public OnnxModels Initializer(TensorProto tensor)
    {
        _graph.Initializer.Add(tensor);
        return this;
    }

    public OnnxModels Node(string operatorType, string[] inputs, string[] outputs, params AttributeProto[] attributes)
    {
        _graph.Node.Add(MakeNode(operatorType, inputs, outputs, attributes));
        return this;
    }

    public static NodeProto MakeNode(string operatorType, string[] inputs, string[] outputs, params AttributeProto[] attributes)
    {
        var node = new NodeProto { OpType = operatorType };
        node.Input.AddRange(inputs);
        node.Output.AddRange(outputs);
        node.Attribute.AddRange(attributes);
        return node;
    }

    public static TensorProto Floats(string name, long[] extents, params float[] values)
    {
        var tensor = new TensorProto
        {
            Name = name,
            DataType = (int)TensorProto.Types.DataType.Float,
            RawData = ByteString.CopyFrom(MemoryMarshal.AsBytes<float>(values)),
        };
        tensor.Dims.AddRange(extents);
        return tensor;
    }

    public static ValueInfoProto Value(string name, TensorProto.Types.DataType type, params object[] extents)
    {
        var shape = new TensorShapeProto();
        foreach (object extent in extents)
        {
            shape.Dim.Add(extent is string symbol
                ? new TensorShapeProto.Types.Dimension { DimParam = symbol }
                : new TensorShapeProto.Types.Dimension { DimValue = Convert.ToInt64(extent, null) });
        }

        return new ValueInfoProto
        {
            Name = name,
            Type = new TypeProto { TensorType = new TypeProto.Types.TensorType { ElemType = (int)type, Shape = shape } },
        };
    }

    public static AttributeProto Int(string name, long value) => new() { Name = name, Type = AttributeType.Int, I = value };

    public static AttributeProto Float(string name, float value) => new() { Name = name, Type = AttributeType.Float, F = value };

    public static AttributeProto Text(string name, string value) =>
        new() { Name = name, Type = AttributeType.String, S = ByteString.CopyFromUtf8(value) };

    public static AttributeProto Ints(string name, params long[] values)
    {
        var attribute = new AttributeProto { Name = name, Type = AttributeType.Ints };
        attribute.Ints.AddRange(values);
        return attribute;
    }

    public Graph Import(string inputShapes = "", Func<string, byte[]?>? external = null) => Import(Bytes, inputShapes, external);

    public static Graph Import(byte[] bytes, string inputShapes = "", Func<string, byte[]?>? external = null,
        ICollection<Diagnostic>? diagnostics = null)
    {
        Graph graph = OnnxImporter.Import(Request(bytes, inputShapes, external), diagnostics ?? [], CancellationToken.None);
        CollectionAssert.AreEqual(Array.Empty<string>(), GraphVerifier.Verify(graph).ToArray());
        return graph;
    }

    public static ImportRequest Request(byte[] bytes, string inputShapes = "", Func<string, byte[]?>? external = null)
    {
        var shapes = inputShapes.Split(';', StringSplitOptions.RemoveEmptyEntries).ToImmutableSortedDictionary(
            entry => entry[..entry.LastIndexOf(':')],
            entry => new Shape([.. entry[(entry.LastIndexOf(':') + 1)..].Split(',').Select(int.Parse)]),
            StringComparer.Ordinal);
        return new ImportRequest("model", "models/model.onnx", bytes, shapes, external ?? (_ => null));
    }

    /// <summary>The diagnostics that an import ends with.</summary>
    public IReadOnlyList<Diagnostic> Errors(string inputShapes = "", Func<string, byte[]?>? external = null) =>
        Errors(Bytes, inputShapes, external);

    public static IReadOnlyList<Diagnostic> Errors(byte[] bytes, string inputShapes = "", Func<string, byte[]?>? external = null) =>
        Assert.ThrowsExactly<DiagnosticException>(() =>
            OnnxImporter.Import(Request(bytes, inputShapes, external), [], CancellationToken.None)).Diagnostics;

    /// <summary>The first output for float inputs.</summary>
    public float[] Run(params float[][] inputs)
    {
        var executor = new GraphExecutor(Import());
        for (int i = 0; i < inputs.Length; i++)
        {
            executor.SetInput(i, MemoryMarshal.AsBytes<float>(inputs[i]));
        }

        executor.Run();
        return MemoryMarshal.Cast<byte, float>(executor.Output(0)).ToArray();
    }
}
