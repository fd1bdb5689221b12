using System.Collections.Immutable;
using System.Text.Json;
using EdgeAI.Compiler.Diagnostics;
using EdgeAI.Compiler.Operators;
using EdgeAI.Compiler.Pipeline;
using EdgeAI.Compiler.Planning;
using EdgeAI.Compiler.Quantization;
using EdgeAI.Reporting.Figures;
using EdgeAI.Reporting.Limits;
using EdgeAI.Simulator;

namespace EdgeAI.Reporting.Documents;

/// <summary><c>&lt;model&gt;.&lt;target&gt;.json</c>: every figure for machines. A figure that was not obtained is null.</summary>
internal static class JsonReport
{
    private const int SchemaVersion = 1;

    /// <summary>The file's text.</summary>
    public static string Write(ReportedBuild build) => JsonText.Write(json =>
    {
        BuildFigures figures = build.Figures;
        json.WriteStartObject();
        json.WriteNumber("schemaVersion", SchemaVersion);
        json.WriteString("model", figures.Model);
        json.WriteString("target", figures.Target);
        WriteSource(json, figures.Planned.Quantized.Source);
        WriteQuantization(json, figures);
        JsonMemory.Write(json, figures);
        WriteLatency(json, figures);
        WriteAccuracy(json, figures.Simulation.Accuracy);
        WriteSimulations(json, figures.Simulation);
        JsonDivergence.Write(json, figures.Simulation.Divergence);
        WriteLayers(json, figures);
        WriteTransposes(json, figures);
        json.WriteNull("schedule");
        WriteBudgets(json, build);
        WriteDiagnostics(json, build.Diagnostics);
        json.WriteEndObject();
    });

    private static void WriteSource(Utf8JsonWriter json, ModelSource source)
    {
        json.WriteStartObject("source");
        json.WriteString("path", source.Path);
        json.WriteString("sha256", source.Sha256);
        json.WriteString("format", source.Format);
        json.WriteEndObject();
    }

    private static void WriteQuantization(Utf8JsonWriter json, BuildFigures figures)
    {
        QuantizedModel quantized = figures.Planned.Quantized;
        json.WriteStartObject("quantization");
        json.WriteString("scheme", quantized.Scheme);
        json.WriteNumber("macs", figures.Macs);
        json.WriteNumber("parameters", figures.Parameters);
        if (quantized.CalibrationCases > 0)
        {
            json.WriteBoolean("calibratedOnRealData", quantized.CalibratedOnRealData);
        }
        else
        {
            json.WriteNull("calibratedOnRealData");
        }

        json.WriteNumber("calibrationCases", quantized.CalibrationCases);
        JsonTypes.Write(json, quantized.Types);
        json.WriteEndObject();
    }

    private static void WriteLatency(Utf8JsonWriter json, BuildFigures figures)
    {
        json.WriteStartObject("latency");
        json.Number("instructions", figures.Simulation.Instructions);
        json.Number("initInstructions", figures.Simulation.InitInstructions);
        json.WriteNull("cycles");
        json.WriteNull("milliseconds");
        json.WriteNull("energyMicrojoules");
        json.WriteEndObject();
    }

    private static void WriteAccuracy(Utf8JsonWriter json, AccuracyFigures? accuracy)
    {
        json.WriteStartObject("accuracy");
        json.WriteString("metric", accuracy?.Metric);
        json.Number("float", accuracy?.Float);
        json.Number("quantized", accuracy?.Quantized);
        json.Number("sqnrDb", accuracy?.SqnrDb);
        if (accuracy is null)
        {
            json.WriteNull("noiseFree");
        }
        else
        {
            json.WriteBoolean("noiseFree", accuracy.NoiseFree);
        }

        json.Number("cases", accuracy?.Cases);
        WriteNoise(json, accuracy);
        WriteClasses(json, accuracy?.Classes);
        json.WriteEndObject();
    }

    /// <summary>One entry for each level of each noise.</summary>
    private static void WriteNoise(Utf8JsonWriter json, AccuracyFigures? accuracy)
    {
        if (accuracy is null || accuracy.Noise.IsDefaultOrEmpty)
        {
            json.WriteNull("noise");
            return;
        }

        json.WriteStartArray("noise");
        foreach (NoiseCurve curve in accuracy.Noise)
        {
            foreach (NoisePoint point in curve.Points)
            {
                json.WriteStartObject();
                json.WriteString("name", curve.Name);
                json.WriteString("kind", JsonNamingPolicy.CamelCase.ConvertName(curve.Kind));
                json.Number("snrDb", curve.IsBySnr ? point.Level : null);
                json.Number("severity", curve.IsBySnr ? null : point.Level);
                json.WriteNumber("cases", curve.Cases);
                json.Number("float", point.Float);
                json.Number("quantized", point.Quantized);
                json.Number("sqnrDb", point.SqnrDb);
                json.Number("floatOutputDb", point.FloatOutputDb);
                json.Number("quantizedOutputDb", point.QuantizedOutputDb);
                json.WriteEndObject();
            }
        }

        json.WriteEndArray();
    }

    /// <summary>confusion[float class][quantized class]; null where it was not obtained.</summary>
    private static void WriteClasses(Utf8JsonWriter json, ClassAgreement? classes)
    {
        if (classes is null)
        {
            json.WriteNull("confusion");
            json.WriteNull("changedClasses");
            return;
        }

        json.WriteStartArray("confusion");
        foreach (ImmutableArray<int> row in classes.Confusion)
        {
            json.WriteStartArray();
            foreach (int cases in row)
            {
                json.WriteNumberValue(cases);
            }

            json.WriteEndArray();
        }

        json.WriteEndArray();
        json.WriteStartArray("changedClasses");
        foreach (ChangedClass one in classes.Changed)
        {
            json.WriteStartObject();
            json.WriteNumber("case", one.Case);
            json.WriteNumber("label", one.Label);
            json.WriteNumber("float", one.Float);
            json.WriteNumber("quantized", one.Quantized);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteSimulations(Utf8JsonWriter json, SimulationResult simulation)
    {
        json.WriteStartArray("simulations");
        foreach (EngineRun run in simulation.Engines)
        {
            json.WriteStartObject();
            json.WriteString("engine", run.Engine);
            json.WriteNumber("cases", run.Cases);
            json.WriteNumber("mismatches", run.Mismatches);
            json.Number("maxAbsError", run.MaxAbsError);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("skippedSimulations");
        foreach (SkippedEngine engine in simulation.Skipped)
        {
            json.WriteStartObject();
            json.WriteString("engine", engine.Engine);
            json.WriteString("reason", engine.Reason);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteLayers(Utf8JsonWriter json, BuildFigures figures)
    {
        json.WriteStartArray("layers");
        foreach (Layer layer in figures.Layers)
        {
            json.WriteStartObject();
            json.WriteString("name", layer.Name);
            json.WriteString("operator", layer.Operator);
            json.WriteString("source", layer.Source);
            json.WriteNumber("macs", layer.Macs);
            json.WriteNull("cycles");
            json.Number("instructions", layer.Instructions);
            json.Number("instructionsPerMac", layer.InstructionsPerMac);
            json.Number("boundPerMac", layer.BoundPerMac);
            json.WriteString("variant", layer.Variant);
            json.WriteString("reason", layer.Reason);
            json.Number("sqnrDb", layer.SqnrDb);
            json.Number("isolatedSqnrDb", layer.IsolatedSqnrDb);
            json.Number("clippingRate", layer.ClippingRate);
            WriteRange(json, layer);
            WriteRepairs(json, layer);
            json.Number("arenaOffset", layer.ArenaOffset);
            json.WriteNumber("bytes", layer.Bytes);
            json.WriteNumber("plannedWeightBytes", layer.WeightBytes);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteRepairs(Utf8JsonWriter json, Layer layer)
    {
        json.WriteStartArray("repairs");
        foreach (RepairedLayer repair in layer.Repairs)
        {
            json.WriteStartObject();
            json.WriteString("repair", RepairText.Key(repair.Kind));
            json.WriteString("detail", repair.Detail);
            json.Number("beforeDb", repair.BeforeDb);
            json.Number("afterDb", repair.AfterDb);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteTransposes(Utf8JsonWriter json, BuildFigures figures)
    {
        json.WriteStartArray("transposes");
        foreach (RuntimeTranspose one in figures.Transposes)
        {
            json.WriteStartObject();
            json.WriteString("name", one.Node.Name);
            json.WriteString("from", one.From);
            json.WriteString("to", one.To);
            json.WriteString("place", TransposeText.Name(one.Place));
            json.WriteNumber("bytes", one.Bytes);
            json.Number("instructions", figures.Layers[one.NodeIndex].Instructions);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    /// <summary>Scale, zero point and the reals that the result can hold.</summary>
    private static void WriteRange(Utf8JsonWriter json, Layer layer)
    {
        if (layer.Quantization is not { IsPerChannel: false } quantization)
        {
            json.WriteNull("scale");
            json.WriteNull("zeroPoint");
            json.WriteNull("range");
            return;
        }

        var integers = IntegerRange.Of(layer.Type);
        json.WriteNumber("scale", quantization.Scale);
        json.WriteNumber("zeroPoint", quantization.ZeroPoint);
        json.WriteStartArray("range");
        json.WriteNumberValue((float)(((double)integers.Minimum - quantization.ZeroPoint) * quantization.Scale));
        json.WriteNumberValue((float)(((double)integers.Maximum - quantization.ZeroPoint) * quantization.Scale));
        json.WriteEndArray();
    }

    private static void WriteBudgets(Utf8JsonWriter json, ReportedBuild build)
    {
        json.WriteStartArray("budgets");
        foreach (BudgetResult budget in build.Budgets)
        {
            json.WriteStartObject();
            json.WriteString("name", budget.Kind.ToString());
            if (budget.SnrDb is { } ratio)
            {
                json.WriteNumber("snrDb", ratio);
            }

            json.WriteString("setOn", budget.OfTarget ? "target" : "model");
            json.WriteNumber("limit", budget.Limit);
            json.Number("figure", budget.Figure);
            json.WriteString("verdict", budget.Verdict switch
            {
                BudgetVerdict.Met => "met",
                BudgetVerdict.Broken => "broken",
                _ => "notMeasured",
            });
            json.WriteString("remark", budget.Remark);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteDiagnostics(Utf8JsonWriter json, IEnumerable<Diagnostic> diagnostics)
    {
        json.WriteStartArray("diagnostics");
        foreach (Diagnostic diagnostic in diagnostics)
        {
            json.WriteStartObject();
            json.WriteString("code", diagnostic.Code);
            json.WriteString("severity", diagnostic.Severity.ToString().ToLowerInvariant());
            json.WriteString("message", diagnostic.Message);
            json.WriteString("file", diagnostic.File);
            json.Number("line", diagnostic.Line > 0 ? diagnostic.Line : (long?)null);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
