using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Emission;

/// <summary>
/// The constants of one model. Contents are written as words of 64 (or, for short ones, 32) bits, which compilers read many times faster
/// than single bytes, in a union with arrays of the element types through which kernels read them. Equal contents share one place.
/// </summary>
internal sealed class ConstantPool(string model)
{
    private const int WordsPerLine = 6;
    private const int ShortBytes = 4096;
    private readonly List<Entry> _entries = [];
    private readonly Dictionary<string, Entry> _byContents = new(StringComparer.Ordinal);

    /// <summary>How many there are.</summary>
    public int Count => _entries.Count;

    /// <summary>The C expression of the first element, typed <c>const T *</c>.</summary>
    public string Add(ReadOnlyMemory<byte> bytes, ElementType type)
    {
        string contents = FormattableString.Invariant($"{bytes.Length}:{Convert.ToHexString(SHA256.HashData(bytes.Span))}");
        if (!_byContents.TryGetValue(contents, out Entry? entry))
        {
            entry = new(FormattableString.Invariant($"{model}_constant_{_entries.Count}"), bytes);
            _byContents.Add(contents, entry);
            _entries.Add(entry);
        }

        string member = "as_" + type.CName().Replace("_t", "", StringComparison.Ordinal);
        entry.Members.TryAdd(member, type == ElementType.Int4 ? ElementType.UInt8 : type);
        return $"{entry.Name}.{member}";
    }

    /// <summary>Names that other files can see.</summary>
    public IEnumerable<string> Symbols => _entries.Select(entry => entry.Name);

    /// <summary>Writes the types and declarations; the same text stands in front of uses and of definitions.</summary>
    public void WriteDeclarations(StringBuilder text)
    {
        foreach (Entry entry in _entries)
        {
            text.Append(CultureInfo.InvariantCulture, $"union {entry.Name} {{\n    {entry.WordType} words[{entry.WordCount}];\n");
            foreach ((string member, ElementType type) in entry.Members)
            {
                int count = Math.Max(1, entry.Bytes.Length / type.ByteSize());
                text.Append(CultureInfo.InvariantCulture, $"    {type.CName()} {member}[{count}];\n");
            }

            text.Append(CultureInfo.InvariantCulture, $"}};\nextern const union {entry.Name} {entry.Name};\n\n");
        }
    }

    /// <summary>Writes the contents.</summary>
    public void WriteDefinitions(StringBuilder text)
    {
        Span<char> digits = stackalloc char[16];
        foreach (Entry entry in _entries)
        {
            text.Append(CultureInfo.InvariantCulture, $"\nconst union {entry.Name} {entry.Name} = {{{{");
            byte[] padded = new byte[entry.WordCount * entry.WordBytes];
            entry.Bytes.CopyTo(padded);
            for (int i = 0; i < entry.WordCount; i++)
            {
                text.Append(i % WordsPerLine == 0 ? "\n    0x" : " 0x");
                ReadOnlySpan<byte> word = padded.AsSpan(i * entry.WordBytes, entry.WordBytes);
                ulong value = entry.WordBytes == 8 ? BinaryPrimitives.ReadUInt64LittleEndian(word) : BinaryPrimitives.ReadUInt32LittleEndian(word);
                value.TryFormat(digits, out int length, "x", CultureInfo.InvariantCulture);
                text.Append(digits[..length]);
                text.Append(i == entry.WordCount - 1 ? "\n" : ",");
            }

            text.Append("}};\n");
        }
    }

    private sealed class Entry(string name, ReadOnlyMemory<byte> bytes)
    {
        public string Name { get; } = name;

        public ReadOnlyMemory<byte> Bytes { get; } = bytes;

        public SortedDictionary<string, ElementType> Members { get; } = new(StringComparer.Ordinal);

        // Short constants end at the next multiple of 4, so that little flash is lost; long ones cost at most 7 bytes.
        public int WordBytes => Members.Values.Any(type => type.ByteSize() == 8) || Bytes.Length % 8 == 0 || Bytes.Length > ShortBytes ? 8 : 4;

        public string WordType => WordBytes == 8 ? "uint64_t" : "uint32_t";

        public int WordCount => Math.Max(1, (Bytes.Length + WordBytes - 1) / WordBytes);
    }
}
