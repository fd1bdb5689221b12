using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators.Custom;

namespace EdgeAI.Simulator;

/// <summary>How far a value of one engine may be from that of another.</summary>
/// <param name="Tolerance">Of floats: a fraction of the value's range.</param>
/// <param name="Steps">Of quantized integers: steps of their scale.</param>
internal readonly record struct EngineBound(double Tolerance, int Steps)
{
    /// <summary>Integers alike, floats within the engines' tolerance.</summary>
    public static EngineBound Exact { get; } = new(Comparison.EngineTolerance, 0);
}

/// <summary>
/// The bound of every value of a graph: exact, but for what a user's float kernel makes, or one whose description allows steps, and what is computed from that:
/// where it is quantized, its last digits may decide between two steps.
/// </summary>
internal sealed class EngineBounds
{
    private const int StepsBehind = 2;

    private readonly Dictionary<Tensor, EngineBound> _bounds = new(ReferenceEqualityComparer.Instance);

    /// <summary>The bounds of a graph.</summary>
    public EngineBounds(Graph graph)
    {
        foreach (Node node in graph.Nodes)
        {
            EngineBound[] read = [.. node.Inputs.OfType<Tensor>().Where(_bounds.ContainsKey).Select(tensor => _bounds[tensor])];
            EngineBound? own = node.Attributes.Definition is CustomOperator { Definition: var custom } && (custom.Steps > 0 || node.Outputs.Any(output => output.Type.IsFloat()))
                ? new(custom.Tolerance, custom.Steps)
                : null;
            if (own is null && read.Length == 0)
            {
                continue;
            }

            var bound = new EngineBound(
                read.Select(other => other.Tolerance).Append(own?.Tolerance ?? 0).Append(Comparison.EngineTolerance).Max(),
                (own?.Steps ?? 0) + (read.Length > 0 ? Math.Max(StepsBehind, read.Max(other => other.Steps)) : 0));
            foreach (Tensor output in node.Outputs)
            {
                _bounds[output] = bound;
            }
        }
    }

    /// <summary>The bound of a value.</summary>
    public EngineBound Of(Tensor tensor) => _bounds.TryGetValue(tensor, out EngineBound bound) ? bound : EngineBound.Exact;
}
