using System.Globalization;
using EdgeAI.Compiler.Settings;

namespace EdgeAI.Compiler.Tests.Settings;

[TestClass]
public sealed class SettingTextTests
{
    [TestMethod]
    [DataRow("65536", 65536L)]
    [DataRow("64KiB", 65536L)]
    [DataRow("64 kib", 65536L)]
    [DataRow("1.5MiB", 1572864L)]
    [DataRow("0", 0L)]
    public void Sizes_are_bytes_or_carry_a_unit(string text, long bytes) => Assert.AreEqual(bytes, SettingText.Bytes(text));

    [TestMethod]
    [DataRow("lots")]
    [DataRow("64KB")]
    [DataRow("-1")]
    [DataRow("1,5KiB")]
    [DataRow("0.3")]
    [DataRow("0.0001KiB")]
    [DataRow("99999999999999999999999MiB")]
    [DataRow("")]
    public void Other_sizes_are_none(string text) => Assert.IsNull(SettingText.Bytes(text));

    [TestMethod]
    public void Numbers_do_not_depend_on_the_culture()
    {
        CultureInfo before = CultureInfo.CurrentCulture;
        try
        {
            var comma = (CultureInfo)CultureInfo.InvariantCulture.Clone();
            comma.NumberFormat.NumberDecimalSeparator = ",";
            comma.NumberFormat.NumberGroupSeparator = ".";
            CultureInfo.CurrentCulture = comma;
            Assert.AreEqual(0.005, SettingText.Number("0.005", 0, 1));
            Assert.IsNull(SettingText.Number("0,005", 0, 1));
            Assert.AreEqual(1536, SettingText.Bytes("1.5KiB"));
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [TestMethod]
    public void Numbers_are_finite_and_in_range()
    {
        Assert.IsNull(SettingText.Number("97", 0, 1));
        Assert.IsNull(SettingText.Number("NaN", 0, 1));
        Assert.IsNull(SettingText.Number("1e999", 0, double.MaxValue));
        Assert.AreEqual(1, SettingText.Number("1", 0, 1));
    }

    [TestMethod]
    public void The_last_colon_divides_an_inputs_name_from_its_shape()
    {
        var shapes = SettingText.Shapes("serving:0:1,49,10,1; y:1,8")!;
        Assert.AreEqual("[1,49,10,1]", shapes["serving:0"].ToString());
        Assert.AreEqual("[1,8]", shapes["y"].ToString());
        foreach (string wrong in new[] { "x", "x:", ":1,2", "x:1,-2", "x:1,a", "x:1;x:2", ";" })
        {
            Assert.IsNull(SettingText.Shapes(wrong), wrong);
        }
    }

    [TestMethod]
    public void Choices_are_names_not_numbers()
    {
        Assert.AreEqual(BorderType.Quantized, SettingText.Choice<BorderType>("quantized"));
        Assert.IsNull(SettingText.Choice<BorderType>("1"));
    }
}
