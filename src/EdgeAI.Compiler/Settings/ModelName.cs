using System.Collections.Frozen;
using EdgeAI.Compiler.Diagnostics;

namespace EdgeAI.Compiler.Settings;

/// <summary>
/// The rules a model's name keeps, because files, folders, macros and functions are made of it: a C identifier, no keyword, none of the
/// names the SDK and operating systems keep for themselves, and no header of the C library.
/// </summary>
public static class ModelName
{
    /// <summary>C11 6.4.1.</summary>
    private static readonly FrozenSet<string> Keywords = Set(
        "auto break case char const continue default do double else enum extern float for goto if inline int long register restrict return "
        + "short signed sizeof static struct switch typedef union unsigned void volatile while");

    /// <summary>Headers of C11 to C23 and those that C libraries and compilers for microcontrollers bring, without <c>.h</c>.</summary>
    private static readonly FrozenSet<string> Headers = Set(
        "assert complex ctype errno fenv float inttypes iso646 limits locale math setjmp signal stdalign stdarg stdatomic stdbit stdbool "
        + "stdckdint stddef stdint stdio stdlib stdnoreturn string tgmath threads time uchar wchar wctype alloca endian features malloc "
        + "memory reent search strings unistd arm_acle arm_mve arm_neon arm_fp16 arm_cde immintrin riscv_vector");

    /// <summary>Device names of Windows: no file can be called so with any extension.</summary>
    private static readonly FrozenSet<string> Devices = Set(
        "con prn aux nul com1 com2 com3 com4 com5 com6 com7 com8 com9 lpt1 lpt2 lpt3 lpt4 lpt5 lpt6 lpt7 lpt8 lpt9");

    /// <summary>A file's name made an identifier: other characters become an underscore, a leading digit gets <c>model_</c> in front.</summary>
    public static string FromFile(string path)
    {
        string stem = System.IO.Path.GetFileNameWithoutExtension(path.Replace('\\', '/'));
        string name = string.Concat(stem.Select(character => char.IsAsciiLetterOrDigit(character) ? character : '_'));
        return name.Length == 0 || char.IsAsciiDigit(name[0]) ? "model_" + name : name;
    }

    /// <summary>What is wrong with a name, or null.</summary>
    public static Diagnostic? Check(string name, string projectFile)
    {
        if (Headers.Contains(name))
        {
            return DiagnosticCatalog.ModelNameHidesHeader.With(projectFile, name);
        }

        string? reason =
            !IsIdentifier(name) ? "it is no C identifier (letters, digits and underscores, no digit first)"
            : Keywords.Contains(name) ? "it is a keyword of C"
            : Devices.Contains(name) ? "it is a device name that no file may have"
            : name.StartsWith("edgeai_", StringComparison.OrdinalIgnoreCase) ? "names that start with 'edgeai_' belong to the SDK"
            : name.StartsWith("__", StringComparison.Ordinal) || (name.Length > 1 && name[0] == '_' && char.IsAsciiLetterUpper(name[1]))
                ? "C keeps such names for itself"
            : null;
        return reason is null ? null : DiagnosticCatalog.ModelNameNotValid.With(projectFile, name, reason);
    }

    /// <summary>Whether a text is a C identifier of ASCII characters.</summary>
    public static bool IsIdentifier(string text) =>
        text.Length > 0 && !char.IsAsciiDigit(text[0]) && text.All(character => char.IsAsciiLetterOrDigit(character) || character == '_');

    private static FrozenSet<string> Set(string words) => words.Split(' ').ToFrozenSet(StringComparer.OrdinalIgnoreCase);
}
