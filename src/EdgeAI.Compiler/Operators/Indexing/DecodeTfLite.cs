using EdgeAI.Compiler.Import.TfLite;
using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Operators.Indexing;

/// <summary>
/// TFLM_DECODE: constants that TensorFlow Lite Micro unpacks at run time, by tables of values, from a mask of those that are not zero, or from a Huffman code. Each is given
/// as packed bytes and what describes them, and is unpacked here while importing.
/// </summary>
internal sealed class DecodeTfLite : ITfLiteForm
{
    private const int HeaderBytes = 16;
    private const int Version = 1;

    /// <inheritdoc/>
    public IReadOnlyList<string> Operators => ["CUSTOM TFLM_DECODE"];

    /// <inheritdoc/>
    public void Import(TfLiteNode node)
    {
        if (node.OutputCount == 0 || node.InputCount != 2 * node.OutputCount)
        {
            throw node.Fault($"reads {node.InputCount} tensors for {node.OutputCount} results; packed bytes and their description are needed for each");
        }

        for (int i = 0; i < node.OutputCount; i++)
        {
            Tensor like = node.Declared(i);
            byte[] values;
            try
            {
                values = Unpack(node, like, Bytes(node, 2 * i), Bytes(node, (2 * i) + 1));
            }
            catch (InvalidDataException error)
            {
                throw node.Fault(error.Message);
            }

            node.Bind(i, node.Constant<byte>(like.Type, like.Shape, values, like.Quantization));
        }
    }

    private static ReadOnlySpan<byte> Bytes(TfLiteNode node, int input) => node.Input(input) is { Constant: { } bytes } ? bytes.Span
        : throw node.Fault("unpacks values that are known only at run time; constants are packed");

    private static byte[] Unpack(TfLiteNode node, Tensor like, ReadOnlySpan<byte> packed, ReadOnlySpan<byte> description)
    {
        if (description.Length < HeaderBytes || description[1] != Version || description[4] != Version)
        {
            throw node.Fault(description.Length < HeaderBytes ? $"has a description of {description.Length} bytes; {HeaderBytes} are the least"
                : $"is packed by version {description[1]}.{description[4]}; {Version}.{Version} is known");
        }

        ReadOnlySpan<byte> tables = description[HeaderBytes..];
        int size = like.Type is ElementType.Float32 or ElementType.Int8 or ElementType.Int16 or ElementType.Int32 or ElementType.Int64 or ElementType.Bool
            ? like.Type.ByteSize()
            : throw node.Fault($"unpacks '{like}'; floats, Booleans and signed integers are packed");
        long count = like.Shape.ElementCount;
        node.TakeUnpacked(count * size);
        QuantizationParameters? quantization = like.Quantization;
        int channels = quantization?.Scales.Length ?? 1;
        bool isLast = channels > 1 && quantization!.Axis == like.Shape.Rank - 1;
        if (channels > 1 && !isLast && quantization!.Axis != 0)
        {
            throw node.Fault($"unpacks '{like}' along axis {quantization.Axis}; the first and the last are possible");
        }

        return description[0] switch
        {
            0 => PackedValues.ByTable(packed, description[5] & 7, tables, description[6], size, count, channels, isLast),
            1 when like.Type == ElementType.Int8 || (like.Type == ElementType.Int16 && (description[5] & 1) != 0) =>
                PackedValues.Huffman(packed, tables, (description[5] & 1) != 0, (description[5] >> 4) + 1, size, count),
            1 => throw node.Fault($"unpacks '{like}' from a Huffman code; int8, and int16 by a table of 32 bits, are possible"),
            2 => PackedValues.Pruned(packed, tables, size, count, quantization is null ? [0] : quantization.ZeroPoints.AsSpan(), isLast),
            var other => throw node.Fault($"unpacks values packed in way {other}; 0 (tables), 1 (Huffman) and 2 (mask) are known"),
        };
    }
}
