using System.Runtime.InteropServices;
using EdgeAI.Compiler.Import.Onnx.Schema;
using Google.Protobuf;
using AttributeType = EdgeAI.Compiler.Import.Onnx.Schema.AttributeProto.Types.AttributeType;

namespace EdgeAI.Compiler.Import.Onnx;

/// <summary>The nodes that one node of a file stands for while they are written; the last of them makes the node's results.</summary>
internal sealed class FusedBody(NodeProto node, string name, long version)
{
    private readonly List<NodeProto> _nodes = [];

    /// <summary>The operator set of the default domain.</summary>
    public long Version => version;

    /// <summary>Names of the operands.</summary>
    public IReadOnlyList<string> Inputs => node.Input;

    /// <summary>The name of an operand; empty where it is left out.</summary>
    public string this[int index] => index < node.Input.Count ? node.Input[index] : "";

    /// <summary>The node's attributes but those named.</summary>
    public AttributeProto[] Attributes(params string[] without) => [.. node.Attribute.Where(attribute => !without.Contains(attribute.Name))];

    /// <summary>A float attribute.</summary>
    public float Float(string attribute, float fallback) => Find(attribute)?.F ?? fallback;

    /// <summary>A list of floats; empty where it is left out.</summary>
    public float[] Floats(string attribute) => [.. Find(attribute)?.Floats ?? []];

    /// <summary>A list of integers; empty where it is left out.</summary>
    public long[] Integers(string attribute) => [.. Find(attribute)?.Ints ?? []];

    /// <summary>A text; empty where it is left out.</summary>
    public string Text(string attribute) => Find(attribute)?.S.ToStringUtf8() ?? "";

    /// <summary>A float attribute for a node.</summary>
    public static AttributeProto Of(string attribute, float value) => new() { Name = attribute, Type = AttributeType.Float, F = value };

    /// <summary>An integer attribute for a node.</summary>
    public static AttributeProto Of(string attribute, long value) => new() { Name = attribute, Type = AttributeType.Int, I = value };

    /// <summary>Adds a node and gives the name of its first result; of three results the others are named _scale and _zero_point behind it.</summary>
    public string Add(string operatorType, IReadOnlyList<string> inputs, IReadOnlyList<AttributeProto>? attributes = null, int results = 1)
    {
        string result = $"{name}/{operatorType.ToLowerInvariant()}_{_nodes.Count}";
        var made = new NodeProto { Name = $"{operatorType.ToLowerInvariant()}_{_nodes.Count}", OpType = operatorType };
        made.Input.AddRange(inputs);
        made.Output.Add(result);
        made.Output.AddRange(new[] { "_scale", "_zero_point" }.Take(results - 1).Select(suffix => result + suffix));
        made.Attribute.AddRange(attributes ?? []);
        _nodes.Add(made);
        return result;
    }

    /// <summary>A single float.</summary>
    public string Constant(float value) => Constant([], [value]);

    /// <summary>A constant of floats.</summary>
    public string Constant(int[] extents, float[] values) => Constant(extents, TensorProto.Types.DataType.Float, MemoryMarshal.AsBytes<float>(values));

    /// <summary>Parts of the first operand on an axis and those behind it, in the form of the operator set.</summary>
    public void Slice(int axis, long[] starts, long[] ends)
    {
        long[] axes = [.. Enumerable.Range(axis, starts.Length)];
        if (version < 10)
        {
            Add("Slice", [this[0]], [Of("starts", starts), Of("ends", ends), Of("axes", axes)]);
        }
        else
        {
            Add("Slice", [this[0], Row(starts), Row(ends), Row(axes)]);
        }
    }

    /// <summary>Says that a result of the node is a value inside.</summary>
    public void Bind(int result, string value)
    {
        if (result < node.Output.Count && node.Output[result].Length > 0)
        {
            _nodes.Add(new NodeProto { Name = $"result_{result}", OpType = "Identity", Input = { value }, Output = { node.Output[result] } });
        }
    }

    /// <summary>The nodes; the last makes the first results of the node.</summary>
    public IReadOnlyList<NodeProto> Finish()
    {
        NodeProto last = _nodes[^1];
        for (int i = 0; i < Math.Min(last.Output.Count, node.Output.Count); i++)
        {
            last.Output[i] = node.Output[i];
        }

        return _nodes;
    }

    private static AttributeProto Of(string attribute, long[] values)
    {
        var made = new AttributeProto { Name = attribute, Type = AttributeType.Ints };
        made.Ints.AddRange(values);
        return made;
    }

    private string Row(long[] values) => Constant([values.Length], TensorProto.Types.DataType.Int64, MemoryMarshal.AsBytes<long>(values));

    private string Constant(int[] extents, TensorProto.Types.DataType type, ReadOnlySpan<byte> bytes)
    {
        var value = new TensorProto { DataType = (int)type, RawData = ByteString.CopyFrom(bytes) };
        value.Dims.AddRange(extents.Select(extent => (long)extent));
        return Add("Constant", [], [new AttributeProto { Name = "value", Type = AttributeType.Tensor, T = value }]);
    }

    private AttributeProto? Find(string attribute) => node.Attribute.FirstOrDefault(candidate => candidate.Name == attribute);
}
