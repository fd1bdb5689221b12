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

/// <summary>The functions of recurrent layers, by ONNX's names, with its alpha and beta.</summary>
public enum RecurrentFunction
{
    /// <summary>1 / (1 + e^-x).</summary>
    Sigmoid,
    /// <summary>tanh(x).</summary>
    Tanh,
    /// <summary>max(0, x).</summary>
    Relu,
    /// <summary>alpha · x + beta.</summary>
    Affine,
    /// <summary>x, below 0 alpha · x.</summary>
    LeakyRelu,
    /// <summary>x, below alpha 0.</summary>
    ThresholdedRelu,
    /// <summary>alpha · tanh(beta · x).</summary>
    ScaledTanh,
    /// <summary>alpha · x + beta, limited to 0 and 1.</summary>
    HardSigmoid,
    /// <summary>x, below 0 alpha · (e^x − 1).</summary>
    Elu,
    /// <summary>x / (1 + |x|).</summary>
    Softsign,
    /// <summary>log(1 + e^x).</summary>
    Softplus,
}

/// <summary>
/// Recurrent: operands x [T,N,I], weights [D,G·H,I], recurrent weights [D,G·H,H], and, or none, bias [D,2·G·H], sequence lengths [N] (int32),
/// first state [D,N,H], first cell state [D,N,H], peepholes [D,3·H]. Result [T + 2,D,N,H]: the state after each step, the last state and the last cell
/// state. D is 2 for both directions; IsReverse starts at the end. Activations are three of <see cref="RecurrentFunction"/> a direction, Parameters alpha and beta
/// of each of them; Clip limits what they are applied to (0 for none).
/// </summary>
public sealed record RecurrentAttributes(
    RecurrentCell Cell, bool IsReverse, ImmutableArray<int> Activations, ImmutableArray<float> Parameters, float Clip, bool LinearBeforeReset, bool CoupledForget) : OperatorAttributes
{
    /// <summary>Gates of the cell.</summary>
    public int Gates => Cell switch
    {
        RecurrentCell.Gru => 3,
        RecurrentCell.Lstm => 4,
        _ => 1,
    };
}
