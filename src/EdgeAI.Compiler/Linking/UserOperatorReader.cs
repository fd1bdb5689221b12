using System.Collections.Immutable;
using System.Text.Json;
using EdgeAI.Compiler.Diagnostics;
using EdgeAI.Compiler.Operators.Custom;
using EdgeAI.Compiler.Settings;

namespace EdgeAI.Compiler.Linking;

/// <summary>Reads one *.operator.json, the sources it names and its reference.</summary>
public static class UserOperatorReader
{
    /// <summary>The operator of a description. Throws <see cref="DiagnosticException"/>.</summary>
    public static UserOperator Read(string projectDirectory, string projectFile, string path) =>
        new Reader(projectDirectory, projectFile, path).Read();

    /// <summary>
    /// The operators of several descriptions; the same file twice counts once. Throws <see cref="DiagnosticException"/> with everything wrong, two descriptions of
    /// one operator among it.
    /// </summary>
    public static ImmutableArray<UserOperator> ReadAll(string projectDirectory, string projectFile, IReadOnlyList<string> paths)
    {
        var operators = ImmutableArray.CreateBuilder<UserOperator>();
        var errors = new List<Diagnostic>();
        foreach (string path in paths.DistinctBy(path => ProjectPaths.Absolute(projectDirectory, path), StringComparer.Ordinal))
        {
            try
            {
                operators.Add(Read(projectDirectory, projectFile, path));
            }
            catch (DiagnosticException error)
            {
                errors.AddRange(error.Diagnostics);
            }
        }

        for (int i = 0; i < operators.Count; i++)
        {
            CustomDefinition second = operators[i].Operator.Definition;
            foreach (CustomDefinition first in operators.Take(i).Select(known => known.Operator.Definition))
            {
                string? shared = first.Name == second.Name ? $"are named '{first.Name}'"
                    : first.OnnxOperator is not null && first.OnnxOperator == second.OnnxOperator ? $"stand for the ONNX operator '{first.OnnxOperator}'"
                    : first.TfLiteCode is not null && first.TfLiteCode == second.TfLiteCode ? $"stand for the TFLite operator '{first.TfLiteCode}'"
                    : null;
                if (shared is not null)
                {
                    errors.Add(DiagnosticCatalog.OperatorDescribedTwice.With(projectFile, first.DisplayPath, second.DisplayPath, shared));
                }
            }
        }

        return errors.Count == 0 ? operators.ToImmutable() : throw new DiagnosticException(errors);
    }

    /// <summary>The operator of a description's text and its reference, as a model file carries them. Throws <see cref="DiagnosticException"/>.</summary>
    public static CustomOperator Restore(string displayPath, string json, ReadOnlyMemory<byte> reference)
    {
        DiagnosticException Fault(string what) => DiagnosticCatalog.OperatorNotValid.Throw(null, displayPath, what);
        try
        {
            using JsonDocument document = JsonDocument.Parse(json, DescriptionReader.Json);
            return CustomOperator.Of(new CustomDefinitionReader(Fault).Read(document.RootElement, json, displayPath), reference);
        }
        catch (JsonException error)
        {
            throw Fault(error.Message);
        }
    }

    private sealed class Reader(string projectDirectory, string projectFile, string path) : DescriptionReader(projectDirectory, projectFile, path)
    {
        public UserOperator Read()
        {
            string json = ReadDescription();
            using JsonDocument document = Parse(json);
            JsonElement root = document.RootElement;
            CustomDefinition definition = new CustomDefinitionReader(Fault).Read(root, json, Portable(Display));
            ReadFiles(root);
            // A model file may hold the operator as a function, which is the reference then.
            byte[] reference = definition.OnnxOperator is not null && !root.TryGetProperty("reference", out _) ? [] : ReadNamed(Members.Text(root, "reference"));
            try
            {
                return new(CustomOperator.Of(definition, reference), [.. Files]);
            }
            catch (DiagnosticException error)
            {
                throw new DiagnosticException([.. error.Diagnostics.Select(diagnostic => diagnostic with { File = ProjectFile })]);
            }
        }

        /// <summary>A path that is the same on every machine: of a description outside the project, as packages bring them, the file's name.</summary>
        private static string Portable(string display) =>
            Path.IsPathRooted(display) || display.StartsWith("../", StringComparison.Ordinal) ? Path.GetFileName(display) : display;

        protected override DiagnosticException Fault(string what) => DiagnosticCatalog.OperatorNotValid.Throw(ProjectFile, Display, what);

        protected override DiagnosticException NotReadable(string file, string reason) =>
            DiagnosticCatalog.OperatorFileNotReadable.Throw(ProjectFile, Display, file, reason);
    }
}
