namespace EdgeAI.Compiler.Planning.Offsets;

/// <summary>What buffers are ranked by, the largest first.</summary>
internal enum RankKey
{
    /// <summary>The largest load of a section the buffer is in, of what is yet to be placed.</summary>
    Load,
    /// <summary>Steps it is taken.</summary>
    Steps,
    /// <summary>Sections it is in.</summary>
    Sections,
    /// <summary>Size times steps.</summary>
    StepArea,
    /// <summary>Size times sections.</summary>
    SectionArea,
    /// <summary>Size.</summary>
    Size,
}

/// <summary>In what order the search tries buffers that have one lowest offset.</summary>
/// <param name="Renewed">Whether parts into which the search falls are ranked anew, by the loads of what is left.</param>
/// <param name="Keys">In order of weight; ties go by place in the list.</param>
internal sealed record RankRule(bool Renewed, params RankKey[] Keys)
{
    /// <summary>Whether the buffers that most dead ends were about come in front of all keys.</summary>
    public bool DeadEndsFirst { get; init; }

    /// <summary>The rules in the order in which they are tried. No rule is best for every problem; each of these alone solves some in few steps.</summary>
    public static RankRule[] All { get; } =
    [
        new(true, RankKey.Load, RankKey.Steps, RankKey.StepArea),
        new(false, RankKey.SectionArea, RankKey.Load),
        new(false, RankKey.Load, RankKey.Steps, RankKey.StepArea),
        new(true, RankKey.Load, RankKey.Sections, RankKey.SectionArea),
        new(true, RankKey.Load, RankKey.StepArea, RankKey.Steps),
        new(false, RankKey.Steps, RankKey.StepArea, RankKey.Load),
        new(false, RankKey.Load, RankKey.Sections, RankKey.SectionArea),
        new(true, RankKey.Load, RankKey.SectionArea, RankKey.Sections),
        new(false, RankKey.StepArea),
        new(true, RankKey.Load, RankKey.Size),
    ];

    /// <summary>Those that solve most.</summary>
    public static RankRule[] Strong { get; } = All[..4];
}
