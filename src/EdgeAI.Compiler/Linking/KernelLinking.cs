using System.Globalization;
using EdgeAI.Compiler.Diagnostics;
using EdgeAI.Compiler.Emission;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators;
using EdgeAI.Compiler.Operators.Custom;
using EdgeAI.Compiler.Planning;
using EdgeAI.Compiler.Planning.Kernels;
using EdgeAI.Compiler.Targets;

namespace EdgeAI.Compiler.Linking;

/// <summary>Puts the functions of users' libraries in the place of our portable kernels.</summary>
public static class KernelLinking
{
    /// <summary>
    /// Sets <see cref="Node.Linked"/> of every node whose portable kernel a library replaces; the first library that does so wins. Throws
    /// <see cref="DiagnosticException"/> for scratch memory that cannot be worked out.
    /// </summary>
    /// <returns>The libraries in use, in their order.</returns>
    public static IReadOnlyList<UserKernelLibrary> Apply(Graph graph, IReadOnlyList<UserKernelLibrary> libraries)
    {
        var used = new HashSet<UserKernelLibrary>(ReferenceEqualityComparer.Instance);
        foreach (Node node in libraries.Count == 0 ? [] : graph.Nodes.Where(node => !TensorPlaces.IsView(node)))
        {
            if (CallOf(node) is not { } call)
            {
                continue;
            }

            foreach (UserKernelLibrary library in libraries)
            {
                if (library.Kernels.FirstOrDefault(kernel => kernel.Kernel == call.Function) is { } kernel)
                {
                    node.Linked = new(library.Name, kernel.Function, library.Header, Scratch(library, kernel, call));
                    node.Kernel = library.Name;
                    used.Add(library);
                    break;
                }
            }
        }

        return [.. libraries.Where(used.Contains)];
    }

    /// <summary>The users' operators that a graph has, in their order.</summary>
    public static IReadOnlyList<UserOperator> OperatorsIn(Graph graph, IReadOnlyList<UserOperator> operators)
    {
        HashSet<string> names = [.. graph.Nodes.Select(node => node.Attributes.Definition).OfType<CustomOperator>().Select(definition => definition.Name)];
        return [.. operators.Where(known => names.Contains(known.Operator.Name))];
    }

    private static KernelCall? CallOf(Node node)
    {
        try
        {
            return OperatorCatalog.Of(node).Emit(node, new KernelProbe(InstructionSet.Portable));
        }
        catch (Exception error) when (error is OperatorException or NotSupportedException)
        {
            // Emission tells it.
            return null;
        }
    }

    private static long Scratch(UserKernelLibrary library, UserKernel kernel, KernelCall call)
    {
        if (kernel.Scratch is null)
        {
            return 0;
        }

        var values = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (KernelField field in call.Fields)
        {
            if (long.TryParse(field.Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long value))
            {
                values[field.Name] = value;
            }
        }

        try
        {
            // 0 would take the argument away.
            return Math.Max(1, kernel.Scratch.Evaluate(values));
        }
        catch (FormatException error)
        {
            throw DiagnosticCatalog.KernelLibraryNotValid.Throw(null, library.DisplayPath, $"scratchBytes of '{kernel.Kernel}' is '{kernel.Scratch}': {error.Message}");
        }
    }
}
