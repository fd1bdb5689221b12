using System.Runtime.InteropServices;
using Google.FlatBuffers;

namespace EdgeAI.Compiler.Tests.Import.TfLite;

/// <summary>Writes small TFLite files by slot numbers, so that each test says exactly what stands in its file.</summary>
internal sealed class TfLiteFiles
{
    private readonly FlatBufferBuilder _builder = new(1024);
    private readonly List<int> _tensors = [];
    private readonly List<int> _buffers = [];
    private readonly List<int> _operators = [];
    private readonly List<int> _codes = [];
    private readonly List<int> _inner = [];
    private readonly List<int> _metadata = [];

    public TfLiteFiles()
    {
        _buffers.Add(Table(3));
    }

    /// <summary>A file whose only operator is a RELU of x float32[1,4].</summary>
    public static byte[] Identity()
    {
        var file = new TfLiteFiles();
        int x = file.Tensor("x", 0, [1, 4]);
        int y = file.Tensor("y", 0, [1, 4]);
        file.Operator(19, [x], [y]);
        return file.Finish([x], [y]);
    }

    public static byte[] Bytes<T>(params ReadOnlySpan<T> values) where T : unmanaged => MemoryMarshal.AsBytes(values).ToArray();

    public int Tensor(string name, sbyte type, int[] shape, byte[]? contents = null, float[]? scales = null, long[]? zeroPoints = null,
        int axis = 0, int[]? signature = null, bool variable = false)
    {
        uint buffer = 0;
        if (contents is not null)
        {
            VectorOffset data = Vector(contents);
            _builder.StartTable(3);
            _builder.AddOffset(0, data.Value, 0);
            buffer = AddBuffer();
        }

        return Tensor(name, type, shape, buffer, scales, zeroPoints, axis, signature, variable);
    }

    /// <summary>A tensor whose contents lie at an offset from the file's start.</summary>
    public int FarTensor(string name, sbyte type, int[] shape, ulong offset, ulong size)
    {
        _builder.StartTable(3);
        _builder.AddUlong(1, offset, 0);
        _builder.AddUlong(2, size, 0);
        return Tensor(name, type, shape, AddBuffer(), null, null, 0, null, false);
    }

    /// <summary>A buffer of the file; gives its index.</summary>
    public uint Buffer(byte[] contents)
    {
        VectorOffset data = Vector(contents);
        _builder.StartTable(3);
        _builder.AddOffset(0, data.Value, 0);
        return AddBuffer();
    }

    /// <summary>Metadata of the file.</summary>
    public void Metadata(string name, byte[] contents)
    {
        uint buffer = Buffer(contents);
        StringOffset text = _builder.CreateString(name);
        _builder.StartTable(2);
        _builder.AddOffset(0, text.Value, 0);
        _builder.AddUint(1, buffer, 0);
        _metadata.Add(_builder.EndTable());
    }

    /// <summary>A level of a sparse tensor: dense of a size, or segments and indexes written in integers of 32, 16 or 8 bits (kinds 1 to 3).</summary>
    internal readonly record struct Level(int Size, int[]? Segments = null, int[]? Indexes = null, byte Kind = 1);

    /// <summary>A tensor whose contents are compressed.</summary>
    public int SparseTensor(string name, sbyte type, int[] shape, byte[] values, int[] order, int[] blocks, params Level[] levels)
    {
        VectorOffset data = Vector(values);
        _builder.StartTable(3);
        _builder.AddOffset(0, data.Value, 0);
        uint buffer = AddBuffer();
        VectorOffset tables = Tables([.. levels.Select(LevelTable)]);
        VectorOffset orderVector = Vector(order);
        VectorOffset blockVector = Vector(blocks);
        _builder.StartTable(3);
        _builder.AddOffset(0, orderVector.Value, 0);
        _builder.AddOffset(1, blockVector.Value, 0);
        _builder.AddOffset(2, tables.Value, 0);
        return Tensor(name, type, shape, buffer, null, null, 0, null, false, _builder.EndTable());
    }

    private int LevelTable(Level level)
    {
        int segments = level.Segments is null ? 0 : IndexTable(level.Segments, level.Kind);
        int indexes = level.Indexes is null ? 0 : IndexTable(level.Indexes, level.Kind);
        _builder.StartTable(6);
        _builder.AddSbyte(0, (sbyte)(level.Segments is null ? 0 : 1), 0);
        _builder.AddInt(1, level.Size, 0);
        _builder.AddByte(2, level.Segments is null ? (byte)0 : level.Kind, 0);
        _builder.AddOffset(3, segments, 0);
        _builder.AddByte(4, level.Indexes is null ? (byte)0 : level.Kind, 0);
        _builder.AddOffset(5, indexes, 0);
        return _builder.EndTable();
    }

    private int IndexTable(int[] values, byte kind)
    {
        VectorOffset vector = kind switch
        {
            1 => Vector(values),
            2 => Vector(Array.ConvertAll(values, value => (ushort)value)),
            _ => Vector(Array.ConvertAll(values, value => (byte)value)),
        };
        _builder.StartTable(1);
        _builder.AddOffset(0, vector.Value, 0);
        return _builder.EndTable();
    }

    private uint AddBuffer()
    {
        _buffers.Add(_builder.EndTable());
        return (uint)_buffers.Count - 1;
    }

    private int Tensor(string name, sbyte type, int[] shape, uint buffer, float[]? scales, long[]? zeroPoints, int axis, int[]? signature, bool variable,
        int sparsity = 0)
    {
        int quantization = 0;
        if (scales is not null)
        {
            VectorOffset scaleVector = Vector(scales);
            VectorOffset zeroVector = Vector(zeroPoints ?? []);
            _builder.StartTable(7);
            _builder.AddOffset(2, scaleVector.Value, 0);
            _builder.AddOffset(3, zeroVector.Value, 0);
            _builder.AddInt(6, axis, 0);
            quantization = _builder.EndTable();
        }

        VectorOffset shapeVector = Vector(shape);
        VectorOffset signatureVector = signature is null ? default : Vector(signature);
        StringOffset nameOffset = _builder.CreateString(name);
        _builder.StartTable(8);
        _builder.AddOffset(0, shapeVector.Value, 0);
        _builder.AddSbyte(1, type, 0);
        _builder.AddUint(2, buffer, 0);
        _builder.AddOffset(3, nameOffset.Value, 0);
        _builder.AddOffset(4, quantization, 0);
        _builder.AddBool(5, variable, false);
        _builder.AddOffset(6, sparsity, 0);
        _builder.AddOffset(7, signatureVector.Value, 0);
        _tensors.Add(_builder.EndTable());
        return _tensors.Count - 1;
    }

    /// <summary>An operator; each option is a slot and a value of 8 bits (sbyte), 32 bits (int), float, or a vector of ints.</summary>
    public void Operator(int code, int[] inputs, int[] outputs, params (int Slot, object Value)[] options)
    {
        int index = _codes.Count;
        _builder.StartTable(4);
        _builder.AddSbyte(0, (sbyte)Math.Min(code, 127), 0);
        _builder.AddInt(2, 1, 1);
        _builder.AddInt(3, code, 0);
        _codes.Add(_builder.EndTable());
        var reals = options.Where(option => option.Value is float[]).ToDictionary(option => option.Slot, option => Vector((float[])option.Value).Value);
        var vectors = options.Where(option => option.Value is int[]).ToDictionary(option => option.Slot, option => Vector((int[])option.Value).Value);
        _builder.StartTable(16);
        foreach ((int slot, object value) in options)
        {
            switch (value)
            {
                case sbyte number: _builder.AddSbyte(slot, number, 0); break;
                case int number: _builder.AddInt(slot, number, 0); break;
                case float number: _builder.AddFloat(slot, number, 0); break;
                case float[]: _builder.AddOffset(slot, reals[slot], 0); break;
                default: _builder.AddOffset(slot, vectors[slot], 0); break;
            }
        }

        int optionTable = _builder.EndTable();
        VectorOffset inputVector = Vector(inputs);
        VectorOffset outputVector = Vector(outputs);
        _builder.StartTable(9);
        _builder.AddUint(0, (uint)index, 0);
        _builder.AddOffset(1, inputVector.Value, 0);
        _builder.AddOffset(2, outputVector.Value, 0);
        _builder.AddByte(3, 1, 0);
        _builder.AddOffset(4, optionTable, 0);
        _operators.Add(_builder.EndTable());
    }

    /// <summary>A custom operator with options in its own form.</summary>
    public void Custom(string name, byte[] options, int[] inputs, int[] outputs)
    {
        const int code = 32;
        int index = _codes.Count;
        StringOffset nameOffset = _builder.CreateString(name);
        _builder.StartTable(4);
        _builder.AddSbyte(0, code, 0);
        _builder.AddOffset(1, nameOffset.Value, 0);
        _builder.AddInt(3, code, 0);
        _codes.Add(_builder.EndTable());
        VectorOffset bytes = Vector(options);
        VectorOffset inputVector = Vector(inputs);
        VectorOffset outputVector = Vector(outputs);
        _builder.StartTable(9);
        _builder.AddUint(0, (uint)index, 0);
        _builder.AddOffset(1, inputVector.Value, 0);
        _builder.AddOffset(2, outputVector.Value, 0);
        _builder.AddOffset(5, bytes.Value, 0);
        _operators.Add(_builder.EndTable());
    }

    /// <summary>Takes everything so far as a graph that others run, and begins another; gives its index. The main graph comes last.</summary>
    public int InnerGraph(int[] inputs, int[] outputs)
    {
        _inner.Add(GraphTable(inputs, outputs));
        _tensors.Clear();
        _operators.Clear();
        return _inner.Count;
    }

    private int GraphTable(int[] inputs, int[] outputs)
    {
        VectorOffset tensors = Tables(_tensors);
        VectorOffset inputVector = Vector(inputs);
        VectorOffset outputVector = Vector(outputs);
        VectorOffset operators = Tables(_operators);
        _builder.StartTable(5);
        _builder.AddOffset(0, tensors.Value, 0);
        _builder.AddOffset(1, inputVector.Value, 0);
        _builder.AddOffset(2, outputVector.Value, 0);
        _builder.AddOffset(3, operators.Value, 0);
        return _builder.EndTable();
    }

    public byte[] Finish(int[] inputs, int[] outputs)
    {
        VectorOffset graphs = Tables([GraphTable(inputs, outputs), .. _inner]);
        VectorOffset codes = Tables(_codes);
        VectorOffset buffers = Tables(_buffers);
        VectorOffset metadata = Tables(_metadata);
        _builder.StartTable(8);
        _builder.AddUint(0, 3, 0);
        _builder.AddOffset(1, codes.Value, 0);
        _builder.AddOffset(2, graphs.Value, 0);
        _builder.AddOffset(4, buffers.Value, 0);
        _builder.AddOffset(6, metadata.Value, 0);
        _builder.Finish(_builder.EndTable(), "TFL3");
        return _builder.SizedByteArray();
    }

    private int Table(int fields)
    {
        _builder.StartTable(fields);
        return _builder.EndTable();
    }

    private VectorOffset Tables(List<int> offsets)
    {
        _builder.StartVector(4, offsets.Count, 4);
        for (int i = offsets.Count - 1; i >= 0; i--)
        {
            _builder.AddOffset(offsets[i]);
        }

        return _builder.EndVector();
    }

    private VectorOffset Vector<T>(T[] values) where T : unmanaged
    {
        int size = Marshal.SizeOf<T>();
        byte[] bytes = MemoryMarshal.AsBytes(values.AsSpan()).ToArray();
        _builder.StartVector(size, values.Length, size);
        for (int i = bytes.Length - 1; i >= 0; i--)
        {
            _builder.PutByte(bytes[i]);
        }

        return _builder.EndVector();
    }
}
