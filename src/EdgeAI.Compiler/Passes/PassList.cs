namespace EdgeAI.Compiler.Passes;

/// <summary>The passes of import, in order.</summary>
public static class PassList
{
    /// <summary>One round; <see cref="PassRunner"/> repeats it until a round changes nothing.</summary>
    public static IReadOnlyList<Pass> Import { get; } =
    [
        new RemoveDeadNodes(),
        new FoldConstants(),
        new MoveConstantsOutOfDequantize(), // must run after FoldConstants: what is left in front of a weight is then shaping alone
        new RemoveIdentities(),
        new MergeEqualConversions(), // must run before FuseQuantizedOperators: it looks for the only reader of a value
        new ShiftUnsignedQuantization(), // must run before FuseQuantizedOperators: the integer operators are int8
        new RecognizeActivations(), // must run before FoldChannelScales: the factor 1/6 of a HardSwish belongs to it, not to a layer
        new FuseMaskIntoSoftmax(), // must run after FoldConstants: masks that the file computes are constants then
        new FoldBatchNormalization(), // must run before FuseActivations: a layer with limits cannot be scaled
        new FoldChannelScales(), // must run after FoldBatchNormalization: what it splits into factors and shifts
        new HoistActivations(), // must run after FoldChannelScales: the limits would stand between a layer and its bias
        new FuseActivations(),
        new KeepReducedAxes(), // must run before SolveLayout: a reduction that drops axes is bound to their order
        new SolveLayout(), // must run after HoistActivations: fewer nodes whose order is free
        new MergeReshapes(), // must run after SolveLayout: it leaves a Reshape wherever only axes of extent 1 moved
        new FoldTransposeIntoFullyConnected(), // must run after SolveLayout: the Transpose has arrived in front of the flattening
        new FoldTransposeBehindFullyConnected(), // must run after SolveLayout: the Transpose has arrived behind the Reshape to an image
        new FoldTransposeIntoMatMul(),
        new MoveDequantizeDown(), // must run after SolveLayout: the Reshapes it leaves would part Dequantize from its reader
        new FoldPadding(), // must run after SolveLayout: Pad then has the convolution's order of axes
        new FuseQuantizedOperators(), // must run after SolveLayout: no Transpose stands between Dequantize, operator and Quantize
        new RemoveConstantChannels(), // must run after FuseQuantizedOperators: it knows integer layers alone
        new DeduplicateConstants(),
    ];

    /// <summary>One round for a model whose float operators stay float: <see cref="Import"/> without what makes integer operators.</summary>
    public static IReadOnlyList<Pass> AsWritten { get; } =
        [.. Import.Where(pass => pass is not (MergeEqualConversions or ShiftUnsignedQuantization or MoveDequantizeDown or FuseQuantizedOperators))];

    /// <summary>Once, after the rounds of <see cref="Import"/>: what was kept for them only.</summary>
    public static IReadOnlyList<Pass> Finish { get; } =
    [
        new FoldDequantizedConstants(),
        new RemoveDeadNodes(), // must run last: the others leave unread nodes behind
    ];
}
