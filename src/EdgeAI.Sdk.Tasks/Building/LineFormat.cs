using System.Text;

namespace EdgeAI.Sdk.Tasks.Building;

/// <summary>Records as lines of fields apart by tabs; tabs, line ends and backslashes inside a field are escaped.</summary>
internal static class LineFormat
{
    /// <summary>One line without its end.</summary>
    public static string Join(params ReadOnlySpan<string> fields)
    {
        var line = new StringBuilder();
        for (int i = 0; i < fields.Length; i++)
        {
            if (i > 0)
            {
                line.Append('\t');
            }

            foreach (char character in fields[i])
            {
                _ = character switch
                {
                    '\\' => line.Append("\\\\"),
                    '\t' => line.Append("\\t"),
                    '\n' => line.Append("\\n"),
                    '\r' => line.Append("\\r"),
                    _ => line.Append(character),
                };
            }
        }

        return line.ToString();
    }

    /// <summary>The fields of a line.</summary>
    public static string[] Split(string line)
    {
        string[] fields = line.Split('\t');
        for (int i = 0; i < fields.Length; i++)
        {
            if (!fields[i].Contains('\\', StringComparison.Ordinal))
            {
                continue;
            }

            var field = new StringBuilder();
            for (int at = 0; at < fields[i].Length; at++)
            {
                char character = fields[i][at];
                if (character == '\\' && at + 1 < fields[i].Length)
                {
                    at++;
                    character = fields[i][at] switch { 't' => '\t', 'n' => '\n', 'r' => '\r', char other => other };
                }

                field.Append(character);
            }

            fields[i] = field.ToString();
        }

        return fields;
    }
}
