namespace Benchmarks;

/// <summary>A model on a core: the peer's instructions of one inference, and the share of them that is the goal.</summary>
/// <param name="Core">Name of the target.</param>
/// <param name="Model">File below the conformance data.</param>
/// <param name="Instructions">Of the peer, counted on the same emulated core with the same compiler at -O2.</param>
/// <param name="Goal">Share of them.</param>
/// <param name="CodeBytes">Flash without the model of the peer's smallest build for it, where that was measured.</param>
internal sealed record PeerFigure(string Core, string Model, long Instructions, double Goal, long? CodeBytes = null)
{
    /// <summary>The share of <see cref="CodeBytes"/> that is the goal.</summary>
    public const double CodeGoal = 0.25;

    /// <summary>The model's name.</summary>
    public string Name => Path.GetFileName(Model) == "model.onnx" ? Path.GetFileName(Path.GetDirectoryName(Model)!) : Path.GetFileNameWithoutExtension(Model);
}

/// <summary>
/// Figures of peers: int8 models with TensorFlow Lite Micro and CMSIS-NN (commits 90b983c2 and 4ab83cc3, gcc 12.2.1, kernels at -O2), float32 models
/// with onnx2c's C (commit ea045cc). The goal for float is half of onnx2c's instructions at -O2 or 0.9 of those at -O3, whichever is less.
/// </summary>
internal static class Peer
{
    private static readonly string[] Integer =
        ["mlperf_kws_int8", "mlperf_vww96_int8", "mlperf_resnet_int8", "mlperf_ad01_int8", "mlperf_streaming_ww_int8"];

    private static readonly long[] CodeOnCortexM4 = [53_536, 53_536, 51_340, 28_200, 51_000];

    private static readonly (string Core, long[] Instructions, double[] Goals)[] Table =
    [
        ("cortex-m4", [7_699_731, 24_101_540, 29_863_144, 582_862, 2_226_960], [0.42, 0.25, 0.45, 0.52, 0.50]),
        ("cortex-m55", [1_815_807, 6_558_335, 4_911_694, 149_994, 407_421], [0.63, 0.40, 0.70, 0.85, 0.70]),
        ("cortex-m3", [10_534_477, 31_958_740, 41_847_280, 955_899, 4_728_523], [0.75, 0.40, 0.75, 0.75, 0.55]),
        ("cortex-m0", [29_004_012, 86_903_541, 97_557_342, 1_762_908, 9_546_208], [0.38, 0.22, 0.43, 0.60, 0.45]),
    ];

    private static readonly (string Model, long AtO2, long AtO3)[] Floats =
        [("cntk_mnist8", 18_300_000, 6_740_000), ("tribuo_cnn_mnist", 4_580_000, 2_250_000), ("autoencoder1d", 2_090_000, 1_010_000)];

    /// <summary>Every model and core with a goal, in a fixed order.</summary>
    public static IReadOnlyList<PeerFigure> Figures { get; } =
    [
        .. Table.SelectMany(row => Integer.Select(
            (model, i) => new PeerFigure(row.Core, Path.Combine("tflite", model + ".tflite"), row.Instructions[i], row.Goals[i],
                row.Core == "cortex-m4" ? CodeOnCortexM4[i] : null))),
        .. Floats.Select(row => new PeerFigure(
            "cortex-m4", Path.Combine("onnx", row.Model, "model.onnx"), row.AtO2, Math.Min(0.5, 0.9 * row.AtO3 / row.AtO2))),
    ];
}
