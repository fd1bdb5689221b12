using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators;

namespace EdgeAI.Compiler.Execution;

/// <summary>
/// Runs a graph in managed code, node by node in the graph's order. Calls are made once and serve every run, so that one executor
/// takes many inputs; the graph must not change during its life. States last from run to run. Where values live is the derived class's choice. An operand that a result
/// partly overlaps is copied before its node runs: the distance is proven for the C kernel's order, and managed operators may read in another.
/// Not safe for use by several threads at once; several executors of one graph are independent.
/// </summary>
public abstract class Executor
{
    private readonly Dictionary<Tensor, Memory<byte>> _memory = new(ReferenceEqualityComparer.Instance);
    private readonly List<Step> _steps = [];

    private protected Executor(Graph graph)
    {
        Graph = graph;
    }

    /// <summary>What runs.</summary>
    public Graph Graph { get; }

    /// <summary>
    /// Told of each graph input at the start of a run and of each result as soon as it is made; views included, constants not.
    /// The memory is valid during the call only.
    /// </summary>
    [SuppressMessage("Design", "CA1003", Justification = "A single listener per executor; it has no sender.")]
    public Action<Tensor, ReadOnlyMemory<byte>>? Observer { get; set; }

    /// <summary>Told of each step that has run, by its number: nodes, or in the place of nodes that run part by part their parts.</summary>
    [SuppressMessage("Design", "CA1003", Justification = "A single listener per executor; it has no sender.")]
    public Action<int>? AfterStep { get; set; }

    /// <summary>
    /// Whether what nodes make ready once, packed weights among it, is kept for the next run; for one run of a large model it would double the memory.
    /// </summary>
    internal bool KeepsPreparations { get; set; } = true;

    /// <summary>Copies row-major bytes into a graph input. Throws <see cref="ArgumentException"/> when the size does not fit.</summary>
    public void SetInput(int index, ReadOnlySpan<byte> bytes)
    {
        Tensor input = Graph.Inputs[index];
        if (bytes.Length != input.ByteSize)
        {
            throw new ArgumentException($"input '{input}' takes {input.ByteSize} bytes, not {bytes.Length}", nameof(bytes));
        }

        bytes.CopyTo(_memory[input].Span);
    }

    /// <summary>Runs every node once; stops between nodes when cancelled.</summary>
    public void Run(CancellationToken cancellation = default)
    {
        if (Observer is { } observer)
        {
            foreach (Tensor input in Graph.Inputs)
            {
                observer(input, _memory[input]);
            }
        }

        RunFrom(0, cancellation);
    }

    /// <summary>Runs the steps from index <paramref name="first"/> on, of which a graph with memory of its own for every tensor has one a node, over the values that the last run left.</summary>
    internal void RunFrom(int first, CancellationToken cancellation = default)
    {
        for (int i = first; i < _steps.Count; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            BeforeStep(i);
            Step step = _steps[i];
            if (!step.RunsNothing)
            {
                foreach ((Memory<byte> operand, byte[] copy) in step.Copies)
                {
                    operand.CopyTo(copy);
                }

                step.Operator.Execute(step.Call);
                if (!KeepsPreparations)
                {
                    step.Call.Forget();
                }
            }

            Report(step);
            AfterStep?.Invoke(i);
        }
    }

    /// <summary>Gives every state the value that it has before the first run.</summary>
    public void Reset()
    {
        foreach (Step step in _steps.Where(step => step.Operator.StateUse == StateUse.Holds))
        {
            step.Operator.Execute(step.Call);
        }
    }

    /// <summary>Row-major bytes of a graph output of the last run.</summary>
    public ReadOnlySpan<byte> Output(int index) => Value(Graph.Outputs[index]);

    /// <summary>
    /// Row-major bytes of any tensor of the graph: those its memory holds, which are the tensor's own as long as nothing else has
    /// taken that memory.
    /// </summary>
    public ReadOnlySpan<byte> Value(Tensor tensor) =>
        tensor.Constant is { } bytes ? bytes.Span : _memory[tensor].Span;

    /// <summary>The memory of a tensor that has no fixed bytes.</summary>
    private protected abstract Memory<byte> Place(Tensor tensor);

    /// <summary>The memory of a view's result, given that of its operand.</summary>
    private protected abstract Memory<byte> PlaceView(Tensor view, Tensor operand, Memory<byte> memory);

    /// <summary>Working memory of a node.</summary>
    private protected abstract Memory<byte> PlaceScratch(Node node, int size);

    /// <summary>Called before step <paramref name="index"/> runs.</summary>
    private protected virtual void BeforeStep(int index)
    {
    }

    /// <summary>Gives every tensor its memory and makes the calls; the derived constructor's last statement.</summary>
    private protected void Build(Func<Node, Operator> operatorOf)
    {
        foreach (Tensor input in Graph.Inputs)
        {
            _memory[input] = Place(input);
        }

        for (int i = 0; i < Graph.Nodes.Count; i++)
        {
            Node node = Graph.Nodes[i];
            Operator definition = operatorOf(node);
            if (AddParts(i, definition))
            {
                continue;
            }

            int index = i;
            Memory<byte>?[] inputs = [.. node.Inputs.Select(tensor => MemoryOf(tensor, index))];
            bool isView = definition.IsView(node);
            bool isShared = isView || definition.StateUse == StateUse.Stores;
            var outputs = new Memory<byte>[node.Outputs.Count];
            for (int o = 0; o < outputs.Length; o++)
            {
                Tensor output = node.Outputs[o];
                outputs[o] = isShared && o == 0 ? PlaceView(output, node.Input(0), inputs[0]!.Value) : Place(output);
                _memory[output] = outputs[o];
            }

            long scratchBytes = definition.ScratchBytes(node);
            Memory<byte> scratch = scratchBytes > 0 ? PlaceScratch(node, checked((int)scratchBytes)) : default;
            bool runsNothing = isView || definition.StateUse == StateUse.Holds || StandsInPlace(index);
            List<(Memory<byte>, byte[])> copies = runsNothing ? [] : Copies(inputs, outputs);
            _steps.Add(new Step(definition, new OperatorCall(node, inputs, outputs, scratch), runsNothing, copies, null));
        }

        Reset();
    }

    /// <summary>Whether a node's result stands where its operands do, so that nothing runs.</summary>
    private protected virtual bool StandsInPlace(int index) => false;

    /// <summary>Adds the parts in which a node runs, with <see cref="AddPart"/>; false where it runs as a whole.</summary>
    private protected virtual bool AddParts(int index, Operator definition) => false;

    /// <summary>Gives a value that only parts make its memory as a whole.</summary>
    private protected void AddWhole(Tensor tensor) => _memory[tensor] = Place(tensor);

    /// <summary>Adds a part of a node as a step; operands without memory of the plan's are constants.</summary>
    /// <param name="definition">The operator.</param>
    /// <param name="part">The node of the part.</param>
    /// <param name="memory">The memory of each operand, null for those of no place in the plan.</param>
    /// <param name="result">The memory of the result.</param>
    /// <param name="scratch">Working memory.</param>
    /// <param name="same">A call of the same part, or null.</param>
    /// <param name="rows">Where the part stands in the whole result.</param>
    private protected OperatorCall AddPart(
        Operator definition, Node part, Memory<byte>?[] memory, Memory<byte> result, Memory<byte> scratch, OperatorCall? same, RowsOfWhole rows)
    {
        Memory<byte>?[] inputs = [.. memory.Select((bytes, i) => bytes ?? MemoryOf(part.Inputs[i], 0))];
        Memory<byte>[] outputs = [result];
        List<(Memory<byte>, byte[])> copies = Copies(inputs, outputs);
        OperatorCall call = same is null ? new(part, inputs, outputs, scratch) : new(same, inputs, outputs, scratch);
        _steps.Add(new Step(definition, call, false, copies, rows));
        return call;
    }

    private void Report(Step step)
    {
        if (Observer is null)
        {
            return;
        }

        if (step.Rows is { } rows)
        {
            step.Call.OutputBytes().CopyTo(rows.Bytes.AsSpan(rows.Offset));
            if (rows.IsLast)
            {
                Observer(rows.Whole, rows.Bytes);
            }

            return;
        }

        foreach (Tensor output in step.Call.Node.Outputs)
        {
            Observer(output, _memory[output]);
        }
    }

    private static List<(Memory<byte> Operand, byte[] Copy)> Copies(Memory<byte>?[] inputs, Memory<byte>[] outputs)
    {
        var copies = new List<(Memory<byte>, byte[])>();
        for (int operand = 0; operand < inputs.Length; operand++)
        {
            if (inputs[operand] is { } memory && outputs.Any(output => PartlyOverlaps(memory, output)))
            {
                byte[] copy = new byte[memory.Length];
                copies.Add((memory, copy));
                inputs[operand] = copy;
            }
        }

        return copies;
    }

    /// <summary>The memory of a value at a later step than that which made it, where it is another.</summary>
    private protected virtual Memory<byte>? PlaceAt(Tensor tensor, int index) => null;

    private static bool PartlyOverlaps(Memory<byte> operand, Memory<byte> result) =>
        ((ReadOnlySpan<byte>)operand.Span).Overlaps(result.Span, out int distance) && (distance != 0 || operand.Length != result.Length);

    // Without its type, null would become an empty memory, and an operand that is left out one that is there.
    private Memory<byte>? MemoryOf(Tensor? tensor, int index) => tensor switch
    {
        null => (Memory<byte>?)null,
        { Constant: { } bytes } => MemoryMarshal.AsMemory(bytes),
        _ when PlaceAt(tensor, index) is { } moved => moved,
        _ => _memory.TryGetValue(tensor, out Memory<byte> memory)
            ? memory
            : throw new InvalidOperationException($"'{tensor.Name}' is read before it is made"),
    };

    /// <summary>Rows of a result that is made in parts, collected for the <see cref="Observer"/>.</summary>
    /// <param name="Whole">The whole result.</param>
    /// <param name="Bytes">Collects it.</param>
    /// <param name="Offset">Where the part begins.</param>
    /// <param name="IsLast">Whether nothing is missing behind it.</param>
    private protected sealed record RowsOfWhole(Tensor Whole, byte[] Bytes, int Offset, bool IsLast);

    private sealed record Step(
        Operator Operator, OperatorCall Call, bool RunsNothing, List<(Memory<byte> Operand, byte[] Copy)> Copies, RowsOfWhole? Rows);
}
