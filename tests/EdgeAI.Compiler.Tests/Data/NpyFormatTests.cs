using System.Text;
using EdgeAI.Compiler.Data;
using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Tests.Data;

[TestClass]
public sealed class NpyFormatTests
{
    [TestMethod]
    public void Every_type_survives_a_round_trip()
    {
        foreach (ElementType type in Enum.GetValues<ElementType>().Where(type => type is not (ElementType.Unknown or ElementType.Int4)))
        {
            byte[] bytes = [.. Enumerable.Range(0, 6 * type.ByteSize()).Select(i => (byte)i)];
            NumericArray read = NpyFormat.Read(NpyFormat.Write(new NumericArray(type, new Shape(2, 3), bytes)));
            Assert.AreEqual(type, read.Type);
            Assert.AreEqual(new Shape(2, 3), read.Shape);
            CollectionAssert.AreEqual(bytes, read.Bytes.ToArray());
        }
    }

    [TestMethod]
    public void Fortran_order_and_big_endian_become_rows_of_little_endian()
    {
        // [[1, 2, 3], [4, 5, 6]] stored column by column, high byte first.
        byte[] file = File("{'descr': '>i2', 'fortran_order': True, 'shape': (2, 3), }", [0, 1, 0, 4, 0, 2, 0, 5, 0, 3, 0, 6]);
        NumericArray read = NpyFormat.Read(file);
        CollectionAssert.AreEqual(new double[] { 1, 2, 3, 4, 5, 6 }, Enumerable.Range(0, 6).Select(i => read.ValueAt(i)).ToArray());
    }

    [TestMethod]
    [DataRow("{'descr': '<f4', 'fortran_order': False, 'shape': (4,), }", "promises 16 bytes")]
    [DataRow("{'descr': '|O', 'fortran_order': False, 'shape': (1,), }", "'|O'")]
    [DataRow("{'descr': '<c8', 'fortran_order': False, 'shape': (1,), }", "'<c8'")]
    [DataRow("{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999,), }", "no number below 2^31")]
    [DataRow("{'descr': '<f8', 'fortran_order': False, 'shape': (2000000000, 2000000000, 2000000000), }", "more elements than a file can hold")]
    [DataRow("nothing of use", "no plain numeric type")]
    public void A_damaged_file_says_what_is_wrong(string header, string expected)
    {
        var error = Assert.Throws<InvalidDataException>(() => NpyFormat.Read(File(header, new byte[8])));
        Assert.Contains(expected, error.Message);
    }

    [TestMethod]
    public void A_file_read_in_pieces_gives_the_same_rows()
    {
        string path = Path.GetTempFileName();
        try
        {
            byte[] bytes = new byte[7 * 3 * 4];
            new Random(5).NextBytes(bytes);
            System.IO.File.WriteAllBytes(path, NpyFormat.Write(new NumericArray(ElementType.Int32, new Shape(7, 3), bytes)));
            foreach ((long slab, int[] rows) in new (long, int[])[] { (1, [1, 1, 1, 1, 1, 1, 1]), (25, [2, 2, 2, 1]), (84, [7]), (1000, [7]) })
            {
                NumericArray[] pieces = [.. NpyFormat.ReadSlabs(path, slab)];
                CollectionAssert.AreEqual(rows, pieces.Select(piece => piece.Shape[0]).ToArray(), $"pieces of {slab} bytes");
                CollectionAssert.AreEqual(bytes, pieces.SelectMany(piece => piece.Bytes.ToArray()).ToArray());
            }

            System.IO.File.WriteAllBytes(path, System.IO.File.ReadAllBytes(path)[..^1]);
            StringAssert.Contains(Assert.ThrowsExactly<InvalidDataException>(() => NpyFormat.ReadSlabs(path, 1).First()).Message, "83 are there", StringComparison.Ordinal);
        }
        finally
        {
            System.IO.File.Delete(path);
        }
    }

    [TestMethod]
    public void Every_truncation_is_refused()
    {
        byte[] file = NpyFormat.Write(new NumericArray(ElementType.Float32, new Shape(3), new byte[12]));
        for (int length = 0; length < file.Length; length++)
        {
            Assert.Throws<InvalidDataException>(() => NpyFormat.Read(file.AsMemory(0, length)), $"{length} bytes");
        }
    }

    private static byte[] File(string header, byte[] content) =>
        [0x93, .. "NUMPY"u8, 1, 0, (byte)header.Length, 0, .. Encoding.ASCII.GetBytes(header), .. content];
}
