using EdgeAI.Compiler.Diagnostics;
using EdgeAI.Compiler.Linking;

namespace EdgeAI.Compiler.Tests.Linking;

/// <summary>Descriptions of users' kernel libraries: what is read, and what each mistake is told as.</summary>
[TestClass]
public sealed class UserKernelLibraryTests
{
    private readonly string _folder = Directory.CreateTempSubdirectory("edgeai-library-").FullName;

    [TestCleanup]
    public void Delete() => Directory.Delete(_folder, recursive: true);

    [TestMethod]
    public void Sources_and_the_headers_they_include_are_taken_along()
    {
        Write("lib/fast.kernels.json", """
            { "name": "fast", "header": "fast.h", "sources": ["fast.c", "more/*.c"], "includeFolders": ["../include"],
              "kernels": [{ "kernel": "edgeai_add_s8", "function": "fast_add", "scratchBytes": "8" }], }
            """);
        Write("lib/fast.h", "#include \"edgeai_add_s8.h\"\n");
        Write("lib/fast.c", "#include \"fast.h\"\n#include \"deep/types.h\"\n#include \"elsewhere.h\"\n");
        Write("lib/more/b.c", "int b;\n");
        Write("lib/more/a.c", "int a;\n");
        Write("include/deep/types.h", "#include \"next.h\"\n");
        Write("include/deep/next.h", "\n");
        UserKernelLibrary library = UserKernelLibraryReader.Read(_folder, "p.csproj", "lib/fast.kernels.json");
        Assert.AreEqual("fast", library.Name);
        Assert.AreEqual("lib/fast.kernels.json", library.DisplayPath);
        Assert.AreEqual("a.c b.c deep/next.h deep/types.h fast.c fast.h", string.Join(' ', library.Files.Select(file => file.Path)));
        Assert.AreEqual("edgeai_add_s8 fast_add 8", $"{library.Kernels[0].Kernel} {library.Kernels[0].Function} {library.Kernels[0].Scratch}");
    }

    [TestMethod]
    [DataRow("{", "EAI9031", "not JSON")]
    [DataRow("[]", "EAI9031", "must be an object")]
    [DataRow("""{ "name": "fast", "header": "fast.h", "source": [] }""", "EAI9031", "'source'; known are name")]
    [DataRow("""{ "name": "1fast", "header": "fast.h", "sources": ["fast.c"] }""", "EAI9031", "'name' must be a C identifier")]
    [DataRow("""{ "name": "fast", "header": "fast.h", "sources": [] }""", "EAI9031", "sources names no file")]
    [DataRow("""{ "name": "fast", "header": "fast.h", "sources": ["fast.c"] }""", "EAI9031", "at least one kernel")]
    [DataRow("""{ "name": "fast", "header": "fast.h", "sources": ["slow.c"] }""", "EAI9032", "'slow.c'")]
    [DataRow("""{ "name": "fast", "header": "fast.h", "sources": ["none/*.c"] }""", "EAI9032", "no such file")]
    [DataRow("""{ "name": "fast", "header": "slow.h", "sources": ["fast.c"] }""", "EAI9032", "'slow.h'")]
    [DataRow("""{ "name": "fast", "header": "fast.h", "sources": ["fast.c"], "includeFolders": ["none"] }""", "EAI9032", "'none'")]
    [DataRow("""{ "name": "fast", "header": "fast.h", "sources": ["fast.c"], "kernels": [{ "kernel": "edgeai_ad_s8", "function": "f" }] }""", "EAI9033", "'edgeai_add_s8'")]
    [DataRow("""{ "name": "fast", "header": "fast.h", "sources": ["fast.c"], "kernels": [{ "kernel": "edgeai_add_s8", "function": "f(" }] }""", "EAI9031", "'function'")]
    [DataRow("""{ "name": "fast", "header": "fast.h", "sources": ["fast.c"], "kernels": [{ "kernel": "edgeai_add_s8", "function": "f" }, { "kernel": "edgeai_add_s8", "function": "g" }] }""", "EAI9031", "twice")]
    public void Mistakes_are_told(string json, string code, string part)
    {
        Write("fast.kernels.json", json);
        Write("fast.h", "");
        Write("fast.c", "");
        DiagnosticException error = Assert.ThrowsExactly<DiagnosticException>(() => UserKernelLibraryReader.Read(_folder, "p.csproj", "fast.kernels.json"));
        Assert.AreEqual(code, error.Diagnostics.Single().Code);
        Assert.Contains(part, error.Diagnostics.Single().Message);
    }

    [TestMethod]
    public void A_description_that_is_not_there_is_told() =>
        Assert.AreEqual("EAI9032", Assert.ThrowsExactly<DiagnosticException>(
            () => UserKernelLibraryReader.Read(_folder, "p.csproj", "none.kernels.json")).Diagnostics.Single().Code);

    private void Write(string path, string text)
    {
        string full = Path.Combine(_folder, path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.WriteAllText(full, text);
    }
}
