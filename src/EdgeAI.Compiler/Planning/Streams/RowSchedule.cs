using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators;

namespace EdgeAI.Compiler.Planning.Streams;

/// <summary>One call of a stream: rows [Row, Row + Count) of the result of node Step.</summary>
/// <param name="Step">Index of the node in the graph.</param>
/// <param name="Row">The first row made.</param>
/// <param name="Count">Rows made.</param>
public readonly record struct RowCall(int Step, int Row, int Count);

/// <summary>
/// The rows of one tensor that matter during each call of a stream: those that are made by then and still read, by that call or later.
/// </summary>
/// <param name="Tensor">An image [1,H,W,C].</param>
/// <param name="IsWindow">Whether nothing outside the stream sees it, so that only these rows need memory.</param>
public sealed record RowsHeld(Tensor Tensor, bool IsWindow)
{
    /// <summary>The first row held during each call.</summary>
    public List<int> First { get; } = [];

    /// <summary>The row behind the last.</summary>
    public List<int> End { get; } = [];

    /// <summary>The most rows held during one call.</summary>
    public int MostRows { get; internal set; }

    /// <summary>
    /// The row that stands, or would stand, at the start of the tensor's memory during a call. In a window, the rows held begin at its start, or end
    /// at its end; they move there before the call.
    /// </summary>
    public int Origin(int call, bool heldAtEnd) => !IsWindow ? 0 : heldAtEnd ? End[call] - MostRows : First[call];

    /// <summary>
    /// What moves in a window before a call: <c>Rows</c> rows, from <c>From</c> rows behind its start to <c>To</c>; null where nothing does.
    /// </summary>
    public (int From, int To, int Rows)? MoveBefore(int call, bool heldAtEnd)
    {
        if (call == 0 || Origin(call, heldAtEnd) == Origin(call - 1, heldAtEnd) || End[call - 1] <= First[call])
        {
            return null;
        }

        return (First[call] - Origin(call - 1, heldAtEnd), First[call] - Origin(call, heldAtEnd), End[call - 1] - First[call]);
    }
}

/// <summary>
/// The order in which consecutive nodes make their results row by row, each row as late as possible.
/// <list type="bullet">
/// <item>The last node makes a few rows at a time. Before a node runs, those that it reads from make what is missing, in the same way.</item>
/// <item>Other results that the rest of the graph reads keep pace with the last node's.</item>
/// <item>Rows that no later node reads, where strides leave a rest, come last, so that every result is made whole.</item>
/// <item>A row is dropped as soon as no node of the stream reads it any more. Nothing is computed twice.</item>
/// </list>
/// </summary>
public sealed class RowSchedule
{
    private const int MostCalls = 32_000;

    private readonly Graph _graph;
    private readonly List<RowCall> _calls = [];
    private readonly Dictionary<Tensor, int> _producers = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<Tensor, List<(int Step, RowWindow Window)>> _readers = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<Tensor, RowsHeld> _held = new(ReferenceEqualityComparer.Instance);
    private readonly List<RowsHeld> _heldInOrder = [];
    private readonly List<(int Producer, RowWindow Window, int Height)>[] _operands;
    private readonly int[] _made;
    private bool _tooLong;

    private RowSchedule(Graph graph, int firstStep, int lastStep, int rowsAtOnce, RowParts parts)
    {
        (_graph, FirstStep, LastStep, RowsAtOnce, Parts) = (graph, firstStep, lastStep, rowsAtOnce, parts);
        _made = new int[lastStep - firstStep + 1];
        _operands = [.. _made.Select(_ => new List<(int, RowWindow, int)>())];
    }

    /// <summary>The first node.</summary>
    public int FirstStep { get; }

    /// <summary>The last node.</summary>
    public int LastStep { get; }

    /// <summary>The most rows that a node makes in one call.</summary>
    public int RowsAtOnce { get; }

    /// <summary>In order.</summary>
    public IReadOnlyList<RowCall> Calls => _calls;

    /// <summary>Every image that a node of the stream makes or reads by rows, in order of first appearance.</summary>
    public IReadOnlyList<RowsHeld> Held => _heldInOrder;

    /// <summary>Null where a node cannot run row by row, or the calls are too many.</summary>
    public static RowSchedule? TryMake(Graph graph, int firstStep, int lastStep, int rowsAtOnce, RowParts? parts = null)
    {
        for (int step = firstStep; step <= lastStep; step++)
        {
            if (!RowSlice.IsPossible(graph.Nodes[step]))
            {
                return null;
            }
        }

        var schedule = new RowSchedule(graph, firstStep, lastStep, rowsAtOnce, parts ?? new(graph));
        return schedule.FindImages() && schedule.Run() ? schedule : null;
    }

    /// <summary>What is held of an image.</summary>
    public RowsHeld HeldOf(Tensor image) => _held[image];

    /// <summary>The nodes of the calls.</summary>
    public RowParts Parts { get; }

    private Node NodeAt(int step) => _graph.Nodes[step];

    private int Height(int step) => NodeAt(step).Output.Shape[1];

    /// <summary>False where a node reads all of what another node of the stream makes, or two read rows of different views of the same bytes.</summary>
    private bool FindImages()
    {
        var outside = new HashSet<Tensor>(_graph.Outputs, ReferenceEqualityComparer.Instance);
        for (int step = 0; step < _graph.Nodes.Count; step++)
        {
            if (step < FirstStep || step > LastStep)
            {
                outside.UnionWith(NodeAt(step).Inputs.OfType<Tensor>());
            }
        }

        for (int step = FirstStep; step <= LastStep; step++)
        {
            _producers.Add(NodeAt(step).Output, step);
        }

        for (int step = FirstStep; step <= LastStep; step++)
        {
            Node node = NodeAt(step);
            for (int i = 0; i < node.Inputs.Count; i++)
            {
                if (node.Inputs[i] is not { } operand)
                {
                    continue;
                }

                if (RowSlice.WindowOf(node, i) is not { } window)
                {
                    if (_producers.ContainsKey(operand))
                    {
                        return false;
                    }

                    continue;
                }

                Hold(operand, false);
                _readers[operand].Add((step, window));
                if (_producers.TryGetValue(operand, out int producer))
                {
                    _operands[step - FirstStep].Add((producer, window, operand.Shape[1]));
                }
            }

            bool isRead = Enumerable.Range(step + 1, LastStep - step).Any(later => NodeAt(later).Inputs.Contains(node.Output));
            Hold(node.Output, isRead && !outside.Contains(node.Output));
        }

        var roots = new HashSet<Tensor>(ReferenceEqualityComparer.Instance);
        return _heldInOrder.TrueForAll(held => roots.Add(Parts.Places.RootOf(held.Tensor)));
    }

    private void Hold(Tensor image, bool isWindow)
    {
        if (!_held.ContainsKey(image))
        {
            var held = new RowsHeld(image, isWindow);
            _held.Add(image, held);
            _heldInOrder.Add(held);
            _readers.Add(image, []);
        }
    }

    private bool Run()
    {
        int[] ends = [.. Enumerable.Range(FirstStep, LastStep - FirstStep).Where(step => !_held[NodeAt(step).Output].IsWindow)];
        int height = Height(LastStep);
        for (int row = 0; row < height && !_tooLong; row += RowsAtOnce)
        {
            int end = Math.Min(height, row + RowsAtOnce);
            Make(LastStep, end);
            foreach (int step in ends)
            {
                Make(step, (int)((((long)Height(step) * end) + height - 1) / height));
            }
        }

        for (int step = FirstStep; step <= LastStep; step++)
        {
            Make(step, Height(step));
        }

        return !_tooLong;
    }

    /// <summary>Makes a node's rows in front of <paramref name="end"/>.</summary>
    private void Make(int step, int end)
    {
        while (_made[step - FirstStep] < end && !_tooLong)
        {
            int row = _made[step - FirstStep];
            int count = Math.Min(RowsAtOnce, Height(step) - row);
            foreach ((int producer, RowWindow window, int height) in _operands[step - FirstStep])
            {
                Make(producer, window.Rows(row, count, height).End);
            }

            _tooLong |= _calls.Count >= MostCalls;
            _calls.Add(new(step, row, count));
            Note(step, row, row + count);
            _made[step - FirstStep] = row + count;
        }
    }

    /// <summary>What is held during the call in which a node makes rows [row, end).</summary>
    private void Note(int step, int row, int end)
    {
        foreach (RowsHeld held in _heldInOrder)
        {
            bool isMade = _producers.TryGetValue(held.Tensor, out int producer);
            int made = !isMade ? held.Tensor.Shape[1] : producer == step ? end : _made[producer - FirstStep];
            int first = !isMade ? made : !held.IsWindow ? 0 : producer == step ? row : made;
            foreach ((int reader, RowWindow window) in _readers[held.Tensor])
            {
                int next = _made[reader - FirstStep];
                if (next < Height(reader) && first > 0)
                {
                    first = Math.Min(first, window.Rows(next, 1, held.Tensor.Shape[1]).First);
                }
            }

            held.First.Add(first);
            held.End.Add(made);
            held.MostRows = Math.Max(held.MostRows, made - first);
        }
    }
}
