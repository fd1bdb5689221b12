namespace EdgeAI.Compiler.Quantization;

/// <summary>
/// Names of tensors in a quantized graph. A tensor that exists in one form keeps its name; where a value exists as integer and as float
/// (at the border, around a float operator), the second form has a suffix.
/// </summary>
public static class QuantizedNames
{
    private const string IntegerSuffix = ":int8";
    private const string FloatSuffix = ":float";

    /// <summary>The name of the integer form beside a float form.</summary>
    public static string Integer(string name) => name + IntegerSuffix;

    /// <summary>The name of the float form beside an integer form.</summary>
    public static string Float(string name) => name + FloatSuffix;

    /// <summary>The float graph's name of a tensor of the quantized graph.</summary>
    public static string Original(string name) =>
        name.EndsWith(IntegerSuffix, StringComparison.Ordinal) ? name[..^IntegerSuffix.Length]
        : name.EndsWith(FloatSuffix, StringComparison.Ordinal) ? name[..^FloatSuffix.Length]
        : name;
}
