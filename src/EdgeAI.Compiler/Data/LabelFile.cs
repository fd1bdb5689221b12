using System.Globalization;
using EdgeAI.Compiler.Diagnostics;

namespace EdgeAI.Compiler.Data;

/// <summary>Class labels: a .npy of integers, text with one whole number a line, or a .csv whose label column (or only column) holds them.</summary>
public static class LabelFile
{
    /// <summary>Reads a file of labels.</summary>
    public static int[] Read(string path, string display)
    {
        if (!File.Exists(path))
        {
            throw DiagnosticCatalog.DataMissing.Throw(null, "TestLabels", display);
        }

        try
        {
            byte[] bytes = File.ReadAllBytes(path);
            return Path.GetExtension(path).ToLowerInvariant() switch
            {
                ".npy" => FromArray(NpyFormat.Read(bytes), display),
                ".csv" => FromColumns(bytes),
                _ => FromLines(bytes),
            };
        }
        catch (Exception error) when (error is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            throw DiagnosticCatalog.LabelNotReadable.Throw(null, display, error.Message.TrimEnd('.'));
        }
    }

    /// <summary>An integer array of any shape as labels in row-major order.</summary>
    internal static int[] FromArray(NumericArray array, string display)
    {
        int[] labels = new int[array.Shape.ElementCount];
        for (int i = 0; i < labels.Length; i++)
        {
            double value = array.ValueAt(i);
            labels[i] = !array.Type.IsFloatLike() && Math.Abs(value) < int.MaxValue
                ? (int)value
                : throw DiagnosticCatalog.LabelNotReadable.Throw(null, display, "it holds numbers that are not whole");
        }

        return labels;
    }

    private static bool IsFloatLike(this Model.ElementType type) => Model.ElementTypes.IsFloat(type);

    private static int[] FromColumns(byte[] bytes)
    {
        (NumericArray values, int[]? labels) = CsvFormat.Read(bytes, long.MaxValue - 1);
        if (labels is not null)
        {
            return labels;
        }

        return values.Shape[1] == 1
            ? [.. Enumerable.Range(0, values.Shape[0]).Select(i => (int)values.ValueAt(i))]
            : throw new InvalidDataException("no column is headed 'label'");
    }

    /// <summary>
    /// The names of classes in a text file, one a line in the order of the model's output; null where the file holds labels of samples: it is no text, or its lines
    /// are whole numbers and not just the given folders.
    /// </summary>
    internal static string[]? ReadNames(string path, string display, IReadOnlyList<string> folders)
    {
        if (!File.Exists(path) || Path.GetExtension(path).ToLowerInvariant() is ".npy" or ".csv")
        {
            return null;
        }

        try
        {
            string[] names = [.. Lines(File.ReadAllBytes(path))];
            if (names.All(IsWhole) && !names.Order(StringComparer.Ordinal).SequenceEqual(folders, StringComparer.Ordinal))
            {
                return null;
            }

            return names.GroupBy(name => name, StringComparer.Ordinal).FirstOrDefault(same => same.Count() > 1) is { } twice
                ? throw new InvalidDataException($"the class '{twice.Key}' stands twice")
                : names;
        }
        catch (Exception error) when (error is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            throw DiagnosticCatalog.LabelNotReadable.Throw(null, display, error.Message.TrimEnd('.'));
        }
    }

    private static int[] FromLines(byte[] bytes) =>
    [
        .. Lines(bytes).Select(text => IsWhole(text)
            ? int.Parse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture)
            : throw new InvalidDataException($"'{text}' is no whole number")),
    ];

    private static bool IsWhole(string text) => int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _);

    private static IEnumerable<string> Lines(byte[] bytes) =>
        System.Text.Encoding.UTF8.GetString(bytes).TrimStart('\uFEFF').Split('\n').Select(line => line.Trim()).Where(line => line.Length > 0);
}
