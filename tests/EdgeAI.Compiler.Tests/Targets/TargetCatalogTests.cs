using EdgeAI.Compiler.Diagnostics;
using EdgeAI.Compiler.Targets;

namespace EdgeAI.Compiler.Tests.Targets;

[TestClass]
public sealed class TargetCatalogTests
{
    private const string Whole = """
        { "name": "my-board", "core": "cortex-m4", "clockMhz": 80.5,
          "regions": [ { "name": "ram", "sizeBytes": 1024, "waitStates": 0, "holds": ["arena", "stack"] } ],
          "power": { "activeMicroampsPerMhz": 52, "sleepMicroamps": 1.5, "volts": 3 } }
        """;

    [TestMethod]
    [DataRow("cortex-m0")]
    [DataRow("cortex-m0plus")]
    [DataRow("cortex-m3")]
    [DataRow("cortex-m4")]
    [DataRow("cortex-m7")]
    [DataRow("cortex-m33")]
    [DataRow("cortex-m55")]
    [DataRow("rv32imc")]
    [DataRow("host")]
    [DataRow("stm32l4r5")]
    [DataRow("nrf52840")]
    [DataRow("rp2040")]
    [DataRow("rp2350")]
    [DataRow("stm32h743")]
    [DataRow("esp32c3")]
    public void EveryNameOfTheSpecificationIsKnown(string name)
    {
        TargetDescription target = TargetCatalog.Get(name);
        Assert.AreEqual(name, target.Name);
        CollectionAssert.Contains(TargetCatalog.Names.ToList(), name);
        if (target.ClockMhz is not null)
        {
            Assert.IsTrue(target.Regions.Any(region => region.Holds.Contains("arena")), "a board has memory for the arena");
            Assert.IsTrue(target.Regions.Any(region => region.Holds.Contains("code")), "a board has memory for code");
        }
    }

    [TestMethod]
    public void UnknownNameIsAnsweredWithTheNearest()
    {
        var error = Assert.ThrowsExactly<DiagnosticException>(() => TargetCatalog.Get("STM32L4R"));
        Assert.AreEqual("EAI9101", error.Diagnostics[0].Code);
        StringAssert.Contains(error.Diagnostics[0].Message, "nearest name is 'stm32l4r5'");
    }

    [TestMethod]
    public void DescriptionIsReadWhole()
    {
        TargetDescription target = TargetCatalog.Parse(Whole, "my.target.json");
        Assert.AreEqual(("my-board", "cortex-m4", 80.5), (target.Name, target.Core, target.ClockMhz!.Value));
        Assert.AreEqual(1024L, target.Regions[0].SizeBytes);
        CollectionAssert.AreEqual(new[] { "arena", "stack" }, target.Regions[0].Holds.ToArray());
        Assert.AreEqual(new PowerDescription(52, 1.5, 3), target.Power);
    }

    [TestMethod]
    [DataRow("\"my-board\"", "\"my board\"", "name 'my board'")]
    [DataRow("\"my-board\"", "\"../x\"", "name '../x'")]
    [DataRow("\"my-board\"", "7", "name must be a text")]
    [DataRow("cortex-m4", "cortex-m5", "core 'cortex-m5'")]
    [DataRow("80.5", "-1", "clockMhz")]
    [DataRow("80.5", "\"fast\"", "clockMhz must be a number")]
    [DataRow("\"clockMhz\"", "\"clockMHz\"", "nearest is 'clockMhz'")]
    [DataRow("1024", "0", "regions[0].sizeBytes")]
    [DataRow("1024", "1.5", "regions[0].sizeBytes")]
    [DataRow("\"stack\"", "\"stacks\"", "regions[0].holds")]
    [DataRow("\"volts\": 3", "\"volts\": 0", "power.volts")]
    [DataRow("\"ram\"", "\"r-am\"", "regions[0].name")]
    [DataRow("{ \"name\": \"my-board\"", "[ \"name\": \"my-board\"", "not JSON, line 1")]
    public void FaultNamesTheMember(string part, string replacement, string told)
    {
        string json = Whole.Replace(part, replacement, StringComparison.Ordinal);
        Assert.AreNotEqual(Whole, json);
        var error = Assert.ThrowsExactly<DiagnosticException>(() => TargetCatalog.Parse(json, "boards/my.target.json"));
        Assert.AreEqual(("EAI9102", "boards/my.target.json"), (error.Diagnostics[0].Code, error.Diagnostics[0].File));
        StringAssert.Contains(error.Diagnostics[0].Message, told);
    }
}
