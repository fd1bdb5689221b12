namespace EdgeAI.Compiler.Import.Onnx;

/// <summary>Operators of the specification whose work is not a device's: why, and what to do instead.</summary>
internal static class NoDeviceOperators
{
    /// <summary>What is told of an operator; null for those of which nothing but that they are not supported is known.</summary>
    public static OnnxNodeException? Reason(string domain, string operatorType) => (domain, operatorType) switch
    {
        ("", "ImageDecoder") => new("it decodes an image file", "Decode images before the model and let its input be their pixels"),
        ("", "StringConcat" or "StringNormalizer" or "StringSplit" or "RegexFullMatch") =>
            new("it works on texts, and a text is no number on a device", "Encode texts as numbers before the model and leave this part out of it"),
        ("ai.onnx.preview.training", _) => new("it is a step of training", "Export the model for inference"),
        _ => null,
    };
}
