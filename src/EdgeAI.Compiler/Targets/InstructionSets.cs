namespace EdgeAI.Compiler.Targets;

/// <summary>Which instructions the cores have, and how a target description names them.</summary>
public static class InstructionSets
{
    private static readonly (string Name, InstructionSet Set)[] ByName =
    [
        ("portable", InstructionSet.Portable), ("thumb1", InstructionSet.Thumb1), ("thumb2", InstructionSet.Thumb2), ("dsp", InstructionSet.Dsp),
        ("helium", InstructionSet.Helium), ("rv32", InstructionSet.Rv32),
    ];

    /// <summary>The names of all sets, from the smallest Arm set up.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. ByName.Select(entry => entry.Name)];

    /// <summary>The set of a core by its name, with the extensions that it is mostly built with; <see cref="InstructionSet.Portable"/> for one without kernels of its own.</summary>
    public static InstructionSet Of(string core) => core switch
    {
        "cortex-m0" or "cortex-m0plus" => InstructionSet.Thumb1,
        "cortex-m3" => InstructionSet.Thumb2,
        "cortex-m4" or "cortex-m7" or "cortex-m33" => InstructionSet.Dsp,
        "cortex-m55" => InstructionSet.Helium,
        "rv32imc" => InstructionSet.Rv32,
        _ => InstructionSet.Portable,
    };

    /// <summary>The sets whose kernels a core can run at their speed, the largest last.</summary>
    public static IReadOnlyList<InstructionSet> On(string core) => Of(core) switch
    {
        InstructionSet.Rv32 => [InstructionSet.Portable, InstructionSet.Rv32],
        var largest => [.. ByName.Select(entry => entry.Set).Where(set => set <= largest)],
    };

    /// <summary>The set of a name, or null.</summary>
    public static InstructionSet? Find(string name) =>
        Array.Find(ByName, entry => entry.Name == name) is { Name: not null } found ? found.Set : null;

    /// <summary>The name of a set.</summary>
    public static string NameOf(InstructionSet set) => Array.Find(ByName, entry => entry.Set == set).Name;

    /// <summary>The core whose measured costs stand for a set on a core: the core itself where it is its own set.</summary>
    public static string CoreOfCosts(string core, InstructionSet set) => set == Of(core) ? core : set switch
    {
        InstructionSet.Thumb1 => "cortex-m0",
        InstructionSet.Thumb2 => "cortex-m3",
        InstructionSet.Dsp => "cortex-m4",
        _ => "host",
    };
}
