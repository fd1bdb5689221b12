using System.Globalization;
using EdgeAI.Compiler.Diagnostics;

namespace EdgeAI.Compiler.Tests.Diagnostics;

[TestClass]
public sealed class FigureFormatTests
{
    [TestMethod]
    [DataRow(-0.04, "0.0", "0.0")]
    [DataRow(-0.05, "0.0", "-0.1")]
    [DataRow(-0.0, "R", "0")]
    [DataRow(-0.004, "0.##", "0")]
    [DataRow(-120.0, "0.0", "-120.0")]
    [DataRow(-1e-12, "R", "-1E-12")]
    [DataRow(double.NegativeInfinity, "0.0", "-Infinity")]
    public void What_is_rounded_to_zero_has_no_sign(double value, string format, string expected)
    {
        Assert.AreEqual(expected, FigureFormat.Of(value, format));
        Assert.AreEqual($"<{expected}>", string.Format(FigureFormat.Instance, "<{0:" + format + "}>", value));
    }

    [TestMethod]
    public void Other_values_stand_as_the_invariant_culture_has_them()
    {
        CultureInfo before = CultureInfo.CurrentCulture;
        var other = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        other.NumberFormat.NumberDecimalSeparator = ",";
        CultureInfo.CurrentCulture = other;
        try
        {
            Assert.AreEqual("0.1 -7 -0.25 x ", string.Format(FigureFormat.Instance, "{0:R} {1} {2} {3} {4}", 0.1f, -7, -0.25m, "x", null));
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [TestMethod]
    public void Diagnostics_have_no_negative_zero() =>
        StringAssert.Contains(DiagnosticCatalog.BiasesCorrected.With(null, 3, -0.01, 2.5).Message, "rose from 0.0 dB to 2.5 dB", StringComparison.Ordinal);
}
