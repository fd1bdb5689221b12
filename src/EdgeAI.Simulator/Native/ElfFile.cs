using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Text;

namespace EdgeAI.Simulator.Native;

/// <summary>One section of an ELF file.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Address">Where it is in memory; 0 in an object file.</param>
/// <param name="Size">Bytes.</param>
/// <param name="IsInMemory">Whether it takes memory while the program runs (SHF_ALLOC).</param>
/// <param name="IsWritable">Whether the program may write it (SHF_WRITE).</param>
internal sealed record ElfSection(string Name, long Address, long Size, bool IsInMemory, bool IsWritable);

/// <summary>One object (STT_OBJECT) or function (STT_FUNC) that an ELF file names.</summary>
internal sealed record ElfSymbol(string Name, long Address, long Size);

/// <summary>Sections and named objects of a 32-bit little-endian ELF file, linked or not (System V ABI, chapter 4).</summary>
internal sealed class ElfFile
{
    private const int HeaderBytes = 52;
    private const int SectionBytes = 40;
    private const int SymbolBytes = 16;
    private const uint SymbolTable = 2;
    private const uint WriteFlag = 1;
    private const uint AllocateFlag = 2;
    private const int ObjectType = 1;
    private const int FunctionType = 2;

    private ElfFile(
        ImmutableArray<ElfSection> sections, ImmutableArray<ElfSymbol> objects, ImmutableArray<(string Name, long Size, string Section)> symbols)
    {
        Sections = sections;
        Objects = objects;
        Symbols = symbols;
    }

    /// <summary>In the order of the file.</summary>
    public ImmutableArray<ElfSection> Sections { get; }

    /// <summary>In the order of the file; empty when it is stripped.</summary>
    public ImmutableArray<ElfSymbol> Objects { get; }

    /// <summary>Functions and objects that take bytes, with the section they stand in, in the order of the file.</summary>
    public ImmutableArray<(string Name, long Size, string Section)> Symbols { get; }

    /// <summary>Bytes of all sections of a name.</summary>
    public long SizeOf(string section) => Sections.Where(found => found.Name == section).Sum(found => found.Size);

    /// <summary>Reads a file. Throws <see cref="InvalidDataException"/> when it is no such ELF file.</summary>
    public static ElfFile Read(ReadOnlySpan<byte> file)
    {
        if (file.Length < HeaderBytes || !file.StartsWith((ReadOnlySpan<byte>)[0x7F, (byte)'E', (byte)'L', (byte)'F', 1, 1]))
        {
            throw new InvalidDataException("not a 32-bit little-endian ELF file");
        }

        uint table = Word(file, 32);
        int entryBytes = BinaryPrimitives.ReadUInt16LittleEndian(file[46..]);
        int count = BinaryPrimitives.ReadUInt16LittleEndian(file[48..]);
        int names = BinaryPrimitives.ReadUInt16LittleEndian(file[50..]);
        if (entryBytes < SectionBytes || table + ((long)entryBytes * count) > file.Length || names >= count)
        {
            throw new InvalidDataException("its section table lies outside the file");
        }

        var sections = ImmutableArray.CreateBuilder<ElfSection>(count);
        var objects = ImmutableArray.CreateBuilder<ElfSymbol>();
        var symbols = new List<(string Name, long Size, int Section)>();
        uint nameTable = Word(file, table + (names * entryBytes) + 16);
        for (int i = 0; i < count; i++)
        {
            long entry = table + ((long)i * entryBytes);
            uint flags = Word(file, entry + 8);
            sections.Add(new(
                Text(file, nameTable + (long)Word(file, entry)), Word(file, entry + 12), Word(file, entry + 20), (flags & AllocateFlag) != 0,
                (flags & WriteFlag) != 0));
            if (Word(file, entry + 4) == SymbolTable)
            {
                uint strings = Word(file, table + (Word(file, entry + 24) * (long)entryBytes) + 16);
                ReadObjects(file, Word(file, entry + 16), Word(file, entry + 20), strings, objects, symbols);
            }
        }

        return new(sections.ToImmutable(), objects.ToImmutable(),
            [.. symbols.Where(symbol => symbol.Section < count).Select(symbol => (symbol.Name, symbol.Size, sections[symbol.Section].Name))]);
    }

    private static void ReadObjects(
        ReadOnlySpan<byte> file, long start, long bytes, long strings, ImmutableArray<ElfSymbol>.Builder objects,
        List<(string Name, long Size, int Section)> symbols)
    {
        for (long symbol = start; symbol + SymbolBytes <= start + bytes; symbol += SymbolBytes)
        {
            int kind = symbol + SymbolBytes <= file.Length ? file[(int)symbol + 12] & 0xF : 0;
            if (kind is not (ObjectType or FunctionType))
            {
                continue;
            }

            var named = new ElfSymbol(Text(file, strings + Word(file, symbol)), Word(file, symbol + 4), Word(file, symbol + 8));
            if (kind == ObjectType)
            {
                objects.Add(named);
            }

            if (named.Size > 0)
            {
                symbols.Add((named.Name, named.Size, BinaryPrimitives.ReadUInt16LittleEndian(file[((int)symbol + 14)..])));
            }
        }
    }

    private static uint Word(ReadOnlySpan<byte> file, long offset) => offset >= 0 && offset + 4 <= file.Length
        ? BinaryPrimitives.ReadUInt32LittleEndian(file[(int)offset..])
        : throw new InvalidDataException("one of its tables lies outside the file");

    private static string Text(ReadOnlySpan<byte> file, long offset)
    {
        int length = offset >= 0 && offset < file.Length ? file[(int)offset..].IndexOf((byte)0) : -1;
        return length >= 0 ? Encoding.ASCII.GetString(file.Slice((int)offset, length)) : throw new InvalidDataException("one of its names lies outside the file");
    }
}
