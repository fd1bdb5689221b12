using System.Globalization;
using EdgeAI.Simulator;

namespace EdgeAI.Sdk.Tasks.Building;

/// <summary>Compilers and emulators as files.</summary>
internal static class ToolFiles
{
    /// <summary>The tools in a fixed order; null where there is none.</summary>
    public static string?[] Of(Toolchain tools) =>
        [tools.HostCompiler, tools.ArmCompiler, tools.ArmEmulator, tools.RiscVCompiler, tools.RiscVEmulator];

    /// <summary>Path, size and stamp of a file; of what a link leads to.</summary>
    public static string Describe(string path)
    {
        var named = new FileInfo(path);
        FileInfo file = named.LinkTarget is null ? named : named.ResolveLinkTarget(returnFinalTarget: true) as FileInfo ?? named;
        return file.Exists
            ? string.Create(CultureInfo.InvariantCulture, $"{path}|{file.Length}|{file.LastWriteTimeUtc.Ticks}")
            : path + "|absent";
    }
}
