using System.Buffers.Binary;
using System.Text;
using EdgeAI.Simulator.Native;

namespace EdgeAI.Simulator.Tests.Native;

/// <summary>Sections and symbols of a hand-made image.</summary>
[TestClass]
public sealed class ElfFileTests
{
    [TestMethod]
    public void SectionsAndSymbolsAreRead()
    {
        byte[] image = Image();
        Assert.AreEqual(40, ElfFile.Read(image).SizeOf(".code"));
        (string Name, long Size, string Section) symbol = ElfFile.Read(image).Symbols.Single();
        Assert.AreEqual(("run", 24L, ".code"), symbol);
    }

    [TestMethod]
    public void DamagedImagesAreRefused()
    {
        byte[] image = Image();
        Assert.ThrowsExactly<InvalidDataException>(() => ElfFile.Read(image.AsSpan(0, 40)));
        image[4] = 2; // 64 bits
        Assert.ThrowsExactly<InvalidDataException>(() => ElfFile.Read(image));
        image = Image();
        BinaryPrimitives.WriteUInt32LittleEndian(image.AsSpan(32), 5000); // the section table
        Assert.ThrowsExactly<InvalidDataException>(() => ElfFile.Read(image));
        image = Image();
        BinaryPrimitives.WriteUInt32LittleEndian(image.AsSpan(212 + 16), 5000); // the symbol's name
        Assert.ThrowsExactly<InvalidDataException>(() => ElfFile.Read(image));
    }

    /// <summary>Header, four section headers, two symbols, names.</summary>
    private static byte[] Image()
    {
        byte[] names = Encoding.ASCII.GetBytes("\0.code\0.symtab\0.names\0run\0");
        byte[] image = new byte[52 + (4 * 40) + 32 + names.Length];
        new byte[] { 0x7F, (byte)'E', (byte)'L', (byte)'F', 1, 1 }.CopyTo(image, 0);
        Write(32, 52);
        BinaryPrimitives.WriteUInt16LittleEndian(image.AsSpan(46), 40);
        BinaryPrimitives.WriteUInt16LittleEndian(image.AsSpan(48), 4);
        BinaryPrimitives.WriteUInt16LittleEndian(image.AsSpan(50), 3);
        Section(1, name: 1, type: 1, offset: 0, size: 40, link: 0);
        Section(2, name: 7, type: 2, offset: 212, size: 32, link: 3);
        Section(3, name: 15, type: 3, offset: 244, size: names.Length, link: 0);
        Write(212 + 16, 22);
        Write(212 + 24, 24);
        image[212 + 28] = 2;
        BinaryPrimitives.WriteUInt16LittleEndian(image.AsSpan(212 + 30), 1);
        names.CopyTo(image, 244);
        return image;

        void Section(int index, int name, int type, int offset, int size, int link)
        {
            int at = 52 + (index * 40);
            Write(at, name);
            Write(at + 4, type);
            Write(at + 16, offset);
            Write(at + 20, size);
            Write(at + 24, link);
        }

        void Write(int at, int value) => BinaryPrimitives.WriteInt32LittleEndian(image.AsSpan(at), value);
    }
}
