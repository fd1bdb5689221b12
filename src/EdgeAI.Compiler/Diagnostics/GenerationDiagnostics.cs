namespace EdgeAI.Compiler.Diagnostics;

/// <summary>4xxx: generation.</summary>
public static partial class DiagnosticCatalog
{
    /// <summary>The model's name cannot stand in C.</summary>
    public static readonly DiagnosticDescriptor ModelNameNotUsable = Error("EAI4001", "Model name cannot be used in C",
        "The model name '{0}' {1}. Set another Name on the EdgeAIModel item.");

    /// <summary>Two models make one name.</summary>
    public static readonly DiagnosticDescriptor GeneratedNamesCollide = Error("EAI4002", "Generated names collide",
        "Models '{0}' and '{1}' would both define '{2}'. Set another Name on one of the EdgeAIModel items.");

    /// <summary>An operator cannot write its call.</summary>
    public static readonly DiagnosticDescriptor NodeNotEmittable = Error("EAI4003", "No kernel for a node",
        "Node '{0}' ({1}) of model '{2}' cannot be generated: {3}. Choose another Quantization, or change the model there.");

    /// <summary>More bytes than a device can address.</summary>
    public static readonly DiagnosticDescriptor ArenaNotAddressable = Error("EAI4004", "Arena is larger than a device can address",
        "The arena of model '{0}' takes {1} bytes, more than the {2} that 32-bit devices can address. Make the model's tensors smaller.");

    /// <summary>A user's library brings a file under a name that is taken.</summary>
    public static readonly DiagnosticDescriptor LinkedFileCollides = Error("EAI4005", "File of a kernel library collides",
        "A kernel library brings a file '{0}', and another file of the firmware has that name. Rename the library's file.");
}
