using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Operators.Normalization;

/// <summary>
/// BatchNormalization at inference: operands x, scale [C], offset [C], mean [C], variance [C];
/// result (x − mean) / √(variance + Epsilon) · scale + offset along ChannelAxis. Passes fold it away or turn it into Multiply and Add.
/// </summary>
public sealed record BatchNormalizationAttributes(float Epsilon, int ChannelAxis) : OperatorAttributes;
