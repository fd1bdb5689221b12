using EdgeAI.Compiler.Import.Onnx;
using EdgeAI.Compiler.Import.Onnx.Schema;
using EdgeAI.Compiler.Import.TfLite;
using Google.Protobuf;

namespace EdgeAI.Compiler.Tests.Import.Fuzz;

/// <summary>
/// Damages model files: bytes anywhere, or the parts that mean something. The same generator state gives the same file.
/// </summary>
internal sealed class ModelMutator(Random random)
{
    private static readonly long[] Extremes =
        [0, 1, -1, 2, 3, 7, 127, -128, 255, 65535, 65536, int.MaxValue, int.MinValue, 1L << 31, long.MaxValue, long.MinValue, 1 << 20, 1 << 28];

    private static readonly string[] OnnxOperators = [.. OnnxImporter.SupportedOperators.Where(name => !name.Contains(':', StringComparison.Ordinal)), .. OnnxImporter.FoldedOperators];

    /// <summary>A damaged copy of a model.</summary>
    public byte[] Mutate(byte[] model)
    {
        bool isTfLite = model.Length > 8 && model.AsSpan(4, 4).SequenceEqual("TFL3"u8);
        return random.Next(3) == 0 ? Bytes(model) : isTfLite ? FlatBuffer(model) : Onnx(model);
    }

    private byte[] Bytes(byte[] model)
    {
        var bytes = new List<byte>(model);
        for (int change = random.Next(1, 6); change > 0 && bytes.Count > 16; change--)
        {
            int at = random.Next(bytes.Count);
            switch (random.Next(5))
            {
                case 0: bytes[at] = (byte)random.Next(256); break;
                case 1: bytes[at] ^= (byte)(1 << random.Next(8)); break;
                case 2: bytes.RemoveRange(at, Math.Min(random.Next(1, 32), bytes.Count - at)); break;
                case 3: bytes.InsertRange(at, bytes.GetRange(random.Next(bytes.Count - 8), random.Next(1, 8))); break;
                default: bytes.RemoveRange(at, bytes.Count - at); break;
            }
        }

        return [.. bytes];
    }

    /// <summary>Words of a flatbuffer become other numbers: offsets, lengths, indexes, extents, types.</summary>
    private byte[] FlatBuffer(byte[] model)
    {
        byte[] bytes = [.. model];
        for (int change = random.Next(1, 5); change > 0; change--)
        {
            switch (random.Next(4))
            {
                case 0:
                    Write(bytes, random.Next(bytes.Length / 4) * 4, (int)Extreme());
                    break;
                case 1:
                    Write(bytes, random.Next(bytes.Length / 4) * 4, random.Next(64));
                    break;
                case 2:
                    bytes[random.Next(bytes.Length)] = (byte)random.Next(BuiltinOperators.Custom * 5);
                    break;
                default:
                    // One word in the place of another keeps numbers plausible.
                    bytes.AsSpan(random.Next(bytes.Length / 4) * 4, 4).CopyTo(bytes.AsSpan(random.Next(bytes.Length / 4) * 4));
                    break;
            }
        }

        return bytes;
    }

    private byte[] Onnx(byte[] model)
    {
        ModelProto proto;
        try
        {
            proto = ModelProto.Parser.ParseFrom(model);
        }
        catch (InvalidProtocolBufferException)
        {
            return Bytes(model);
        }

        for (int change = random.Next(1, 4); change > 0 && proto.Graph is not null; change--)
        {
            Onnx(proto.Graph, proto);
        }

        return proto.ToByteArray();
    }

    private void Onnx(GraphProto graph, ModelProto model)
    {
        NodeProto? node = graph.Node.Count > 0 ? graph.Node[random.Next(graph.Node.Count)] : null;
        TensorProto? tensor = graph.Initializer.Count > 0 ? graph.Initializer[random.Next(graph.Initializer.Count)] : null;
        switch (random.Next(14))
        {
            case 0 when node is not null: node.OpType = OnnxOperators[random.Next(OnnxOperators.Length)]; break;
            case 1 when node?.Input.Count > 0: node.Input[random.Next(node.Input.Count)] = Name(graph); break;
            case 2 when node?.Input.Count > 0: node.Input.RemoveAt(random.Next(node.Input.Count)); break;
            case 3 when node is not null: node.Input.Add(Name(graph)); break;
            case 4 when node is not null: graph.Node.Remove(node); break;
            case 5 when node is not null: graph.Node.Insert(random.Next(graph.Node.Count), node.Clone()); break;
            case 6 when node?.Attribute.Count > 0: Attribute(node.Attribute[random.Next(node.Attribute.Count)]); break;
            case 7 when node?.Attribute.Count > 0: node.Attribute.RemoveAt(random.Next(node.Attribute.Count)); break;
            case 8 when tensor?.Dims.Count > 0: tensor.Dims[random.Next(tensor.Dims.Count)] = Extreme(); break;
            case 9 when tensor is not null: tensor.DataType = random.Next(24); break;
            case 10 when tensor is not null: graph.Initializer.Remove(tensor); break;
            case 11 when graph.Input.Count > 0: Shape(graph.Input[random.Next(graph.Input.Count)]); break;
            case 12 when node?.Output.Count > 0: node.Output[random.Next(node.Output.Count)] = Name(graph); break;
            default:
                if (model.OpsetImport.Count > 0)
                {
                    model.OpsetImport[0].Version = random.Next(1, 27);
                }

                break;
        }
    }

    private void Attribute(AttributeProto attribute)
    {
        attribute.I = Extreme();
        attribute.F = (float)Extreme();
        if (attribute.Ints.Count > 0)
        {
            attribute.Ints[random.Next(attribute.Ints.Count)] = Extreme();
        }

        if (random.Next(4) == 0)
        {
            attribute.Type = (AttributeProto.Types.AttributeType)random.Next(1, 12);
        }
    }

    private void Shape(ValueInfoProto input)
    {
        if (input.Type?.TensorType?.Shape is { Dim.Count: > 0 } shape)
        {
            shape.Dim[random.Next(shape.Dim.Count)].DimValue = Extreme();
        }
    }

    private string Name(GraphProto graph)
    {
        string[] names = [.. graph.Node.SelectMany(node => node.Output), .. graph.Initializer.Select(tensor => tensor.Name), .. graph.Input.Select(input => input.Name), ""];
        return names[random.Next(names.Length)];
    }

    private long Extreme() => random.Next(2) == 0 ? random.Next(-8, 40) : Extremes[random.Next(Extremes.Length)];

    private static void Write(byte[] bytes, int at, int value) => BitConverter.TryWriteBytes(bytes.AsSpan(at), value);
}
