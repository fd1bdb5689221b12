namespace EdgeAI.Compiler.Targets;

/// <summary>Which instructions the cores have.</summary>
public static class InstructionSets
{
    /// <summary>The set of a core by its name; <see cref="InstructionSet.Portable"/> for one without kernels of its own.</summary>
    public static InstructionSet Of(string core) => core switch
    {
        "cortex-m0" or "cortex-m0plus" => InstructionSet.Thumb1,
        "cortex-m3" => InstructionSet.Thumb2,
        "cortex-m4" or "cortex-m7" or "cortex-m33" => InstructionSet.Dsp,
        "cortex-m55" => InstructionSet.Helium,
        "rv32imc" => InstructionSet.Rv32,
        _ => InstructionSet.Portable,
    };
}
