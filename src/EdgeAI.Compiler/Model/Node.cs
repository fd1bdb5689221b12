using EdgeAI.Compiler.Linking;

namespace EdgeAI.Compiler.Model;

/// <summary>One operation of the graph.</summary>
public sealed class Node(string name, string operatorName, OperatorAttributes attributes)
{
    /// <summary>Unique in the graph.</summary>
    public string Name { get; set; } = name;

    /// <summary>The name of the operator in <see cref="Operators.OperatorCatalog"/>, <c>Conv2D</c>.</summary>
    public string Operator { get; set; } = operatorName;

    /// <summary>The operator's own record.</summary>
    public OperatorAttributes Attributes { get; set; } = attributes;

    /// <summary>Operands in the operator's order; null where an optional one is left out.</summary>
    public IList<Tensor?> Inputs { get; init; } = [];

    /// <summary>Results in the operator's order.</summary>
    public IList<Tensor> Outputs { get; init; } = [];

    /// <summary>What the source file calls this node (name, or operator and index), for diagnostics and the report.</summary>
    public string Source { get; init; } = name;

    /// <summary>
    /// The kernel that the plan chose, by its <see cref="Operators.KernelVariant.Name"/>; null before planning.
    /// </summary>
    public string? Kernel { get; set; }

    /// <summary>Whether it makes some rows of a layer's result; a chosen kernel that cannot take these gives way to the operator's first that can.</summary>
    public bool IsPart { get; init; }

    /// <summary>The function of a user's library that computes the node in place of ours; null where there is none.</summary>
    public LinkedKernel? Linked { get; set; }

    /// <summary>The first result.</summary>
    public Tensor Output => Outputs[0];

    /// <summary>A required operand.</summary>
    public Tensor Input(int index) =>
        Inputs[index] ?? throw new InvalidOperationException($"node '{Name}' has no input {index}");

    /// <summary>An operand, or null where it is left out.</summary>
    public Tensor? OptionalInput(int index) => index < Inputs.Count ? Inputs[index] : null;

    /// <summary>The attributes as the operator's own record.</summary>
    public T AttributesAs<T>() where T : OperatorAttributes => (T)Attributes;
}
