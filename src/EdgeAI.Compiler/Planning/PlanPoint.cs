namespace EdgeAI.Compiler.Planning;

/// <summary>One way to run a model: less memory for more work.</summary>
/// <param name="ArenaBytes">Size of the arena.</param>
/// <param name="ExtraMacs">Multiply-accumulate operations beyond those of the model.</param>
/// <param name="MovedBytes">Bytes moved within the arena during a run.</param>
/// <param name="Steps">Steps of a run.</param>
public sealed record PlanPoint(long ArenaBytes, long ExtraMacs, long MovedBytes, int Steps);
