using System.Text.Json;

namespace EdgeAI.Tool.Tests;

[TestClass]
public sealed class CommandLineTests
{
    private string _folder = "";

    [TestInitialize]
    public void MakeFolder() => _folder = Directory.CreateTempSubdirectory("edgeai-tool-").FullName;

    [TestCleanup]
    public void DeleteFolder() => Directory.Delete(_folder, recursive: true);

    [TestMethod]
    public void AllocatePrintsOneLineOfJson()
    {
        (int code, string output, string errors) = Run("allocate", List("id,lower,upper,size\na,0,2,10\nb,1,3,20\nc,2,4,10\n"));
        Assert.AreEqual((0, ""), (code, errors));
        Assert.AreEqual(1, output.Count(c => c == '\n'));
        using JsonDocument json = JsonDocument.Parse(output);
        Assert.AreEqual(30, json.RootElement.GetProperty("arenaBytes").GetInt64());
        Assert.AreEqual(30, json.RootElement.GetProperty("lowerBoundBytes").GetInt64());
        Assert.IsTrue(json.RootElement.GetProperty("optimal").GetBoolean());
        Assert.IsGreaterThanOrEqualTo(0, json.RootElement.GetProperty("seconds").GetDouble());
    }

    [TestMethod]
    public void OffsetsAreWrittenInTheFilesOrder()
    {
        string list = List("size,id,upper,lower,alignment\n10,a,9000000000,-5,1\n20,b,9000000001,7,8\n");
        string offsets = Path.Combine(_folder, "offsets.csv");
        Assert.AreEqual(0, Run("allocate", list, "--out", offsets).Code);
        string[] lines = File.ReadAllLines(offsets);
        Assert.AreEqual("id,lower,upper,size,offset", lines[0]);
        StringAssert.StartsWith(lines[1], "a,-5,9000000000,10,");
        long[] starts = [.. lines.Skip(1).Select(line => long.Parse(line.Split(',')[^1]))];
        Assert.IsTrue(starts[0] + 10 <= starts[1] || starts[1] + 20 <= starts[0]);
        Assert.AreEqual(0, starts[1] % 8);
    }

    [TestMethod]
    [DataRow("a,3,3,40\nb,0,9,10\n", 40)]
    [DataRow("a,0,2,0\nb,1,9,10\n", 10)]
    [DataRow("a,0,2,700000000000000000\nb,1,9,700000000000000001\nc,2,9,699999999999999999\n", 1_400_000_000_000_000_001)]
    [DataRow("", 0)]
    public void RareBuffersArePlaced(string buffers, long arenaBytes)
    {
        (int code, string output, string errors) = Run("allocate", List("id,lower,upper,size\n" + buffers));
        Assert.AreEqual((0, ""), (code, errors));
        using JsonDocument json = JsonDocument.Parse(output);
        Assert.AreEqual((arenaBytes, true), (json.RootElement.GetProperty("arenaBytes").GetInt64(), json.RootElement.GetProperty("optimal").GetBoolean()));
    }

    [TestMethod]
    [DataRow("", "no column 'id'")]
    [DataRow("id,lower,upper\na,0,1\n", "no column 'size'")]
    [DataRow("id,lower,upper,size\na,0,1\n", "3 values for 4 columns")]
    [DataRow("id,lower,upper,size\na,0,x,3\n", "upper is 'x'")]
    [DataRow("id,lower,upper,size\na,0,99999999999999999999,3\n", "no whole number")]
    [DataRow("id,lower,upper,size\na,4,3,3\n", "upper must not be below lower")]
    [DataRow("id,lower,upper,size\na,0,1,-3\n", "has -3 bytes")]
    [DataRow("id,lower,upper,size\na,0,1,9223372036854775807\n", "the most for all")]
    [DataRow("id,lower,upper,size\na,0,1,3\na,0,1,3\n", "stands twice")]
    [DataRow("id,lower,upper,size,alignment\na,0,1,3,6\n", "no power of two")]
    public void BadListsAreErrors(string text, string told)
    {
        (int code, string output, string errors) = Run("allocate", List(text));
        Assert.AreEqual((1, ""), (code, output));
        StringAssert.Contains(errors, "error EAI3010");
        StringAssert.Contains(errors, told);
        Assert.AreEqual(1, errors.Count(c => c == '\n'), errors);
    }

    [TestMethod]
    public void MissingFilesAreErrors()
    {
        StringAssert.Contains(Run("allocate", Path.Combine(_folder, "none.csv")).Errors, "error EAI3011");
        StringAssert.Contains(Run("inspect", Path.Combine(_folder, "none.onnx")).Errors, "error EAI10");
        string list = List("id,lower,upper,size\na,0,1,3\n");
        StringAssert.Contains(Run("allocate", list, "--out", Path.Combine(_folder, "none", "offsets.csv")).Errors, "error EAI9011");
    }

    [TestMethod]
    [DataRow("'nothing'", "`dotnet edgeai --help`", "nothing")]
    [DataRow("'model'", "`dotnet edgeai inspect --help`", "inspect")]
    [DataRow("'--quantize'", "`dotnet edgeai run --help`", "run", "model.onnx", "--quantize", "Int8")]
    [DataRow("'--out'", "`dotnet edgeai compile --help`", "compile", "model.onnx", "--out")]
    public void WordsThatAreNoCommandLineAreOneError(string word, string help, params string[] arguments)
    {
        (int code, string output, string errors) = Run(arguments);
        Assert.AreEqual((1, ""), (code, output));
        StringAssert.StartsWith(errors, "error EAI9016: ");
        StringAssert.Contains(errors, word);
        StringAssert.Contains(errors, help);
        Assert.AreEqual(1, errors.Count(c => c == '\n'), errors);
    }

    [TestMethod]
    public void FoldersAndEmptyPathsAreNamedAsWhatTheyAre()
    {
        string model = Asset("tiny-int8.tflite");
        StringAssert.Contains(Run("inspect", _folder).Errors, "error EAI1001: The model file cannot be read: it is a folder.");
        StringAssert.StartsWith(Run("inspect", "").Errors, "error EAI1001: The model file cannot be read: the path is empty.");
        StringAssert.StartsWith(Run("allocate", "").Errors, "error EAI3011: The buffer list cannot be read: the path is empty.");
        StringAssert.Contains(Run("inspect", model, "--operator", _folder).Errors, "it is a folder.");
        string file = List("");
        foreach (string[] words in new string[][] { ["compile", model], ["run", model], ["compare", model] })
        {
            foreach ((string folder, string reason) in new[] { (file, "is a file, not a folder"), (Path.Combine(file, "below"), "is a file, not a folder"), ("", "the path is empty") })
            {
                (int code, string output, string errors) = Run([.. words, "--out", folder]);
                Assert.AreEqual((1, ""), (code, output), errors);
                StringAssert.StartsWith(errors, $"error EAI9011: '{folder}' cannot be written: ");
                StringAssert.Contains(errors, reason);
            }
        }
    }

    [TestMethod]
    public void DescriptionsOfTargetsAreRead()
    {
        string model = Asset("tiny-int8.tflite");
        string board = Path.Combine(_folder, "board.target.json");
        StringAssert.Contains(Run("inspect", model, "--target", board).Errors, "error EAI9012");
        File.WriteAllText(board, "{ bad");
        StringAssert.Contains(Run("inspect", model, "--target", board).Errors, "error EAI9102");
        File.WriteAllText(board, """{ "name": "my-board", "core": "cortex-m4", "clockMhz": 80, "regions": [], "power": null }""");
        (int code, string output, string errors) = Run("inspect", model, "--target", board);
        Assert.AreEqual((0, ""), (code, errors));
        StringAssert.Contains(output, " bytes on my-board;");
    }

    [TestMethod]
    public void NamesThatCKeepsForItselfAreErrors()
    {
        string model = Path.Combine(_folder, "string.tflite");
        File.Copy(Asset("tiny-int8.tflite"), model);
        (int code, _, string errors) = Run("compile", model, "--out", Path.Combine(_folder, "out"));
        Assert.AreEqual(1, code);
        StringAssert.Contains(errors, "error EAI9006");
        StringAssert.Contains(errors, "rename the file");
        Assert.IsFalse(Directory.Exists(Path.Combine(_folder, "out")));
    }

    [TestMethod]
    public void InspectTellsWhatAModelTakes()
    {
        (int code, string output, string errors) = Run("inspect", Asset("tiny-conv.onnx"), "--target", "cortex-m4");
        Assert.AreEqual(0, code, errors);
        foreach (string told in new[] { "format      onnx, Int8", "input       ", "output      ", "operator    ", "MACs        ", "parameters  ", "arena       ", "graph tiny_conv: " })
        {
            StringAssert.Contains(output, told);
        }
    }

    [TestMethod]
    [DataRow("truncated.onnx")]
    [DataRow("not-a-model.onnx")]
    [DataRow("unknown-operator.onnx")]
    [DataRow("truncated.tflite")]
    public void BrokenModelsAreErrorsWithACode(string file)
    {
        (int code, string output, string errors) = Run("inspect", Asset(file));
        Assert.AreEqual((1, ""), (code, output));
        StringAssert.Contains(errors, "error EAI1");
        Assert.IsFalse(errors.Contains("   at ", StringComparison.Ordinal), errors);
    }

    [TestMethod]
    public void CompileWritesTheLibrary()
    {
        string folder = Path.Combine(_folder, "out");
        (int code, string output, string errors) = Run("compile", Asset("tiny-int8.tflite"), "--out", folder);
        Assert.AreEqual((0, ""), (code, errors));
        StringAssert.Contains(output, "arena ");
        Assert.IsTrue(File.Exists(Path.Combine(folder, "tiny_int8.h")) && File.Exists(Path.Combine(folder, "edgeai_firmware.h")));
        Assert.IsEmpty(Directory.GetFiles(folder, "*.tmp"));
    }

    [TestMethod]
    public void CompileReplacesWhatItWroteBeforeAndNothingElse()
    {
        string folder = Path.Combine(_folder, "out");
        string[] Sources() => [.. Directory.GetFiles(folder).Select(path => Path.GetFileName(path)!).Where(name => name.EndsWith(".c", StringComparison.Ordinal) || name.EndsWith(".h", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];
        Assert.AreEqual(0, Run("compile", Asset("tiny-int8.tflite"), "--out", folder).Code);
        string[] alone = Sources();
        Assert.AreEqual(0, Run("compile", Asset("tiny-conv.onnx"), "--quantization", "Float32", "--out", folder).Code);
        Assert.IsTrue(File.Exists(Path.Combine(folder, "tiny_conv.c")));
        Assert.IsFalse(File.Exists(Path.Combine(folder, "tiny_int8.c")));
        string outside = Path.Combine(_folder, "main.c");
        foreach (string own in new[] { outside, Path.Combine(folder, "main.c") })
        {
            File.WriteAllText(own, "int main(void) { return 0; }");
        }

        File.AppendAllLines(Path.Combine(folder, ".edgeai-files"), ["../main.c", outside]);
        Assert.AreEqual(0, Run("compile", Asset("tiny-int8.tflite"), "--out", folder).Code);
        CollectionAssert.AreEqual(alone.Append("main.c").Order(StringComparer.Ordinal).ToArray(), Sources());
        Assert.IsTrue(File.Exists(outside));
        StringAssert.Contains(Run("compile", Asset("truncated.tflite"), "--out", folder).Errors, "error EAI1");
        Assert.HasCount(alone.Length + 1, Sources());
    }

    [TestMethod]
    public void BudgetsMakeTheArenaSmaller()
    {
        long Arena(params string[] words)
        {
            (int code, string output, string errors) = Run([.. words]);
            Assert.AreEqual(0, code, errors);
            return long.Parse(output.Split("arena ")[1].Split(' ', StringSplitOptions.RemoveEmptyEntries)[0]);
        }

        string[] compile = ["compile", Asset("tiny-conv.onnx"), "--quantization", "Float32", "--out", Path.Combine(_folder, "out"), "--sram-budget"];
        long whole = Arena([.. compile, "1MiB"]);
        Assert.IsLessThan(whole, Arena([.. compile, (whole - 1).ToString()]));
        (int failed, _, string told) = Run([.. compile, "0"]);
        Assert.AreEqual(1, failed);
        StringAssert.Contains(told, "error EAI3001");
        StringAssert.Contains(Run([.. compile, "much"]).Errors, "error EAI9002: --sram-budget is 'much'");
    }

    [TestMethod]
    public void LabelsGiveTheAccuracy()
    {
        string model = Asset("tiny-conv.onnx");
        string[] data = ["--quantization", "Float32", "--data", Asset("tiny-conv.test"), "--labels", Asset("tiny-conv.labels.npy")];
        (int code, string output, string errors) = Run(["run", model, .. data]);
        Assert.AreEqual((0, ""), (code, errors));
        string accuracy = output.Split('\n').Single(line => line.StartsWith("accuracy ", StringComparison.Ordinal));
        StringAssert.Matches(accuracy, new("^accuracy [0-9.]+ %: [0-9]+ of [0-9]+ cases have the class of their label$"));
        string share = accuracy[..accuracy.IndexOf(':', StringComparison.Ordinal)];
        StringAssert.Contains(Run(["compare", model, .. data]).Output.Split('\n')[0], $", {share}, in float {share["accuracy ".Length..]}");
        StringAssert.Contains(Run("run", model, "--labels", Asset("tiny-conv.labels.npy")).Errors, "error EAI5007");
        StringAssert.Contains(Run("run", model, "--data", Asset("tiny-conv.test"), "--labels", "none.npy").Errors, "error EAI9008: --labels of tiny-conv.onnx is 'none.npy'");
        Assert.IsFalse(Run("run", model, "--data", Asset("tiny-conv.test")).Output.Contains("accuracy", StringComparison.Ordinal));
    }

    [TestMethod]
    public void RunPrintsAndWritesOutputs()
    {
        string folder = Path.Combine(_folder, "out");
        (int code, string output, string errors) = Run("run", Asset("tiny-int8.tflite"), "--data", Asset("tiny-int8.test"), "--out", folder);
        Assert.AreEqual((0, ""), (code, errors));
        StringAssert.Contains(output, "case 0, ");
        Assert.IsTrue(File.Exists(Path.Combine(folder, "case_0_output_0.npy")));
        StringAssert.Contains(Run("run", Asset("tiny-int8.tflite"), "--data", Path.Combine(_folder, "none")).Errors, "error EAI9008");
        StringAssert.Contains(Run("run", Asset("tiny-int8.tflite"), "--input-shape", "x=1").Errors, "error EAI9002");
    }

    [TestMethod]
    public void OperatorsPrintsTheTables()
    {
        (int code, string output, string errors) = Run("operators");
        Assert.AreEqual((0, ""), (code, errors));
        StringAssert.Contains(output, "CONV_2D");
        StringAssert.Contains(output, "| Conv2D |");
    }

    [TestMethod]
    [DataRow("inspect")]
    [DataRow("compile")]
    [DataRow("run")]
    [DataRow("compare")]
    [DataRow("operators")]
    public void HelpFitsAScreen(string command)
    {
        (int code, string output, _) = Run(command, "--help");
        Assert.AreEqual(0, code);
        Assert.IsLessThanOrEqualTo(24, output.Count(c => c == '\n'), output);
    }

    [TestMethod]
    [DataRow("--quantization", "Int4", "Int8, Int16x8, Auto, Float32, None")]
    [DataRow("--quantization", "Default", "Int8, Int16x8, Auto, Float32, None")]
    [DataRow("--quantization", "1", "Int8, Int16x8, Auto, Float32, None")]
    [DataRow("--normalization", "half", "ZeroToOne")]
    public void WordsThatAreNoValuesNameThoseThatAre(string option, string text, string allowed)
    {
        (int code, _, string errors) = Run("inspect", Asset("tiny-dense.onnx"), option, text);
        Assert.AreEqual(1, code);
        StringAssert.Contains(errors, $"error EAI9002: {option} is '{text}' for tiny-dense.onnx. Write ");
        StringAssert.Contains(errors, allowed);
        Assert.AreEqual(0, Run("inspect", Asset("tiny-dense.onnx"), "--quantization", "float32", "--normalization", "zeroToOne").Code);
    }

    [TestMethod]
    public void UnknownTargetNamesTheNearest() =>
        StringAssert.Contains(Run("inspect", Asset("tiny-conv.onnx"), "--target", "cortex-m44").Errors, "error EAI9101");

    [TestMethod]
    public void TheFirstDivergenceIsWritten()
    {
        string model = Asset("tiny-dense.onnx");
        Assert.AreEqual(0, Run("run", model, "--quantization", "Float32", "--data", Asset("tiny-dense.test"), "--out", _folder).Code);
        string output = Run("inspect", model, "--quantization", "Float32").Output.Split('\n').First(line => line.StartsWith("output", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1];
        byte[] right = File.ReadAllBytes(Path.Combine(_folder, "case_0_output_0.npy"));
        (int agrees, _, string warned) = Compare(("elsewhere", right), (output, right));
        Assert.AreEqual(0, agrees, warned);
        StringAssert.Contains(warned, "warning EAI5016: --reference 'inside.npz'");
        StringAssert.Contains(warned, "'elsewhere' (no tensor has this name)");
        byte[] wrong = [.. right];
        BitConverter.TryWriteBytes(wrong.AsSpan(wrong.Length - 4), 77f);
        (int code, string text, _) = Compare((output, wrong));
        Assert.AreEqual(1, code);
        StringAssert.Contains(text, $"first divergence, from import: '{output}'");
        CollectionAssert.AreEqual(wrong[^12..], File.ReadAllBytes(Path.Combine(_folder, "difference", "divergence_expected.npy"))[^12..]);
        CollectionAssert.AreEqual(right[^12..], File.ReadAllBytes(Path.Combine(_folder, "difference", "divergence_actual.npy"))[^12..]);
        StringAssert.Contains(Compare(("elsewhere", right)).Errors, "error EAI9002: --reference is 'inside.npz'");
        StringAssert.StartsWith(Run("compare", model, "--reference", "none.npz").Errors, "error EAI9008: --reference of tiny-dense.onnx is 'none.npz'");

        (int Code, string Output, string Errors) Compare(params (string Name, byte[] Array)[] arrays)
        {
            string path = Path.Combine(_folder, "inside.npz");
            File.Delete(path);
            using (System.IO.Compression.ZipArchive archive = System.IO.Compression.ZipFile.Open(path, System.IO.Compression.ZipArchiveMode.Create))
            {
                foreach ((string name, byte[] array) in arrays)
                {
                    using Stream entry = archive.CreateEntry(name + ".npy").Open();
                    entry.Write(array);
                }
            }

            return Run("compare", model, "--quantization", "Float32", "--data", Asset("tiny-dense.test"), "--reference", path, "--out", Path.Combine(_folder, "difference"));
        }
    }

    [TestMethod]
    [DataRow("Float32")]
    [DataRow("Int8")]
    public void ExpectedOutputsThatAreNotMetFail(string scheme)
    {
        string data = Directory.CreateDirectory(Path.Combine(_folder, "data")).FullName;
        foreach (string file in Directory.GetFiles(Asset("tiny-dense.test")))
        {
            File.Copy(file, Path.Combine(data, Path.GetFileName(file)));
        }

        Assert.AreEqual(0, Compare().Code);
        string expected = Path.Combine(data, "output_0.npy");
        byte[] wrong = File.ReadAllBytes(expected);
        BitConverter.TryWriteBytes(wrong.AsSpan(wrong.Length - 4), 77f);
        File.WriteAllBytes(expected, wrong);
        (int code, _, string errors) = Compare();
        Assert.AreEqual(1, code);
        StringAssert.Contains(errors, "warning EAI5005");

        (int Code, string Output, string Errors) Compare() =>
            Run("compare", Asset("tiny-dense.onnx"), "--quantization", scheme, "--calibration", Asset("tiny-dense.calibration.npy"), "--data", data);
    }

    [TestMethod]
    public void AnOperatorOfOnesOwnIsTakenAlong()
    {
        string model = Asset("tiny-custom.onnx");
        string operation = Path.Combine(Asset("scaled-swish"), "scaled_swish.operator.json");
        StringAssert.Contains(Run("compile", model, "--out", _folder).Errors, "error EAI1102");
        Assert.AreEqual((0, ""), Without(Run("compile", model, "--operator", operation, "--out", _folder)));
        StringAssert.Contains(File.ReadAllText(Path.Combine(_folder, "tiny_custom.c")), "scaled_swish_s8(");
        Assert.IsTrue(File.Exists(Path.Combine(_folder, "scaled_swish.c")));
        Assert.AreEqual((0, ""), Without(Run("run", model, "--operator", operation, "--quantization", "Float32")));
        Assert.AreEqual((0, ""), Without(Run("compare", model, "--operator", operation, "--quantization", "Float32", "--out", _folder)));
        StringAssert.Contains(Run("inspect", model, "--operator", operation, "--operator", List("{}")).Errors, "error EAI9034");

        static (int, string) Without((int Code, string Output, string Errors) run) =>
            (run.Code, string.Concat(run.Errors.Split('\n').Where(line => !line.Contains("warning EAI2001", StringComparison.Ordinal))));
    }

    private static (int Code, string Output, string Errors) Run(params string[] arguments)
    {
        using var output = new StringWriter { NewLine = "\n" };
        using var errors = new StringWriter { NewLine = "\n" };
        int code = CommandLine.Run(arguments, output, errors);

        // On a busy machine a step may take long enough to be told.
        return (code, output.ToString(), string.Concat(errors.ToString().Split('\n').Where(line => !line.Contains('…', StringComparison.Ordinal)).Select((line, i) => i == 0 ? line : "\n" + line)));
    }

    private static string Asset(string name)
    {
        DirectoryInfo folder = new(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "EdgeAI.Sdk.sln")))
        {
            folder = folder.Parent!;
        }

        return Path.Combine(folder.FullName, "tests", "Assets", name);
    }

    private string List(string text)
    {
        string path = Path.Combine(_folder, "buffers.csv");
        File.WriteAllText(path, text);
        return path;
    }
}
