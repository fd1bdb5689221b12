using EdgeAI.Compiler.Diagnostics;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators;
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

    [TestMethod]
    public void Operators_that_take_integers_alone_are_told()
    {
        string table = SupportTables.Operators();
        StringAssert.Contains(table, "| SignalWindow | no | no |  | int16 |", StringComparison.Ordinal);
        StringAssert.Contains(table, "| BitwiseAnd | no | no |  | integers |", StringComparison.Ordinal);
        StringAssert.Contains(table, "| LogicalOr | no | no |  | bool |", StringComparison.Ordinal);
        StringAssert.Contains(table, "| Equal | yes | in float |  | integers, bool |", StringComparison.Ordinal);
    }

    /// <summary>No operator without a float32 form takes a float32 operand, whatever else it is given.</summary>
    [TestMethod]
    public void Operators_without_a_float_form_refuse_float_operands()
    {
        int refused = 0;
        foreach (Operator definition in OperatorCatalog.All.Where(definition => !definition.TakesReals && definition.AttributesType == typeof(NoAttributes)))
        {
            var x = new Tensor("x", ElementType.Float32, new Shape(1, 4));
            var node = new Node("n", definition.Name, NoAttributes.Instance) { Inputs = [x, x], Outputs = [new Tensor("y", ElementType.Float32, x.Shape)] };
            OperatorException told = Assert.Throws<OperatorException>(() => definition.Infer(node), definition.Name);
            Console.WriteLine(told.Message);
            refused++;
        }

        Assert.IsGreaterThanOrEqualTo(8, refused);
    }
}
