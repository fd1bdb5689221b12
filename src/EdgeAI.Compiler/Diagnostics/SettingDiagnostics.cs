namespace EdgeAI.Compiler.Diagnostics;

/// <summary>9xxx: settings and environment.</summary>
public static partial class DiagnosticCatalog
{
    /// <summary>Raised by the targets, before any task of this SDK loads.</summary>
    public static readonly DiagnosticDescriptor MSBuildTooOld = Error("EAI9001", "MSBuild is too old",
        "EdgeAI.Sdk needs MSBuild 18.0 or later and this is {0}. Install the .NET 10 SDK or Visual Studio 2026.");

    /// <summary>A value of the wrong form or out of its range.</summary>
    public static readonly DiagnosticDescriptor SettingNotValid = Error("EAI9002", "Setting is not valid",
        "{0} is '{1}' for {2}. Write {3}.");

    /// <summary>Metadata that no EdgeAI item has.</summary>
    public static readonly DiagnosticDescriptor UnknownMetadata = Warning("EAI9003", "Unknown metadata",
        "{0} has the metadata '{1}', which has no meaning. {2}");

    /// <summary>A name of the SDK that this version does not carry out.</summary>
    public static readonly DiagnosticDescriptor SettingNotCarriedOut = Error("EAI9004", "Setting is not carried out",
        "{0} is set for {1}, but this version of the SDK does not carry it out. Remove it, or use a version that does.");

    /// <summary>No C identifier, a keyword, or a reserved name.</summary>
    public static readonly DiagnosticDescriptor ModelNameNotValid = Error("EAI9005", "Model name is not valid",
        "'{0}' cannot be the name of a model: {1}. Set the metadata Name to another C identifier, or rename the file.");

    /// <summary>A file named so would hide one of the C library's headers.</summary>
    public static readonly DiagnosticDescriptor ModelNameHidesHeader = Error("EAI9006", "Model name hides a standard header",
        "A model named '{0}' would make a header {0}.h that hides the C library's own. Set the metadata Name to another C identifier, or rename the file.");

    /// <summary>Names are unique ignoring case, and so are the files made of them.</summary>
    public static readonly DiagnosticDescriptor ModelNamesClash = Error("EAI9007", "Two models share a name",
        "The models {0} and {1} would both write '{2}'. Give one of them another name with the metadata Name.");

    /// <summary>A data path without anything there.</summary>
    public static readonly DiagnosticDescriptor PathNotFound = Error("EAI9008", "Path does not exist",
        "{0} of {1} is '{2}', and there is no such file or folder. Relative paths start at the project's folder, at a command line at the current one; correct or remove it.");

    /// <summary>The metadata Targets names something that is no EdgeAITarget of the project.</summary>
    public static readonly DiagnosticDescriptor TargetNotListed = Error("EAI9009", "Target is not listed",
        "Targets of {0} names '{1}', which is no EdgeAITarget of the project ({2}). Add it as an EdgeAITarget or correct the name.");

    /// <summary>Two EdgeAITarget items describe targets of one name.</summary>
    public static readonly DiagnosticDescriptor TargetNamesClash = Error("EAI9010", "Two targets share a name",
        "The targets {0} and {1} are both named '{2}'. Remove one, or change the name in its description.");

    /// <summary>A folder or file of the build cannot be written.</summary>
    public static readonly DiagnosticDescriptor OutputNotWritable = Error("EAI9011", "Output cannot be written",
        "'{0}' cannot be written: {1}. Make the folder writable, free space, or name another folder (EdgeAIOutputPath, --out of the tool).");

    /// <summary>A target description that cannot be read from disk.</summary>
    public static readonly DiagnosticDescriptor TargetFileNotReadable = Error("EAI9012", "Target description cannot be read",
        "The target description '{0}' cannot be read: {1}. Check the path and the access rights.");

    /// <summary>Data that a setting names cannot be read from disk.</summary>
    public static readonly DiagnosticDescriptor SettingDataNotReadable = Error("EAI9013", "Data cannot be read",
        "'{0}' cannot be read: {1}. Check the access rights.");

    /// <summary>One model says that two never run at once, the other that they may.</summary>
    public static readonly DiagnosticDescriptor ExclusionContradictory = Error("EAI9014", "Exclusions contradict each other",
        "ExclusiveWith of {0} names {1}. Two models either never run at the same time, and then each that has the metadata names the other, or they may, and then "
        + "neither does: make the lists agree, or set the metadata on one of the two only.");

    /// <summary>A limit at a signal to noise ratio that no EdgeAINoise item has.</summary>
    public static readonly DiagnosticDescriptor SnrNotMeasured = Error("EAI9015", "No noise has the ratio of a limit",
        "MinAccuracyAtSnr asks for an accuracy of {1} at {0} dB, but no noise of '{2}' has that ratio ({3}). Add it to an item's SnrDb, or change the limit.");

    /// <summary>Words of the tool that are none of its commands, arguments or options.</summary>
    public static readonly DiagnosticDescriptor CommandLineNotValid = Error("EAI9016", "Command line is not valid",
        "The command line is not valid: {0} `dotnet edgeai {1}--help` tells what may stand there.");

    /// <summary>A description of a kernel library of another form.</summary>
    public static readonly DiagnosticDescriptor KernelLibraryNotValid = Error("EAI9031", "Kernel library is not valid",
        "The kernel library '{0}' cannot be used: {1}. Correct the description; its form is told in kernel-libraries.md.");

    /// <summary>A file or folder of a kernel library.</summary>
    public static readonly DiagnosticDescriptor KernelLibraryFileNotReadable = Error("EAI9032", "File of a kernel library cannot be read",
        "The kernel library '{0}' needs '{1}': {2} Paths are relative to the description; correct the path or add the file.");

    /// <summary>A kernel library replaces something that this SDK does not have.</summary>
    public static readonly DiagnosticDescriptor KernelNotKnown = Error("EAI9033", "Kernel is not known",
        "The kernel library '{0}' replaces '{1}', and there is no such kernel; the nearest is '{2}'. Name a header edgeai_*.h of the firmware, without its extension.");

    /// <summary>A description of a user's operator of another form.</summary>
    public static readonly DiagnosticDescriptor OperatorNotValid = Error("EAI9034", "Operator's description is not valid",
        "The operator '{0}' cannot be used: {1}. Correct the description; its form is told in custom-operators.md.");

    /// <summary>A file or folder of a user's operator.</summary>
    public static readonly DiagnosticDescriptor OperatorFileNotReadable = Error("EAI9035", "File of an operator cannot be read",
        "The operator '{0}' needs '{1}': {2} Paths are relative to the description; correct the path or add the file.");

    /// <summary>Two descriptions stand for one operator, or share a name.</summary>
    public static readonly DiagnosticDescriptor OperatorDescribedTwice = Error("EAI9036", "Operator is described twice",
        "The descriptions '{0}' and '{1}' both {2}. Remove one of the EdgeAIOperator items, or change its description.");

    /// <summary>The reference of a user's operator cannot be imported.</summary>
    public static readonly DiagnosticDescriptor OperatorReferenceNotUsable = Error("EAI9037", "Operator's reference cannot be used",
        "The reference of operator '{0}' in '{1}' cannot be used: {2}. Correct the ONNX file; what it may hold is told in custom-operators.md.");

    /// <summary>A fault of the SDK itself.</summary>
    public static readonly DiagnosticDescriptor InternalError = Error("EAI9099", "Internal error",
        "The stage {0} failed in a way it should not: {1}. Report it with the model and what a build with -v:diag tells.");
}
