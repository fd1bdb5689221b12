using System.Text.Json;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators;
using EdgeAI.Compiler.Quantization.Mixed;
using EdgeAI.Reporting.Figures;

namespace EdgeAI.Reporting.Documents;

/// <summary>The types that were chosen by layer, with the sensitivity table.</summary>
internal static class JsonTypes
{
    /// <summary>The member <c>types</c>; null where there was nothing to choose.</summary>
    public static void Write(Utf8JsonWriter json, TypeChoice? choice)
    {
        if (choice is null)
        {
            json.WriteNull("types");
            return;
        }

        json.WriteStartObject("types");
        json.WriteString("limit", choice.Limit);
        json.WriteString("data", choice.Data);
        json.WriteBoolean("kept", choice.IsKept);
        json.Number("sqnrDb", choice.SqnrDb);
        json.Number("accuracy", choice.Accuracy);
        json.Number("float", choice.FloatAccuracy);
        json.WriteNumber("estimatedInstructions", choice.Instructions);
        json.WriteNumber("estimatedInt16Instructions", choice.WideInstructions);
        json.Number("estimatedFlashBytes", choice.FlashBytes);
        json.WriteStartArray("layers");
        foreach (ChosenType layer in choice.Layers)
        {
            json.WriteStartObject();
            json.WriteString("name", layer.Sensitivity.Node);
            json.WriteString("source", layer.Source);
            json.WriteString("operator", layer.Operator);
            json.WriteString("type", (layer.Type == ElementType.Int4 ? ElementType.Int8 : layer.Type).DisplayName());
            json.WriteBoolean("int4Weights", layer.Type == ElementType.Int4);
            json.Number("int8SqnrDb", LayerNoiseRatio.Decibels(layer.Sensitivity.Int8Noise));
            json.Number("int16SqnrDb", LayerNoiseRatio.Decibels(layer.Sensitivity.Int16Noise));
            json.Number("int4WeightsSqnrDb", LayerNoiseRatio.Decibels(layer.Sensitivity.Int4Noise));
            json.WriteString("measuredAt", layer.Sensitivity.IsLocal ? "layer" : "outputs");
            json.Number("int8Instructions", layer.Int8Instructions);
            json.Number("int16Instructions", layer.Int16Instructions);
            json.Number("int4WeightsInstructions", layer.Int4Instructions);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }
}
