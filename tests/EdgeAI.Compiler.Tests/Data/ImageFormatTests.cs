using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using EdgeAI.Compiler.Data;
using EdgeAI.Compiler.Diagnostics;
using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Tests.Data;

/// <summary>Pictures as samples: formats, axis orders, normalization, and what does not fit.</summary>
[TestClass]
public sealed class ImageFormatTests
{
    /// <summary>8 by 8 pixels of grey 188: baseline, one component, tables of one and two codes.</summary>
    private const string Jpeg =
        "/9j/2wBDAAEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQH/wAALCAAIAAgBAREA/8QAFQABAQAAAAAAAAAAAAAAAAAAAAn/xAAU"
        + "EAEAAAAAAAAAAAAAAAAAAAAA/9oACAEBAAA/ALwP/9k=";

    private readonly string _folder = Directory.CreateTempSubdirectory("edgeai-images-").FullName;

    [TestCleanup]
    public void Delete() => Directory.Delete(_folder, recursive: true);

    [TestMethod]
    public void A_folder_is_read_in_the_order_of_paths()
    {
        Write("b/1.png", Png(2, 1, 1, [10, 20]));
        Write("a/2.PNG", Png(2, 1, 1, [30, 40]));
        IReadOnlyList<TestCase> cases = Read(".", new Shape(1, 1, 2, 1), "ZeroToOne");
        Assert.HasCount(2, cases);
        CollectionAssert.AreEqual(new[] { 30 / 255f, 40 / 255f }, Singles(cases[0]));
    }

    [TestMethod]
    public void Channels_last_or_first_follow_the_shape()
    {
        Write("x.png", Png(2, 1, 3, [1, 2, 3, 4, 5, 6]));
        CollectionAssert.AreEqual(new float[] { 1, 2, 3, 4, 5, 6 }, Singles(Read("x.png", new Shape(1, 1, 2, 3), "Bytes")[0]));
        CollectionAssert.AreEqual(new float[] { 1, 4, 2, 5, 3, 6 }, Singles(Read("x.png", new Shape(1, 3, 1, 2), "Bytes")[0]));
    }

    [TestMethod]
    public void Pixels_are_normalized_as_declared()
    {
        Write("x.png", Png(1, 1, 3, [0, 51, 255]));
        CollectionAssert.AreEqual(new[] { -1f, -0.6f, 1f }, Singles(Read("x.png", new Shape(1, 1, 1, 3), "MinusOneToOne")[0]));
        CollectionAssert.AreEqual(new[] { -2f, -0.3f / 0.5f, 4f }, Singles(Read("x.png", new Shape(1, 1, 1, 3), "mean:0.5,0.5,0;std:0.25,0.5,0.25")[0]));
    }

    [TestMethod]
    public void Grey_serves_three_channels_and_opaque_alpha_is_dropped()
    {
        Write("grey.png", Png(1, 1, 1, [7]));
        CollectionAssert.AreEqual(new float[] { 7, 7, 7 }, Singles(Read("grey.png", new Shape(1, 1, 1, 3), "Bytes")[0]));
        Write("alpha.png", Png(1, 1, 4, [9, 9, 9, 255]));
        CollectionAssert.AreEqual(new float[] { 9 }, Singles(Read("alpha.png", new Shape(1, 1, 1, 1), "Bytes")[0]));
    }

    [TestMethod]
    public void Jpeg_is_read()
    {
        Write("x.jpg", Convert.FromBase64String(Jpeg));
        Assert.IsTrue(Singles(Read("x.jpg", new Shape(1, 1, 8, 8), "Bytes")[0]).All(value => value == 188));
    }

    [TestMethod]
    public void Integers_take_bytes_or_the_reals_that_they_stand_for()
    {
        Write("x.png", Png(2, 1, 1, [0, 255]));
        var plain = new Tensor("image", ElementType.UInt8, new Shape(1, 1, 2, 1));
        CollectionAssert.AreEqual(new byte[] { 0, 255 }, SampleReader.Read("TestData", Path.Combine(_folder, "x.png"), "x", [plain], [])[0].Inputs[0].ToArray());
        var quantized = new Tensor("image", ElementType.Int8, new Shape(1, 1, 2, 1)) { Quantization = QuantizationParameters.PerTensor(1f / 255, -128) };
        CollectionAssert.AreEqual(new byte[] { 0x80, 0x7F }, Read("x.png", quantized, "ZeroToOne")[0].Inputs[0].ToArray());
    }

    [TestMethod]
    public void What_does_not_fit_is_a_coded_error()
    {
        Write("colour.png", Png(2, 1, 3, [1, 2, 3, 4, 5, 6]));
        Write("glass.png", Png(2, 1, 4, [1, 1, 1, 255, 1, 1, 1, 254]));
        Refuses("EAI2118", "is 2 pixels wide and 1 high, and input 'image' of the model takes 1 by 2", "colour.png", new Shape(1, 2, 1, 3), "Bytes");
        Refuses("EAI2119", "coloured", "colour.png", new Shape(1, 1, 2, 1), "Bytes");
        Refuses("EAI2119", "transparent", "glass.png", new Shape(1, 1, 2, 3), "Bytes");
        Refuses("EAI2119", "has 2 channels", "colour.png", new Shape(1, 1, 2, 3), "mean:0,0;std:1,1");
        Refuses("EAI2120", "[1,640]", "colour.png", new Shape(1, 4, 5, 2), "Bytes", new Shape(1, 640));
        Refuses("EAI2121", "ZeroToOne", "colour.png", new Shape(1, 1, 2, 3), null);
        Write("text.png", "no picture"u8.ToArray());
        Refuses("EAI2102", "no PNG, JPEG or BMP", "text.png", new Shape(1, 1, 2, 3), "Bytes");
    }

    /// <summary>Every beginning of a picture and pictures with changed bytes are read or refused with a code.</summary>
    [TestMethod]
    public void Damaged_pictures_are_coded_errors()
    {
        foreach ((string name, byte[] whole, Shape shape) in new[]
        {
            ("x.png", Png(2, 2, 3, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]), new Shape(1, 2, 2, 3)),
            ("x.jpg", Convert.FromBase64String(Jpeg), new Shape(1, 8, 8, 1)),
        })
        {
            int refused = 0;
            foreach (byte[] damaged in Enumerable.Range(0, whole.Length).Select(length => whole[..length])
                .Concat(Enumerable.Range(0, whole.Length).Select(at => whole.Select((value, i) => i == at ? (byte)(value ^ 0xFF) : value).ToArray())))
            {
                Write(name, damaged);
                try
                {
                    Read(name, shape, "Bytes");
                }
                catch (DiagnosticException error)
                {
                    StringAssert.StartsWith(error.Diagnostics[0].Code, "EAI21");
                    refused++;
                }
            }

            Assert.IsGreaterThan(whole.Length / 3, refused, name);
        }
    }

    /// <summary>A segment that is skipped, as cameras write them, reaches behind the end: the decoder never comes to its end by itself.</summary>
    [TestMethod]
    [Timeout(60_000)]
    public void A_picture_that_is_cut_inside_a_segment_is_an_error()
    {
        byte[] whole = Convert.FromBase64String(Jpeg);
        byte[] segment = [0xFF, 0xE1, 0, 64, .. new byte[62]];
        Write("camera.jpg", [.. whole[..2], .. segment, .. whole[2..]]);
        Assert.IsTrue(Singles(Read("camera.jpg", new Shape(1, 1, 8, 8), "Bytes")[0]).All(value => value == 188));
        Write("cut.jpg", [.. whole[..2], .. segment[..30]]);
        Refuses("EAI2102", "it ends too early", "cut.jpg", new Shape(1, 1, 8, 8), "Bytes");
    }

    private void Refuses(string code, string told, string file, Shape shape, string? normalization, Shape? instead = null)
    {
        DiagnosticException error = Assert.ThrowsExactly<DiagnosticException>(() => Read(file, instead ?? shape, normalization));
        Assert.AreEqual(code, error.Diagnostics[0].Code, error.Message);
        StringAssert.Contains(error.Diagnostics[0].Message, told);
    }

    private IReadOnlyList<TestCase> Read(string file, Shape shape, string? normalization) =>
        Read(file, new Tensor("image", ElementType.Float32, shape), normalization);

    private IReadOnlyList<TestCase> Read(string file, Tensor input, string? normalization) => SampleReader.Read(
        "TestData", Path.Combine(_folder, file), file, [input], [], normalization is null ? null : ImageNormalization.Parse(normalization));

    private void Write(string name, byte[] bytes)
    {
        string path = Path.Combine(_folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, bytes);
    }

    private static float[] Singles(TestCase test) => BorderValues.Singles(test.Inputs[0]).ToArray();

    /// <summary>A PNG of 8 bits a channel, every row unfiltered.</summary>
    private static byte[] Png(int width, int height, int channels, byte[] pixels)
    {
        byte[] header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        header[8] = 8;
        header[9] = channels switch { 1 => 0, 3 => 2, _ => 6 };
        using var rows = new MemoryStream();
        using (var deflate = new ZLibStream(rows, CompressionLevel.Optimal, leaveOpen: true))
        {
            for (int y = 0; y < height; y++)
            {
                deflate.WriteByte(0);
                deflate.Write(pixels.AsSpan(y * width * channels, width * channels));
            }
        }

        return [0x89, .. "PNG\r\n\u001A\n"u8, .. Chunk("IHDR", header), .. Chunk("IDAT", rows.ToArray()), .. Chunk("IEND", [])];
    }

    private static byte[] Chunk(string name, byte[] content)
    {
        byte[] named = [.. Encoding.ASCII.GetBytes(name), .. content];
        uint crc = uint.MaxValue;
        foreach (byte value in named)
        {
            crc ^= value;
            for (int bit = 0; bit < 8; bit++)
            {
                crc = (crc & 1) == 0 ? crc >> 1 : (crc >> 1) ^ 0xEDB88320;
            }
        }

        byte[] size = new byte[4];
        byte[] check = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(size, content.Length);
        BinaryPrimitives.WriteUInt32BigEndian(check, ~crc);
        return [.. size, .. named, .. check];
    }
}
