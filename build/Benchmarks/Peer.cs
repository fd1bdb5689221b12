namespace Benchmarks;

/// <summary>
/// Instructions of one inference with TensorFlow Lite Micro and CMSIS-NN (commits 90b983c2 and 4ab83cc3, gcc 12.2.1, kernels at -O2), counted on
/// the same emulated cores; and the share of them that is the goal.
/// </summary>
internal static class Peer
{
    private static readonly (string Core, long[] Instructions, double[] Goals)[] Table =
    [
        ("cortex-m4", [7_699_731, 24_101_540, 29_863_144, 582_862, 2_226_960], [0.42, 0.25, 0.45, 0.52, 0.50]),
        ("cortex-m55", [1_815_807, 6_558_335, 4_911_694, 149_994, 407_421], [0.63, 0.40, 0.70, 0.85, 0.70]),
        ("cortex-m3", [10_534_477, 31_958_740, 41_847_280, 955_899, 4_728_523], [0.75, 0.40, 0.75, 0.75, 0.55]),
        ("cortex-m0", [29_004_012, 86_903_541, 97_557_342, 1_762_908, 9_546_208], [0.38, 0.22, 0.43, 0.60, 0.45]),
    ];

    /// <summary>Names of the models' files.</summary>
    public static IReadOnlyList<string> Models { get; } =
        ["mlperf_kws_int8", "mlperf_vww96_int8", "mlperf_resnet_int8", "mlperf_ad01_int8", "mlperf_streaming_ww_int8"];

    /// <summary>Names of the cores' targets.</summary>
    public static IReadOnlyList<string> Cores { get; } = [.. Table.Select(row => row.Core)];

    /// <summary>The peer's instructions.</summary>
    public static long Instructions(string core, string model) => Row(core).Instructions[Index(model)];

    /// <summary>The share of them that is the goal.</summary>
    public static double Goal(string core, string model) => Row(core).Goals[Index(model)];

    private static (string Core, long[] Instructions, double[] Goals) Row(string core) => Table.Single(row => row.Core == core);

    private static int Index(string model) => Models.ToList().IndexOf(model);
}
