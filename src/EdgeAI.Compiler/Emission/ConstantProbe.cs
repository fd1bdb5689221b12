using System.Runtime.CompilerServices;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators;
using EdgeAI.Compiler.Targets;

namespace EdgeAI.Compiler.Emission;

/// <summary>Asks a kernel for its call without writing it, to learn which constants it takes as arguments and how large they are.</summary>
internal sealed class ConstantProbe : EmissionContext
{
    private readonly Dictionary<string, (long Bytes, long Elements)> _constants = new(StringComparer.Ordinal);

    private ConstantProbe(InstructionSet instructionSet)
    {
        InstructionSet = instructionSet;
    }

    /// <inheritdoc/>
    public override InstructionSet InstructionSet { get; }

    /// <inheritdoc/>
    public override string Scratch => "scratch";

    /// <summary>The largest constant among the arguments of the node's kernel: its index, its bytes, and the elements of the tensor that the node multiplies by.</summary>
    public static (int Argument, long Bytes, long Elements)? LargestArgument(Node node, InstructionSet instructionSet)
    {
        var probe = new ConstantProbe(instructionSet);
        KernelCall call;
        try
        {
            call = OperatorCatalog.Of(node).KernelOf(node, instructionSet).Emit(probe);
        }
        catch (Exception error) when (error is OperatorException or NotSupportedException)
        {
            // Generation tells it, with the node.
            return null;
        }

        (int Argument, long Bytes, long Elements)? largest = null;
        for (int i = 0; i < call.Arguments.Length; i++)
        {
            if (probe._constants.TryGetValue(call.Arguments[i], out (long Bytes, long Elements) constant) && constant.Bytes > (largest?.Bytes ?? 0))
            {
                largest = (i, constant.Bytes, Math.Max(1, constant.Elements));
            }
        }

        return largest;
    }

    /// <inheritdoc/>
    public override string Read(Tensor? tensor) =>
        tensor is null ? "NULL" : tensor.Constant is { } bytes ? Add(bytes.Length, tensor.Shape.ElementCount) : "value";

    /// <inheritdoc/>
    public override string Write(Tensor tensor) => "result";

    /// <inheritdoc/>
    public override string Constant<T>(Node node, string role, ReadOnlySpan<T> values) => Add(
        (long)values.Length * Unsafe.SizeOf<T>(), node.Inputs.OfType<Tensor>().Where(tensor => tensor.IsConstant).Select(tensor => tensor.Shape.ElementCount).DefaultIfEmpty(1).Max());

    private string Add(long bytes, long elements)
    {
        string name = FormattableString.Invariant($"constant {_constants.Count}");
        _constants.Add(name, (bytes, elements));
        return name;
    }
}
