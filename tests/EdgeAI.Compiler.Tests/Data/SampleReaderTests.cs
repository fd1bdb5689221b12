using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Text;
using EdgeAI.Compiler.Data;
using EdgeAI.Compiler.Diagnostics;
using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Tests.Data;

[TestClass]
public sealed class SampleReaderTests
{
    private readonly string _folder = Directory.CreateTempSubdirectory("edgeai-data-").FullName;

    [TestCleanup]
    public void Delete() => Directory.Delete(_folder, recursive: true);

    [TestMethod]
    public void The_first_axis_counts_samples()
    {
        Save("x.npy", new Shape(5, 2, 3), [.. Enumerable.Range(0, 30).Select(i => (float)i)]);
        IReadOnlyList<TestCase> cases = Read("x.npy", Input(1, 2, 3));
        Assert.HasCount(5, cases);
        CollectionAssert.AreEqual(new float[] { 6, 7, 8, 9, 10, 11 }, MemoryMarshal.Cast<byte, float>(cases[1].Inputs[0].Span).ToArray());
    }

    [TestMethod]
    public void One_sample_and_samples_with_their_batch_are_read()
    {
        Save("one.npy", new Shape(1, 2, 3), new float[6]);
        Save("batches.npy", new Shape(4, 1, 2, 3), new float[24]);
        Assert.HasCount(1, Read("one.npy", Input(1, 2, 3)));
        Assert.HasCount(4, Read("batches.npy", Input(1, 2, 3)));
    }

    [TestMethod]
    public void More_samples_than_fit_are_thinned_evenly_over_all_files()
    {
        Save("a.npy", new Shape(70, 2), [.. Enumerable.Range(0, 140).Select(i => i / 2f)]);
        Save("b.npy", new Shape(30, 2), [.. Enumerable.Range(140, 60).Select(i => i / 2f)]);
        (int Limit, int Bytes, int Step)[] limits = [(100, 1000, 1), (99, 1000, 2), (16, 1000, 8), (100, 13 * 8, 8), (100, 1, 128)];
        foreach ((int limit, int bytes, int step) in limits)
        {
            (IReadOnlyList<TestCase> cases, long total) =
                SampleReader.ReadEvenly("CalibrationData", _folder, "data", [Input(1, 2)], [], null, new SampleLimit(limit, bytes));
            Assert.AreEqual(100, total);
            float[] kept = [.. cases.Select(test => MemoryMarshal.Cast<byte, float>(test.Inputs[0].Span)[0])];
            CollectionAssert.AreEqual(Enumerable.Range(0, 100).Where(i => i % step == 0).Select(i => (float)i).ToArray(), kept, $"{limit} samples, {bytes} bytes");
        }

        Save("c.npy", new Shape(1, 2), [float.NaN, 0]);
        Assert.AreEqual("EAI2108", Assert.ThrowsExactly<DiagnosticException>(() =>
            SampleReader.ReadEvenly("CalibrationData", _folder, "data", [Input(1, 2)], [], null, new SampleLimit(2, 1000))).Diagnostics[0].Code);
    }

    [TestMethod]
    public void Text_with_a_label_column_gives_labels()
    {
        File.WriteAllText(Path.Combine(_folder, "x.csv"), "a;b;label\n0.5;1;2\n-3;4e1;0\n");
        IReadOnlyList<TestCase> cases = Read("x.csv", Input(1, 2));
        CollectionAssert.AreEqual(new int?[] { 2, 0 }, cases.Select(test => test.Label).ToArray());
        CollectionAssert.AreEqual(new float[] { -3, 40 }, MemoryMarshal.Cast<byte, float>(cases[1].Inputs[0].Span).ToArray());
    }

    /// <summary>The output is called y, as labels often are: its size tells which is meant.</summary>
    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void Labels_are_told_from_an_output_of_their_name_by_its_size(bool areLabels)
    {
        Save("x.npy", new Shape(3, 2), new float[6]);
        if (areLabels)
        {
            File.WriteAllBytes(Path.Combine(_folder, "y.npy"), NpyFormat.Write(
                new NumericArray(ElementType.Int64, new Shape(3), MemoryMarshal.AsBytes<long>([2, 1, 0]).ToArray())));
        }
        else
        {
            Save("y.npy", new Shape(3, 2), [.. Enumerable.Range(0, 6).Select(i => i + 0.5f)]);
        }

        using (ZipArchive archive = ZipFile.Open(Path.Combine(_folder, "xy.npz"), ZipArchiveMode.Create))
        {
            archive.CreateEntryFromFile(Path.Combine(_folder, "x.npy"), "x.npy");
            archive.CreateEntryFromFile(Path.Combine(_folder, "y.npy"), "y.npy");
        }

        TestCase last = Read("xy.npz", Input(1, 2))[2];
        Assert.AreEqual(areLabels ? 0 : null, last.Label);
        Assert.AreEqual(areLabels, last.ExpectedOutputs is [] or [null]);
        if (!areLabels)
        {
            CollectionAssert.AreEqual(new[] { 4.5f, 5.5f }, MemoryMarshal.Cast<byte, float>(last.ExpectedOutputs[0]!.Bytes.Span).ToArray());
        }
    }

    [TestMethod]
    public void A_folder_of_files_is_read_in_order_without_its_labels()
    {
        Save("b.npy", new Shape(2, 2), [5, 6, 7, 8]);
        Save("a.npy", new Shape(1, 2), [1, 2]);
        Save("labels.npy", new Shape(3), [0, 1, 0]);
        IReadOnlyList<TestCase> cases = Read("", Input(1, 2));
        CollectionAssert.AreEqual(new float[] { 1, 5, 7 }, cases.Select(test => MemoryMarshal.Cast<byte, float>(test.Inputs[0].Span)[0]).ToArray());
    }

    [TestMethod]
    public void Arrays_by_index_bring_inputs_and_expected_outputs()
    {
        Save("input_0.npy", new Shape(2, 2), [1, 2, 3, 4]);
        Save("input_1.npy", new Shape(2, 1), [9, 8]);
        Save("output_0.npy", new Shape(2, 2), [5, 6, 7, 8]);
        IReadOnlyList<TestCase> cases = SampleReader.Read(
            "TestData", _folder, "data", [Input(1, 2), new Tensor("second", ElementType.Float32, new Shape(1, 1))], [Output(1, 2)]);
        Assert.HasCount(2, cases);
        Assert.AreEqual(8f, MemoryMarshal.Cast<byte, float>(cases[1].Inputs[1].Span)[0]);
        Assert.AreEqual(7f, MemoryMarshal.Cast<byte, float>(cases[1].ExpectedOutputs[0]!.Bytes.Span)[0]);
    }

    [TestMethod]
    public void Wrong_shapes_types_and_values_have_their_codes()
    {
        Save("transposed.npy", new Shape(4, 3, 2), new float[24]);
        Save("nan.npy", new Shape(2, 2, 3), [0, 0, 0, 0, 0, 0, 0, float.NaN, 0, 0, 0, 0]);
        Save("empty.npy", new Shape(0, 2, 3), []);
        File.WriteAllBytes(Path.Combine(_folder, "int.npy"), NpyFormat.Write(new NumericArray(ElementType.Int32, new Shape(1, 2, 3), new byte[24])));
        File.WriteAllText(Path.Combine(_folder, "picture.gif"), "PNG");
        File.WriteAllText(Path.Combine(_folder, "words.csv"), "1,2,3,4,5,six\n");
        Tensor input = Input(1, 2, 3);
        Assert.Contains("another order", Refusal("transposed.npy", input, "EAI2104"));
        Assert.Contains("sample 1 (element 1)", Refusal("nan.npy", input, "EAI2108"));
        Refusal("empty.npy", input, "EAI2106");
        Refusal("int.npy", input, "EAI2105");
        Refusal("picture.gif", input, "EAI2103");
        Refusal("nowhere.npy", input, "EAI2101");
        File.WriteAllText(Path.Combine(_folder, "ragged.csv"), "1,2,3,4,5,6\n1,2\n");
        Assert.Contains("line 2", Refusal("ragged.csv", input, "EAI2102"));
        Assert.Contains("input_0", Refusal("nan.npy", [input, Input(1, 1)], "EAI2113"));
    }

    [TestMethod]
    public void Labels_must_fit_the_cases_and_the_classes()
    {
        Save("x.npy", new Shape(3, 2), new float[6]);
        IReadOnlyList<TestCase> cases = Read("x.npy", Input(1, 2));
        string path = Path.Combine(_folder, "labels.txt");
        File.WriteAllText(path, "0\n2\n1\n", Encoding.UTF8);
        int[] labels = LabelFile.Read(path, "labels.txt");
        Assert.AreEqual(2, SampleReader.WithLabels(cases, labels, Output(1, 3), "labels.txt")[1].Label);
        Assert.AreEqual("EAI2110", Code(() => SampleReader.WithLabels(cases, labels, Output(1, 2), "labels.txt")));
        Assert.AreEqual("EAI2109", Code(() => SampleReader.WithLabels(cases, [0], Output(1, 3), "labels.txt")));
        File.WriteAllText(path, "cat\n");
        Assert.AreEqual("EAI2111", Code(() => LabelFile.Read(path, "labels.txt")));
    }

    private static Tensor Input(params int[] shape) => new("x", ElementType.Float32, new Shape(shape));

    private static Tensor Output(params int[] shape) => new("y", ElementType.Float32, new Shape(shape));

    private static string Code(Action action) => Assert.Throws<DiagnosticException>(action).Diagnostics[0].Code;

    private IReadOnlyList<TestCase> Read(string file, Tensor input) =>
        SampleReader.Read("TestData", Path.Combine(_folder, file), file, [input], [Output(1, 2)]);

    private string Refusal(string file, Tensor input, string code) => Refusal(file, [input], code);

    private string Refusal(string file, IReadOnlyList<Tensor> inputs, string code)
    {
        var error = Assert.Throws<DiagnosticException>(() => SampleReader.Read("TestData", Path.Combine(_folder, file), file, inputs, [Output(1, 2)]));
        Assert.AreEqual(code, error.Diagnostics[0].Code, error.Message);
        return error.Message;
    }

    private void Save(string name, Shape shape, float[] values) =>
        File.WriteAllBytes(Path.Combine(_folder, name), NpyFormat.Write(
            new NumericArray(ElementType.Float32, shape, MemoryMarshal.AsBytes(values.AsSpan()).ToArray())));
}
