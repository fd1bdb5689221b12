using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Targets;

/// <summary>
/// The fewest instructions that a core can take for one product of a sum, counting nothing but the instructions that multiply and add: what no kernel
/// can get below, and none reaches, since operands have to be loaded and results scaled.
/// </summary>
public static class ProductBound
{
    /// <summary>Instructions for each product of two elements of a type; null where the set has no bound of its own.</summary>
    public static double? InstructionsPerMac(InstructionSet instructionSet, ElementType type) => (instructionSet, type) switch
    {
        // A MULS of two products in the halves of a word, and an ADDS.
        (InstructionSet.Thumb1, ElementType.Int8) => 1,
        // An MLA of two products in the halves of a word.
        (InstructionSet.Thumb2, ElementType.Int8) => 0.5,
        // SMLAD: two products of 16 bits.
        (InstructionSet.Dsp, ElementType.Int8) => 0.5,
        // VMLADAV: sixteen products of 8 bits.
        (InstructionSet.Helium, ElementType.Int8) => 0.0625,
        // VFMA: one product, four over a vector.
        (InstructionSet.Dsp, ElementType.Float32) => 1,
        (InstructionSet.Helium, ElementType.Float32) => 0.25,
        _ => null,
    };
}
