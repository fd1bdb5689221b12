using System.Runtime.InteropServices;
using EdgeAI.Compiler.Model;
using EdgeAI.Simulator.Native;

namespace EdgeAI.Simulator.Tests;

[TestClass]
public sealed class ComparisonTests
{
    [TestMethod]
    [DataRow(1.0f, false)]
    [DataRow(1.000009f, false)]
    [DataRow(1.0001f, true)]
    [DataRow(float.NaN, true)]
    public void Floats_may_differ_by_a_fraction_of_the_range(float second, bool differs)
    {
        float[] reference = [0, 1];
        float[] other = [0, second];
        var tensor = new Tensor("y", ElementType.Float32, new Shape(2));
        Assert.AreEqual(differs, Comparison.Compare(
            tensor, MemoryMarshal.AsBytes(reference.AsSpan()), MemoryMarshal.AsBytes(other.AsSpan()), Comparison.EngineTolerance).Differs);
    }

    [TestMethod]
    public void Integers_may_not_differ()
    {
        var tensor = new Tensor("y", ElementType.Int8, new Shape(2)) { Quantization = QuantizationParameters.PerTensor(0.5f, 0) };
        (bool differs, double error) = Comparison.Compare(tensor, [1, 2], [1, 4], Comparison.EngineTolerance);
        Assert.IsTrue(differs);
        Assert.AreEqual(1.0, error);
    }

    [TestMethod]
    public void A_damaged_image_is_refused_at_every_length()
    {
        byte[] file = new byte[52];
        "\x7F"u8.CopyTo(file);
        "ELF\x01\x01"u8.CopyTo(file.AsSpan(1));
        file[32] = 60;
        file[48] = 3;
        file[46] = 40;
        for (int length = 0; length <= file.Length; length++)
        {
            Assert.Throws<InvalidDataException>(() => ElfFile.Read(file.AsSpan(0, length)));
        }
    }

    [TestMethod]
    public void Tools_are_found_in_the_order_of_the_path()
    {
        string folder = Directory.CreateTempSubdirectory("edgeai-tools-").FullName;
        string name = OperatingSystem.IsWindows() ? "gcc.exe" : "gcc";
        File.WriteAllText(Path.Combine(folder, name), "");
        Toolchain found = Toolchain.Find($"relative{Path.PathSeparator}{folder}");
        Assert.AreEqual(Path.Combine(folder, name), found.HostCompiler);
        Assert.IsNull(found.ArmCompiler);
        Assert.AreEqual(Toolchain.None, Toolchain.Find(null));
        Directory.Delete(folder, recursive: true);
    }
}
