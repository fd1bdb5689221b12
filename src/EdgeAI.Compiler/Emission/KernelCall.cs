using System.Collections.Immutable;
using EdgeAI.Compiler.Linking;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Targets;

namespace EdgeAI.Compiler.Emission;

/// <summary>
/// The call of one C kernel. The kernel <c>void function(const function_params *p, arguments…)</c> is declared in
/// <c>{File}.h</c> and defined in <c>{File}.c</c>, both resources of this library, or is a user's own; the parameter struct is <c>{Function}_params</c>.
/// </summary>
/// <param name="Function">The C function, <c>edgeai_conv2d_s8</c>.</param>
/// <param name="File">The resource's name without extension, <c>edgeai_conv2d_s8</c>; empty for a function that stands in the place of none of ours.</param>
/// <param name="Fields">The members of the constant parameter struct in order; empty when the kernel takes none.</param>
/// <param name="Arguments">C expressions behind the struct's address.</param>
public sealed record KernelCall(
    string Function, string File, ImmutableArray<KernelField> Fields, ImmutableArray<string> Arguments)
{
    /// <summary>The type of the parameter struct.</summary>
    public string ParameterType { get; init; } = $"{Function}_params";

    /// <summary>The header of the user's that declares the function; null for a kernel of this library.</summary>
    public string? LinkedHeader { get; init; }

    /// <summary>The same call of a user's function, with scratch memory behind the other arguments where it asks for some.</summary>
    public KernelCall By(LinkedKernel linked, EmissionContext context) => this with
    {
        Function = linked.Function,
        LinkedHeader = linked.Header,
        Arguments = linked.ScratchBytes > 0 ? Arguments.Add(context.Scratch) : Arguments,
    };
}

/// <summary>One member of a kernel's parameter struct.</summary>
/// <param name="Name">The member's name.</param>
/// <param name="Value">A C constant expression.</param>
public readonly record struct KernelField(string Name, string Value)
{
    /// <summary>An integer member; the smallest int32 is written so that C takes it without a warning.</summary>
    public static KernelField Of(string name, long value) => new(name, CLiteral.Integer(value));

    /// <summary>A float member, written with all its digits.</summary>
    public static KernelField Of(string name, float value) => new(name, CLiteral.Float(value));

    /// <summary>A member that points to constants, as <see cref="EmissionContext"/> names them.</summary>
    public static KernelField Pointer(string name, string expression) => new(name, expression);
}

/// <summary>What an operator's room may ask while it writes its call.</summary>
public abstract class EmissionContext
{
    /// <summary>The instructions to choose kernels for. Any choice compiles for every machine and computes the same.</summary>
    public virtual InstructionSet InstructionSet => InstructionSet.Portable;

    /// <summary>
    /// A C expression for the first element of a tensor, typed <c>const T *</c> for operands and constants, <c>T *</c> for results:
    /// <c>(const int8_t *)(arena + 128)</c> or the address of a constant in the weights file.
    /// <c>NULL</c>-safe: a null tensor gives <c>NULL</c>.
    /// </summary>
    public abstract string Read(Tensor? tensor);

    /// <summary>The address of a result, typed <c>T *</c>.</summary>
    public abstract string Write(Tensor tensor);

    /// <summary>The address of the step's scratch memory, typed <c>void *</c>; 16-byte aligned.</summary>
    public abstract string Scratch { get; }

    /// <summary>
    /// Places derived constants (multipliers, shifts, tables, reordered weights) in the weights file and gives the C expression of their
    /// address, typed <c>const T *</c>. The role tells constants of one node apart; equal contents share one place.
    /// </summary>
    public abstract string Constant<T>(Node node, string role, ReadOnlySpan<T> values) where T : unmanaged;

    /// <summary>A copy of a shared file of kernels (<c>edgeai_requantize.h</c>) is needed too; those that a kernel's own files include are found without this.</summary>
    public virtual void Require(string fileName)
    {
    }
}
