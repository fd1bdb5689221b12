using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Import.Onnx;

/// <summary>What a shape of the file may ask for before memory is taken or a product overflows.</summary>
internal static class OnnxLimits
{
    /// <summary>Whether elements of these extents fit into <see cref="ImportLimits.MostBytes"/> and every partial product into an int. A zero extent counts as one.</summary>
    public static bool Fit(ElementType type, ReadOnlySpan<int> extents)
    {
        long bytes = type.ByteSize();
        foreach (int extent in extents)
        {
            bytes *= Math.Max(1, extent);
            if (bytes > ImportLimits.MostBytes)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Throws <see cref="OnnxNodeException"/> when a result would be larger than that.</summary>
    public static void Check(string name, ElementType type, ReadOnlySpan<int> extents)
    {
        if (!Fit(type, extents))
        {
            throw new OnnxNodeException($"the result '{name}' of shape [{string.Join(',', extents.ToArray())}] is larger than 256 MiB",
                "No device of this product can hold it; check the shape");
        }
    }
}
