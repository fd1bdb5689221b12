using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using EdgeAI.Compiler.Data;
using EdgeAI.Compiler.Diagnostics;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators;
using EdgeAI.Compiler.Operators.Custom;
using EdgeAI.Compiler.Passes;
using EdgeAI.Compiler.Quantization;

namespace EdgeAI.Simulator;

/// <summary>
/// Compares the C of users' operators with their references.
/// <list type="bullet">
/// <item>Each node runs by itself, several in a program that is compiled on this machine, those that are alike once, with its own extents and, where the description allows any, with others that its reference takes: equal
/// extents of the node stay equal.</item>
/// <item>Inputs are random, of several magnitudes; the first cases hold edges: zeros of both signs, ones, the ends of integer types, the zero point.</item>
/// <item>Integers must be alike, floats within the description's tolerance. An operator that may write over its operand does so here too.</item>
/// </list>
/// </summary>
internal static class OperatorKernelCheck
{
    private const int Cases = 8;
    private const int LayersOfProgram = 12;
    private const int EdgeCases = 2;
    private const int OtherShapes = 3;
    private const int Attempts = 12;
    private const int LargestExtent = 12;

    private static readonly float[] Edges = [0f, -0f, 1f, -1f, 0.5f, -0.5f, 2f, -2f, 1e-4f, -1e-4f, 8f, -8f, 20f, -20f];
    private static readonly float[] Magnitudes = [1f, 0.1f, 4f];

    /// <summary>Throws <see cref="DiagnosticException"/> for the first function that differs or does not compile; its operands are written as .npy.</summary>
    public static void Run(SimulationRequest request, IReadOnlyList<Node> nodes, CancellationToken cancellation)
    {
        int programs = 0;
        foreach (IGrouping<CustomOperator, Node> group in nodes.GroupBy(node => (CustomOperator)node.Attributes.Definition!))
        {
            foreach (Node[] layers in Variants(group.Key, group).Chunk(LayersOfProgram))
            {
                Check(request, group.Key, layers, programs++, cancellation);
            }
        }
    }

    /// <summary>Nodes to run: each that is not like an earlier one, and for each set of extents others that the reference takes; with tensors of their own.</summary>
    private static IEnumerable<Node> Variants(CustomOperator definition, IEnumerable<Node> nodes)
    {
        var numbers = new SplitMix64(0);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        int count = 0;
        foreach (Node node in nodes)
        {
            if (!seen.Add(Likeness(node, withQuantization: true)))
            {
                continue;
            }

            yield return Copy(node, count++, tensor => tensor.Shape);
            if (definition.Definition.TakesAnyShape && seen.Add(Likeness(node, withQuantization: false)))
            {
                foreach (Node other in WithOtherShapes(node, definition, numbers))
                {
                    yield return Copy(other, count++, tensor => tensor.Shape);
                }
            }
        }
    }

    /// <summary>What two nodes must have alike to do the same work.</summary>
    private static string Likeness(Node node, bool withQuantization)
    {
        var text = new StringBuilder(withQuantization ? "whole " : "extents ");
        foreach (Tensor? tensor in node.Inputs.Concat(node.Outputs))
        {
            text.Append(tensor?.Type).Append(tensor?.Shape.ToString()).Append(tensor is { Constant: { } bytes } ? Convert.ToHexString(SHA256.HashData(bytes.Span)) : "");
            if (withQuantization && tensor?.Quantization is { } quantization)
            {
                text.AppendJoin(',', quantization.Scales.Select(BitConverter.SingleToInt32Bits)).Append('/').AppendJoin(',', quantization.ZeroPoints);
            }
        }

        foreach ((string name, object value) in ((CustomAttributes)node.Attributes).Named)
        {
            text.Append(name).Append(value is System.Collections.IEnumerable list and not string ? string.Join(',', list.Cast<object>().Select(Text)) : Text(value));
        }

        return text.ToString();

        static string Text(object value) => value is float real ? BitConverter.SingleToInt32Bits(real).ToString(CultureInfo.InvariantCulture) : $"{value}";
    }

    private static void Check(SimulationRequest request, CustomOperator definition, Node[] nodes, int program, CancellationToken cancellation)
    {
        var numbers = new SplitMix64((ulong)program + 1);
        var layers = new LayersUnderCheck(
            request, nodes, FormattableString.Invariant($"operator{program}"), graph => [.. Enumerable.Range(0, Cases).Select(i => Inputs(graph, i, numbers))], cancellation);
        bool isCompiled = false;
        EngineRun? result;
        try
        {
            result = layers.Run(() => isCompiled = true);
        }
        catch (DiagnosticException error) when (!isCompiled)
        {
            throw DiagnosticCatalog.OperatorKernelNotCompiled.Throw(null, definition.Definition.DisplayPath, layers.Complaint ?? error.Diagnostics[0].Message);
        }
        catch (DiagnosticException error)
        {
            throw Wrong($"does not end as it should: {error.Diagnostics[0].Message}");
        }

        if (result is null)
        {
            string shape = layers.Faulty is { } faulty ? $", for a result of {faulty.Output.Shape}" : "";
            throw Wrong($"does not come back{shape}: the program {layers.Ending}");
        }

        if (result.Mismatches > 0)
        {
            throw Wrong(FormattableString.Invariant(
                $"gives other results than the reference in {result.Mismatches} of {result.Cases} random inputs (largest difference {result.MaxAbsError:G6}; first in a result of {layers.Differing!.Shape})"));
        }

        DiagnosticException Wrong(string how)
        {
            Node node = layers.Faulty ?? nodes[0];
            string function = node.Kernel ?? definition.Name;
            return DiagnosticCatalog.OperatorKernelDiffers.Throw(
                null, function, definition.Definition.DisplayPath, node.Source, request.Settings.Name, how, layers.WriteEvidence(request, function));
        }
    }

    private static List<Node> WithOtherShapes(Node node, CustomOperator definition, SplitMix64 numbers)
    {
        var found = new List<Node>();
        for (int attempt = 0; attempt < Attempts && found.Count < OtherShapes; attempt++)
        {
            var extents = new Dictionary<int, int> { [1] = 1, [0] = 0 };
            int Other(int extent)
            {
                if (!extents.TryGetValue(extent, out int other))
                {
                    extents.Add(extent, other = 1 + (int)(numbers.NextBits() % LargestExtent));
                }

                return other;
            }

            Node candidate = Copy(node, 0, tensor => new Shape([.. tensor.Shape.Extents.Select(Other)]));
            try
            {
                IReadOnlyList<TensorType> types = definition.Infer(candidate);
                for (int i = 0; i < types.Count; i++)
                {
                    candidate.Outputs[i].Shape = types[i].Shape;
                }

                if (types.All(type => type.Shape.ElementCount > 0) && found.TrueForAll(other => !SameShapes(other, candidate)) && !SameShapes(node, candidate))
                {
                    found.Add(candidate);
                }
            }
            catch (Exception error) when (error is OperatorException or OverflowException)
            {
                // The reference does not take these extents.
            }
        }

        return found;
    }

    private static bool SameShapes(Node one, Node other) => one.Inputs.Zip(other.Inputs).All(pair => pair.First?.Shape == pair.Second?.Shape);

    /// <summary>The node with tensors of its own; constants, which keep their extents, are shared.</summary>
    private static Node Copy(Node node, int number, Func<Tensor, Shape> shapeOf)
    {
        var copies = new Dictionary<Tensor, Tensor>(ReferenceEqualityComparer.Instance);
        Tensor Of(Tensor tensor, Shape shape, string name)
        {
            if (!copies.TryGetValue(tensor, out Tensor? copy))
            {
                copies.Add(tensor, copy = new Tensor(name, tensor.Type, shape) { Quantization = tensor.Quantization });
            }

            return copy;
        }

        return new Node(FormattableString.Invariant($"{node.Operator}_{number}"), node.Operator, node.Attributes)
        {
            Source = node.Source,
            Kernel = node.Kernel,
            Inputs =
            [
                .. node.Inputs.Select((operand, i) => operand is null or { IsConstant: true }
                    ? operand
                    : Of(operand, shapeOf(operand), FormattableString.Invariant($"operand_{number}_{i}"))),
            ],
            Outputs = [.. node.Outputs.Select((output, i) => Of(output, output.Shape, FormattableString.Invariant($"result_{number}_{i}")))],
        };
    }

    private static TestCase Inputs(Graph graph, int number, SplitMix64 numbers)
    {
        byte[][] inputs = [.. SyntheticInputs.Make(graph, 1, numbers.NextBits())[0].Inputs.Select(bytes => bytes.ToArray())];
        for (int i = 0; i < inputs.Length; i++)
        {
            Tensor input = graph.Inputs[i];
            if (input.Type == ElementType.Float32)
            {
                Span<float> values = MemoryMarshal.Cast<byte, float>(inputs[i].AsSpan());
                for (int at = 0; at < values.Length; at++)
                {
                    values[at] = number < EdgeCases ? Edges[(int)(numbers.NextBits() % (ulong)Edges.Length)] : values[at] * Magnitudes[number % Magnitudes.Length];
                }
            }
            else if (number < EdgeCases && input.Type is ElementType.Int8 or ElementType.UInt8)
            {
                byte[] edges = [0, 1, 127, 128, 255, (byte)(input.Quantization is { IsPerChannel: false } quantization ? quantization.ZeroPoint : 0)];
                for (int at = 0; at < inputs[i].Length; at++)
                {
                    inputs[i][at] = edges[numbers.NextBits() % (ulong)edges.Length];
                }
            }
        }

        return new TestCase([.. inputs.Select(bytes => (ReadOnlyMemory<byte>)bytes)], [], null);
    }
}
