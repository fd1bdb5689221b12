using EdgeAI.Compiler.Diagnostics;
using EdgeAI.Sdk.Tasks.Building;

namespace EdgeAI.Sdk.Tasks.Tests.Building;

[TestClass]
public sealed class StageStateTests
{
    [TestMethod]
    public void Read_back_as_they_were_written()
    {
        var said = new ToldDiagnostic(
            new StageUnit("kws", "cortex-m4"), new Diagnostic("EAI2001", Severity.Warning, "tab\there \\ and\nline", "models/k ws.onnx", 3), "kws/kws.txt", 12);
        var state = new StageState("key", [new FileRecord("data/a\tb.bin", "01")], [new FileRecord("kws/kws.txt", "02")], [said]);
        StageState read = StageState.Parse(state.Format())!;
        Assert.AreEqual(state.Key, read.Key);
        CollectionAssert.AreEqual(state.Reads, read.Reads);
        CollectionAssert.AreEqual(state.Files, read.Files);
        CollectionAssert.AreEqual(state.Said, read.Said);
    }

    [TestMethod]
    public void Damaged_ones_are_none()
    {
        string text = new StageState("key", [], [new FileRecord("a", "01")], []).Format();
        for (int length = 0; length < text.Length - 1; length++)
        {
            Assert.IsNull(StageState.Parse(text[..length]), $"cut at {length}");
        }
    }

    [TestMethod]
    public void Units_have_file_names_that_read_back()
    {
        foreach (StageUnit unit in new[] { new StageUnit("kws", ""), new StageUnit("", "cortex-m4"), new StageUnit("kws", "cortex-m4"), StageUnit.Project })
        {
            Assert.AreEqual(unit, StageUnit.FromFileName(unit.FileName));
        }
    }
}
