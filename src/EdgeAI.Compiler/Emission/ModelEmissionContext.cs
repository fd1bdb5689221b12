using System.Runtime.InteropServices;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Planning;
using EdgeAI.Compiler.Targets;

namespace EdgeAI.Compiler.Emission;

/// <summary>Addresses in one model's sources: places of the plan in <c>arena</c>, and constants of the weights file.</summary>
internal sealed class ModelEmissionContext : EmissionContext
{
    private readonly TensorPlaces _places;
    private readonly ArenaPlaces _arena;
    private readonly ConstantPool _constants;
    private readonly PlannedPlaces _planned;
    private readonly SortedSet<string> _files = new(StringComparer.Ordinal);
    private Node? _node;
    private int _step;
    private RowAddresses? _part;

    public ModelEmissionContext(Graph graph, MemoryPlan plan, ArenaPlaces arena, ConstantPool constants, InstructionSet instructionSet)
    {
        InstructionSet = instructionSet;
        _places = new(graph);
        _arena = arena;
        _constants = constants;
        _planned = new(plan);
    }

    /// <inheritdoc/>
    public override InstructionSet InstructionSet { get; }

    /// <summary>Files of kernels asked for, with extension.</summary>
    public IReadOnlyCollection<string> RequiredFiles => _files;

    /// <summary>The node whose call is written; decides what <see cref="Scratch"/> is, and where buffers are that move between steps.</summary>
    public void Enter(Node node, int step) => (_node, _step, _part) = (node, step, null);

    /// <summary>The part of a node whose call is written, and where what it touches stands.</summary>
    public void EnterPart(Node part, int step, RowAddresses addresses) => (_node, _step, _part) = (part, step, addresses);

    /// <summary>The moment at which the caller fills inputs or reads outputs.</summary>
    public void EnterBorder(int step) => (_node, _step, _part) = (null, step, null);

    /// <inheritdoc/>
    public override string Read(Tensor? tensor)
    {
        if (tensor is null)
        {
            return "NULL";
        }

        if (_part?.Find(tensor) is { } address)
        {
            return $"(const {tensor.Type.CName()} *)(const void *){address}";
        }

        Tensor root = _places.RootOf(tensor);
        return root.Constant is { } bytes
            ? _constants.Add(bytes, tensor.Type)
            : $"(const {tensor.Type.CName()} *)(const void *){Address(tensor)}";
    }

    /// <inheritdoc/>
    public override string Write(Tensor tensor) => $"({tensor.Type.CName()} *)(void *){Address(tensor)}";

    /// <inheritdoc/>
    public override string Scratch =>
        _node is not null && _planned.ScratchOf(_node) is { } buffer ? $"(void *){_arena.At(buffer.Offset)}" : "NULL";

    /// <inheritdoc/>
    public override string Constant<T>(Node node, string role, ReadOnlySpan<T> values) =>
        _constants.Add(MemoryMarshal.AsBytes(values).ToArray(), ElementOf<T>());

    /// <inheritdoc/>
    public override void Require(string fileName) => _files.Add(fileName);

    /// <summary>The place of a tensor as bytes of the arena, at the node entered.</summary>
    public string Address(Tensor tensor) => _part?.Find(tensor)
        ?? (_planned.Find(tensor, _step) is { } place
            ? _arena.At(place.Offset)
            : throw new InvalidOperationException($"the plan has no place for '{tensor.Name}'"));

    private static ElementType ElementOf<T>() => Type.GetTypeCode(typeof(T)) switch
    {
        TypeCode.SByte => ElementType.Int8,
        TypeCode.Byte => ElementType.UInt8,
        TypeCode.Boolean => ElementType.Bool,
        TypeCode.Int16 => ElementType.Int16,
        TypeCode.UInt16 => ElementType.UInt16,
        TypeCode.Int32 => ElementType.Int32,
        TypeCode.UInt32 => ElementType.UInt32,
        TypeCode.Int64 => ElementType.Int64,
        TypeCode.UInt64 => ElementType.UInt64,
        TypeCode.Single => ElementType.Float32,
        TypeCode.Double => ElementType.Float64,
        _ => throw new NotSupportedException($"constants of {typeof(T).Name}"),
    };
}
