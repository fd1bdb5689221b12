namespace EdgeAI.Compiler.Targets;

/// <summary>The instructions that kernels can be chosen for. Sources chosen for one set compile for every other and compute the same.</summary>
public enum InstructionSet
{
    /// <summary>C11 alone.</summary>
    Portable,
    /// <summary>Armv6-M: 16-bit Thumb, 32-bit products, no unaligned access.</summary>
    Thumb1,
    /// <summary>Armv7-M: multiply-accumulate, saturation.</summary>
    Thumb2,
    /// <summary>The DSP extension: two 16-bit products in one instruction.</summary>
    Dsp,
    /// <summary>The vector extension (Helium) with integers.</summary>
    Helium,
    /// <summary>RISC-V of 32 bits with multiplication: products of 32 bits and their upper halves, no accumulation.</summary>
    Rv32,
}
