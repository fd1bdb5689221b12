using System.Globalization;
using System.Runtime.InteropServices;
using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Data;

/// <summary>
/// Numbers as text, one sample a row, apart by commas, semicolons, tabs or blanks; invariant decimal points; empty rows and rows that begin with # are passed over.
/// A first row with a word in it is the header. A column headed label, class, target or y holds class labels.
/// </summary>
public static class CsvFormat
{
    private static readonly string[] LabelNames = ["label", "labels", "class", "target", "y"];
    private static readonly char[] Separators = [',', ';', '\t', ' '];

    /// <summary>The rows and the labels, if a column holds them; <paramref name="valuesPerSample"/> + 1 columns without a header mean that the last is the label.</summary>
    public static (NumericArray Values, int[]? Labels) Read(ReadOnlySpan<byte> file, long valuesPerSample)
    {
        var values = new List<double>();
        var labels = new List<int>();
        int columns = -1;
        int labelColumn = -1;
        int rows = 0;
        int lineNumber = 0;
        foreach (string line in System.Text.Encoding.UTF8.GetString(file).TrimStart('\uFEFF').Split('\n'))
        {
            lineNumber++;
            string trimmed = line.Trim();
            if (trimmed.Length == 0 || trimmed[0] == '#')
            {
                continue;
            }

            string[] cells = Split(trimmed);
            if (columns < 0)
            {
                columns = cells.Length;
                labelColumn = columns == valuesPerSample + 1 ? columns - 1 : -1;
                if (cells.Any(cell => !IsNumber(cell)))
                {
                    int named = Array.FindIndex(cells, cell => LabelNames.Contains(cell.Trim('"'), StringComparer.OrdinalIgnoreCase));
                    labelColumn = named >= 0 ? named : labelColumn;
                    continue;
                }
            }

            if (cells.Length != columns)
            {
                throw new InvalidDataException($"line {lineNumber} has {cells.Length} columns, the lines before it have {columns}");
            }

            ReadRow(cells, labelColumn, lineNumber, values, labels);
            rows++;
        }

        int width = columns < 0 ? 0 : columns - (labelColumn >= 0 ? 1 : 0);
        byte[] bytes = MemoryMarshal.AsBytes(CollectionsMarshal.AsSpan(values)).ToArray();
        return (new NumericArray(ElementType.Float64, new Shape(rows, width), bytes), labelColumn >= 0 ? [.. labels] : null);
    }

    private static void ReadRow(string[] cells, int labelColumn, int lineNumber, List<double> values, List<int> labels)
    {
        for (int column = 0; column < cells.Length; column++)
        {
            if (!double.TryParse(cells[column], NumberStyles.Float, CultureInfo.InvariantCulture, out double value))
            {
                throw new InvalidDataException($"'{cells[column]}' in line {lineNumber}, column {column + 1} is no number");
            }

            if (column != labelColumn)
            {
                values.Add(value);
            }
            else if (value == Math.Floor(value) && Math.Abs(value) < int.MaxValue)
            {
                labels.Add((int)value);
            }
            else
            {
                throw new InvalidDataException($"label '{cells[column]}' in line {lineNumber} is no whole number");
            }
        }
    }

    private static string[] Split(string line)
    {
        char[] separators = line.Contains(',', StringComparison.Ordinal) ? [','] : line.Contains(';', StringComparison.Ordinal) ? [';'] : Separators;
        StringSplitOptions options = separators.Length == 1
            ? StringSplitOptions.TrimEntries : StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries;
        return line.Split(separators, options);
    }

    private static bool IsNumber(string cell) => double.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out _);
}
