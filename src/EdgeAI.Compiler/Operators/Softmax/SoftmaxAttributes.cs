using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Operators.Softmax;

/// <summary>Softmax and LogSoftmax over the last axis, of Beta times the operand. Import moves another axis to the end.</summary>
public sealed record SoftmaxAttributes(float Beta) : OperatorAttributes;
