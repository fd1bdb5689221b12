using System.Collections.Immutable;
using System.Globalization;
using Benchmarks;
using EdgeAI.Compiler.Diagnostics;

// Arguments: models and cores to keep (a word each, matched inside the name; none keeps all), --layers for each layer, --keep for the work folders.
// Where EDGEAI_PEERS names a folder with the sources of TensorFlow Lite Micro (see Peers/TensorFlowLiteMicro.cs), the peer is built and counted in the same run.
// With --plans [SEED]: what planning takes and how good it is.
// With --import, --import-auto or --import-large: time and memory of large models.
// With --host: time of float networks on this machine beside onnx2c's C.
// With --executor: time of float networks in managed code beside ONNX Runtime; --layers for each node.
// With --calibration: time of calibration with all repairs.
// With --noise: float and int8 networks on disturbed data (words keep networks).
// With --types: the choice of types by layer beside every assignment of networks of few layers (words keep networks).
// With --costs: cores (whole names; none means all) whose kernels are measured for the compiler's cost tables.
string[] words = [.. args.Where(word => !word.StartsWith("--", StringComparison.Ordinal))];
if (args.Contains("--costs"))
{
    foreach (string core in CostMeasurement.Cores.Where(core => words.Length == 0 || words.Contains(core)))
    {
        CostMeasurement.Run(core, Path.Combine(Measurement.FindRepository(), "src", "EdgeAI.Compiler", "Planning", "Kernels", "costs"));
    }

    return;
}

if (args.Contains("--import-auto"))
{
    Environment.ExitCode = ImportBenchmark.RunAuto() ? 0 : 1;
    return;
}

if (args.Contains("--import") || args.Contains("--import-large"))
{
    Environment.ExitCode = ImportBenchmark.Run(args.Contains("--import-large"), words.FirstOrDefault()) ? 0 : 1;
    return;
}

string data = Environment.GetEnvironmentVariable("EDGEAI_CONFORMANCE") is { Length: > 0 } folder ? folder : Measurement.FindData();
if (args.Contains("--plans"))
{
    int seed = words.Length > 0 ? int.Parse(words[0], CultureInfo.InvariantCulture) : Environment.TickCount & int.MaxValue;
    Environment.ExitCode = PlanningBenchmark.Run(data, seed) ? 0 : 1;
    return;
}

if (args.Contains("--executor"))
{
    ExecutorComparison.Run(data, words, args.Contains("--layers"));
    return;
}

if (args.Contains("--calibration"))
{
    Environment.ExitCode = CalibrationBenchmark.Run(data) ? 0 : 1;
    return;
}

if (args.Contains("--noise"))
{
    NoiseBenchmark.Run(data, words);
    return;
}

if (args.Contains("--types"))
{
    Environment.ExitCode = TypesBenchmark.Run(data, words) ? 0 : 1;
    return;
}

if (args.Contains("--host"))
{
    HostComparison.Run(data, words);
    return;
}

bool Keeps(string name, IEnumerable<string> names) =>
    !words.Any(word => names.Any(other => other.Contains(word, StringComparison.Ordinal))) || words.Any(word => name.Contains(word, StringComparison.Ordinal));

string CodeShare(PeerFigure peer, Measurement measured) => peer.CodeBytes is { } bytes
    ? string.Create(CultureInfo.InvariantCulture, $" of {bytes,6} = {(double)measured.CodeBytes / bytes:F2}  goal {PeerFigure.CodeGoal:F2}")
    : "";

string? peers = Environment.GetEnvironmentVariable("EDGEAI_PEERS") is { Length: > 0 } named ? named : null;
var built = new Dictionary<string, TensorFlowLiteMicro?>();
foreach (PeerFigure figure in Peer.Figures)
{
    PeerFigure peer = figure;
    if (Keeps(peer.Core, Peer.Figures.Select(other => other.Core)) && Keeps(peer.Name, Peer.Figures.Select(other => other.Name)))
    {
        try
        {
            string beside = "";
            if (peers is not null && peer.Model.EndsWith(".tflite", StringComparison.Ordinal))
            {
                if (!built.TryGetValue(peer.Core, out TensorFlowLiteMicro? micro))
                {
                    micro = TensorFlowLiteMicro.Find(peers, peer.Core);
                    built.Add(peer.Core, micro);
                }

                if (micro?.Run(Path.Combine(data, peer.Model)) is { } run)
                {
                    peer = peer with { Instructions = run.Instructions };
                    beside = string.Create(CultureInfo.InvariantCulture,
                        $"  peer of this run: arena {run.ArenaBytes}, initialization {run.InitInstructions}, {run.Mismatches} bytes differ");
                }
            }

            Measurement measured = Measurement.Of(Path.Combine(data, peer.Model), peer.Core, args.Contains("--keep"));
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{peer.Core,-12} {peer.Name,-26} {measured.Instructions,11} of {peer.Instructions,11} = {(double)measured.Instructions / peer.Instructions:F3}  goal {peer.Goal:F2}  arena {measured.ArenaBytes,6}  code {measured.CodeBytes,6}{CodeShare(peer, measured)}  weights {measured.WeightBytes,7}  stack {measured.StackBytes,5}  init {measured.InitInstructions}{beside}"));
            if (args.Contains("--layers"))
            {
                foreach ((string name, long macs, long count) in measured.Layers)
                {
                    Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                        $"    {count,10} {macs,9} MACs {(macs > 0 ? (double)count / macs : 0),6:F2}  {name}"));
                }
            }
        }
        catch (DiagnosticException error)
        {
            Console.WriteLine($"{peer.Core} {peer.Name}: {error.Diagnostics[0]}");
        }
    }
}
