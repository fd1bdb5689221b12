namespace EdgeAI.Compiler.Import.TfLite;

/// <summary>One graph of a TFLite file; the first is the main one.</summary>
/// <param name="Index">In the file.</param>
/// <param name="Tensors">By index.</param>
/// <param name="Inputs">Indexes of tensors.</param>
/// <param name="Outputs">Indexes of tensors.</param>
/// <param name="Operators">In the file's order.</param>
internal sealed record TfLiteModel(int Index, TfLiteTensor[] Tensors, int[] Inputs, int[] Outputs, TfLiteOperator[] Operators);

/// <summary>A tensor as the file has it.</summary>
/// <param name="Index">In the graph.</param>
/// <param name="Name">May be empty, and may be another tensor's too.</param>
/// <param name="TypeCode">The schema's number of the element type; that of int8 for constants of 4-bit integers.</param>
/// <param name="Shape">Extents; empty for a scalar or when not known.</param>
/// <param name="Signature">Extents with −1 where they are not fixed; empty when absent.</param>
/// <param name="Contents">Bytes of a constant, unpacked and dense; empty for a value computed at run time.</param>
/// <param name="Scales">Of the quantization; empty when absent.</param>
/// <param name="ZeroPoints">Of the quantization; may be empty.</param>
/// <param name="QuantizedAxis">The channel axis of several scales.</param>
/// <param name="IsVariable">Whether the value lasts between runs.</param>
/// <param name="HasBlockScales">Whether the scales stand in another tensor, one for each block of elements.</param>
internal sealed record TfLiteTensor(
    int Index, string Name, int TypeCode, int[] Shape, int[] Signature, ReadOnlyMemory<byte> Contents,
    float[] Scales, long[] ZeroPoints, int QuantizedAxis, bool IsVariable, bool HasBlockScales);

/// <summary>An operator as the file has it.</summary>
/// <param name="Index">In the graph.</param>
/// <param name="Name">The schema's name, or <c>CUSTOM name</c>.</param>
/// <param name="Version">Of the operator.</param>
/// <param name="Inputs">Indexes of tensors; −1 where an optional one is left out.</param>
/// <param name="Outputs">Indexes of tensors.</param>
/// <param name="Options">The operator's settings; a table without fields when absent.</param>
/// <param name="CustomOptions">Settings of a custom operator, as bytes of its own form.</param>
internal sealed record TfLiteOperator(
    int Index, string Name, int Version, int[] Inputs, int[] Outputs, FlatTable Options, ReadOnlyMemory<byte> CustomOptions);
