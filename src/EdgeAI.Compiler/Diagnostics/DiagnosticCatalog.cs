using System.Reflection;

namespace EdgeAI.Compiler.Diagnostics;

/// <summary>
/// Every code of the product in one table; one partial file for each stage. A page sdk/docs/diagnostics/CODE.md stands for each.
/// </summary>
public static partial class DiagnosticCatalog
{
    /// <summary>All codes in order.</summary>
    public static IReadOnlyList<DiagnosticDescriptor> All => Table.Sorted;

    private static DiagnosticDescriptor Error(string code, string title, string format) => new(code, Severity.Error, title, format);

    private static DiagnosticDescriptor Warning(string code, string title, string format) => new(code, Severity.Warning, title, format);

    private static DiagnosticDescriptor Note(string code, string title, string format) => new(code, Severity.Note, title, format);

    /// <summary>A class of its own, so that the fields of every partial file are set before it reads them.</summary>
    private static class Table
    {
        public static readonly IReadOnlyList<DiagnosticDescriptor> Sorted =
        [
            .. typeof(DiagnosticCatalog).GetFields(BindingFlags.Public | BindingFlags.Static)
                .Select(field => field.GetValue(null)).OfType<DiagnosticDescriptor>()
                .OrderBy(descriptor => descriptor.Code, StringComparer.Ordinal),
        ];
    }
}
