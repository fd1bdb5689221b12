using System.Globalization;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators;
using EdgeAI.Compiler.Pipeline;
using EdgeAI.Compiler.Targets;

namespace EdgeAI.Simulator.Native;

/// <summary>A rough forecast of what an emulated run takes, so that nobody waits for one that does not end in time.</summary>
internal static class EmulationCost
{
    // What an emulator with an instruction counter does in the time limit of a run, with some to spare.
    private const double MostInstructions = 120e9;

    // Measured once at once and once step by step, and one case that is compared.
    private const int FewestRuns = 3;

    /// <summary>Why a model is too large to be emulated on its core; null where it is not.</summary>
    public static string? WhyNot(PlannedModel planned)
    {
        double instructions = planned.Quantized.Graph.Nodes.Sum(node => OperatorCatalog.Of(node).CountMacs(node) * InstructionsPerMac(node, planned.Target.Instructions));
        return instructions * FewestRuns <= MostInstructions
            ? null
            : string.Create(CultureInfo.InvariantCulture, $"one inference takes some {instructions / 1e9:F0} thousand million instructions, too many to emulate");
    }

    /// <summary>The order of magnitude; float without registers for it is computed by a library.</summary>
    private static double InstructionsPerMac(Node node, InstructionSet instructionSet)
    {
        bool isSmall = instructionSet is InstructionSet.Thumb1 or InstructionSet.Thumb2 or InstructionSet.Rv32;
        return node.Inputs.Count > 0 && node.Inputs[0] is { } operand && operand.Type.IsFloat()
            ? !isSmall ? 6 : instructionSet == InstructionSet.Thumb2 ? 60 : 120
            : isSmall ? 5 : 2;
    }
}
