namespace EdgeAI.Compiler.Diagnostics;

/// <summary>Where a stage that takes long stands.</summary>
/// <param name="Step">What is being done, for people: <c>int8: rounding of weights</c>.</param>
/// <param name="Done">How much of it is done.</param>
/// <param name="Total">Of how much at the most; 0 where it is one piece.</param>
public readonly record struct StageProgress(string Step, int Done, int Total);
