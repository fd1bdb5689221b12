using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators;
using EdgeAI.Compiler.Planning.Streams;

namespace EdgeAI.Compiler.Planning;

/// <summary>Nodes that run row by row.</summary>
public sealed partial class PlanVerifier
{
    private readonly Dictionary<Node, bool> _isSound = new(ReferenceEqualityComparer.Instance);
    private IReadOnlyList<PlanStep> _planSteps = [];

    private void CheckStreams()
    {
        int behind = 0;
        foreach (PlannedStream stream in _plan.Streams)
        {
            if (stream.FirstStep < behind || stream.LastStep < stream.FirstStep || stream.LastStep >= _graph.Nodes.Count || stream.RowsAtOnce < 1)
            {
                _faults.Add($"a stream of {stream.RowsAtOnce} rows at once from step {stream.FirstStep} to {stream.LastStep} is impossible");
                return;
            }

            behind = stream.LastStep + 1;
        }

        if (_plan.Streams.IsEmpty)
        {
            return;
        }

        try
        {
            _planSteps = PlanSteps.Of(_graph, _plan);
        }
        catch (InvalidOperationException error)
        {
            _faults.Add(error.Message);
        }
    }

    /// <summary>Whether the steps that two buffers share are all of one stream: the run decides.</summary>
    private bool MeetInStream(PlannedBuffer a, PlannedBuffer b) => _plan.Streams.Any(stream =>
        stream.FirstStep <= Math.Max(a.FirstStep, b.FirstStep) && Math.Min(a.LastStep, b.LastStep) <= stream.LastStep);

    /// <summary>Whether a value is made and read inside one stream alone.</summary>
    private bool IsWindow(Tensor tensor)
    {
        int made = _graph.Nodes.ToList().FindIndex(node => node.Outputs.Contains(tensor));
        return made >= 0 && !_graph.Outputs.Contains(tensor) && _plan.Streams.FirstOrDefault(stream => stream.Contains(made)) is { } stream
            && Enumerable.Range(0, _graph.Nodes.Count).All(step => stream.Contains(step) || !_graph.Nodes[step].Inputs.Contains(tensor));
    }

    private void RunStream(PlannedStream stream)
    {
        var made = new Dictionary<int, int>();
        PlanStep[] steps = [.. _planSteps.Where(step => stream.Contains(step.NodeIndex))];
        foreach (PlanStep step in steps)
        {
            Node node = _graph.Nodes[step.NodeIndex];
            int count = step.Node.Output.Shape[1];
            if (made.GetValueOrDefault(step.NodeIndex) != step.Row)
            {
                _faults.Add($"node '{node.Name}' makes row {step.Row} behind row {made.GetValueOrDefault(step.NodeIndex)}");
                return;
            }

            made[step.NodeIndex] = step.Row + count;
            foreach (ArenaMove move in step.Moves)
            {
                if (!IsInside(move.From, move.Size) || !IsInside(move.To, move.Size))
                {
                    _faults.Add($"rows move outside the arena before row {step.Row} of '{node.Name}'");
                    return;
                }

                _contents.Carry(move);
            }

            for (int i = 0; i < node.Inputs.Count; i++)
            {
                if (node.Inputs[i] is { } operand && !ValueOf(operand).IsConstant)
                {
                    ReadRows(step, node, i);
                }
            }

            int faults = _faults.Count;
            CheckPart(step, node);
            if (_faults.Count > faults || _faults.Count > 20)
            {
                return;
            }

            if (OperatorCatalog.Of(step.Node).ScratchBytes(step.Node, _instructionSet) is var bytes && bytes > 0)
            {
                _contents.Clear(step.Scratch, bytes);
            }

            _contents.Write(step.Outputs[0], RowsOf(node.Output, step.Row, count));
        }

        for (int index = stream.FirstStep; index <= stream.LastStep; index++)
        {
            Tensor result = _graph.Nodes[index].Output;
            if (made.GetValueOrDefault(index) != result.Shape[1])
            {
                _faults.Add($"node '{_graph.Nodes[index].Name}' makes {made.GetValueOrDefault(index)} of {result.Shape[1]} rows");
            }
        }
    }

    /// <summary>The rows that a part reads of an operand must be there.</summary>
    private void ReadRows(PlanStep step, Node node, int index)
    {
        Tensor operand = node.Input(index);
        if (RowSlice.WindowOf(node, index) is not { } window)
        {
            Expect(operand, $"node '{node.Name}' reads");
            return;
        }

        (int first, int end) = window.Rows(step.Row, step.Node.Output.Shape[1], operand.Shape[1]);
        if (!_contents.Holds(step.Inputs[index], RowsOf(operand, first, end - first)))
        {
            _faults.Add($"row {step.Row} of node '{node.Name}' reads rows {first} to {end - 1} of '{operand.Name}', which are not all there");
        }
    }

    private IEnumerable<MadeBytes> RowsOf(Tensor image, int row, int count) =>
        MadeBytes.Range(BytesOf(image), row * RowSlice.RowBytes(image), count * RowSlice.RowBytes(image));

    /// <summary>A part's places: inside the arena, apart from each other but for what the operator allows, and of the shape the operator gives.</summary>
    private void CheckPart(PlanStep step, Node node)
    {
        Node part = step.Node;
        Operator definition = OperatorCatalog.Of(part);
        if (!_isSound.TryGetValue(part, out bool isSound))
        {
            _isSound.Add(part, isSound = definition.Infer(part)[0].Shape == part.Output.Shape);
        }

        long resultStart = step.Outputs[0];
        long resultEnd = resultStart + part.Output.ByteSize;
        long scratchBytes = definition.ScratchBytes(part, _instructionSet);
        bool isInside = IsInside(resultStart, part.Output.ByteSize) && (scratchBytes == 0 || (IsInside(step.Scratch, scratchBytes) && step.Scratch % 16 == 0));
        if (!isSound || !isInside || resultStart % part.Output.Type.ByteSize() != 0)
        {
            _faults.Add($"row {step.Row} of node '{node.Name}' has no place for its {part.Output.Shape} or {scratchBytes} bytes of scratch");
            return;
        }

        var result = new Stretch(resultStart, resultEnd);
        var scratch = new Stretch(step.Scratch, step.Scratch + scratchBytes);
        if (scratch.Touches(result))
        {
            _faults.Add($"row {step.Row} of node '{node.Name}' writes scratch and result to one place");
        }

        for (int i = 0; i < part.Inputs.Count; i++)
        {
            if (step.Inputs[i] < 0 || part.Inputs[i] is not { } operand)
            {
                continue;
            }

            var read = new Stretch(step.Inputs[i], step.Inputs[i] + operand.ByteSize);
            bool isAllowed = definition.OverlapDistance(part, i, _instructionSet) is { } distance && read.Start - resultStart >= distance;
            if (scratch.Touches(read) || (result.Touches(read) && !isAllowed))
            {
                _faults.Add($"row {step.Row} of node '{node.Name}' writes over its operand '{operand.Name}'");
            }
        }
    }

    private bool IsInside(long start, long size) => start >= _plan.StateBytes && start <= _plan.ArenaBytes - size;
}
