using System.Collections.Immutable;
using System.Security.Cryptography;
using EdgeAI.Compiler.Pipeline;
using Google.Protobuf;

namespace EdgeAI.Compiler.Model;

/// <summary>
/// Reads and writes <c>*.edgeai</c>: the one model representation as a protobuf message (edgeai.proto). The same model gives the same bytes.
/// The file ends with the SHA-256 of what is in front of it; reading a damaged file throws <see cref="InvalidDataException"/>.
/// </summary>
public static class ModelFile
{
    /// <summary>The version written, and the only one read.</summary>
    public const int SchemaVersion = 1;

    private const int DigestBytes = 32;

    // Tag of field 15, length-delimited, and the length of the digest.
    private static ReadOnlySpan<byte> DigestHeader => [(Wire.ModelDocument.DigestFieldNumber << 3) | 2, DigestBytes];

    /// <summary>Writes the result of import.</summary>
    public static byte[] Write(ImportedModel model) => Seal(new()
    {
        Stage = Wire.Stage.Imported,
        Source = StageWire.Write(model.Source),
        Graph = GraphWire.Write(model.Graph),
    });

    /// <summary>Writes the result of quantization.</summary>
    public static byte[] Write(QuantizedModel model) => Seal(Document(Wire.Stage.Quantized, model));

    /// <summary>Writes the result of planning.</summary>
    public static byte[] Write(PlannedModel model)
    {
        Wire.ModelDocument document = Document(Wire.Stage.Planned, model.Quantized);
        document.Target = StageWire.Write(model.Target);
        document.MemoryPlan = StageWire.Write(model.Plan);
        document.Kernels.Add(model.Kernels.Select(StageWire.Write));
        document.LinkedFiles.Add(model.LinkedFiles.Select(file => new Wire.SourceFile { Path = file.Path, Text = file.Text }));
        return Seal(document);
    }

    /// <summary>Writes the placement of all models of a target; the models themselves are named, not repeated.</summary>
    public static byte[] Write(FirmwarePlan plan) => Seal(new()
    {
        Stage = Wire.Stage.Firmware,
        Target = StageWire.Write(plan.Target),
        FirmwarePlan = new()
        {
            Models = { plan.Models.Select(model => model.Quantized.Graph.Name) },
            SharedArenaBytes = plan.SharedArenaBytes,
            Memories = { plan.Memories.Select(StageWire.Write) },
        },
    });

    /// <summary>Reads the result of import.</summary>
    public static ImportedModel ReadImported(ReadOnlySpan<byte> bytes) => Read(bytes, Wire.Stage.Imported, document =>
        new ImportedModel(GraphWire.Read(Required(document.Graph, "graph")), StageWire.Read(Required(document.Source, "source"))));

    /// <summary>Reads the result of quantization.</summary>
    public static QuantizedModel ReadQuantized(ReadOnlySpan<byte> bytes) => Read(bytes, Wire.Stage.Quantized, Quantized);

    /// <summary>Reads the result of planning.</summary>
    public static PlannedModel ReadPlanned(ReadOnlySpan<byte> bytes) => Read(bytes, Wire.Stage.Planned, document =>
        new PlannedModel(Quantized(document), StageWire.Read(Required(document.Target, "target")),
            StageWire.Read(Required(document.MemoryPlan, "memory plan")))
        {
            Kernels = [.. document.Kernels.Select(StageWire.Read)],
            LinkedFiles = [.. document.LinkedFiles.Select(file => new SourceFile(file.Path, file.Text))],
        });

    /// <summary>Reads the placement of all models of a target, given the planned models it names.</summary>
    public static FirmwarePlan ReadFirmware(ReadOnlySpan<byte> bytes, IReadOnlyList<PlannedModel> models) =>
        Read(bytes, Wire.Stage.Firmware, document =>
        {
            Wire.FirmwarePlan plan = Required(document.FirmwarePlan, "firmware plan");
            var named = plan.Models.Select(name => models.FirstOrDefault(model => model.Quantized.Graph.Name == name)
                ?? throw new InvalidDataException($"the plan names model '{name}', which is not given")).ToImmutableArray();
            return new FirmwarePlan(StageWire.Read(Required(document.Target, "target")), named, plan.SharedArenaBytes)
            {
                Memories = [.. plan.Memories.Select(StageWire.Read)],
            };
        });

    private static Wire.ModelDocument Document(Wire.Stage stage, QuantizedModel model) => new()
    {
        Candidates = model.Candidates is { } candidates ? MixedWire.Write(candidates) : null,
        TypeChoice = model.Types is { } types ? MixedWire.Write(types) : null,
        Stage = stage,
        Source = StageWire.Write(model.Source),
        Graph = GraphWire.Write(model.Graph),
        Quantization = new()
        {
            Scheme = model.Scheme,
            CalibratedOnRealData = model.CalibratedOnRealData,
            CalibrationCases = model.CalibrationCases,
            RepairedLayers = { model.Repairs.Layers.Select(RepairWire.Write) },
            ChannelMaps = { model.Repairs.Maps.Select(RepairWire.Write) },
        },
        Border = StageWire.Write(model.Border),
    };

    private static QuantizedModel Quantized(Wire.ModelDocument document)
    {
        Wire.Quantization quantization = Required(document.Quantization, "quantization");
        Graph graph = GraphWire.Read(Required(document.Graph, "graph"));
        return new(graph, StageWire.Read(Required(document.Source, "source")), quantization.Scheme, quantization.CalibratedOnRealData,
            quantization.CalibrationCases, StageWire.Read(Required(document.Border, "border"), graph))
        {
            Candidates = document.Candidates is { } candidates ? MixedWire.Read(candidates) : null,
            Types = document.TypeChoice is { } types ? MixedWire.Read(types) : null,
            Repairs = RepairWire.Read(quantization),
        };
    }

    private static byte[] Seal(Wire.ModelDocument document)
    {
        document.SchemaVersion = SchemaVersion;
        int length = document.CalculateSize();
        byte[] bytes = new byte[length + DigestHeader.Length + DigestBytes];
        document.WriteTo(bytes.AsSpan(0, length));
        DigestHeader.CopyTo(bytes.AsSpan(length));
        SHA256.HashData(bytes.AsSpan(0, length), bytes.AsSpan(length + DigestHeader.Length));
        return bytes;
    }

    private static T Read<T>(ReadOnlySpan<byte> bytes, Wire.Stage stage, Func<Wire.ModelDocument, T> build)
    {
        int length = bytes.Length - DigestHeader.Length - DigestBytes;
        if (length < 0 || !bytes.Slice(length, DigestHeader.Length).SequenceEqual(DigestHeader)
            || !SHA256.HashData(bytes[..length]).AsSpan().SequenceEqual(bytes[^DigestBytes..]))
        {
            throw new InvalidDataException("the model file is damaged or not a model file: its digest does not match");
        }

        try
        {
            Wire.ModelDocument document = Wire.ModelDocument.Parser.ParseFrom(bytes[..length]);
            if (document.SchemaVersion != SchemaVersion)
            {
                throw new InvalidDataException($"the model file has schema version {document.SchemaVersion} instead of {SchemaVersion}");
            }

            return document.Stage == stage
                ? build(document)
                : throw new InvalidDataException($"the model file is of stage {document.Stage} instead of {stage}");
        }
        catch (Exception error) when (error is InvalidProtocolBufferException or OverflowException)
        {
            throw new InvalidDataException($"the model file is damaged: {error.Message}", error);
        }
    }

    private static T Required<T>(T? part, string name) where T : class =>
        part ?? throw new InvalidDataException($"the model file has no {name}");
}
