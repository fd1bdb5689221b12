using EdgeAI.Sdk.Tasks.Building;

namespace EdgeAI.Sdk.Tasks.Tests.Building;

[TestClass]
public sealed class FirmwareLibraryTests
{
    [TestMethod]
    public void A_model_needs_its_files_and_what_they_include()
    {
        var library = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["a.h"] = "#include \"edgeai_model.h\"\n",
            ["a.c"] = "#include \"a.h\"\n  # include \"edgeai_conv.h\"\n#include <string.h>\n",
            ["a_weights.c"] = "",
            ["b.h"] = "",
            ["b.c"] = "#include \"edgeai_pool.h\"\n",
            ["b_weights.c"] = "",
            ["edgeai_model.h"] = "",
            ["edgeai_conv.h"] = "",
            ["edgeai_conv.c"] = "#include \"edgeai_dot.h\"\n",
            ["edgeai_dot.h"] = "",
            ["edgeai_pool.h"] = "",
            ["edgeai_pool.c"] = "",
            ["edgeai_firmware.h"] = "#include \"a.h\"\n#include \"b.h\"\n",
        };
        CollectionAssert.AreEqual(
            new[] { "a.c", "a.h", "a_weights.c", "edgeai_conv.c", "edgeai_conv.h", "edgeai_dot.h", "edgeai_model.h" },
            FirmwareLibrary.FilesOf("a", library).Select(file => file.Path).ToArray());
    }
}
