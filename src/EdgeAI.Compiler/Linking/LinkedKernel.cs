namespace EdgeAI.Compiler.Linking;

/// <summary>The function of a user's library that computes a node.</summary>
/// <param name="Library">The library's name; in plans and reports the node's kernel.</param>
/// <param name="Function">The C function; it takes what the kernel whose place it has takes, and scratch memory behind that where it asks for some.</param>
/// <param name="Header">The header that declares it.</param>
/// <param name="ScratchBytes">Bytes of working memory; 0: none, and no argument for it.</param>
public sealed record LinkedKernel(string Library, string Function, string Header, long ScratchBytes);
