using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators;

namespace EdgeAI.Compiler.Planning;

/// <summary>Whether the bounds that the plan states are possible.</summary>
public sealed partial class PlanVerifier
{
    private void CheckBound()
    {
        if (!_plan.Streams.IsEmpty)
        {
            if (_plan.Optimal)
            {
                _faults.Add("an arena with streams is marked as the smallest, which is not proven");
            }

            return;
        }

        long largest = 0;
        long largestOverlapped = 0;
        for (int step = 0; step <= LastStep; step++)
        {
            long load = _plan.Buffers.Where(b => b.FirstStep <= step && step <= b.LastStep).Sum(b => b.Size);
            largest = Math.Max(largest, load);
            largestOverlapped = Math.Max(largestOverlapped, load - SharedAt(step));
        }

        long bound = _plan.OverlapBoundBytes ?? _plan.LowerBoundBytes;
        if (_plan.LowerBoundBytes < largest || bound > _plan.ArenaBytes || bound < largestOverlapped)
        {
            _faults.Add($"the lower bound of {bound} is not between the largest load, {(_plan.OverlapBoundBytes is null ? largest : largestOverlapped)}, and the arena, {_plan.ArenaBytes}");
        }

        if (_plan.Optimal != (bound == _plan.ArenaBytes))
        {
            _faults.Add($"an arena of {_plan.ArenaBytes} over a bound of {bound} is {(_plan.Optimal ? "" : "not ")}marked as the smallest");
        }
    }

    /// <summary>The most bytes a step's result can share with an operand.</summary>
    private long SharedAt(int step)
    {
        if (step >= _graph.Nodes.Count || _plan.OverlapBoundBytes is null)
        {
            return 0;
        }

        Node node = _graph.Nodes[step];
        PlannedBuffer? result = node.Outputs.Count == 1 ? BufferAt(node.Output, step) : null;
        return Enumerable.Range(0, node.Inputs.Count).Select(i =>
        {
            if (result is null || node.Inputs[i] is not { IsConstant: false } input || BufferAt(input, step) is not { } operand
                || OperatorCatalog.Of(node).OverlapDistance(node, i, _instructionSet) is not { } distance)
            {
                return 0;
            }

            // How far the buffer of the result must be below that of the operand.
            distance += result.PlaceOf(node.Output.Name) - result.Offset - operand.PlaceOf(input.Name) + operand.Offset;
            return Math.Max(0, Math.Min(result.Size - Math.Max(0, distance), Math.Min(result.Size, operand.Size)));
        }).Append(0).Max();
    }
}
