namespace EdgeAI.Compiler.Diagnostics;

/// <summary>5xxx: simulation.</summary>
public static partial class DiagnosticCatalog
{
    /// <summary>The C compiler refused the generated code or could not work.</summary>
    public static readonly DiagnosticDescriptor CompilerFailed = Error("EAI5001", "C compiler failed",
        "{0} ended with code {1} on the firmware of model '{2}': {3}. Check that the compiler works and knows the target's core; if it refuses the generated C itself, report it with the model.");

    /// <summary>A compiled run gave other numbers than the managed one.</summary>
    public static readonly DiagnosticDescriptor EngineDiffers = Error("EAI5002", "Simulations differ",
        "The {0} run of model '{1}' differs from the managed run in {2} of {3} cases (largest difference {4:G6}); the first layer that differs is '{5}' ({6}). This is a defect of EdgeAI.Sdk or of the compiler; report it with the model.");

    /// <summary>A compiled run did not come to its end.</summary>
    public static readonly DiagnosticDescriptor RunFailed = Error("EAI5003", "Simulation run failed",
        "The {0} run of model '{1}' {2}. Run it again; if it stays, report it with the model.");

    /// <summary>A run that was asked for is impossible here.</summary>
    public static readonly DiagnosticDescriptor SimulationImpossible = Error("EAI5004", "Required simulation cannot run",
        "EdgeAISimulation={0} asks for the {1} run of model '{2}' on target '{3}', but {4}. {5}");

    /// <summary>The managed run does not give the expected outputs.</summary>
    public static readonly DiagnosticDescriptor ExpectedDiffers = Warning("EAI5005", "Outputs differ from the expected ones",
        "Model '{0}'{1} gives other outputs than the test data in {2} of {3} cases (largest difference {4:G6} in output '{5}', case {6}). {7}");

    /// <summary>No test data.</summary>
    public static readonly DiagnosticDescriptor NoTestData = Note("EAI5006", "No test data",
        "Model '{0}' has no TestData: the engines are compared on {1} synthetic inputs and no accuracy is told. Set TestData (and TestLabels for a classifier).");

    /// <summary>Labels for cases that are not there.</summary>
    public static readonly DiagnosticDescriptor LabelsWithoutData = Error("EAI5007", "TestLabels without TestData",
        "Model '{0}' has TestLabels but no TestData. Set TestData to the inputs that the labels belong to.");

    /// <summary>A function of a user's library computes something else.</summary>
    public static readonly DiagnosticDescriptor LinkedKernelDiffers = Error("EAI5008", "Kernel library differs",
        "Function '{0}' of the kernel library '{1}', alone for layer '{2}' ({3}) of model '{4}', {5}.{6} Correct the function, or take the kernel out of the library's description.");

    /// <summary>A user's library does not compile here.</summary>
    public static readonly DiagnosticDescriptor LinkedKernelNotCompiled = Error("EAI5009", "Kernel library does not compile",
        "The kernel library '{0}' cannot be compiled for this machine, where it is compared with ours: {1}. Correct the library's sources, or the lists of them in its description.");

    /// <summary>No compiler for the comparison.</summary>
    public static readonly DiagnosticDescriptor LinkedKernelNotChecked = Warning("EAI5010", "Kernel library was not checked",
        "The kernel library '{0}' in model '{1}' was not compared with ours: {2}. Install gcc or clang.");

    /// <summary>The C of a user's operator computes something else than its reference.</summary>
    public static readonly DiagnosticDescriptor OperatorKernelDiffers = Error("EAI5011", "Operator's kernel differs from its reference",
        "Function '{0}' of the operator '{1}', alone for node '{2}' of model '{3}', {4}.{5} Correct the function, or the reference; where both are right, widen 'tolerance' (floats) or 'steps' (integers) in the description.");

    /// <summary>The C of a user's operator does not compile here.</summary>
    public static readonly DiagnosticDescriptor OperatorKernelNotCompiled = Error("EAI5012", "Operator's kernel does not compile",
        "The C of the operator '{0}' cannot be compiled for this machine, where it is compared with its reference: {1}. Correct the sources, or the lists of them in the description.");

    /// <summary>No compiler for the comparison.</summary>
    public static readonly DiagnosticDescriptor OperatorKernelNotChecked = Warning("EAI5013", "Operator's kernel was not checked",
        "The C of the operator '{0}' in model '{1}' was not compared with its reference: {2}. Install gcc or clang.");

    /// <summary>A value inside the model is not the reference's.</summary>
    public static readonly DiagnosticDescriptor ReferenceDiffers = Warning("EAI5014", "Values differ from the reference",
        "Model '{0}' computes other values than TestReference. {1}");

    /// <summary>A reference that nothing can be compared with.</summary>
    public static readonly DiagnosticDescriptor ReferenceNotUsable = Error("EAI5015", "Reference cannot be compared",
        "TestReference '{0}' of model '{1}' {2}. {3}");

    /// <summary>Arrays of a reference that nothing was compared with.</summary>
    public static readonly DiagnosticDescriptor ReferenceNotWhole = Warning("EAI5016", "Arrays of the reference are not compared",
        "{0} of model '{1}' has arrays that were compared with nothing, {2} in number: {3}. Save them with the names and the shapes of the model file's tensors, or leave them out.");

    /// <summary>Labels that count the classes otherwise than the model.</summary>
    public static readonly DiagnosticDescriptor LabelsInOtherOrder = Warning("EAI5017", "Labels count the classes in another order",
        "Model '{0}' finds the labelled class in {1} of {2} cases, but each label as one class of its own: {3}. The labels count the classes in another order than the output. "
        + "Number them as the model was trained; where folders are the labels, set TestLabels to a text file with their names in that order.");

    /// <summary>Test data are not scaled as calibration data.</summary>
    public static readonly DiagnosticDescriptor TestScaleDiffers = Warning("EAI5018", "Test data on another scale than calibration data",
        "Input '{0}' of model '{1}' reaches {2:R} in the test data '{3}', but calibration on '{5}' gave it a range up to {4:R}: one of them is not scaled as the model was trained. "
        + "Scale both alike, as the device will (ImageNormalization does it for images).");

    /// <summary>What the linker made is not what was planned.</summary>
    public static readonly DiagnosticDescriptor ImageDiffers = Error("EAI5020", "Linked image differs from the plan",
        "The image of model '{0}' for target '{1}', read back after linking, differs from its plan: {2}. Check that the compiler is the one of the core and that no flag of the "
        + "environment moves sections; if it stays, report it with the model.");
}
