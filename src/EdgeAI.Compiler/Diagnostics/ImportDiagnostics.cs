namespace EdgeAI.Compiler.Diagnostics;

/// <summary>1xxx: import.</summary>
public static partial class DiagnosticCatalog
{
    /// <summary>The file cannot be read.</summary>
    public static readonly DiagnosticDescriptor ModelNotReadable = Error("EAI1001", "Model file cannot be read",
        "The model file cannot be read: {0}. Check the path and the access rights.");

    /// <summary>Neither ONNX nor TFLite.</summary>
    public static readonly DiagnosticDescriptor NotAModel = Error("EAI1002", "Not a model",
        "The file is not {0}: {1}. Export the model again, or give the file its true extension (.onnx or .tflite).");
}
