using EdgeAI.Compiler.Emission;

namespace EdgeAI.Compiler.Tests.Emission;

[TestClass]
public sealed class CNamesTests
{
    [TestMethod]
    [DataRow("serving_default_x:0", "serving_default_x_0")]
    [DataRow("a/b//c", "a_b_c")]
    [DataRow("__x__", "x")]
    [DataRow("\u00fc", "")]
    public void SuffixesKeepLettersAndDigits(string name, string suffix) => Assert.AreEqual(suffix, CNames.Suffix(name));

    [TestMethod]
    public void SuffixesAreUnique()
    {
        string[] suffixes = CNames.UniqueSuffixes(["a", "a", "a_1", "", "\u00e4", "shape"], "shape");
        Assert.AreEqual(suffixes.Length, suffixes.Distinct(StringComparer.Ordinal).Count());
        Assert.IsTrue(suffixes.All(suffix => suffix.Length > 0 && suffix != "shape" && suffix.All(c => char.IsAsciiLetterOrDigit(c) || c == '_')));
    }

    [TestMethod]
    public void CommentsCannotEndEarly()
    {
        string comment = CNames.Comment("*/ int x; /*\\\n??/" + new string('y', 1000));
        Assert.IsFalse(comment.AsSpan().ContainsAny('*', '\\', '\n'));
        Assert.IsTrue(comment.Length < 200);
    }
}
