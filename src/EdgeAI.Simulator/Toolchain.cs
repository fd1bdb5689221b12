namespace EdgeAI.Simulator;

/// <summary>The compilers and emulators found on the machine, as absolute paths; null where there is none.</summary>
/// <param name="HostCompiler">cc, gcc or clang.</param>
/// <param name="ArmCompiler">arm-none-eabi-gcc.</param>
/// <param name="ArmEmulator">qemu-system-arm.</param>
/// <param name="RiscVCompiler">riscv64-unknown-elf-gcc, which makes code of 32 bits too.</param>
/// <param name="RiscVEmulator">qemu-system-riscv32.</param>
public sealed record Toolchain(
    string? HostCompiler, string? ArmCompiler, string? ArmEmulator, string? RiscVCompiler, string? RiscVEmulator)
{
    /// <summary>Nothing found: only the managed run is possible.</summary>
    public static Toolchain None { get; } = new(null, null, null, null, null);

    /// <summary>Looks each tool up in the folders of a PATH value, in their order; touches the file system only, starts nothing.</summary>
    public static Toolchain Find(string? path)
    {
        string[] folders = (path ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return new Toolchain(
            First(folders, "cc", "gcc", "clang"), First(folders, "arm-none-eabi-gcc"), First(folders, "qemu-system-arm"),
            First(folders, "riscv64-unknown-elf-gcc"), First(folders, "qemu-system-riscv32"));
    }

    private static string? First(string[] folders, params string[] names)
    {
        string extension = OperatingSystem.IsWindows() ? ".exe" : "";
        foreach (string name in names)
        {
            foreach (string folder in folders)
            {
                string candidate = Path.Combine(folder, name + extension);
                if (Path.IsPathFullyQualified(candidate) && File.Exists(candidate))
                {
                    return candidate;
                }
            }
        }

        return null;
    }
}
