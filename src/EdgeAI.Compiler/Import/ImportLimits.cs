namespace EdgeAI.Compiler.Import;

/// <summary>What a file may ask for.</summary>
internal static class ImportLimits
{
    /// <summary>Bytes of one tensor. No device of this product holds more, and damaged files would take all memory of the machine that builds.</summary>
    public const long MostBytes = 1L << 28;
}
