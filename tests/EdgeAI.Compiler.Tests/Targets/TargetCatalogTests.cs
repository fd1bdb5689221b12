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
    [DataRow("\"stack\"", "\"stacks\"", "the nearest is 'stack'")]
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

    [TestMethod]
    [DataRow("cortex-m33", "thumb2", InstructionSet.Thumb2)]
    [DataRow("cortex-m55", "dsp", InstructionSet.Dsp)]
    [DataRow("cortex-m4", "dsp", InstructionSet.Dsp)]
    [DataRow("rv32imc", "portable", InstructionSet.Portable)]
    public void CoreMayBeGivenFewerInstructions(string core, string instructions, InstructionSet set)
    {
        TargetDescription target = TargetCatalog.Parse(WithInstructions(core, instructions), "x");
        Assert.AreEqual(set, target.Instructions);
        Assert.AreEqual(InstructionSets.Of(core), TargetCatalog.Get(core).Instructions);
    }

    [TestMethod]
    [DataRow("cortex-m55", "neon", "EAI9106", "'neon' is not known; the nearest name is")]
    [DataRow("cortex-m4", "DSP", "EAI9106", "the nearest name is 'dsp'")]
    [DataRow("cortex-m3", "dsp", "EAI9107", "'cortex-m3' lacks the instruction set 'dsp'; it runs portable, thumb1, thumb2.")]
    [DataRow("cortex-m4", "helium", "EAI9107", "it runs portable, thumb1, thumb2, dsp.")]
    [DataRow("rv32imc", "thumb1", "EAI9107", "it runs portable, rv32.")]
    [DataRow("host", "rv32", "EAI9107", "it runs portable.")]
    public void InstructionsThatTheCoreLacksAreErrors(string core, string instructions, string code, string told)
    {
        var error = Assert.ThrowsExactly<DiagnosticException>(() => TargetCatalog.Parse(WithInstructions(core, instructions), "boards/my.target.json"));
        Assert.AreEqual((code, "boards/my.target.json"), (error.Diagnostics.Single().Code, error.Diagnostics[0].File));
        StringAssert.Contains(error.Diagnostics[0].Message, told);
    }

    private static string WithInstructions(string core, string instructions) =>
        Whole.Replace("\"cortex-m4\"", $"\"{core}\", \"instructions\": \"{instructions}\"", StringComparison.Ordinal);

    [TestMethod]
    public void AddressesAreReadAsManualsWriteThem()
    {
        MemoryRegion region = TargetCatalog.Parse(WithRegions(
            """{ "name": "ram", "origin": "0x2000ABC0", "sizeBytes": 64, "alignment": 32, "bytesPerAccess": 8, "holds": ["arena"] }"""), "x").Regions.Single();
        Assert.AreEqual((0x2000_ABC0L, 32, 8), (region.Origin!.Value, region.Alignment, region.BytesPerAccess));
        Assert.AreEqual((null, 16, 4), (TargetCatalog.Parse(Whole, "x").Regions[0].Origin, TargetCatalog.Parse(Whole, "x").Regions[0].Alignment, TargetCatalog.Parse(Whole, "x").Regions[0].BytesPerAccess));
    }

    [TestMethod]
    public void EveryBoardTellsItsAddresses()
    {
        foreach (TargetDescription target in TargetCatalog.Names.Select(TargetCatalog.Get))
        {
            Assert.IsTrue(target.Regions.All(region => region.Origin is not null), target.Name);
        }
    }

    [TestMethod]
    [DataRow("\"0x20000000\"", 256, 16, "\"0x200000F0\"", 64, 16, "EAI9103", "'a' (0x20000000 to 0x200000FF) and the region 'b' (0x200000F0 to 0x2000012F) share 16 bytes")]
    [DataRow("\"0x20000000\"", 256, 16, "536871168", 64, 24, "EAI9104", "regions[1].alignment of the memory region 'b' is 24, which is no power of two. Write a power of two; the nearest is 32")]
    [DataRow("\"0x20000000\"", 256, 0, "\"0x20000100\"", 64, 16, "EAI9104", "the nearest is 1")]
    [DataRow("\"0x20000000\"", 8, 16, "\"0x20000100\"", 64, 16, "EAI9105", "'a', has 8 bytes, too few for an arena at its alignment: it needs at least 16")]
    [DataRow("\"0x20000004\"", 256, 16, "\"0x20000200\"", 64, 16, "EAI9102", "0x20000004 is no multiple of its alignment 16")]
    [DataRow("\"0xFFFFFF00\"", 512, 16, "\"0x20000200\"", 64, 16, "EAI9102", "ends behind the last address")]
    [DataRow("\"20000000\"", 256, 16, "\"0x20000200\"", 64, 16, "EAI9102", "regions[0].origin must be an address")]
    public void RegionsThatCannotBeAreErrors(string origin, int size, int alignment, string otherOrigin, int otherSize, int otherAlignment, string code, string told)
    {
        string json = WithRegions(
            $$"""{ "name": "a", "origin": {{origin}}, "sizeBytes": {{size}}, "alignment": {{alignment}}, "holds": ["arena"] }""",
            $$"""{ "name": "b", "origin": {{otherOrigin}}, "sizeBytes": {{otherSize}}, "alignment": {{otherAlignment}}, "holds": ["arena"] }""");
        var error = Assert.ThrowsExactly<DiagnosticException>(() => TargetCatalog.Parse(json, "boards/my.target.json"));
        Assert.AreEqual((code, "boards/my.target.json"), (error.Diagnostics[0].Code, error.Diagnostics[0].File));
        StringAssert.Contains(error.Diagnostics[0].Message, told);
    }

    private static string WithRegions(params string[] regions) =>
        $$"""{ "name": "board", "core": "cortex-m4", "regions": [ {{string.Join(", ", regions)}} ] }""";
}
