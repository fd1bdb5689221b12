using EdgeAI.Compiler.Diagnostics;

namespace EdgeAI.Reporting.Tests.Documents;

/// <summary>Each code of budgets has its page, and the catalog knows the codes of all stages.</summary>
[TestClass]
public sealed class DiagnosticPageTests
{
    [TestMethod]
    public void Every_budget_code_has_a_page()
    {
        DirectoryInfo? root = new(AppContext.BaseDirectory);
        while (root is not null && !File.Exists(Path.Combine(root.FullName, "EdgeAI.Sdk.sln")))
        {
            root = root.Parent;
        }

        Assert.IsNotNull(root);
        DiagnosticDescriptor[] budgets =
            [.. DiagnosticCatalog.All.Where(descriptor => descriptor.Code.StartsWith("EAI31", StringComparison.Ordinal))];
        Assert.AreEqual(12, budgets.Length);
        foreach (DiagnosticDescriptor descriptor in budgets)
        {
            string page = File.ReadAllText(Path.Combine(root.FullName, "sdk/docs/diagnostics", descriptor.Code + ".md"));
            StringAssert.StartsWith(page, $"# {descriptor.Code}: ");
        }
    }

    [TestMethod]
    public void Catalog_holds_the_codes_of_every_stage_once()
    {
        string[] codes = [.. DiagnosticCatalog.All.Select(descriptor => descriptor.Code)];
        CollectionAssert.AllItemsAreUnique(codes);
        foreach (char stage in "123459")
        {
            Assert.IsTrue(codes.Any(code => code[3] == stage), $"no code EAI{stage}xxx");
        }
    }
}
