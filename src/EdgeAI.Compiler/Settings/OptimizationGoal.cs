namespace EdgeAI.Compiler.Settings;

/// <summary>What kernels are chosen for: the property EdgeAIOptimize.</summary>
public enum OptimizationGoal
{
    /// <summary>Speed, as long as it pays for its flash.</summary>
    Balanced,
    /// <summary>The fewest instructions.</summary>
    Speed,
    /// <summary>The least flash.</summary>
    Size,
}
