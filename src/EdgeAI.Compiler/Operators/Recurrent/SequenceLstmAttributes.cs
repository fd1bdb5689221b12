using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Operators.Recurrent;

/// <summary>
/// SequenceLstm: operands x [N,T,I] (or [T,N,I] where IsTimeMajor), weights [4·H,I], bias [4·H], recurrent weights [4·H,H], gates in the order
/// input, forget, candidate, output; result: the state after each step, [N,T,H] or [T,N,H]. States begin at zero. IsReverse takes the steps from the last
/// to the first. CellClip limits the cell state (0 for none). In int8 the cell state is int16 with the scale 2^CellExponent.
/// </summary>
public sealed record SequenceLstmAttributes(bool IsTimeMajor, bool IsReverse, float CellClip, int CellExponent) : OperatorAttributes;
