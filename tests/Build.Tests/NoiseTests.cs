using System.Buffers.Binary;
using System.Text;
using System.Text.Json;

namespace BuildTests;

/// <summary>Noise from a recording, from the item to the report.</summary>
[TestClass]
public sealed class NoiseTests
{
    [TestMethod]
    public void A_recording_disturbs_the_test_data_and_counts_as_an_input()
    {
        var project = new BuildProject("noise", BuildProject.WithPackage("""
              <ItemGroup>
                <EdgeAIModel Update="models/conv.onnx" CalibrationData="data/calibration.npy" TestData="data/test" TestLabels="data/labels.npy" MinAccuracyAtSnr="20:0" />
                <EdgeAINoise Include="hum" Kind="Recorded" Source="data/hum.npy" SnrDb="20;10" Calibration="true" />
              </ItemGroup>
            """));
        project.Asset("tiny-conv.onnx", "models/conv.onnx");
        project.Asset("tiny-conv.calibration.npy", "data/calibration.npy");
        project.Asset("tiny-conv.test", "data/test");
        project.Asset("tiny-conv.labels.npy", "data/labels.npy");
        string recording = project.PathOf("data/hum.npy");
        File.WriteAllBytes(recording, Recording(period: 7));
        project.Build().Succeeded();
        using (JsonDocument report = JsonDocument.Parse(File.ReadAllText(Path.Combine(project.Output, "report", "conv.cortex-m4.json"))))
        {
            JsonElement[] noise = [.. report.RootElement.GetProperty("accuracy").GetProperty("noise").EnumerateArray()];
            CollectionAssert.AreEqual(new[] { "hum 20", "hum 10" }, noise.Select(level => $"{level.GetProperty("name").GetString()} {level.GetProperty("snrDb").GetDouble()}").ToArray());
        }

        foreach (string file in Directory.GetFiles(Path.Combine(project.Output, "report")))
        {
            Assert.IsFalse(File.ReadAllText(file).Contains(project.Folder, StringComparison.Ordinal), $"{file} names a folder of this machine");
        }

        project.Build("--no-restore").Succeeded().AssertAllStagesSkipped();
        File.WriteAllBytes(recording, Recording(period: 3));
        BuildOutcome changed = project.Build("--no-restore").Succeeded();
        Assert.AreEqual("made", changed.Ending("quantize", "conv"), changed.Output);
        Assert.AreEqual("made", changed.Ending("simulate", "conv for cortex-m4"), changed.Output);
    }

    /// <summary>An .npy of 256 float32 samples of a sawtooth.</summary>
    private static byte[] Recording(int period)
    {
        const int Samples = 256;
        byte[] header = Encoding.ASCII.GetBytes("{'descr': '<f4', 'fortran_order': False, 'shape': (256,), }".PadRight(117) + "\n");
        byte[] bytes = [0x93, .. "NUMPY"u8, 1, 0, (byte)header.Length, 0, .. header, .. new byte[Samples * sizeof(float)]];
        for (int i = 0; i < Samples; i++)
        {
            BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(bytes.Length - (Samples * sizeof(float)) + (i * sizeof(float))), (i % period) - (period / 2));
        }

        return bytes;
    }
}
