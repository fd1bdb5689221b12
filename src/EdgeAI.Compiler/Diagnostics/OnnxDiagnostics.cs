namespace EdgeAI.Compiler.Diagnostics;

/// <summary>11xx: import of ONNX files.</summary>
public static partial class DiagnosticCatalog
{
    /// <summary>Operator set below 7, or none.</summary>
    public static readonly DiagnosticDescriptor OnnxOperatorSetTooOld = Error("EAI1101", "ONNX operator set too old",
        "The model uses ONNX operator set {0}; 6 is the oldest that is read with {1}, which has changed since. Export the model again with opset 13 or later.");

    /// <summary>No form for the operator.</summary>
    public static readonly DiagnosticDescriptor OnnxOperatorNotSupported = Error("EAI1102", "ONNX operator not supported",
        "Node '{0}' is {1} of domain '{2}', opset {3}, on {4}, which is not supported. Replace it in the source model by operators of the supported list, or describe it in an EdgeAIOperator.");

    /// <summary>The operator is known, this use of it is not.</summary>
    public static readonly DiagnosticDescriptor OnnxNodeNotSupported = Error("EAI1103", "ONNX node not supported",
        "Node '{0}' ({1}, opset {2}) cannot be imported: {3}. {4}.");

    /// <summary>Nodes wait for each other.</summary>
    public static readonly DiagnosticDescriptor OnnxCycle = Error("EAI1104", "ONNX graph has a cycle",
        "The graph has a cycle: {0}. A node must not read what is computed from its own result; export the model again.");

    /// <summary>A value is read that nobody makes.</summary>
    public static readonly DiagnosticDescriptor OnnxMissingValue = Error("EAI1105", "ONNX value is missing",
        "{0} reads '{1}', which is neither an input nor a constant nor the result of a node. Export the model again.");

    /// <summary>A value is made twice.</summary>
    public static readonly DiagnosticDescriptor OnnxDuplicateValue = Error("EAI1106", "ONNX value is made twice",
        "The value '{0}' is made twice, by {1} and by {2}. Give every result a name of its own.");

    /// <summary>A file with weights is not there, or too short.</summary>
    public static readonly DiagnosticDescriptor OnnxExternalDataMissing = Error("EAI1107", "ONNX external data missing",
        "The external data '{1}' of tensor '{0}' {2}. Keep that file in the model's folder, or save the model with its weights inside.");

    /// <summary>A file with weights would lie outside the model's folder.</summary>
    public static readonly DiagnosticDescriptor OnnxExternalDataOutside = Error("EAI1108", "ONNX external data outside the folder",
        "The external data '{1}' of tensor '{0}' lies outside the model's folder. Use a path relative to the model without '..'.");

    /// <summary>A constant that contradicts itself.</summary>
    public static readonly DiagnosticDescriptor OnnxTensorDamaged = Error("EAI1109", "ONNX tensor damaged",
        "The constant '{0}' cannot be read: {1}. Export the model again.");

    /// <summary>An extent is not known.</summary>
    public static readonly DiagnosticDescriptor OnnxDynamicDimension = Error("EAI1110", "Dynamic dimension",
        "Input '{0}' has the shape {1}, of which {2} is not fixed. Set InputShape=\"{3}\" on the model (--input-shape of the tool) with your extents.");

    /// <summary>InputShape names nothing.</summary>
    public static readonly DiagnosticDescriptor OnnxInputShapeUnknown = Error("EAI1111", "InputShape for an unknown input",
        "InputShape names '{0}', but the model has no such input. Its inputs are {1}.");

    /// <summary>InputShape contradicts the model.</summary>
    public static readonly DiagnosticDescriptor OnnxInputShapeMismatch = Error("EAI1112", "InputShape does not fit",
        "InputShape gives '{0}' the shape {1}, but in the model it is {2}. Give as many extents as the model has, and change only those that are not fixed.");

    /// <summary>NaN or infinity.</summary>
    public static readonly DiagnosticDescriptor OnnxWeightNotFinite = Error("EAI1113", "Weight is not a finite number",
        "The constant '{0}' of {1} holds {2} value(s) that are NaN or infinite, the first at element {3}. Train or export the model again; such a model has diverged.");

    /// <summary>More bytes than can be addressed.</summary>
    public static readonly DiagnosticDescriptor OnnxTensorTooLarge = Error("EAI1114", "Tensor too large",
        "The tensor '{0}' of shape {1} is larger than 256 MiB. No device of this product can hold it; check the shape.");

    /// <summary>The container is whole, the graph in it is not.</summary>
    public static readonly DiagnosticDescriptor OnnxGraphMalformed = Error("EAI1115", "ONNX graph is malformed",
        "The graph is malformed: {0}. Check the model with onnx.checker and export it again.");

    /// <summary>An input or output of a wider or narrower float type, or of integers below a byte.</summary>
    public static readonly DiagnosticDescriptor OnnxBorderFloat = Warning("EAI1116", "Border type becomes another",
        "The {0} '{1}' is {2} in the file and {3} in the firmware. Export the model with {3} there to be rid of this warning.");

    /// <summary>An operator set that did not exist when this version was written.</summary>
    public static readonly DiagnosticDescriptor OnnxOperatorSetNewer = Warning("EAI1117", "ONNX operator set newer than known",
        "The model uses ONNX operator set {0}; {1} is the newest that this version knows, and operators may have changed since. Export it with opset {1} or earlier.");

    /// <summary>Random numbers that are drawn while importing.</summary>
    public static readonly DiagnosticDescriptor OnnxRandomConstant = Warning("EAI1118", "Random numbers are drawn once",
        "Node '{0}' ({1}) draws {2} random numbers. They are drawn now and are the same in every run of the firmware; make them an input of the model to have others.");

    /// <summary>A map for each row, as scikit-learn's converter ends classifiers in.</summary>
    public static readonly DiagnosticDescriptor OnnxMapBecomesArray = Warning("EAI1119", "Map becomes an array",
        "Node '{0}' (ZipMap) gives a map for each row in the file and an array in the firmware, with values in the order of its keys: {1}. Convert with options={{'zipmap': False}} to be rid of this warning.");

    /// <summary>Class labels that are texts.</summary>
    public static readonly DiagnosticDescriptor OnnxTextBecomesIndex = Warning("EAI1120", "Text becomes an index",
        "Output '{0}' is a text in the file and its index in the firmware: {1}. Train with whole numbers as labels to be rid of this warning.");

    /// <summary>A sequence among the outputs.</summary>
    public static readonly DiagnosticDescriptor OnnxSequenceBecomesTensors = Warning("EAI1121", "Sequence becomes tensors",
        "Output '{0}' is a sequence in the file and one output for each of its tensors in the firmware: {1}. Return the tensors themselves, or stack them, to be rid of this warning.");

    /// <summary>An output without a tensor.</summary>
    public static readonly DiagnosticDescriptor OnnxOutputHoldsNothing = Error("EAI1122", "Output holds nothing",
        "Output '{0}' is {1}, which firmware cannot give. Leave it out of the model's outputs, or let it hold a tensor.");

    /// <summary>A sequence among the inputs.</summary>
    public static readonly DiagnosticDescriptor OnnxSequenceInput = Error("EAI1123", "Sequence as an input",
        "Input '{0}' is a sequence, of which the file does not say how many tensors it has. Set InputShape=\"{1}\" on the model, with an entry for each tensor from '{0}_0' on and your extents; each becomes an input of its own.");

    /// <summary>Texts that come from outside.</summary>
    public static readonly DiagnosticDescriptor OnnxTextInput = Error("EAI1124", "Input of texts",
        "Input '{0}' takes texts, and a text is no number on a device. Encode texts as numbers before the model, as a LabelEncoder does, and export the model behind that.");
}
