using System.Collections.Immutable;
using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Operators.Recurrent;

/// <summary>The kinds of recurrent layers, by their gates in ONNX's order.</summary>
public enum RecurrentCell
{
    /// <summary>One gate: the new state.</summary>
    Simple,
    /// <summary>Update z, reset r, candidate h.</summary>
    Gru,
    /// <summary>Input i, output o, forget f, candidate c.</summary>
    Lstm,
}

/// <summary>
/// Recurrent: operands x [T,N,I], weights [D,G·H,I], recurrent weights [D,G·H,H], and, or none, bias [D,2·G·H], sequence lengths [N] (int32),
/// first state [D,N,H], first cell state [D,N,H], peepholes [D,3·H]. Result [T + 2,D,N,H]: the state after each step, the last state and the last cell
/// state. D is 2 for both directions; IsReverse starts at the end. Activations are three numbers a direction (0 sigmoid, 1 tanh, 2 relu),
/// Clip limits what they are applied to (0 for none).
/// </summary>
public sealed record RecurrentAttributes(
    RecurrentCell Cell, bool IsReverse, ImmutableArray<int> Activations, float Clip, bool LinearBeforeReset, bool CoupledForget) : OperatorAttributes
{
    /// <summary>Gates of the cell.</summary>
    public int Gates => Cell switch
    {
        RecurrentCell.Gru => 3,
        RecurrentCell.Lstm => 4,
        _ => 1,
    };
}
