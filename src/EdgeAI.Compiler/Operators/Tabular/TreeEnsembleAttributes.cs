using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Operators.Tabular;

/// <summary>How the weights that trees give for one target become its score.</summary>
public enum TreeAggregation
{
    /// <summary>Their sum.</summary>
    Sum,
    /// <summary>Their sum divided by the number of trees.</summary>
    Average,
    /// <summary>The smallest.</summary>
    Minimum,
    /// <summary>The largest.</summary>
    Maximum,
}

/// <summary>How a node of a tree decides; a leaf does not.</summary>
public enum TreeBranch
{
    /// <summary>The feature is the value or less.</summary>
    LessOrEqual,
    /// <summary>The feature is less than the value.</summary>
    Less,
    /// <summary>The feature is the value or more.</summary>
    GreaterOrEqual,
    /// <summary>The feature is more than the value.</summary>
    Greater,
    /// <summary>The feature is the value.</summary>
    Equal,
    /// <summary>The feature is not the value.</summary>
    NotEqual,
    /// <summary>A leaf.</summary>
    Leaf,
}

/// <summary>TreeEnsemble: scores of a row, and how trees add to them.</summary>
public sealed record TreeEnsembleAttributes(int Targets, TreeAggregation Aggregation) : OperatorAttributes;
