using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Planning;

/// <summary>Where a plan has the tensors and the working memory of a graph.</summary>
public sealed class PlannedPlaces
{
    private readonly Dictionary<string, List<(PlannedBuffer Buffer, long Offset)>> _places = new(StringComparer.Ordinal);
    private readonly Dictionary<string, PlannedBuffer> _scratch = new(StringComparer.Ordinal);

    /// <summary>The places of a plan, sound or not: of two buffers that hold a tensor at one step the first counts.</summary>
    public PlannedPlaces(MemoryPlan plan)
    {
        foreach (PlannedBuffer buffer in plan.Buffers)
        {
            if (buffer.Tensors.IsEmpty)
            {
                _scratch.TryAdd(buffer.Name, buffer);
            }

            foreach (string tensor in buffer.Tensors)
            {
                if (!_places.TryGetValue(tensor, out List<(PlannedBuffer, long)>? places))
                {
                    _places.Add(tensor, places = []);
                }

                places.Add((buffer, buffer.PlaceOf(tensor)));
            }
        }
    }

    /// <summary>
    /// Where a tensor begins at a step, in bytes from the arena's start, and the buffer that it is in; the first place where it has none at the step. Null
    /// for constants and views of them.
    /// </summary>
    public (PlannedBuffer Buffer, long Offset)? Find(Tensor? tensor, int step)
    {
        if (tensor is null || !_places.TryGetValue(tensor.Name, out List<(PlannedBuffer Buffer, long Offset)>? places))
        {
            return null;
        }

        int index = places.FindIndex(place => place.Buffer.FirstStep <= step && step <= place.Buffer.LastStep);
        return places[Math.Max(0, index)];
    }

    /// <summary>A node's working memory, or null.</summary>
    public PlannedBuffer? ScratchOf(Node node) => _scratch.GetValueOrDefault(MemoryPlanner.ScratchName(node));
}
