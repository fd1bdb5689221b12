using System.Collections.Immutable;
using EdgeAI.Compiler.Data;
using EdgeAI.Compiler.Model;

namespace Conformance.Tests;

/// <summary>
/// The audio front end of TensorFlow Lite Micro's signal operators. Its origin's runner lacks these operators; the outputs here are those of the signal
/// library itself (its portable sources with kissfft 130) for the model's inputs: each run on a fresh state, and three runs as one sequence.
/// </summary>
internal static class SignalFrontEnd
{
    private const string Name = "tflm_audio_preprocessor_int8";

    private static readonly sbyte[][] Fresh =
    [
        [
            119, 99, 118, 100, 127, 106, 126, 99, 115, 96, 118, 99, 118, 98, 116, 98, 119, 100, 120, 100, 121, 100, 121, 100, 121, 100, 121, 100, 121, 100,
            121, 100, 121, 101, 121, 101, 121, 100, 123, 101,
        ],
        [
            118, 99, 118, 98, 118, 100, 120, 100, 126, 105, 126, 100, 118, 100, 121, 100, 118, 99, 121, 100, 120, 100, 121, 100, 121, 100, 118, 100, 121, 100,
            120, 100, 121, 101, 121, 100, 122, 101, 122, 101,
        ],
    ];

    private static readonly sbyte[][] Sequence =
    [
        Fresh[0],
        [
            100, 82, 100, 75, -50, -128, 58, 89, 125, 105, 124, 86, 103, 90, 115, 90, 102, 79, 110, 80, 103, 83, 106, 77, 106, 87, 93, 81, 101, 82, 104, 80,
            107, 82, 103, 72, 107, 86, 103, 86,
        ],
        [
            96, 70, 95, 73, 110, 88, 108, 62, -128, -128, 32, 66, 95, 60, 79, 59, 95, 72, 90, 73, 96, 71, 95, 75, 94, 66, 100, 72, 98, 71, 95, 73, 94, 72,
            97, 77, 95, 68, 98, 69,
        ],
    ];

    /// <summary>The model twice: with runs of their own, and with runs in sequence.</summary>
    public static IEnumerable<GoldenModel> Read(string folder)
    {
        string path = Path.Combine(folder, Name + ".tflite");
        NumericArray[] inputs = [.. Enumerable.Range(0, 2).Select(set => GoldenModel.Read(folder, $"golden/{Name}/set{set}_input_0.npy"))];
        foreach ((sbyte[][] outputs, bool isSequence) in new[] { (Fresh, false), (Sequence, true) })
        {
            GoldenRun[] runs = [.. outputs.Select((output, i) => new GoldenRun([inputs[i % 2]], [new NumericArray(ElementType.Int8, new Shape(output.Length), output.Select(value => (byte)value).ToArray())]))];
            yield return new($"{Name}{(isSequence ? " (sequence)" : "")}", path, File.ReadAllBytes(path), ImmutableSortedDictionary<string, Shape>.Empty, runs, 0, isSequence);
        }
    }
}
