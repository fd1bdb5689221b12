using System.Buffers.Binary;
using EdgeAI.Compiler.Data;
using EdgeAI.Compiler.Diagnostics;
using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Tests.Data;

/// <summary>Sound files: every sample format, several channels, chunks around the data, damage.</summary>
[TestClass]
public sealed class WavFormatTests
{
    [TestMethod]
    [DataRow(1, 8, new byte[] { 0, 128, 192 }, new[] { -1f, 0f, 0.5f })]
    [DataRow(1, 16, new byte[] { 0, 128, 0, 64 }, new[] { -1f, 0.5f })]
    [DataRow(1, 24, new byte[] { 0, 0, 128, 0, 0, 64 }, new[] { -1f, 0.5f })]
    [DataRow(1, 32, new byte[] { 0, 0, 0, 192 }, new[] { -0.5f })]
    [DataRow(3, 32, new byte[] { 0, 0, 0x80, 0xBE }, new[] { -0.25f })]
    public void Reads_every_format(int code, int bits, byte[] data, float[] wanted)
    {
        (float[] samples, int rate) = WavFormat.Read(File(code, 1, bits, data));
        CollectionAssert.AreEqual(wanted, samples);
        Assert.AreEqual(16000, rate);
    }

    [TestMethod]
    public void Averages_channels() => CollectionAssert.AreEqual(
        new[] { 0.25f }, WavFormat.Read(File(1, 2, 16, [0, 64, 0, 0])).Samples);

    [TestMethod]
    public void Names_what_is_wrong()
    {
        Assert.ThrowsExactly<InvalidDataException>(() => WavFormat.Read("RIFX"u8));
        Assert.ThrowsExactly<InvalidDataException>(() => WavFormat.Read(File(85, 1, 16, [0, 0])));
        Assert.ThrowsExactly<InvalidDataException>(() => WavFormat.Read(File(1, 0, 16, [0, 0])));
        byte[] whole = File(1, 1, 16, [0, 0]);
        for (int length = 0; length < whole.Length - 8; length++)
        {
            int end = length;
            Assert.ThrowsExactly<InvalidDataException>(() => WavFormat.Read(whole.AsSpan(0, end)), $"{end} bytes");
        }
    }

    /// <summary>Five samples for an input of two: two pieces; one sample is too short.</summary>
    [TestMethod]
    public void Is_cut_into_pieces_of_the_input()
    {
        string folder = Directory.CreateTempSubdirectory("edgeai-wav-").FullName;
        try
        {
            var input = new Tensor("x", ElementType.Float32, new Shape(1, 2));
            string file = Path.Combine(folder, "a.wav");
            System.IO.File.WriteAllBytes(file, File(1, 1, 16, [0, 64, 0, 32, 0, 16, 0, 8, 0, 4]));
            IReadOnlyList<TestCase> cases = SampleReader.Read("CalibrationData", folder, "data", [input], []);
            Assert.HasCount(2, cases);
            CollectionAssert.AreEqual(new[] { 0.125f, 0.0625f }, BorderValues.Singles(cases[1].Inputs[0]).ToArray());
            System.IO.File.WriteAllBytes(file, File(1, 1, 16, [0, 64]));
            DiagnosticException error = Assert.ThrowsExactly<DiagnosticException>(() => SampleReader.Read("CalibrationData", folder, "data", [input], []));
            Assert.AreEqual("EAI2104", error.Diagnostics[0].Code);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static byte[] File(int code, int channels, int bits, byte[] data)
    {
        byte[] format = new byte[16];
        BinaryPrimitives.WriteUInt16LittleEndian(format, (ushort)code);
        BinaryPrimitives.WriteUInt16LittleEndian(format.AsSpan(2), (ushort)channels);
        BinaryPrimitives.WriteInt32LittleEndian(format.AsSpan(4), 16000);
        BinaryPrimitives.WriteUInt16LittleEndian(format.AsSpan(14), (ushort)bits);
        return [.. "RIFF"u8, 0, 0, 0, 0, .. "WAVE"u8, .. Chunk("LIST"u8, [1, 2, 3, 0]), .. Chunk("fmt "u8, format), .. Chunk("data"u8, data)];
    }

    private static byte[] Chunk(ReadOnlySpan<byte> name, byte[] content)
    {
        byte[] size = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(size, content.Length);
        return [.. name, .. size, .. content];
    }
}
