using System.Formats.Tar;
using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Text.Json;
using EdgeAI.Compiler.Data;
using EdgeAI.Compiler.Diagnostics;
using EdgeAI.Compiler.Execution;
using EdgeAI.Compiler.Import.Onnx;
using EdgeAI.Compiler.Import.Onnx.Schema;
using EdgeAI.Compiler.Model;
using Google.Protobuf;

namespace EdgeAI.Compiler.Tests.Import.Onnx;

/// <summary>
/// The ONNX operator suite and real models: what imports computes the expected numbers, what does not is refused with a code.
/// </summary>
[TestClass]
public sealed class OnnxSuiteTests
{
    /// <summary>Cases of tier core that import and agree; raise it when more do.</summary>
    private const int CoreCasesThatAgree = 360;

    /// <summary>The suite writes its expected values with four digits.</summary>
    private const string RoundedByHand = "node/test_averagepool_2d_ceil_last_window_starts_on_pad";

    public required TestContext TestContext { get; init; }

    [TestMethod]
    public void OperatorCasesAgreeOrAreRefused()
    {
        if (Folder("onnx-node") is not { } folder)
        {
            TestContext.WriteLine("ran without the conformance data");
            return;
        }

        using JsonDocument manifest = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, "MANIFEST.json")));
        var core = manifest.RootElement.GetProperty("tests").EnumerateArray()
            .Where(test => test.GetProperty("tier").GetString() == "core")
            .Select(test => test.GetProperty("test").GetString()!).ToHashSet(StringComparer.Ordinal);
        var outcomes = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach ((string name, Dictionary<string, byte[]> files) in Cases(Path.Combine(folder, "onnx-node-public.tar.gz")))
        {
            if (core.Contains(name) && name != RoundedByHand)
            {
                outcomes[name] = Outcome(files["model.onnx"], path => files.GetValueOrDefault(path), DataSets(files));
                if (outcomes[name].StartsWith("refused", StringComparison.Ordinal) && WithConstants(files) is { } folded)
                {
                    outcomes[name] = Outcome(folded.Model, _ => null, [folded.Set]);
                }
            }
        }

        var summary = new StringBuilder();
        foreach ((string name, string outcome) in outcomes)
        {
            summary.AppendLine(CultureInfo.InvariantCulture, $"{name}: {outcome}");
        }

        TestContext.WriteLine(summary.ToString());
        string[] wrong = [.. outcomes.Where(pair => pair.Value.StartsWith("wrong", StringComparison.Ordinal)).Select(pair => $"{pair.Key}: {pair.Value}")];
        Assert.IsEmpty(wrong, string.Join('\n', wrong));
        Assert.IsGreaterThanOrEqualTo(CoreCasesThatAgree, outcomes.Values.Count(outcome => outcome == "agrees"));
    }

    [TestMethod]
    [DataRow("torch/asym_pad_same")]
    [DataRow("torch/conv1d_bn")]
    [DataRow("torch/pools_mixed")]
    [DataRow("torch/upsample_opset11")]
    [DataRow("torch/resnet_tiny_bn_unfused")]
    [DataRow("torch/mbv3_se_opset11_bn")]
    [DataRow("torch/inception_split")]
    [DataRow("torch/mlp_bn1d_ln")]
    [DataRow("torch/transformer_block_ln17")]
    [DataRow("torch/multi_io")]
    [DataRow("torch/unet_tiny")]
    [DataRow("torch/torch_ptq_digits_perchannel")]
    public void ExportsOfPyTorchAgree(string name)
    {
        if (Folder(name) is not { } folder)
        {
            TestContext.WriteLine("ran without the conformance data");
            return;
        }

        Assert.AreEqual("agrees", Outcome(File.ReadAllBytes(Path.Combine(folder, "model.onnx")), _ => null, Sets(folder)));
    }

    [TestMethod]
    [DataRow("cntk_mnist8")]
    [DataRow("pytorch_mnist_mlp_bn")]
    [DataRow("keras_helloworld")]
    [DataRow("ultraface_rfb320")]
    [DataRow("yunet_n_320")]
    [DataRow("tribuo_cnn_mnist")]
    [DataRow("tribuo_iris_lr")]
    [DataRow("mlperf_ad_qdq")]
    [DataRow("mlperf_ic_resnet_qdq")]
    [DataRow("stm_mobilenetv2_035_128")]
    [DataRow("stm_yamnet_256_64x96")]
    [DataRow("espcn_nn_resize")]
    [DataRow("residual_block")]
    [DataRow("tract_keras_mlp")]
    [DataRow("tract_avgpool_cip")]
    [DataRow("tract_qrelu_1")]
    [DataRow("tract_qsigmoid_1")]
    [DataRow("onnxmlir_mnist")]
    [DataRow("nncase_rnnt_joint")]
    [DataRow("cct_opset20")]
    [DataRow("autoencoder1d")]
    [DataRow("cct_1_16_16_32_msgelu")]
    [DataRow("light_squeezenet")]
    public void RealModelsAgree(string name)
    {
        if (Folder("onnx/" + name) is not { } folder)
        {
            TestContext.WriteLine("ran without the conformance data");
            return;
        }

        Assert.AreEqual("agrees", Outcome(File.ReadAllBytes(Path.Combine(folder, "model.onnx")), _ => null,
            [.. Sets(Path.Combine(folder, "golden")).Take(1)]));
    }

    [TestMethod]
    [DataRow("datasets/digits_cnn", "x_test.npy", "logits_test_torch.npy")]
    [DataRow("datasets/imu_exercise_cnn1d", "x_test.npy", "logits_test_torch.npy")]
    [DataRow("datasets/iris_mlp", "x_test.npy", "logits_test_torch.npy")]
    [DataRow("quantization/hard_digits_cnn", "test_x.npy", "test_float_output.npy")]
    public void TrainedModelsAgreeOnTheirData(string name, string inputs, string outputs)
    {
        if (Folder(name) is not { } folder)
        {
            TestContext.WriteLine("ran without the conformance data");
            return;
        }

        List<ExpectedOutput> given = Rows(Path.Combine(folder, inputs), 20);
        List<ExpectedOutput> expected = Rows(Path.Combine(folder, outputs), 20);
        Assert.AreEqual("agrees", Outcome(File.ReadAllBytes(Path.Combine(folder, "model.onnx")), _ => null,
            [.. given.Zip(expected).Select(pair => (new List<ExpectedOutput> { pair.First }, new List<ExpectedOutput> { pair.Second }))]));
    }

    [TestMethod]
    public void ModelsWithoutAFormAreRefusedWithACode()
    {
        if (Folder("onnx") is not { } folder)
        {
            TestContext.WriteLine("ran without the conformance data");
            return;
        }

        foreach (string name in new[] { "silero_vad_16k_op15", "minimobilenetv2_requantshift" })
        {
            string outcome = Outcome(File.ReadAllBytes(Path.Combine(folder, name, "model.onnx")), _ => null, [([], [])]);
            TestContext.WriteLine($"{name}: {outcome}");
            Assert.StartsWith("refused EAI1", outcome, name);
        }
    }

    /// <summary>
    /// The case with all operands but the first as constants: the suite feeds shapes, axes and scales as inputs, which real models
    /// have as constants.
    /// </summary>
    private static (byte[] Model, (List<ExpectedOutput>, List<ExpectedOutput>) Set)? WithConstants(Dictionary<string, byte[]> files)
    {
        ModelProto model = ModelProto.Parser.ParseFrom(files["model.onnx"]);
        if (model.Graph.Input.Count < 2)
        {
            return null;
        }

        for (int i = 1; i < model.Graph.Input.Count; i++)
        {
            if (!files.TryGetValue($"test_data_set_0/input_{i}.pb", out byte[]? bytes))
            {
                return null;
            }

            TensorProto tensor = TensorProto.Parser.ParseFrom(bytes);
            tensor.Name = model.Graph.Input[i].Name;
            model.Graph.Initializer.Add(tensor);
        }

        (List<ExpectedOutput> inputs, List<ExpectedOutput> outputs) = DataSets(files).First();
        return (model.ToByteArray(), (inputs.Take(1).ToList(), outputs));
    }

    private static List<(List<ExpectedOutput> Inputs, List<ExpectedOutput> Outputs)> Sets(string folder)
    {
        var sets = new List<(List<ExpectedOutput>, List<ExpectedOutput>)>();
        foreach (int set in Enumerable.Range(0, 4).Where(set => File.Exists(Path.Combine(folder, $"set{set}_input_0.npy"))))
        {
            sets.Add((Arrays(folder, $"set{set}_input_"), Arrays(folder, $"set{set}_output_")));
        }

        Assert.IsNotEmpty(sets);
        return sets;
    }

    /// <summary>The first rows of an array, each with a batch of 1.</summary>
    private static List<ExpectedOutput> Rows(string path, int count)
    {
        NumericArray array = NpyFormat.Read(File.ReadAllBytes(path));
        var shape = new Shape([1, .. array.Shape.Extents.Skip(1)]);
        int size = (int)shape.ElementCount * array.Type.ByteSize();
        return [.. Enumerable.Range(0, count).Select(row => new ExpectedOutput(array.Type, shape, array.Bytes.Slice(row * size, size)))];
    }

    private static List<ExpectedOutput> Arrays(string folder, string prefix)
    {
        var arrays = new List<ExpectedOutput>();
        for (int i = 0; File.Exists(Path.Combine(folder, $"{prefix}{i}.npy")); i++)
        {
            NumericArray array = NpyFormat.Read(File.ReadAllBytes(Path.Combine(folder, $"{prefix}{i}.npy")));
            arrays.Add(new ExpectedOutput(array.Type, array.Shape, array.Bytes));
        }

        return arrays;
    }

    private static string Outcome(
        byte[] model, Func<string, byte[]?> external, IEnumerable<(List<ExpectedOutput> Inputs, List<ExpectedOutput> Outputs)> sets)
    {
        Graph graph;
        try
        {
            // The cases' own inputs fix what the model leaves open.
            graph = OnnxModels.Import(model, InputShapes(model, sets.First().Inputs), external);
        }
        catch (DiagnosticException error)
        {
            return "refused " + string.Join(" | ", error.Diagnostics.Select(diagnostic => $"{diagnostic.Code} {diagnostic.Message}"));
        }

        try
        {
            foreach ((List<ExpectedOutput> inputs, List<ExpectedOutput> outputs) in sets)
            {
                if (Difference(graph, inputs, outputs) is { } difference)
                {
                    return "wrong " + difference;
                }
            }
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            return "wrong " + error.GetType().Name + " " + error.Message;
        }

        return "agrees";
    }

    private static string InputShapes(byte[] model, List<ExpectedOutput> inputs)
    {
        GraphProto graph = ModelProto.Parser.ParseFrom(model).Graph;
        var constants = graph.Initializer.Select(initializer => initializer.Name).ToHashSet(StringComparer.Ordinal);
        return string.Join(';', graph.Input.Where(input => !constants.Contains(input.Name)).Zip(inputs)
            .Where(pair => pair.First.Type.TensorType?.Shape?.Dim.Any(dimension => dimension.DimParam.Length > 0) == true)
            .Select(pair => $"{pair.First.Name}:{string.Join(',', pair.Second.Shape.Extents)}"));
    }

    private static string? Difference(Graph graph, List<ExpectedOutput> inputs, List<ExpectedOutput> outputs)
    {
        var executor = new GraphExecutor(graph);
        for (int i = 0; i < graph.Inputs.Count; i++)
        {
            executor.SetInput(i, inputs[i].Bytes.Span);
        }

        executor.Run();
        for (int i = 0; i < outputs.Count; i++)
        {
            Tensor output = graph.Outputs[i];
            ExpectedOutput expected = outputs[i];
            if (output.Shape != expected.Shape || output.Type != expected.Type)
            {
                return $"output {output} instead of {expected.Type.DisplayName()}{expected.Shape}";
            }

            double range = 0;
            double worst = 0;
            for (int k = 0; k < expected.Shape.ElementCount; k++)
            {
                double wanted = ElementAt(expected.Type, expected.Bytes.Span, k);
                double made = ElementAt(output.Type, executor.Output(i), k);
                range = Math.Max(range, double.IsFinite(wanted) ? Math.Abs(wanted) : 0);
                worst = wanted.Equals(made) ? worst : double.IsNaN(wanted - made) ? double.PositiveInfinity : Math.Max(worst, Math.Abs(wanted - made));
            }

            double tolerance = expected.Type.IsFloat() ? (1e-5 * range) + 1e-6 : 1;
            if (worst > tolerance)
            {
                return string.Create(CultureInfo.InvariantCulture, $"output {i}: {worst} off in a range of {range}");
            }
        }

        return null;
    }

    private static double ElementAt(ElementType type, ReadOnlySpan<byte> bytes, int index) => type switch
    {
        ElementType.Float32 => BitConverter.ToSingle(bytes[(index * 4)..]),
        ElementType.Float64 => BitConverter.ToDouble(bytes[(index * 8)..]),
        ElementType.Int64 => BitConverter.ToInt64(bytes[(index * 8)..]),
        ElementType.Int32 => BitConverter.ToInt32(bytes[(index * 4)..]),
        ElementType.Int16 => BitConverter.ToInt16(bytes[(index * 2)..]),
        ElementType.UInt16 => BitConverter.ToUInt16(bytes[(index * 2)..]),
        ElementType.Int8 => (sbyte)bytes[index],
        _ => bytes[index],
    };

    private static IEnumerable<(List<ExpectedOutput>, List<ExpectedOutput>)> DataSets(Dictionary<string, byte[]> files)
    {
        for (int set = 0; files.Keys.Any(name => name.StartsWith($"test_data_set_{set}/", StringComparison.Ordinal)); set++)
        {
            yield return (Tensors(files, $"test_data_set_{set}/input_"), Tensors(files, $"test_data_set_{set}/output_"));
        }
    }

    private static List<ExpectedOutput> Tensors(Dictionary<string, byte[]> files, string prefix)
    {
        var tensors = new List<ExpectedOutput>();
        for (int i = 0; files.TryGetValue($"{prefix}{i}.pb", out byte[]? bytes); i++)
        {
            TensorProto proto = TensorProto.Parser.ParseFrom(bytes);
            if (OnnxElementTypes.Internal(proto.DataType) is null)
            {
                tensors.Add(new ExpectedOutput(ElementType.Unknown, Shape.Scalar, default));
                continue;
            }

            Tensor tensor = new OnnxTensorReader(OnnxModels.Request([])).Read(proto, "data");
            tensors.Add(new ExpectedOutput(tensor.Type, tensor.Shape, tensor.Constant!.Value));
        }

        return tensors;
    }

    private static IEnumerable<(string Name, Dictionary<string, byte[]> Files)> Cases(string archive)
    {
        var cases = new Dictionary<string, Dictionary<string, byte[]>>(StringComparer.Ordinal);
        using FileStream stream = File.OpenRead(archive);
        using var unzipped = new GZipStream(stream, CompressionMode.Decompress);
        using var reader = new TarReader(unzipped);
        while (reader.GetNextEntry() is { } entry)
        {
            string[] parts = entry.Name.TrimStart('.', '/').Split('/', 3);
            if (parts.Length < 3 || entry.DataStream is null)
            {
                continue;
            }

            var copy = new MemoryStream();
            entry.DataStream.CopyTo(copy);
            string name = $"{parts[0]}/{parts[1]}";
            if (!cases.TryGetValue(name, out Dictionary<string, byte[]>? files))
            {
                cases.Add(name, files = new Dictionary<string, byte[]>(StringComparer.Ordinal));
            }

            files[parts[2]] = copy.ToArray();
        }

        return cases.Select(pair => (pair.Key, pair.Value));
    }

    private static string? Folder(string name)
    {
        string? root = Environment.GetEnvironmentVariable("EDGEAI_CONFORMANCE");
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); root is null && at is not null; at = at.Parent)
        {
            root = File.Exists(Path.Combine(at.FullName, "EdgeAI.Sdk.sln")) ? Path.Combine(at.FullName, "..", "shared", "conformance") : null;
        }

        string? folder = root is null ? null : Path.Combine(root, name);
        return Directory.Exists(folder) ? folder : null;
    }
}
