using System.Collections.Immutable;
using EdgeAI.Compiler.Linking;
using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Operators.Custom;

/// <summary>What a description (<c>*.operator.json</c>) says of a user's operator.</summary>
public sealed record CustomDefinition
{
    /// <summary>A C identifier that no operator of this library has; stands in graphs, dumps and reports.</summary>
    public required string Name { get; init; }

    /// <summary>The description relative to the project, for diagnostics.</summary>
    public required string DisplayPath { get; init; }

    /// <summary>The description's text, from which the definition can be read again.</summary>
    public required string Json { get; init; }

    /// <summary>The ONNX operator it stands for, <c>com.example:MyOp</c>, or the type alone in the default domain; null for none.</summary>
    public string? OnnxOperator { get; init; }

    /// <summary>The custom code of the TFLite operator it stands for; null for none.</summary>
    public string? TfLiteCode { get; init; }

    /// <summary>Operands in order; optional ones last.</summary>
    public required ImmutableArray<CustomOperand> Inputs { get; init; }

    /// <summary>Results in order.</summary>
    public required ImmutableArray<CustomResult> Outputs { get; init; }

    /// <summary>Attributes in order.</summary>
    public ImmutableArray<CustomAttribute> Attributes { get; init; } = [];

    /// <summary>C functions, one for each combination of types; the first that fits is taken.</summary>
    public required ImmutableArray<CustomKernel> Kernels { get; init; }

    /// <summary>The header that declares the functions and their parameter structs.</summary>
    public required string Header { get; init; }

    /// <summary>Whether each element of the result comes from the elements at its place: then it may be written over an operand, and the order of axes is free.</summary>
    public bool IsElementWise { get; init; }

    /// <summary>How far floats of the C function may be from the reference: of the result's range.</summary>
    public double Tolerance { get; init; }

    /// <summary>How far quantized integers of the C function may be from the reference: in steps of the result's scale.</summary>
    public int Steps { get; init; }

    /// <summary>Multiply-accumulate operations of a run; null for none.</summary>
    public WholeFormula? Macs { get; init; }

    /// <summary>Whether the C functions are made for every shape, and so are tested on other shapes than the model's.</summary>
    public bool TakesAnyShape { get; init; } = true;
}

/// <summary>An operand.</summary>
/// <param name="Name">A C identifier, for formulas.</param>
/// <param name="Rank">The rank it must have; null for any.</param>
/// <param name="IsOptional">Whether a node may leave it out.</param>
/// <param name="IsConstant">Whether it must be known when building.</param>
public sealed record CustomOperand(string Name, int? Rank, bool IsOptional, bool IsConstant);

/// <summary>A result.</summary>
/// <param name="Name">A C identifier, for formulas.</param>
/// <param name="Shape">Its extents; null for those of the reference's result.</param>
public sealed record CustomResult(string Name, ImmutableArray<WholeFormula>? Shape);

/// <summary>The kinds of attribute.</summary>
public enum CustomAttributeKind
{
    /// <summary>A whole number.</summary>
    Int,
    /// <summary>A float32.</summary>
    Float,
    /// <summary>One of given texts; its number in C.</summary>
    Text,
    /// <summary>A list of whole numbers.</summary>
    Ints,
    /// <summary>A list of float32.</summary>
    Floats,
}

/// <summary>An attribute.</summary>
/// <param name="Name">As nodes carry it; a C identifier.</param>
/// <param name="Kind">What it holds.</param>
/// <param name="Default">The value where a node leaves it out, of the kind's type: long, float, string, ImmutableArray of long or float; null where it must not.</param>
/// <param name="Choices">The texts that a text may be.</param>
public sealed record CustomAttribute(string Name, CustomAttributeKind Kind, object? Default, ImmutableArray<string> Choices);

/// <summary>A C function.</summary>
/// <param name="Function">Its name; its parameter struct is <c>{Function}_params</c>.</param>
/// <param name="Inputs">The type of each operand.</param>
/// <param name="Outputs">The type of each result.</param>
/// <param name="Parameters">The members of the parameter struct that the build writes; empty: it takes none.</param>
/// <param name="Scratch">Bytes of working memory; null: none, and no argument for it.</param>
public sealed record CustomKernel(
    string Function, ImmutableArray<ElementType> Inputs, ImmutableArray<ElementType> Outputs, ImmutableArray<CustomParameter> Parameters, WholeFormula? Scratch);

/// <summary>A member of a parameter struct.</summary>
/// <param name="Member">Its name.</param>
/// <param name="Value">A formula of whole numbers, or the name of a real number or of a list.</param>
public sealed record CustomParameter(string Member, string Value);
