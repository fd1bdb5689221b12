using System.Collections.Immutable;
using EdgeAI.Compiler.Diagnostics;
using EdgeAI.Compiler.Import.TfLite;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Pipeline;
using Google.FlatBuffers;

namespace EdgeAI.Compiler.Tests.Import.TfLite;

/// <summary>Constants that TensorFlow Lite Micro's metadata say to be compressed; the examples of its own description.</summary>
[TestClass]
public sealed class CompressedContentsTests
{
    private const sbyte Int16 = 7;

    private static readonly short[] Contents = [2, 4, 4, 10, 1, 7, 99, 10, 2, 4];

    [TestMethod]
    public void One_table_holds_the_values_of_a_tensor() =>
        CollectionAssert.AreEqual(Contents, Unpacked([0b00101101, 0b10101001, 0b01000010, 0b00101100], [99, 2, 10, 4, 1, 7], 3, channels: 1));

    [TestMethod]
    public void Each_channel_has_a_table() =>
        CollectionAssert.AreEqual(Contents, Unpacked([0b01001101, 0b10010000, 0b11000001, 0b01010000], [1, 10, 2, 4, 0, 99, 10, 2, 7, 4], 3, channels: 2));

    [TestMethod]
    [DataRow(3, 6, 3u, DisplayName = "index beyond the table")]
    [DataRow(8, 6, 1u, DisplayName = "bits")]
    [DataRow(3, 2, 1u, DisplayName = "too few indexes")]
    [DataRow(3, 6, 2u, DisplayName = "version")]
    public void What_does_not_hold_together_is_refused(int bits, int bytes, uint what)
    {
        short[] table = what == 3 ? [1, 2] : [99, 2, 10, 4, 1, 7];
        var refused = Assert.ThrowsExactly<DiagnosticException>(() => Unpacked(new byte[bytes].Select((_, i) => (byte)(i * 37)).ToArray(), table, bits, 1, what == 2 ? 2u : 1u));
        Assert.AreEqual("EAI1201", refused.Diagnostics.Single().Code);
    }

    [TestMethod]
    public void A_type_that_is_not_known_is_refused_as_ever()
    {
        var refused = Assert.ThrowsExactly<DiagnosticException>(() => Unpacked(new byte[4], [1], 3, 1, type: 8));
        Assert.AreEqual("EAI1205", refused.Diagnostics.Single().Code);
    }

    private static short[] Unpacked(byte[] indexes, short[] table, int bits, int channels, uint version = 1, sbyte type = Int16)
    {
        var file = new TfLiteFiles();
        float[] scales = [.. Enumerable.Repeat(0.5f, channels)];
        int y = file.Tensor("y", type, [2, 5], indexes, scales: scales, zeroPoints: new long[channels]);
        file.Metadata("COMPRESSION_METADATA", Metadata(y, file.Buffer(TfLiteFiles.Bytes(table)), bits, version));
        Graph graph = TfLiteImporter.Import(
            new("compressed", "compressed.tflite", file.Finish([], [y]), ImmutableSortedDictionary<string, Shape>.Empty, _ => null), [], CancellationToken.None);
        return graph.Outputs[0].Values<short>().ToArray();
    }

    private static byte[] Metadata(int tensor, uint values, int bits, uint version)
    {
        var builder = new FlatBufferBuilder(64);
        builder.StartTable(3);
        builder.AddInt(0, tensor, -1);
        builder.AddUint(1, values, 0);
        builder.AddByte(2, (byte)bits, 0);
        int packed = Tables(builder, builder.EndTable());
        builder.StartTable(1);
        builder.AddOffset(0, packed, 0);
        int graphs = Tables(builder, builder.EndTable());
        builder.StartTable(2);
        builder.AddUint(0, version, 1);
        builder.AddOffset(1, graphs, 0);
        builder.Finish(builder.EndTable());
        return builder.SizedByteArray();
    }

    private static int Tables(FlatBufferBuilder builder, int table)
    {
        builder.StartVector(4, 1, 4);
        builder.AddOffset(table);
        return builder.EndVector().Value;
    }
}
