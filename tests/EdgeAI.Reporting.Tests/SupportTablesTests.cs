using EdgeAI.Compiler.Diagnostics;
using EdgeAI.Reporting.Documentation;

namespace EdgeAI.Reporting.Tests;

/// <summary>The pages agree with the code.</summary>
[TestClass]
public sealed class SupportTablesTests
{
    private static string Root
    {
        get
        {
            string folder = AppContext.BaseDirectory;
            while (!File.Exists(Path.Combine(folder, "EdgeAI.Sdk.sln")))
            {
                folder = Path.GetDirectoryName(folder)!;
            }

            return folder;
        }
    }

    [TestMethod]
    [DataRow("README.md")]
    [DataRow("sdk/docs/operators.md")]
    [DataRow("sdk/docs/targets.md")]
    public void Tables_are_those_of_the_code(string page)
    {
        string text = File.ReadAllText(Path.Combine(Root, page));
        Assert.Contains("<!-- table:", text);
        Assert.AreEqual(SupportTables.Fill(text), text, "run: dotnet run --project build/Documentation");
    }

    [TestMethod]
    public void Every_code_has_its_page_and_every_page_its_code()
    {
        string folder = Path.Combine(Root, "sdk", "docs", "diagnostics");
        string[] pages = [.. Directory.GetFiles(folder, "EAI*.md").Select(path => Path.GetFileNameWithoutExtension(path)!).Order(StringComparer.Ordinal)];
        string[] codes = [.. DiagnosticCatalog.All.Select(descriptor => descriptor.Code).Append("EAI9001").Distinct().Order(StringComparer.Ordinal)];
        Assert.AreEqual("", string.Join(' ', codes.Except(pages)), "codes without a page");
        Assert.AreEqual("", string.Join(' ', pages.Except(codes)), "pages without a code");
    }

    [TestMethod]
    public void No_code_is_used_twice() =>
        Assert.AreEqual(DiagnosticCatalog.All.Count, DiagnosticCatalog.All.Select(descriptor => descriptor.Code).Distinct().Count());
}
