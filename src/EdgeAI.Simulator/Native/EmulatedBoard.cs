namespace EdgeAI.Simulator.Native;

/// <summary>A board that QEMU emulates, and the compiler flags of the core whose code runs on it.</summary>
/// <param name="Tools">The compiler and the emulator that it takes.</param>
/// <param name="EmulatorFlags">QEMU's choice of the board.</param>
/// <param name="CompilerFlags">Of the core, not of the board: ARMv6-M code runs on the board's ARMv7-M processor.</param>
/// <param name="Counter">Address of the free-running counter; null where a register of the processor counts.</param>
/// <param name="InstructionsPerTick">Instructions in one tick of it when each instruction takes one nanosecond (-icount shift=0).</param>
/// <param name="Code">Where code and small weights go.</param>
/// <param name="Ram">Where data, stack and small arenas go.</param>
/// <param name="Large">Where large weights and arenas go.</param>
internal sealed record EmulatedBoard(
    BoardTools Tools, IReadOnlyList<string> EmulatorFlags, IReadOnlyList<string> CompilerFlags, uint? Counter, int InstructionsPerTick,
    AddressRange Code, AddressRange Ram, AddressRange Large)
{
    private const long Mib = 1 << 20;

    private static readonly AddressRange Zero4 = new(0x0000_0000, 4 * Mib);
    private static readonly AddressRange Ram4 = new(0x2000_0000, 4 * Mib);

    /// <summary>QEMU's name of the board.</summary>
    public string Machine => EmulatorFlags[1];

    /// <summary>The board of a core, or null when none is emulated.</summary>
    public static EmulatedBoard? For(string core) => core switch
    {
        "cortex-m0" or "cortex-m0plus" or "cortex-m3" => Mps2("mps2-an385", 0x2100_0000, $"-mcpu={core}"),
        "cortex-m4" => Mps2("mps2-an386", 0x2100_0000, "-mcpu=cortex-m4", "-mfloat-abi=hard", "-mfpu=auto"),
        "cortex-m7" => Mps2("mps2-an500", 0x6000_0000, "-mcpu=cortex-m7", "-mfloat-abi=hard", "-mfpu=auto"),
        "cortex-m33" or "cortex-m55" => new EmulatedBoard(
            BoardTools.Arm, ["-M", "mps3-an547"], [$"-mcpu={core}", "-mfloat-abi=hard", "-mfpu=auto", "-mthumb"], 0x5930_2018, 50,
            new AddressRange(0x0000_0000, Mib / 2), new AddressRange(0x2100_0000, 2 * Mib), new AddressRange(0x6000_0000, 64 * Mib)),

        // Extensions that the core does not have are off: their instructions trap.
        "rv32imc" => new EmulatedBoard(
            BoardTools.RiscV, ["-M", "virt", "-bios", "none", "-cpu", "rv32,a=false,f=false,d=false"],
            ["-march=rv32imc", "-mabi=ilp32", "--specs=picolibc.specs"], null, 1,
            new AddressRange(0x8000_0000, 4 * Mib), new AddressRange(0x8100_0000, 4 * Mib), new AddressRange(0x8200_0000, 64 * Mib)),
        _ => null,
    };

    /// <summary>The linker script for an image whose weights and arena have these sizes; null when the board has no room.</summary>
    public string? LinkerScript(long weightBytes, long arenaBytes)
    {
        string? weights = Choose(weightBytes, Code, "CODE");
        string? arena = Choose(arenaBytes, Ram, "RAM");
        if (weights is null || arena is null || (weights == arena && weightBytes + arenaBytes > Large.Size))
        {
            return null;
        }

        string memory = $"    CODE (rx) : ORIGIN = 0x{Code.Start:X8}, LENGTH = {Code.Size}\n"
            + $"    RAM (rwx) : ORIGIN = 0x{Ram.Start:X8}, LENGTH = {Ram.Size}\n"
            + $"    LARGE (rwx) : ORIGIN = 0x{Large.Start:X8}, LENGTH = {Large.Size}";
        return HarnessSource.Resource("board.ld.in").Replace("@MEMORY@", memory, StringComparison.Ordinal)
            .Replace("@WEIGHTS@", weights, StringComparison.Ordinal).Replace("@ARENA@", arena, StringComparison.Ordinal);
    }

    private static EmulatedBoard Mps2(string machine, long large, params string[] flags) =>
        new(BoardTools.Arm, ["-M", machine], [.. flags, "-mthumb"], 0x4002_8018, 40, Zero4, Ram4, new AddressRange(large, 16 * Mib));

    /// <summary>A quarter of a small memory is left for what else lives there.</summary>
    private string? Choose(long bytes, AddressRange small, string name) =>
        bytes <= small.Size * 3 / 4 ? name : bytes <= Large.Size ? "LARGE" : null;
}

/// <summary>A stretch of address space.</summary>
internal readonly record struct AddressRange(long Start, long Size);
