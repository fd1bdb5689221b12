using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators;
using EdgeAI.Compiler.Targets;

namespace EdgeAI.Compiler.Planning.Kernels;

/// <summary>
/// Estimates what nodes cost on a core, for choices between graphs.
/// <list type="bullet">
/// <item>A node costs what the core's table says of the cheapest kernel that can compute it, with int4 weights of those that read them two a byte. Views cost nothing.</item>
/// <item>Where nothing was measured, an element costs what an element of a sum of the same type does, and a product <see cref="UnmeasuredMac"/>
/// instructions, ten times as many in float without a floating-point unit.</item>
/// </list>
/// Each layer is estimated once, by its name and types.
/// </summary>
internal sealed class NodeCosts(InstructionSet instructionSet, KernelCostTable table)
{
    private const long UnmeasuredElement = 12;
    private const long UnmeasuredMac = 4;
    private const long WithoutFloatUnit = 10;

    private readonly Dictionary<string, long> _known = new(StringComparer.Ordinal);

    /// <summary>Instructions of one run of a graph.</summary>
    public long Of(Graph graph) => graph.Nodes.Sum(Of);

    /// <summary>Instructions of one run of a node.</summary>
    public long Of(Node node)
    {
        string key = string.Join(' ', node.Inputs.Concat(node.Outputs).Select(tensor => tensor is null ? "-" : $"{tensor.Type}{tensor.Shape}").Prepend(node.Operator).Append(
            node.Operator is "Quantize" or "Dequantize" or "Requantize" ? "" : node.Name));
        if (!_known.TryGetValue(key, out long instructions))
        {
            _known[key] = instructions = Estimate(node);
        }

        return instructions;
    }

    private long Estimate(Node node)
    {
        Operator definition = OperatorCatalog.Of(node);
        if (definition.IsView(node) || node.Outputs.All(output => output.Shape.ElementCount == 0))
        {
            return 0;
        }

        LayerWork work = LayerWork.Of(node);
        long? cheapest = null;
        bool isPacked = node.OptionalInput(1)?.Type == ElementType.Int4;
        foreach (KernelVariant kernel in definition.Kernels(node, instructionSet).Where(kernel => kernel.WhyNot is null && (kernel.ReadsNibbles || !isPacked)))
        {
            long? instructions = table.Find(kernel.Emit(new KernelProbe(instructionSet)).Function)?.Instructions(work);
            cheapest = cheapest is null ? instructions : instructions is null ? cheapest : Math.Min(cheapest.Value, instructions.Value);
        }

        if (cheapest is { } measured)
        {
            return measured;
        }

        ElementType type = node.Output.Type;
        string suffix = type switch { ElementType.Int8 => "s8", ElementType.Int16 => "s16", _ => "f32" };
        bool isEmulated = suffix == "f32" && instructionSet is InstructionSet.Thumb1 or InstructionSet.Thumb2 or InstructionSet.Rv32;
        var sum = new LayerWork(work.Outputs, 0, work.Outputs, work.Outputs, 0);
        long elements = table.Find($"edgeai_add_{suffix}")?.Instructions(sum) ?? (work.Outputs + work.Operands) * UnmeasuredElement * (isEmulated ? WithoutFloatUnit : 1);
        return elements + (work.Macs * UnmeasuredMac * (isEmulated ? WithoutFloatUnit : 1));
    }
}
