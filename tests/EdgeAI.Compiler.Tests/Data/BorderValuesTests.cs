using System.Runtime.InteropServices;
using EdgeAI.Compiler.Data;
using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Tests.Data;

[TestClass]
public sealed class BorderValuesTests
{
    [TestMethod]
    public void Values_go_over_the_border_and_come_back()
    {
        float[] values = [.. Enumerable.Range(0, 12).Select(i => (i - 6) * 0.5f)];
        var file = new Tensor("x", ElementType.Float32, new Shape(1, 3, 2, 2));
        var device = new Tensor("x", ElementType.Int8, new Shape(1, 2, 2, 3)) { Quantization = QuantizationParameters.PerTensor(0.5f, 3) };
        ReadOnlyMemory<byte> encoded = BorderValues.Encode(MemoryMarshal.AsBytes(values.AsSpan()).ToArray(), file, device, [0, 2, 3, 1]);
        CollectionAssert.AreEqual(
            new sbyte[] { -3, 1, 5, -2, 2, 6, -1, 3, 7, 0, 4, 8 }, MemoryMarshal.Cast<byte, sbyte>(encoded.Span).ToArray());
        double[] decoded = BorderValues.Decode(encoded.Span, device, [0, 2, 3, 1]);
        CollectionAssert.AreEqual(values.Select(value => (double)value).ToArray(), decoded);
    }

    [TestMethod]
    public void Values_beyond_the_integers_saturate()
    {
        float[] values = [1000, -1000, 0.25f, -0.25f];
        var file = new Tensor("x", ElementType.Float32, new Shape(4));
        var device = new Tensor("x", ElementType.Int8, new Shape(4)) { Quantization = QuantizationParameters.PerTensor(0.5f, 0) };
        ReadOnlyMemory<byte> encoded = BorderValues.Encode(MemoryMarshal.AsBytes(values.AsSpan()).ToArray(), file, device, []);
        CollectionAssert.AreEqual(new sbyte[] { 127, -128, 1, -1 }, MemoryMarshal.Cast<byte, sbyte>(encoded.Span).ToArray(), "half away from zero");
    }
}
