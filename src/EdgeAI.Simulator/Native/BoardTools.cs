namespace EdgeAI.Simulator.Native;

/// <summary>The compiler and the emulator of a family of boards, and the part of the harness that is written for it.</summary>
/// <param name="CompilerName">The compiler's name on the PATH.</param>
/// <param name="Compiler">Its path, or null.</param>
/// <param name="EmulatorName">The emulator's name on the PATH.</param>
/// <param name="Emulator">Its path, or null.</param>
/// <param name="Packages">What a user installs (names of Debian's packages).</param>
/// <param name="HarnessFile">The resource behind <c>harness_</c>.</param>
/// <param name="LibraryFlags">Which C library is linked.</param>
internal sealed record BoardTools(
    string CompilerName, Func<Toolchain, string?> Compiler, string EmulatorName, Func<Toolchain, string?> Emulator, string Packages,
    string HarnessFile, IReadOnlyList<string> LibraryFlags)
{
    /// <summary>Cortex-M.</summary>
    public static BoardTools Arm { get; } = new(
        "arm-none-eabi-gcc", tools => tools.ArmCompiler, "qemu-system-arm", tools => tools.ArmEmulator,
        "gcc-arm-none-eabi and qemu-system-arm", "cortex_m.c", ["--specs=nano.specs"]);

    /// <summary>RISC-V of 32 bits.</summary>
    public static BoardTools RiscV { get; } = new(
        "riscv64-unknown-elf-gcc", tools => tools.RiscVCompiler, "qemu-system-riscv32", tools => tools.RiscVEmulator,
        "gcc-riscv64-unknown-elf, picolibc-riscv64-unknown-elf and qemu-system-misc", "risc_v.c", []);
}
