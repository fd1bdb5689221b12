using EdgeAI.Compiler.Pipeline;

namespace EdgeAI.Compiler.Model;

/// <summary>
/// Reads and writes <c>*.edgeai</c>: the one model representation as a protobuf message (edgeai.proto). The same model gives the same bytes.
/// Reading a damaged file throws <see cref="InvalidDataException"/>.
/// </summary>
public static class ModelFile
{
    /// <summary>Writes the result of import.</summary>
    public static byte[] Write(ImportedModel model) => throw new NotImplementedException();

    /// <summary>Writes the result of quantization.</summary>
    public static byte[] Write(QuantizedModel model) => throw new NotImplementedException();

    /// <summary>Writes the result of planning.</summary>
    public static byte[] Write(PlannedModel model) => throw new NotImplementedException();

    /// <summary>Writes the placement of all models of a target; the models themselves are named, not repeated.</summary>
    public static byte[] Write(FirmwarePlan plan) => throw new NotImplementedException();

    /// <summary>Reads the result of import.</summary>
    public static ImportedModel ReadImported(ReadOnlySpan<byte> bytes) => throw new NotImplementedException();

    /// <summary>Reads the result of quantization.</summary>
    public static QuantizedModel ReadQuantized(ReadOnlySpan<byte> bytes) => throw new NotImplementedException();

    /// <summary>Reads the result of planning.</summary>
    public static PlannedModel ReadPlanned(ReadOnlySpan<byte> bytes) => throw new NotImplementedException();

    /// <summary>Reads the placement of all models of a target, given the planned models it names.</summary>
    public static FirmwarePlan ReadFirmware(ReadOnlySpan<byte> bytes, IReadOnlyList<PlannedModel> models) =>
        throw new NotImplementedException();
}
