using System.Globalization;
using System.Text;
using EdgeAI.Compiler.Import.Onnx;
using EdgeAI.Compiler.Import.TfLite;
using EdgeAI.Compiler.Operators;
using EdgeAI.Compiler.Targets;

namespace EdgeAI.Reporting.Documentation;

/// <summary>
/// What the product supports, as Markdown made from the code itself: the operators of each file format, the types each operator of the internal
/// graph runs in, and the targets. Pages that carry these tables are compared with them by a test.
/// </summary>
public static class SupportTables
{
    /// <summary>The operators that are read, by format.</summary>
    public static string Formats()
    {
        var text = new StringBuilder("| format | operators that are read |\n| --- | --- |\n");
        text.Append(CultureInfo.InvariantCulture,
            $"| ONNX, opset {OnnxImporter.OldestOperatorSet} to {OnnxImporter.NewestOperatorSet} | {Names(OnnxImporter.SupportedOperators)} |\n");
        text.Append(CultureInfo.InvariantCulture,
            $"| ONNX, on constants and shapes | {Names(OnnxImporter.FoldedOperators.Except(OnnxImporter.SupportedOperators))} |\n");
        text.Append(CultureInfo.InvariantCulture, $"| TFLite | {Names(TfLiteImporter.SupportedOperators)} |\n");
        return text.ToString();
    }

    /// <summary>The operators of the internal graph and the types they run in on every target.</summary>
    public static string Operators()
    {
        var text = new StringBuilder("| operator | float32 | int8, int16 | range of the integer result | integers as written |\n| --- | --- | --- | --- | --- |\n");
        foreach (Operator definition in OperatorCatalog.All)
        {
            (string integers, string range) = definition.Quantization switch
            {
                QuantizationRule.Calibrated => ("yes", "found by calibration"),
                QuantizationRule.SameAsInput => ("yes", "that of the operand"),
                QuantizationRule.Fixed => ("yes", "fixed by TensorFlow Lite's specification"),
                QuantizationRule.Untouched => ("yes", "as given"),
                _ => (definition.TakesReals ? "in float" : "no", ""),
            };
            string real = definition.TakesReals ? "yes" : "no";
            text.Append(CultureInfo.InvariantCulture, $"| {definition.Name} | {real} | {integers} | {range} | {definition.IntegersAsWritten} |\n");
        }

        return text.ToString();
    }

    /// <summary>The targets that are known by name.</summary>
    public static string Targets()
    {
        var text = new StringBuilder("| target | core | clock | memory |\n| --- | --- | --- | --- |\n");
        foreach (string name in TargetCatalog.Names)
        {
            TargetDescription target = TargetCatalog.Get(name);
            string clock = target.ClockMhz is { } megahertz ? string.Create(CultureInfo.InvariantCulture, $"{megahertz} MHz") : "";
            string memory = string.Join(", ", target.Regions.Select(region => $"{region.Name} {Size(region.SizeBytes)}"));
            text.Append(CultureInfo.InvariantCulture, $"| `{target.Name}` | {target.Core} | {clock} | {memory} |\n");
        }

        return text.ToString();
    }

    /// <summary>A page with the text between each pair of marks <c>&lt;!-- table: NAME --&gt;</c> and <c>&lt;!-- end --&gt;</c> replaced by that table.</summary>
    public static string Fill(string page)
    {
        foreach ((string name, Func<string> table) in new (string, Func<string>)[] { ("formats", Formats), ("operators", Operators), ("targets", Targets) })
        {
            string mark = $"<!-- table: {name} -->\n";
            int start = page.IndexOf(mark, StringComparison.Ordinal);
            if (start >= 0)
            {
                start += mark.Length;
                int end = page.IndexOf("<!-- end -->", start, StringComparison.Ordinal);
                page = page[..start] + table() + page[end..];
            }
        }

        return page;
    }

    private static string Names(IEnumerable<string> names) => string.Join(", ", names.Order(StringComparer.Ordinal));

    private static string Size(long bytes) => bytes switch
    {
        >= 1 << 20 when bytes % (1 << 20) == 0 => string.Create(CultureInfo.InvariantCulture, $"{bytes >> 20} MiB"),
        >= 1 << 10 when bytes % (1 << 10) == 0 => string.Create(CultureInfo.InvariantCulture, $"{bytes >> 10} KiB"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{bytes} B"),
    };
}
