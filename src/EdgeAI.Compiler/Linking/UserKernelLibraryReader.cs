using System.Collections.Immutable;
using System.Text.Json;
using EdgeAI.Compiler.Diagnostics;
using EdgeAI.Compiler.Emission;

namespace EdgeAI.Compiler.Linking;

/// <summary>Reads one *.kernels.json and the sources it names.</summary>
public static class UserKernelLibraryReader
{
    /// <summary>The library of a description. Throws <see cref="DiagnosticException"/>.</summary>
    public static UserKernelLibrary Read(string projectDirectory, string projectFile, string path) =>
        new Reader(projectDirectory, projectFile, path).Read();

    private sealed class Reader(string projectDirectory, string projectFile, string path) : DescriptionReader(projectDirectory, projectFile, path)
    {
        private static readonly string[] Known = ["name", "header", "sources", "includeFolders", "kernels"];
        private static readonly string[] KernelMembers = ["kernel", "function", "scratchBytes"];

        /// <summary>Kernels with a header and a source of one name: those that can be replaced.</summary>
        private static string[] Published { get; } =
        [
            .. KernelLibrary.Files.Where(file => file.EndsWith(".c", StringComparison.Ordinal)).Select(file => file[..^2])
                .Where(name => KernelLibrary.Find(name + ".h") is { } text && text.Contains($"void {name}(", StringComparison.Ordinal)),
        ];

        public UserKernelLibrary Read()
        {
            using JsonDocument document = Parse(ReadDescription());
            JsonElement root = document.RootElement;
            Members.Expect(root, "the description", Known);
            string name = Members.Identifier(root, "name");
            string header = ReadFiles(root);
            return new(name, Display, header, ReadKernels(root), [.. Files]);
        }

        protected override DiagnosticException Fault(string what) => DiagnosticCatalog.KernelLibraryNotValid.Throw(ProjectFile, Display, what);

        protected override DiagnosticException NotReadable(string file, string reason) =>
            DiagnosticCatalog.KernelLibraryFileNotReadable.Throw(ProjectFile, Display, file, reason);

        private ImmutableArray<UserKernel> ReadKernels(JsonElement root)
        {
            if (!root.TryGetProperty("kernels", out JsonElement list) || list.ValueKind != JsonValueKind.Array || list.GetArrayLength() == 0)
            {
                throw Fault("kernels must list at least one kernel");
            }

            var kernels = ImmutableArray.CreateBuilder<UserKernel>();
            foreach (JsonElement element in list.EnumerateArray())
            {
                Members.Expect(element, "a kernel", KernelMembers);
                string kernel = Members.Identifier(element, "kernel");
                if (!Published.Contains(kernel))
                {
                    throw DiagnosticCatalog.KernelNotKnown.Throw(ProjectFile, Display, kernel, Settings.NearestName.Of(kernel, Published) ?? Published[0]);
                }

                if (kernels.Any(other => other.Kernel == kernel))
                {
                    throw Fault($"kernel '{kernel}' stands there twice");
                }

                kernels.Add(new(kernel, Members.Identifier(element, "function"), element.TryGetProperty("scratchBytes", out _) ? new WholeFormula(Members.Text(element, "scratchBytes")) : null));
            }

            return kernels.ToImmutable();
        }
    }
}
