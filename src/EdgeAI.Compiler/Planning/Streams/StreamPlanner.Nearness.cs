using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators;

namespace EdgeAI.Compiler.Planning.Streams;

/// <summary>How near results may come to operands that die row by row.</summary>
internal sealed partial class StreamPlanner
{
    /// <summary>Where a result may come nearer to an operand than the bytes that both take.</summary>
    private void FindNearness()
    {
        var indexes = _items.Select((item, index) => (item, index)).ToDictionary(pair => pair.item, pair => pair.index);
        for (int step = 0; step < _graph.Nodes.Count; step++)
        {
            Node node = _graph.Nodes[step];
            if (node.Outputs.Count != 1 || TensorPlaces.IsView(node) || !_itemOf.TryGetValue(node.Output, out StreamItem? result))
            {
                continue;
            }

            for (int i = 0; i < node.Inputs.Count; i++)
            {
                if (node.Inputs[i] is not { } operand || !_itemOf.TryGetValue(_places.RootOf(operand), out StreamItem? source) || source == result
                    || node.Inputs.Count(other => other is not null && _itemOf.GetValueOrDefault(_places.RootOf(other)) == source) != 1)
                {
                    continue;
                }

                if (_streamOf[step] < 0)
                {
                    if (source.Last == _moments[step] && result.First == _moments[step]
                        && _parts.OverlapDistance(node, i, _instructionSet) is { } distance)
                    {
                        Add(result, source, new(_moments[step], distance, 0, 0, int.MaxValue));
                    }

                    continue;
                }

                RowSchedule stream = _streams[_streamOf[step]];
                if (source.IsKeptAt(_moments[stream.FirstStep]) || RowSlice.WindowOf(node, i) is not { } window)
                {
                    continue;
                }

                for (int call = 0; call < stream.Calls.Count; call++)
                {
                    if (stream.Calls[call] is var made && made.Step == step)
                    {
                        long? apart = stream.Parts.OverlapDistance(stream.Parts.Of(made), i, _instructionSet);
                        int moment = _moments[stream.FirstStep] + call;
                        int first = window.Rows(made.Row, made.Count, operand.Shape[1]).First;
                        if (apart is { } bytes && source.RowsAt(moment).First == first)
                        {
                            int next = call + 1 < stream.Calls.Count ? source.RowsAt(moment + 1).First : int.MaxValue;
                            Add(result, source, new(moment, bytes, made.Row, first, next < source.RowsAt(moment).End ? next : int.MaxValue));
                        }
                    }
                }
            }
        }

        void Add(StreamItem result, StreamItem operand, Nearness nearness)
        {
            (int, int) key = (indexes[result], indexes[operand]);
            if (!_near.TryGetValue(key, out List<Nearness>? list))
            {
                _near.Add(key, list = []);
            }

            list.Add(nearness);
        }
    }

    private static Nearness? Next(List<Nearness>? list, ref int at, int moment)
    {
        while (list is not null && at < list.Count && list[at].Moment < moment)
        {
            at++;
        }

        return list is not null && at < list.Count && list[at].Moment == moment ? list[at] : null;
    }

    /// <summary>How far below the operand's start the result's must be: by the distance, and below all that both still hold.</summary>
    private static long Apart(Nearness near, StreamItem result, StreamItem operand)
    {
        long made = result.PlaceOf(near.Row, near.Moment);
        long read = operand.PlaceOf(near.OperandRow, near.Moment);
        (long low, long high) = result.Taken(near.Moment);
        long apart = made - read + near.DistanceBytes;
        if (made > low)
        {
            apart = Math.Max(apart, made - read);
        }

        return near.KeptRow == int.MaxValue ? apart : Math.Max(apart, high - operand.PlaceOf(near.KeptRow, near.Moment));
    }

    /// <summary>A result that at one moment may come nearer to an operand.</summary>
    /// <param name="Moment">When.</param>
    /// <param name="DistanceBytes">The rows made start this far below the rows read.</param>
    /// <param name="Row">The first row made.</param>
    /// <param name="OperandRow">The first row read, which is the first held.</param>
    /// <param name="KeptRow">The first of the operand's rows that is read later, or the largest integer.</param>
    private readonly record struct Nearness(int Moment, long DistanceBytes, int Row, int OperandRow, int KeptRow);
}
