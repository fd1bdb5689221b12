using System.Text.Json;
using EdgeAI.Simulator;

namespace EdgeAI.Reporting.Documents;

/// <summary>The key <c>divergence</c>: where values part from what they should be; null where nothing was to be looked for.</summary>
internal static class JsonDivergence
{
    /// <summary>Writes the key.</summary>
    public static void Write(Utf8JsonWriter json, DivergenceFigures? divergence)
    {
        if (divergence is null)
        {
            json.WriteNull("divergence");
            return;
        }

        json.WriteStartObject("divergence");
        json.WriteString("reference", divergence.Reference);
        json.Number("case", divergence.Case);
        json.WriteNumber("compared", divergence.Compared);
        if (divergence.First is { } first)
        {
            json.WriteStartObject("first");
            json.WriteString("step", first.Stage);
            json.WriteString("tensor", first.Tensor);
            json.WriteString("node", first.Node);
            json.WriteString("operator", first.Operator);
            json.Number("largestError", first.LargestError);
            json.WriteNumber("range", first.Range);
            json.WriteString("expected", first.ExpectedFile);
            json.WriteString("computed", first.ActualFile);
            json.WriteEndObject();
        }
        else
        {
            json.WriteNull("first");
        }

        if (divergence.Output is { } output)
        {
            json.WriteStartObject("output");
            json.WriteString("name", output.Output);
            json.WriteNumber("case", output.Case);
            json.WriteString("place", output.Place);
            json.Number("expected", output.Expected);
            json.Number("computed", output.Actual);
            json.WriteEndObject();
        }
        else
        {
            json.WriteNull("output");
        }

        json.WriteEndObject();
    }
}
