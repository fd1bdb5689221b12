namespace EdgeAI.Simulator;

/// <summary>The compilers and emulators found on the machine; null where there is none.</summary>
/// <param name="HostCompiler">cc, gcc or clang.</param>
/// <param name="ArmCompiler">arm-none-eabi-gcc.</param>
/// <param name="ArmEmulator">qemu-system-arm.</param>
/// <param name="RiscVCompiler">riscv64-unknown-elf-gcc or riscv-none-elf-gcc.</param>
/// <param name="RiscVEmulator">qemu-system-riscv32.</param>
public sealed record Toolchain(string? HostCompiler, string? ArmCompiler, string? ArmEmulator, string? RiscVCompiler, string? RiscVEmulator)
{
    /// <summary>Looks each tool up in the folders of a PATH value; touches the file system only, starts nothing.</summary>
    public static Toolchain Find(string? path) => throw new NotImplementedException();
}
