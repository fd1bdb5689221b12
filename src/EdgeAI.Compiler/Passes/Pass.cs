using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Passes;

/// <summary>What a pass may do to the numbers that a graph computes.</summary>
public enum PassEffect
{
    /// <summary>The same numbers, up to float rounding.</summary>
    SameNumbers,
    /// <summary>Float arithmetic becomes the integer arithmetic that the file's quantization asks for: results move by quantization steps.</summary>
    IntegerRounding,
}

/// <summary>
/// One rewriting of a graph. A pass has no state between runs, keeps the graph's inputs and outputs (order, names, types, shapes), and
/// leaves a graph that <see cref="GraphVerifier"/> finds sound. <see cref="PassRunner"/> checks both.
/// </summary>
public abstract class Pass
{
    /// <summary>The verb phrase under which diagnostics name the pass.</summary>
    public string Name => GetType().Name;

    /// <summary>What the pass may do to the numbers.</summary>
    public virtual PassEffect Effect => PassEffect.SameNumbers;

    /// <summary>Rewrites the graph as far as it goes; returns whether anything changed.</summary>
    public abstract bool Run(Graph graph);
}
