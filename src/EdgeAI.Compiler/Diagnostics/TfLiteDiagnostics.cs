namespace EdgeAI.Compiler.Diagnostics;

/// <summary>12xx: reading TFLite files.</summary>
public static partial class DiagnosticCatalog
{
    /// <summary>The flatbuffer does not hold together.</summary>
    public static readonly DiagnosticDescriptor TfLiteDamaged = Error("EAI1201", "Damaged TFLite file",
        "The TFLite file is damaged: {0}. Export the model again, or fetch the file again if it was downloaded.");

    /// <summary>An operator that cannot be read.</summary>
    public static readonly DiagnosticDescriptor TfLiteUnsupportedOperator = Error("EAI1202", "Unsupported TFLite operator",
        "{0} #{1} (version {2}, reads {3}, gives {4}) {5}. Replace it in the model by supported operators, move it in front of or behind the model, or describe a custom operator in an EdgeAIOperator.");

    /// <summary>A supported operator in a form that is not.</summary>
    public static readonly DiagnosticDescriptor TfLiteNodeRefused = Error("EAI1203", "TFLite node cannot be carried out",
        "{0} {1}. Change this layer of the model and export it again.");

    /// <summary>Float activations with integer weights.</summary>
    public static readonly DiagnosticDescriptor TfLiteHybrid = Note("EAI1204", "Dynamic-range quantized model",
        "The model was quantized for dynamic range: {0} operators, the first {1}, have integer weights beside float activations. It is read as a float model with the reals that these weights stand for; TensorFlow Lite would quantize its activations anew at each run. Give it CalibrationData, so that Quantization=\"Int8\" makes integers of all of it, or export it with full integer quantization.");

    /// <summary>An element type or storage that is not supported.</summary>
    public static readonly DiagnosticDescriptor TfLiteUnsupportedTensor = Error("EAI1205", "Unsupported TFLite tensor",
        "Tensor '{0}' (#{1}) {2}, which is not supported. Export the model with dense float32 or int8 tensors.");

    /// <summary>An input with an open extent that the user did not fix.</summary>
    public static readonly DiagnosticDescriptor TfLiteDynamicInput = Error("EAI1206", "Input with an open extent",
        "Input '{0}' has the shape {1} with an extent left open. Fix it with InputShape=\"{0}:{2}\" (--input-shape of the tool), a number in place of N.");

    /// <summary>An InputShape that contradicts the file.</summary>
    public static readonly DiagnosticDescriptor TfLiteInputShape = Error("EAI1207", "InputShape does not fit",
        "InputShape gives {0} for input '{1}', whose shape in the file is {2}. Give as many extents as the file has; only the batch and extents shown as ? may be chosen.");

    /// <summary>Graphs beside the main one.</summary>
    public static readonly DiagnosticDescriptor TfLiteOtherGraphs = Note("EAI1208", "Graphs beside the main graph",
        "The file has {0} graphs beside its main graph; only the main graph, the first, is built. To build another, export it alone.");
}
