using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators;

namespace EdgeAI.Compiler.Execution;

/// <summary>Runs a graph with memory of its own for every tensor; a view shares that of its operand. Every value can be read after a run.</summary>
public sealed class GraphExecutor : Executor
{
    /// <summary>Throws <see cref="OperatorException"/> for an unknown operator, <see cref="InvalidOperationException"/> for a value read before it is made.</summary>
    public GraphExecutor(Graph graph) : this(graph, OperatorCatalog.Of)
    {
    }

    internal GraphExecutor(Graph graph, Func<Node, Operator> operatorOf) : base(graph)
    {
        Build(operatorOf);
    }

    private protected override Memory<byte> Place(Tensor tensor) => new byte[tensor.ByteSize];

    private protected override Memory<byte> PlaceView(Tensor view, Tensor operand, Memory<byte> memory) => memory;

    private protected override Memory<byte> PlaceScratch(Node node, int size) => new byte[size];
}
