namespace EdgeAI.Compiler.Diagnostics;

/// <summary>91xx: target descriptions.</summary>
public static partial class DiagnosticCatalog
{
    /// <summary>A target of that name is not known.</summary>
    public static readonly DiagnosticDescriptor TargetNotKnown = Error("EAI9101", "Target is not known",
        "The target '{0}' is not known; the nearest name is '{1}'. Use one of {2}, or name a *.target.json.");

    /// <summary>A target description that cannot be used.</summary>
    public static readonly DiagnosticDescriptor TargetNotValid = Error("EAI9102", "Target description is not valid",
        "The target description is not valid: {0}. Correct the member; sdk/docs/targets.md lists them all.");
}
