namespace EdgeAI.Compiler.Import.TfLite;

/// <summary>Which graphs of a file the main graph runs.</summary>
internal static class TfLiteReach
{
    /// <summary>Indexes of graphs, the main one first, then in the order in which they are found.</summary>
    public static int[] From(TfLiteModel[] graphs)
    {
        var found = new List<int> { 0 };
        for (int i = 0; i < found.Count; i++)
        {
            foreach (int next in graphs[found[i]].Operators.SelectMany(RunBy))
            {
                if (next > 0 && next < graphs.Length && !found.Contains(next))
                {
                    found.Add(next);
                }
            }
        }

        return [.. found];
    }

    private static int[] RunBy(TfLiteOperator node) => node.Name switch
    {
        "IF" or "WHILE" => [node.Options.Int32(0), node.Options.Int32(1)],
        "CALL" or "CALL_ONCE" => [node.Options.Int32(0)],
        "STABLEHLO_COMPOSITE" => [node.Options.Int32(1)],
        _ => [],
    };
}
