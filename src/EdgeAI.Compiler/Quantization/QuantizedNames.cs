using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Quantization;

/// <summary>
/// Names of tensors in a quantized graph. A tensor that exists in one form keeps its name; where a value exists as integer and as float
/// (at the border, around a float operator), the second form has a suffix.
/// </summary>
public static class QuantizedNames
{
    private const string Int8Suffix = ":int8";
    private const string Int16Suffix = ":int16";
    private const string FloatSuffix = ":float";

    /// <summary>The name of the integer form beside a float form.</summary>
    public static string Integer(string name, ElementType type = ElementType.Int8) => name + (type == ElementType.Int16 ? Int16Suffix : Int8Suffix);

    /// <summary>The name of the float form beside an integer form.</summary>
    public static string Float(string name) => name + FloatSuffix;

    /// <summary>The float graph's name of a tensor of the quantized graph.</summary>
    public static string Original(string name) =>
        name.EndsWith(Int8Suffix, StringComparison.Ordinal) ? name[..^Int8Suffix.Length]
        : name.EndsWith(Int16Suffix, StringComparison.Ordinal) ? name[..^Int16Suffix.Length]
        : name.EndsWith(FloatSuffix, StringComparison.Ordinal) ? name[..^FloatSuffix.Length]
        : name;
}
