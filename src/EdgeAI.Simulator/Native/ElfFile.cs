using System.Buffers.Binary;
using System.Text;

namespace EdgeAI.Simulator.Native;

/// <summary>Reads section sizes of a 32-bit little-endian ELF image (System V ABI, chapter 4).</summary>
internal static class ElfFile
{
    /// <summary>Size in bytes of every section by name. Throws <see cref="InvalidDataException"/> when the file is no such image.</summary>
    public static IReadOnlyDictionary<string, long> SectionSizes(ReadOnlySpan<byte> file)
    {
        if (file.Length < 52 || !file.StartsWith((ReadOnlySpan<byte>)[0x7F, (byte)'E', (byte)'L', (byte)'F', 1, 1]))
        {
            throw new InvalidDataException("not a 32-bit little-endian ELF file");
        }

        uint tableOffset = BinaryPrimitives.ReadUInt32LittleEndian(file[32..]);
        int entrySize = BinaryPrimitives.ReadUInt16LittleEndian(file[46..]);
        int count = BinaryPrimitives.ReadUInt16LittleEndian(file[48..]);
        int namesIndex = BinaryPrimitives.ReadUInt16LittleEndian(file[50..]);
        if (tableOffset + ((long)entrySize * count) > file.Length || namesIndex >= count)
        {
            throw new InvalidDataException("its section table lies outside the file");
        }

        ReadOnlySpan<byte> table = file[(int)tableOffset..];
        uint namesOffset = BinaryPrimitives.ReadUInt32LittleEndian(table[((namesIndex * entrySize) + 16)..]);
        var sizes = new Dictionary<string, long>(StringComparer.Ordinal);
        for (int i = 0; i < count; i++)
        {
            ReadOnlySpan<byte> entry = table[(i * entrySize)..];
            ReadOnlySpan<byte> name = file[(int)(namesOffset + BinaryPrimitives.ReadUInt32LittleEndian(entry))..];
            string text = Encoding.ASCII.GetString(name[..name.IndexOf((byte)0)]);
            sizes[text] = sizes.GetValueOrDefault(text) + BinaryPrimitives.ReadUInt32LittleEndian(entry[20..]);
        }

        return sizes;
    }
}
