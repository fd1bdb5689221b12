using EdgeAI.Compiler.Import.TfLite;

namespace EdgeAI.Compiler.Operators.Shaping;

/// <summary>BROADCAST_TO a constant shape.</summary>
internal sealed class BroadcastTfLite : ITfLiteForm
{
    /// <inheritdoc/>
    public IReadOnlyList<string> Operators => ["BROADCAST_TO"];

    /// <inheritdoc/>
    public void Import(TfLiteNode node)
    {
        var extents = node.Integers(1, "shape");
        if (extents.Any(extent => extent < 0))
        {
            throw node.Fault($"repeats '{node.Input(0)}' to [{string.Join(',', extents)}]");
        }

        node.Result(0, "Broadcast", new BroadcastAttributes(extents), node.Input(0));
    }
}
