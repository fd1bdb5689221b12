namespace EdgeAI.Compiler.Tests.Operators;

/// <summary>Every carried kernel file by itself: self-contained, clean under the strictest warnings, headers valid in C++17, names of our own.</summary>
[TestClass]
public sealed class KernelSourceTests
{
    private const string Warnings = "-Wall -Wextra -Wconversion -Wshadow -Wpedantic -Werror -fsyntax-only";

    /// <summary>Set by the runner.</summary>
    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    [DataRow("gcc", "-std=c11 -O2", ".c")]
    [DataRow("clang", "-std=c11 -O2", ".c")]
    [DataRow("arm-none-eabi-gcc", "-std=c11 -O2 -mcpu=cortex-m4 -mthumb -mfpu=fpv4-sp-d16 -mfloat-abi=hard", ".c")]
    [DataRow("arm-none-eabi-gcc", "-std=c11 -O2 -mcpu=cortex-m0 -mthumb", ".c")]
    [DataRow("g++", "-std=c++17 -O2 -x c++", ".h")]
    public void CompilesCleanly(string compiler, string flags, string extension)
    {
        if (!KernelHarness.Starts(compiler))
        {
            TestContext.WriteLine($"{compiler} was not found: the kernels were not compiled with it");
            return;
        }

        string folder = Directory.CreateTempSubdirectory("edgeai-kernels-").FullName;
        try
        {
            var names = new List<string>();
            foreach ((string name, string text) in KernelHarness.Kernels())
            {
                File.WriteAllText(Path.Combine(folder, name), text);
                if (name.EndsWith(extension, StringComparison.Ordinal))
                {
                    // A header is read twice through a source of its own, which also tries its guard.
                    string source = extension == ".h" ? name + ".cpp" : name;
                    if (extension == ".h")
                    {
                        File.WriteAllText(Path.Combine(folder, source), $"#include \"{name}\"\n#include \"{name}\"\n");
                    }

                    names.Add(source);
                }
            }

            Assert.IsNotEmpty(names);
            (int exitCode, string output) = KernelHarness.Run(compiler, $"{flags} {Warnings} {string.Join(' ', names)}", folder);
            Assert.AreEqual(0, exitCode, output);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [TestMethod]
    public void FilesCarryTheProductsPrefix()
    {
        foreach (string name in KernelHarness.Kernels().Keys)
        {
            Assert.IsTrue(name.StartsWith("edgeai_", StringComparison.Ordinal), name);
        }
    }
}
