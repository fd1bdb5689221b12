using System.IO.Compression;
using System.Text;
using System.Text.Json;

namespace BuildTests;

/// <summary>A reference of values inside a model: the first that differs is told, and written beside the reports.</summary>
[TestClass]
public sealed class DivergenceTests
{
    [TestMethod]
    public void A_wrong_value_inside_is_named_and_written_and_told_again()
    {
        var project = new BuildProject("divergence", BuildProject.WithPackage("""
            <ItemGroup>
              <EdgeAITarget Include="host" />
              <EdgeAIModel Update="models/dense.onnx" Quantization="Float32" TestData="data/test" TestReference="data/inside.npz" />
            </ItemGroup>
            """));
        project.Asset("tiny-dense.onnx", "models/dense.onnx");
        project.Asset("tiny-dense.test", "data/test");
        const string name = "y";

        // The output of the first case: three floats behind the header.
        byte[] right = File.ReadAllBytes(project.PathOf("data/test/output_0.npy"));
        right = right[(10 + BitConverter.ToUInt16(right, 8))..][..12];
        Write(project, name, right);
        Assert.IsFalse(project.Build().Succeeded().Says("EAI5014"));
        string report = Path.Combine(project.Output, "report");
        Assert.IsFalse(File.Exists(Path.Combine(report, "dense.host.expected.npy")));

        byte[] wrong = [.. right];
        wrong[^1] ^= 0x40;
        Write(project, name, wrong);
        project.Build().Succeeded().Diagnostic("EAI5014", $"'{name}'");
        using (JsonDocument json = JsonDocument.Parse(File.ReadAllText(Path.Combine(report, "dense.host.json"))))
        {
            JsonElement first = json.RootElement.GetProperty("divergence").GetProperty("first");
            Assert.AreEqual((name, "report/dense.host.actual.npy"), (first.GetProperty("tensor").GetString(), first.GetProperty("computed").GetString()));
        }

        StringAssert.Contains(File.ReadAllText(Path.Combine(report, "index.html")), "href=\"dense.host.expected.npy\"");
        Assert.IsTrue(File.Exists(Path.Combine(report, "dense.host.expected.npy")) && File.Exists(Path.Combine(report, "dense.host.actual.npy")));
        project.Build().Succeeded().Diagnostic("EAI5014", $"'{name}'");

        Write(project, name, right);
        Assert.IsFalse(project.Build().Succeeded().Says("EAI5014"));
        Assert.IsFalse(File.Exists(Path.Combine(report, "dense.host.expected.npy")), "what no longer differs is taken away");
        Write(project, "elsewhere", right);
        project.Build().Failed().Diagnostic("EAI5015", "data/inside.npz");
    }

    private static void Write(BuildProject project, string name, byte[] singles)
    {
        string path = project.PathOf("data/inside.npz");
        File.Delete(path);
        using ZipArchive archive = ZipFile.Open(path, ZipArchiveMode.Create);
        using Stream entry = archive.CreateEntry(name + ".npy").Open();
        byte[] header = Encoding.ASCII.GetBytes("{'descr': '<f4', 'fortran_order': False, 'shape': (1, 3), }".PadRight(117) + "\n");
        entry.Write([0x93, .. "NUMPY"u8, 1, 0, .. BitConverter.GetBytes((ushort)header.Length), .. header, .. singles]);
    }
}
