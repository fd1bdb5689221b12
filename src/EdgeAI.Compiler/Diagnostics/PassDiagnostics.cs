namespace EdgeAI.Compiler.Diagnostics;

/// <summary>105x: passes of import.</summary>
public static partial class DiagnosticCatalog
{
    /// <summary>A pass changed what the graph computes.</summary>
    public static readonly DiagnosticDescriptor PassChangesNumbers = Error("EAI1050", "Internal error: a pass changes the numbers",
        "Internal error: pass {0} changes what the model computes: {1}. Report the model; no firmware is made from a wrong graph.");

    /// <summary>A pass left a graph that is not whole.</summary>
    public static readonly DiagnosticDescriptor PassBreaksGraph = Error("EAI1051", "Internal error: a pass breaks the graph",
        "Internal error: pass {0} leaves a graph that is not sound: {1}. Report the model; no firmware is made from a broken graph.");
}
