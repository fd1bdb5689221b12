using System.Runtime.InteropServices;
using System.Text;
using EdgeAI.Compiler.Data;
using EdgeAI.Compiler.Diagnostics;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Pipeline;
using EdgeAI.Compiler.Settings;

namespace EdgeAI.Compiler.Tests.Data;

/// <summary>Labels from the folders in which samples lie.</summary>
[TestClass]
public sealed class ClassFoldersTests
{
    private readonly string _folder = Directory.CreateTempSubdirectory("edgeai-classes-").FullName;

    [TestCleanup]
    public void Delete() => Directory.Delete(_folder, recursive: true);

    [TestMethod]
    public void Folders_are_classes_in_ordinal_order_and_the_build_says_so()
    {
        Save("test/dog/2.npy", 3);
        Save("test/cat/1.npy", 1);
        Save("test/cat/more/0.npy", 2);
        Save("test/Zebra/0.npy", 4, 5);
        (int?[] labels, float[] values, List<Diagnostic> said) = Read(classes: 3);
        CollectionAssert.AreEqual(new float[] { 4, 5, 1, 2, 3 }, values);
        CollectionAssert.AreEqual(new int?[] { 0, 0, 1, 1, 2 }, labels);
        Assert.AreEqual("EAI2122", said.Single().Code);
        StringAssert.Contains(said[0].Message, "0 Zebra, 1 cat, 2 dog");
    }

    [TestMethod]
    public void A_file_of_names_tells_the_order()
    {
        Save("test/dog/2.npy", 3);
        Save("test/cat/1.npy", 1);
        string names = Text("names.txt", "dog\r\nhorse\r\ncat\r\n");
        (int?[] labels, _, List<Diagnostic> said) = Read(classes: 3, names);
        CollectionAssert.AreEqual(new int?[] { 2, 0 }, labels);
        StringAssert.Contains(said.Single().Message, "0 dog, 2 cat");
        Text("test/labels.txt", "horse\ncat\ndog\n");
        CollectionAssert.AreEqual(new int?[] { 1, 2 }, Read(classes: 3).Labels);
    }

    [TestMethod]
    public void Folders_that_are_numbers_are_those_classes()
    {
        Save("test/10/0.npy", 1);
        Save("test/2/0.npy", 2);
        CollectionAssert.AreEqual(new int?[] { 10, 2 }, Read(classes: 11).Labels);
        Assert.AreEqual("EAI2110", Refusal(classes: 10));
    }

    [TestMethod]
    public void A_label_for_each_sample_comes_first()
    {
        Save("test/a/0.npy", 1, 2);
        Save("test/b/0.npy", 3);
        string each = Text("each.txt", "1\n0\n1\n");
        (int?[] labels, _, List<Diagnostic> said) = Read(classes: 2, each);
        CollectionAssert.AreEqual(new int?[] { 1, 0, 1 }, labels);
        Assert.IsEmpty(said);
    }

    [TestMethod]
    public void What_cannot_be_numbered_is_said()
    {
        Save("test/a/0.npy", 1);
        Save("test/b/0.npy", 2);
        (int?[] labels, _, List<Diagnostic> said) = Read(classes: 3);
        Assert.IsTrue(labels.All(label => label is null));
        Assert.AreEqual("EAI2124", said.Single().Code);
        Assert.AreEqual("EAI2123", Refusal(classes: 3, Text("names.txt", "a\nc\n")));
        Assert.AreEqual("EAI2111", Refusal(classes: 3, Text("names.txt", "a\nb\na\n")));
        Assert.AreEqual("EAI2110", Refusal(classes: 2, Text("names.txt", "a\nx\nb\n")));
        Assert.AreEqual("EAI2101", Refusal(classes: 2, Path.Combine(_folder, "nowhere.txt")));
    }

    [TestMethod]
    public void Samples_beside_the_folders_have_no_labels()
    {
        Save("test/a/0.npy", 1);
        Save("test/b/0.npy", 2);
        Save("test/0.npy", 3);
        (int?[] labels, _, List<Diagnostic> said) = Read(classes: 2);
        Assert.HasCount(3, labels);
        Assert.IsTrue(labels.All(label => label is null));
        Assert.AreEqual("EAI2125", said.Single().Code);
        StringAssert.Contains(said[0].Message, "test/0.npy' lies beside 2 folders");
        Assert.IsEmpty(Read(classes: 10).Said);
        Assert.AreEqual("EAI2111", Refusal(classes: 2, Text("names.txt", "a\nb\n")));
        CollectionAssert.AreEqual(new int?[] { 0, 1, 1 }, Read(classes: 2, Text("each.txt", "0\n1\n1\n")).Labels);
    }

    [TestMethod]
    [DataRow("a\nb\n", 2, false)]
    [DataRow("a\nb\n", 1, false)]
    [DataRow("a\nb\nc\n", 2, true)]
    [DataRow("a\nb\n", 3, true)]
    public void Names_of_another_number_of_classes_are_said(string names, int classes, bool isSaid)
    {
        Save("test/a/0.npy", 1);
        Save("test/b/0.npy", 2);
        Text("test/labels.txt", names);
        (int?[] labels, _, List<Diagnostic> said) = Read(classes);
        CollectionAssert.AreEqual(new int?[] { 0, 1 }, labels);
        Assert.AreEqual(isSaid, said.Exists(one => one.Code == "EAI2126"));
    }

    [TestMethod]
    public void A_folder_without_samples_is_no_class()
    {
        Save("test/a/0.npy", 1);
        Save("test/c/0.npy", 2);
        Directory.CreateDirectory(Path.Combine(_folder, "test", "b"));
        Text("test/b/.gitkeep", "");
        CollectionAssert.AreEqual(new int?[] { 0, 1 }, Read(classes: 2).Labels);
        (int?[] labels, _, List<Diagnostic> said) = Read(classes: 3);
        Assert.IsTrue(labels.All(label => label is null));
        Assert.AreEqual("EAI2124", said.Single().Code);
        StringAssert.Contains(said[0].Message, "in 2 folders");
        Text("test/labels.txt", "a\nb\nc\n");
        CollectionAssert.AreEqual(new int?[] { 0, 2 }, Read(classes: 3).Labels);
    }

    private (int?[] Labels, float[] Values, List<Diagnostic> Said) Read(int classes, string? labels = null)
    {
        var said = new List<Diagnostic>();
        var settings = new ModelSettings { Name = "m", TestData = Path.Combine(_folder, "test"), TestLabels = labels };
        IReadOnlyList<TestCase> cases = LabelledCases.Read(
            settings, [new("x", ElementType.Float32, new Shape(1, 1))], [new("y", ElementType.Float32, new Shape(1, classes))], said);
        return ([.. cases.Select(test => test.Label)], [.. cases.Select(test => BorderValues.Singles(test.Inputs[0])[0])], said);
    }

    private string Refusal(int classes, string? labels = null) =>
        Assert.ThrowsExactly<DiagnosticException>(() => Read(classes, labels)).Diagnostics.Single().Code;

    private string Text(string name, string text)
    {
        string path = Path.Combine(_folder, name);
        File.WriteAllText(path, text, Encoding.UTF8);
        return path;
    }

    private void Save(string name, params float[] values)
    {
        string path = Path.Combine(_folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, NpyFormat.Write(new NumericArray(ElementType.Float32, new Shape(values.Length, 1), MemoryMarshal.AsBytes(values.AsSpan()).ToArray())));
    }
}
