namespace EdgeAI.Compiler.Diagnostics;

/// <summary>1001 to 1099: the import stage, whatever the format.</summary>
public static partial class DiagnosticCatalog
{
    /// <summary>The file cannot be read.</summary>
    public static readonly DiagnosticDescriptor ModelNotReadable = Error("EAI1001", "Model file cannot be read",
        "The model file cannot be read: {0}. Check the path and the access rights.");

    /// <summary>Neither ONNX nor TFLite.</summary>
    public static readonly DiagnosticDescriptor NotAModel = Error("EAI1002", "Not a model",
        "The file is not {0}: {1}. Export the model again, or give the file its true extension (.onnx or .tflite).");

    /// <summary>A model of one format under the other's extension.</summary>
    public static readonly DiagnosticDescriptor WrongExtension = Error("EAI1003", "Extension of another format",
        "The file is named {0} but holds {1}. Rename it to {2}.");

    /// <summary>An InputShape for an input that the model does not have.</summary>
    public static readonly DiagnosticDescriptor UnknownInput = Error("EAI1004", "InputShape names no input",
        "InputShape names '{0}', which is no input of the model. Its inputs are: {1}.");

    /// <summary>A constant with a value that is no number.</summary>
    public static readonly DiagnosticDescriptor NotANumber = Error("EAI1005", "Weight is not a number",
        "Constant '{0}' of node '{1}' holds NaN at element {2}. The training has diverged or the export is damaged; export sound weights.");

    /// <summary>A model without a result.</summary>
    public static readonly DiagnosticDescriptor NoOutputs = Error("EAI1006", "Model without outputs",
        "The model has no outputs. Export it with the values it should return.");

    /// <summary>A node of a user's operator that its description does not allow.</summary>
    public static readonly DiagnosticDescriptor CustomNodeNotFitting = Error("EAI1007", "Node does not fit its operator's description",
        "Node '{0}' does not fit the operator '{1}': {2}. Change '{3}', or the node in the source model.");

    /// <summary>Import made a graph that does not hold together.</summary>
    public static readonly DiagnosticDescriptor ImportBroken = Error("EAI1099", "Internal error: import made an unsound graph",
        "Import made an unsound graph: {0}. This is a fault of EdgeAI.Sdk; please report it with the model.");
}
