using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Operators.Indexing;

/// <summary>Gather: the axis of the first operand that the indexes count along, not negative.</summary>
public sealed record GatherAttributes(int Axis) : OperatorAttributes;

/// <summary>What Scatter does with an update and what is in its place.</summary>
public enum ScatterReduction
{
    /// <summary>The update takes the place; of several the last.</summary>
    None,
    /// <summary>Their sum.</summary>
    Add,
    /// <summary>Their product.</summary>
    Multiply,
    /// <summary>The larger.</summary>
    Maximum,
    /// <summary>The smaller.</summary>
    Minimum,
}

/// <summary>Scatter: the operand is seen as rows of Inner elements each.</summary>
public sealed record ScatterAttributes(int Inner, ScatterReduction Reduction) : OperatorAttributes;

/// <summary>ArgMaximum, ArgMinimum: the axis, whether it stays with extent 1, and whether the last of equal elements is meant.</summary>
public sealed record ArgExtremeAttributes(int Axis, bool KeepDimensions, bool SelectLast) : OperatorAttributes;

/// <summary>TopIndexes: the axis, how many elements of it, and whether the largest or the smallest.</summary>
public sealed record TopIndexesAttributes(int Axis, int Count, bool Largest) : OperatorAttributes;

/// <summary>CumulativeSum: the axis, whether an element itself is left out, and whether the sum goes from the end to the front.</summary>
public sealed record CumulativeSumAttributes(int Axis, bool Exclusive, bool Reverse) : OperatorAttributes;

/// <summary>NonZero: the number of places in the result.</summary>
public sealed record NonZeroAttributes(int Count) : OperatorAttributes;

/// <summary>Unique: the axis whose parts are compared, how many places there are for parts that differ, and whether they are in ascending order.</summary>
public sealed record UniqueAttributes(int Axis, int Count, bool IsSorted) : OperatorAttributes;
