using System.Text;

namespace EdgeAI.Compiler.Import;

/// <summary>The formats of model files, told apart by content.</summary>
internal enum ModelFormat
{
    /// <summary>None of them.</summary>
    Unknown,
    /// <summary>A protobuf message that begins as ONNX's ModelProto.</summary>
    Onnx,
    /// <summary>A flatbuffer with the identifier TFL3.</summary>
    TfLite,
}

/// <summary>Tells what a file is from its first bytes.</summary>
internal static class ModelFormats
{
    private const int GraphField = 7;

    /// <summary>The format of a file's contents.</summary>
    public static ModelFormat Detect(ReadOnlySpan<byte> bytes) =>
        bytes.Length >= 8 && bytes.Slice(4, 4).SequenceEqual("TFL3"u8) ? ModelFormat.TfLite
        : LooksLikeOnnx(bytes) ? ModelFormat.Onnx
        : ModelFormat.Unknown;

    /// <summary>What stands at the beginning of a file that is neither, for a message.</summary>
    public static string Describe(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty)
        {
            return "it is empty";
        }

        if (bytes.StartsWith("version https://git-lfs"u8))
        {
            return "it is a Git LFS pointer, whose contents were not fetched (git lfs pull)";
        }

        ReadOnlySpan<byte> start = bytes[..Math.Min(16, bytes.Length)];
        foreach (byte character in start)
        {
            if (character is < 0x20 or > 0x7E && character is not ((byte)'\n' or (byte)'\r' or (byte)'\t'))
            {
                return $"it begins with the bytes {Convert.ToHexStringLower(start[..Math.Min(8, start.Length)])}";
            }
        }

        return $"it begins with the text '{Encoding.ASCII.GetString(start).ReplaceLineEndings(" ")}'";
    }

    /// <summary>
    /// ModelProto has no identifier: every field at the top must be one of its own with its own wire type, up to the graph, which there must be.
    /// A graph that ends too early counts, so that a truncated file is reported as one.
    /// </summary>
    private static bool LooksLikeOnnx(ReadOnlySpan<byte> bytes)
    {
        int position = 0;
        while (position < bytes.Length && TryReadVarint(bytes, ref position, out ulong tag))
        {
            int field = (int)Math.Min(tag >> 3, 1000);
            bool isVarint = (tag & 7) == 0 && field is 1 or 5;
            bool isLengthDelimited = (tag & 7) == 2 && field is 2 or 3 or 4 or 6 or 7 or 8 or 14 or 20 or 25;
            if (!(isVarint || isLengthDelimited) || !TryReadVarint(bytes, ref position, out ulong value))
            {
                return false;
            }

            if (field == GraphField && isLengthDelimited)
            {
                return value > 0;
            }

            if (isLengthDelimited)
            {
                if (value > (ulong)(bytes.Length - position))
                {
                    return false;
                }

                position += (int)value;
            }
        }

        return false;
    }

    private static bool TryReadVarint(ReadOnlySpan<byte> bytes, ref int position, out ulong value)
    {
        value = 0;
        for (int shift = 0; shift < 64 && position < bytes.Length; shift += 7)
        {
            byte part = bytes[position++];
            value |= (ulong)(part & 0x7F) << shift;
            if (part < 0x80)
            {
                return true;
            }
        }

        return false;
    }
}
