using EdgeAI.Compiler.Emission;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Targets;

namespace EdgeAI.Compiler.Operators;

/// <summary>The type and extents of a value before it has a name.</summary>
/// <param name="Type">Element type.</param>
/// <param name="Shape">Static extents.</param>
public readonly record struct TensorType(ElementType Type, Shape Shape);

/// <summary>
/// One operator: what a node of this kind means. A class per operator, found by <see cref="OperatorCatalog"/>; it has no state.
/// Its ONNX and TFLite forms, its kernels and its tests stand in the same folder.
/// </summary>
public abstract class Operator
{
    /// <summary>The name in graphs, dumps and reports: <c>Conv2D</c>.</summary>
    public abstract string Name { get; }

    /// <summary>The record type of the node's attributes.</summary>
    public abstract Type AttributesType { get; }

    /// <summary>
    /// The type and shape of each result from those of the operands. Throws <see cref="OperatorException"/> when the operands,
    /// their types, shapes, quantization or the attributes do not fit; the message says which and what is allowed.
    /// For a node whose outputs have a type already (after quantization) the rule returns that type.
    /// </summary>
    public abstract IReadOnlyList<TensorType> Infer(Node node);

    /// <summary>
    /// Computes the results in managed code: the reference of every other engine. Float results in a fixed order of operations with
    /// <see cref="PortableMath"/>; integer results bit for bit those of the C kernel.
    /// </summary>
    public abstract void Execute(OperatorCall call);

    /// <summary>Multiply-accumulate operations of one run; 0 for operators that are not sums of products.</summary>
    public virtual long CountMacs(Node node) => 0;

    /// <summary>Whether a float result can jump where an operand moves by as little as a rounding: whole numbers, remainders.</summary>
    public virtual bool HasSteps => false;

    /// <summary>How the node's tensors get integer types when a float model is quantized.</summary>
    public virtual QuantizationRule Quantization => QuantizationRule.FloatOnly;

    /// <summary>Whether a result of which a file tells no quantization has that of operand 0: its integers are moved, chosen or averaged.</summary>
    public virtual bool KeepsUntoldQuantization => Quantization == QuantizationRule.SameAsInput;

    /// <summary>Whether there is a form for float32 values.</summary>
    public virtual bool TakesReals => true;

    /// <summary>
    /// The types of values that run as integers where a file has them so, though quantization makes none of reals: <c>int16</c>. Null where there are none.
    /// </summary>
    public virtual string? IntegersAsWritten => null;

    /// <summary>How constants and operands are quantized, by input index.</summary>
    public virtual OperandRole RoleOf(Node node, int inputIndex) => OperandRole.Activation;

    /// <summary>
    /// For <see cref="QuantizationRule.Fixed"/>: the quantization of the result for an integer type, as TensorFlow Lite's specification fixes it.
    /// </summary>
    public virtual QuantizationParameters FixedQuantization(ElementType type) => throw new NotSupportedException(Name);

    /// <summary>What stands against a node with int16 operands and results that <see cref="Infer"/> takes; null when nothing does.</summary>
    public virtual string? Int16Obstacle(Node node) => null;

    /// <summary>What the operator has to do with memory that lasts between runs. Its nodes are not folded or left out.</summary>
    public virtual StateUse StateUse => StateUse.None;

    /// <summary>Whether the result is the first operand's bytes, unmoved: nothing runs and both share their place.</summary>
    public virtual bool IsView(Node node) => false;

    /// <summary>
    /// Where in the first operand the result's bytes stand as one stretch, in bytes from its start; null where they do not. A plan may leave the result
    /// there, and then nothing runs.
    /// </summary>
    public virtual long? PlaceInOperand(Node node) => null;

    /// <summary>
    /// Where in the result an operand's bytes stand as one stretch, in bytes from its start; null where they do not. A plan may have the operand made
    /// there: the kernel leaves it as it is, and where all operands stand there nothing runs.
    /// </summary>
    public virtual long? PlaceInResult(Node node, int inputIndex) => null;

    /// <summary>
    /// The operands whose memory the first result may take over, element by element, because each element is read before
    /// its place is written. Sizes in bytes must be equal; the planner checks that the operand is not read later.
    /// </summary>
    public virtual IEnumerable<int> InPlaceInputs(Node node) => [];

    /// <summary><see cref="InPlaceInputs(Node)"/> and those that the kernel chosen for the node allows, and the managed reference with it.</summary>
    public IEnumerable<int> InPlaceInputs(Node node, InstructionSet instructionSet) =>
        InPlaceInputs(node).Union(KernelOf(node, instructionSet).InPlaceInputs);

    /// <summary>
    /// Where the first result may overlap an operand that nothing reads later: the smallest D, in bytes, such that the C kernel computes the same
    /// when the result starts D or more bytes below the operand's start. Negative: it may start that much above. Null: never.
    /// Follows from the kernel's order of reading and writing (<see cref="ReadBehindPixels(Node)"/>). No other operand may touch the result.
    /// </summary>
    public virtual long? OverlapDistance(Node node, int inputIndex, InstructionSet instructionSet) => null;

    /// <summary>
    /// For kernels that walk the pixels of their result in row-major order and finish all channels of a pixel before they write behind it: of
    /// how many pixels, counted back from the one being written and that one included, the kernel may still read the operand. 0: all reads for a
    /// block of pixels come before the block's first write. Null: the kernel walks another way, and nothing may overlap. Here of the portable kernel.
    /// </summary>
    public virtual int? ReadBehindPixels(Node node) => null;

    /// <summary><see cref="ReadBehindPixels(Node)"/> of the kernel chosen for the node.</summary>
    public int? ReadBehindPixels(Node node, InstructionSet instructionSet) => KernelOf(node, instructionSet).ReadBehindPixels;

    /// <summary>
    /// How rows of the result over one image [1,H,W,C] come from rows of an operand, so that the node can run part by part; null where it cannot.
    /// </summary>
    public virtual RowWindow? RowsRead(Node node, int inputIndex) => null;

    /// <summary>The attributes of the node that makes a part of the rows from the rows which that part reads; see <see cref="RowsRead"/>.</summary>
    public virtual OperatorAttributes AttributesOfRows(Node node, RowPart part) => node.Attributes;

    /// <summary>
    /// Bytes of working memory during the run of the managed reference and of the portable kernel, taken from the arena at an offset that is a
    /// multiple of 16.
    /// </summary>
    public virtual long ScratchBytes(Node node) => 0;

    /// <summary>Bytes of working memory that the kernel chosen for the node needs, at least <see cref="ScratchBytes(Node)"/>.</summary>
    public long ScratchBytes(Node node, InstructionSet instructionSet) =>
        Math.Max(ScratchBytes(node), KernelOf(node, instructionSet).ScratchBytes);

    /// <summary>
    /// The kernels for a node on cores with a set of instructions, in the order of preference where their cost is not known; those that cannot compute
    /// the node say why. The last is the portable one, which can. To add a kernel is to add it to <see cref="Variants"/>.
    /// </summary>
    public virtual IReadOnlyList<KernelVariant> Kernels(Node node, InstructionSet instructionSet) =>
    [
        .. Variants(node, instructionSet),
        new(KernelVariant.Portable, context => Emit(node, context)) { ScratchBytes = ScratchBytes(node), ReadBehindPixels = ReadBehindPixels(node) },
    ];

    /// <summary>
    /// The kernel that the plan chose (<see cref="Node.Kernel"/>), or the user's (<see cref="Node.Linked"/>); before that, the first of <see cref="Kernels"/> that can compute the node.
    /// Throws <see cref="OperatorException"/> when the plan names one that cannot; a part of a layer takes the first that can.
    /// </summary>
    public KernelVariant KernelOf(Node node, InstructionSet instructionSet)
    {
        if (node.Linked is { } linked)
        {
            return new(linked.Library, context => Emit(node, context).By(linked, context)) { ScratchBytes = linked.ScratchBytes };
        }

        KernelVariant[] able = [.. Kernels(node, instructionSet).Where(kernel => kernel.WhyNot is null)];
        return Array.Find(able, kernel => kernel.Name == node.Kernel)
            ?? (node.Kernel is null || node.IsPart ? able[0] : throw new OperatorException($"there is no kernel '{node.Kernel}' of {Name} for node '{node.Name}' and {instructionSet}"));
    }

    /// <summary>The kernels besides the portable one that are meant for a set of instructions.</summary>
    protected virtual IEnumerable<KernelVariant> Variants(Node node, InstructionSet instructionSet) => [];

    /// <summary>The call of the portable C kernel. Not asked for views.</summary>
    public abstract KernelCall Emit(Node node, EmissionContext context);
}

/// <summary>Operands or attributes that an operator cannot take. The message names them and what is allowed.</summary>
public sealed class OperatorException(string message) : Exception(message);

/// <summary>What an operator has to do with memory that lasts between runs.</summary>
public enum StateUse
{
    /// <summary>Nothing.</summary>
    None,
    /// <summary>Its result is such memory; nothing runs.</summary>
    Holds,
    /// <summary>It fills the memory of its first operand, which is its result's too, for the next run.</summary>
    Stores,
}

/// <summary>How a node's result gets its integer type.</summary>
public enum QuantizationRule
{
    /// <summary>No integer form: operands are dequantized before and results quantized after.</summary>
    FloatOnly,
    /// <summary>The result has the range found by calibration.</summary>
    Calibrated,
    /// <summary>The result has the quantization of its first operand, and operands in the role of activations share it: shaping, selection, maxima.</summary>
    SameAsInput,
    /// <summary>The result has <see cref="Operator.FixedQuantization"/>.</summary>
    Fixed,
    /// <summary>The node handles types by itself and is left alone: Quantize, Dequantize, shape operands.</summary>
    Untouched,
}

/// <summary>What an operand is to quantization.</summary>
public readonly record struct OperandRole(OperandKind Kind, int ChannelAxis = -1)
{
    /// <summary>A value in the data path; a constant here is quantized by its own range.</summary>
    public static OperandRole Activation { get; } = new(OperandKind.Activation);

    /// <summary>Symmetric int8 weights with one scale for the tensor.</summary>
    public static OperandRole Weights { get; } = new(OperandKind.Weights);

    /// <summary>Symmetric int8 weights, a scale for each index of an axis.</summary>
    public static OperandRole PerChannelWeights(int axis) => new(OperandKind.Weights, axis);

    /// <summary>Weights that multiply the first result of the step before, a scale for each index of an axis.</summary>
    public static OperandRole RecurrentWeights(int axis) => new(OperandKind.RecurrentWeights, axis);

    /// <summary>int32, scale = scale of operand 0 times that of the weights, zero point 0.</summary>
    public static OperandRole Bias { get; } = new(OperandKind.Bias, 0);

    /// <summary>Integers that stand for themselves: shapes, indexes.</summary>
    public static OperandRole Untouched { get; } = new(OperandKind.Untouched);
}

/// <summary>The kinds of <see cref="OperandRole"/>.</summary>
public enum OperandKind
{
    /// <summary>A value in the data path.</summary>
    Activation,
    /// <summary>Constant weights.</summary>
    Weights,
    /// <summary>Constant weights of the node's own result.</summary>
    RecurrentWeights,
    /// <summary>A constant added to sums of products.</summary>
    Bias,
    /// <summary>Never quantized.</summary>
    Untouched,
}
