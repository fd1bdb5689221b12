using System.Text.Json;
using EdgeAI.Compiler.Planning;
using EdgeAI.Compiler.Planning.Regions;
using EdgeAI.Reporting.Figures;
using EdgeAI.Simulator;

namespace EdgeAI.Reporting.Documents;

/// <summary>The member <c>memory</c> of <c>&lt;model&gt;.&lt;target&gt;.json</c>.</summary>
internal static class JsonMemory
{
    /// <summary>Writes it.</summary>
    public static void Write(Utf8JsonWriter json, BuildFigures figures)
    {
        ElfFigures? elf = figures.Simulation.Elf;
        json.WriteStartObject("memory");
        json.WriteNumber("arenaBytes", figures.Plan.ArenaBytes);
        json.WriteNumber("arenaLowerBoundBytes", figures.Plan.LowerBoundBytes);
        json.Number("arenaOverlapBoundBytes", figures.Plan.OverlapBoundBytes);
        json.WriteBoolean("arenaIsOptimal", figures.Certificate.IsProven);
        json.WriteNumber("stateBytes", figures.Plan.StateBytes);
        json.Number("weightBytes", elf?.WeightBytes);
        json.WriteNumber("plannedWeightBytes", figures.PlannedWeightBytes);
        json.Number("codeBytes", elf?.CodeBytes);
        json.Number("staticBytes", elf?.StaticBytes);
        json.Number("stackBytes", elf?.StackBytes);
        json.Number("sramBytes", figures.SramBytes);
        json.Number("flashBytes", figures.FlashBytes);
        json.WriteNumber("peakStep", figures.Peak.Step);
        WritePeak(json, figures);
        WriteCertificate(json, figures);
        WriteRemedies(json, figures);
        WriteList(json, "regions", figures.Plan.Regions, WriteRegion);
        WriteList(json, "weightCopies", figures.Plan.WeightCopies, WriteCopy);
        WriteList(json, "buffers", figures.Plan.Buffers, WriteBuffer);
        WriteList(json, "streams", figures.Plan.Streams, WriteStream);
        WriteList(json, "frontier", figures.Plan.Frontier, (writer, point) => WritePoint(writer, point, point == figures.OwnPoint));
        WriteSymbols(json, figures);
        json.WriteEndObject();
    }

    private static void WritePeak(Utf8JsonWriter json, BuildFigures figures)
    {
        MemoryPeak peak = figures.Peak;
        json.WriteStartObject("peak");
        json.WriteNumber("step", peak.Step);
        json.WriteString("layer", peak.NodeSource);
        json.Number("firstRow", peak.Rows?.First);
        json.Number("rows", peak.Rows is var (first, end) ? end - first : (long?)null);
        json.WriteNumber("bytes", peak.TakenBytes);
        WriteList(json, "buffers", peak.Taken, (writer, taken) =>
        {
            writer.WriteString("name", taken.Buffer.Name);
            writer.WriteNumber("bytes", taken.Bytes);
        });
        json.WriteEndObject();
    }

    private static void WriteCertificate(Utf8JsonWriter json, BuildFigures figures)
    {
        PlanCertificate certificate = figures.Certificate;
        json.WriteStartObject("certificate");
        json.WriteString("bound", CertificateText.Name(certificate.Kind));
        json.WriteNumber("boundBytes", certificate.BoundBytes);
        json.WriteNumber("gapBytes", certificate.GapBytes);
        json.WriteBoolean("proven", certificate.IsProven);
        json.WriteString("text", CertificateText.Of(figures));
        json.WriteEndObject();
    }

    private static void WriteRemedies(Utf8JsonWriter json, BuildFigures figures) => WriteList(json, "remedies", figures.Remedies, (writer, remedy) =>
    {
        writer.WriteString("kind", remedy.Kind);
        writer.WriteString("setting", remedy.Setting);
        writer.WriteNumber("arenaBytes", remedy.ArenaBytes);
        writer.Number("extraMacs", remedy.Cost?.ExtraMacs ?? 0);
        writer.Number("movedBytes", remedy.Cost?.MovedBytes);
        writer.Number("steps", remedy.Cost?.Steps);
    });

    private static void WriteRegion(Utf8JsonWriter json, PlannedRegion region)
    {
        json.WriteString("memory", region.Memory);
        json.WriteNumber("offset", region.Start);
        json.WriteNumber("bytes", region.Bytes);
    }

    private static void WriteCopy(Utf8JsonWriter json, PlannedWeightCopy copy)
    {
        json.WriteNumber("step", copy.Step);
        json.WriteNumber("offset", copy.Offset);
        json.WriteNumber("bytes", copy.Size);
    }

    private static void WriteBuffer(Utf8JsonWriter json, PlannedBuffer buffer)
    {
        json.WriteString("name", buffer.Name);
        json.WriteNumber("offset", buffer.Offset);
        json.WriteNumber("bytes", buffer.Size);
        json.WriteNumber("firstStep", buffer.FirstStep);
        json.WriteNumber("lastStep", buffer.LastStep);
    }

    private static void WriteStream(Utf8JsonWriter json, PlannedStream stream)
    {
        json.WriteNumber("firstStep", stream.FirstStep);
        json.WriteNumber("lastStep", stream.LastStep);
        json.WriteNumber("rowsAtOnce", stream.RowsAtOnce);
    }

    private static void WritePoint(Utf8JsonWriter json, PlanPoint point, bool isChosen)
    {
        json.WriteNumber("arenaBytes", point.ArenaBytes);
        json.WriteNumber("extraMacs", point.ExtraMacs);
        json.WriteNumber("movedBytes", point.MovedBytes);
        json.WriteNumber("steps", point.Steps);
        json.WriteBoolean("chosen", isChosen);
    }

    private static void WriteSymbols(Utf8JsonWriter json, BuildFigures figures)
    {
        if (figures.Simulation.Elf is not { } elf)
        {
            json.WriteNull("symbols");
            json.WriteString("whyNoSymbols", figures.WhyNoTargetFigures);
            return;
        }

        WriteList(json, "symbols", elf.Symbols, (writer, symbol) =>
        {
            writer.WriteString("name", symbol.Name);
            writer.WriteNumber("bytes", symbol.Bytes);
            writer.WriteString("section", symbol.Section);
        });
    }

    private static void WriteList<T>(Utf8JsonWriter json, string name, IEnumerable<T> items, Action<Utf8JsonWriter, T> write)
    {
        json.WriteStartArray(name);
        foreach (T item in items)
        {
            json.WriteStartObject();
            write(json, item);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
