using System.Text;
using System.Text.Json;
using EdgeAI.Compiler.Diagnostics;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Pipeline;
using EdgeAI.Compiler.Tests.Import.TfLite;

namespace EdgeAI.Compiler.Tests.Pipeline;

[TestClass]
public sealed class ImportStageTests
{
    private static readonly byte[] OnnxStart = [0x08, 0x08, 0x3A, 0x7F, 0x0A];

    [TestMethod]
    [DataRow("", "it is empty")]
    [DataRow("version https://git-lfs.github.com/spec/v1\n", "Git LFS")]
    [DataRow("<!DOCTYPE html><html>", "begins with the text '<!DOCTYPE html><'")]
    [DataRow("\u0001\u0002\u0003", "begins with the bytes 010203")]
    public void What_is_no_model_is_told_by_its_beginning(string contents, string told)
    {
        Diagnostic error = ErrorOf("m.onnx", Encoding.UTF8.GetBytes(contents));
        Assert.AreEqual("EAI1002", error.Code);
        StringAssert.Contains(error.Message, "not an ONNX model", StringComparison.Ordinal);
        StringAssert.Contains(error.Message, told, StringComparison.Ordinal);
    }

    [TestMethod]
    public void A_wrong_extension_is_refused_by_what_the_file_holds()
    {
        Assert.AreEqual("EAI1003", ErrorOf("m.ONNX", TfLiteFiles.Identity()).Code);
        Diagnostic error = ErrorOf("m.tflite", OnnxStart);
        Assert.AreEqual("EAI1003", error.Code);
        StringAssert.Contains(error.Message, "Rename it to .onnx", StringComparison.Ordinal);
    }

    [TestMethod]
    public void A_model_under_a_neutral_name_is_read()
    {
        ImportedModel model = Import("blob.bin", TfLiteFiles.Identity());
        Assert.AreEqual("tflite", model.Source.Format);
        Assert.AreEqual("blob.bin", model.Source.Path);
        Assert.AreEqual(64, model.Source.Sha256.Length);
    }

    [TestMethod]
    public void An_input_shape_must_name_an_input()
    {
        Diagnostic error = ErrorOf("m.tflite", TfLiteFiles.Identity(), ("nothing", new Shape(1)));
        Assert.AreEqual("EAI1004", error.Code);
        StringAssert.Contains(error.Message, "'x'", StringComparison.Ordinal);
    }

    [TestMethod]
    public void A_weight_that_is_not_a_number_is_named()
    {
        var file = new TfLiteFiles();
        int x = file.Tensor("x", 0, [1, 2]);
        int weights = file.Tensor("w", 0, [3, 2], TfLiteFiles.Bytes(1f, 2f, 3f, 4f, float.NaN, 6f));
        int y = file.Tensor("y", 0, [1, 3]);
        file.Operator(9, [x, weights], [y]);
        Diagnostic error = ErrorOf("m.tflite", file.Finish([x], [y]));
        Assert.AreEqual("EAI1005", error.Code);
        StringAssert.Contains(error.Message, "'w'", StringComparison.Ordinal);
        StringAssert.Contains(error.Message, "element 4", StringComparison.Ordinal);
    }

    [TestMethod]
    public void A_model_without_outputs_is_refused()
    {
        var file = new TfLiteFiles();
        int x = file.Tensor("x", 0, [1, 2]);
        Assert.AreEqual("EAI1006", ErrorOf("m.tflite", file.Finish([x], [])).Code);
    }

    [TestMethod]
    public void A_cancelled_import_ends()
    {
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();
        Assert.Throws<OperationCanceledException>(() => ImportStage.Run(
            ConformanceModels.Request("m.tflite", TfLiteFiles.Identity()), new List<Diagnostic>(), cancelled.Token));
    }

    [TestMethod]
    public void Real_models_pass_import_with_all_passes_and_keep_their_border()
    {
        foreach (JsonElement entry in ConformanceModels.Entries())
        {
            string name = entry.GetProperty("name").GetString()!;
            if (!name.StartsWith("mlperf_", StringComparison.Ordinal) && !name.StartsWith("tflm_hello", StringComparison.Ordinal)
                && name != "tflm_micro_speech_int8")
            {
                continue;
            }

            var diagnostics = new List<Diagnostic>();
            CheckBorder(ImportStage.Run(ConformanceModels.Request($"tflite/{name}.tflite"), diagnostics, CancellationToken.None), entry);
            Assert.AreEqual(name is "mlperf_toycar_dynrange" or "mlperf_kws_fp32_hybridconv", diagnostics.Exists(told => told.Code == "EAI1204"), name);
        }

        if (ConformanceModels.Folder is not null)
        {
            ImportedModel keywords = Import(ConformanceModels.Request("quantization/mlperf_kws/float.tflite"));
            Assert.AreEqual(ElementType.Float32, keywords.Graph.Inputs[0].Type);
        }
    }

    private static void CheckBorder(ImportedModel model, JsonElement entry)
    {
        JsonElement input = entry.GetProperty("inputs")[0];
        Tensor tensor = model.Graph.Inputs[0];
        Assert.AreEqual(input.GetProperty("name").GetString(), tensor.Name);
        Assert.AreEqual(input.GetProperty("dtype").GetString()!.ToLowerInvariant(), tensor.Type.DisplayName());
        CollectionAssert.AreEqual(
            input.GetProperty("shape").EnumerateArray().Select(extent => extent.GetInt32()).ToArray(), tensor.Shape.Extents.ToArray());
        Assert.AreEqual(entry.GetProperty("sha256").GetString(), model.Source.Sha256);
        byte[] bytes = ModelFile.Write(model);
        CollectionAssert.AreEqual(bytes, ModelFile.Write(ModelFile.ReadImported(bytes)));
    }

    private static ImportedModel Import(string path, byte[] bytes) => Import(ConformanceModels.Request(path, bytes));

    private static ImportedModel Import(ImportRequest request) => ImportStage.Run(request, new List<Diagnostic>(), CancellationToken.None);

    private static Diagnostic ErrorOf(string path, byte[] bytes, params (string, Shape)[] shapes) =>
        ErrorOf(ConformanceModels.Request(path, bytes, shapes));

    private static Diagnostic ErrorOf(ImportRequest request) =>
        Assert.Throws<DiagnosticException>(() => Import(request)).Diagnostics[0];
}
