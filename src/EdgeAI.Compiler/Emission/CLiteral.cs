using System.Globalization;

namespace EdgeAI.Compiler.Emission;

/// <summary>Numbers as C11 constants, the same under every culture.</summary>
public static class CLiteral
{
    /// <summary>A signed integer constant expression.</summary>
    public static string Integer(long value) => value switch
    {
        int.MinValue => "(-2147483647 - 1)",
        long.MinValue => "(-9223372036854775807LL - 1)",
        < int.MinValue or > int.MaxValue => value.ToString(CultureInfo.InvariantCulture) + "LL",
        _ => value.ToString(CultureInfo.InvariantCulture),
    };

    /// <summary>A float constant that reads back to the same bits; infinities are the macros of math.h.</summary>
    public static string Float(float value)
    {
        if (float.IsNaN(value))
        {
            return "NAN";
        }

        if (float.IsInfinity(value))
        {
            return value > 0 ? "INFINITY" : "(-INFINITY)";
        }

        string text = value.ToString("R", CultureInfo.InvariantCulture);
        return text.AsSpan().ContainsAny('.', 'E', 'e') ? text + "f" : text + ".0f";
    }
}
