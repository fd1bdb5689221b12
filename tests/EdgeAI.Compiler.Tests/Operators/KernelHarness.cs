using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using EdgeAI.Compiler.Emission;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators;
using EdgeAI.Compiler.Targets;

namespace EdgeAI.Compiler.Tests.Operators;

/// <summary>
/// Compares operators' C kernels with their managed reference: many nodes go into one C program, compiled with the strictest warnings and
/// the address and undefined-behaviour sanitizers, and run on the same random operands. Integer results must be equal byte for byte, floats within
/// 1e-5 of the result's range. Nodes that allow it run again with the result in an operand's place, and over an operand at the smallest
/// distance (<see cref="Operator.OverlapDistance"/>). All of this with every kernel that can compute the node (<see cref="Operator.Kernels"/>).
/// </summary>
internal static class KernelHarness
{
    private const string Flags =
        "-std=c11 -O2 -Wall -Wextra -Wconversion -Wshadow -Wpedantic -Werror -fsanitize=address,undefined -fno-sanitize-recover=all";

    /// <summary>Compiler flags that make each choice of the float kernels' vectors: none, four lanes, eight, and the most that this machine has.</summary>
    public static IReadOnlyList<string> VectorMachines { get; } = RuntimeInformation.ProcessArchitecture == Architecture.X64
        ? ["-U__SSE2__", "", "-march=native -mno-avx512f", "-march=native"]
        : [""];

    /// <summary>Whether gcc is there; when not, <see cref="Check"/> runs the managed half only and says so.</summary>
    public static bool HasCompiler { get; } = Starts("gcc");

    /// <summary>Runs every node in both engines. Results of the nodes need no name or type yet: they are inferred where a node has none.</summary>
    /// <param name="context">The test, for its output.</param>
    /// <param name="nodes">Nodes with operands that are constants or get random contents.</param>
    /// <param name="seed">Seed of the contents; part of every failure.</param>
    /// <param name="makeFloat">Float contents; standard: uniform in ±2.</param>
    /// <param name="instructionSet">The set whose C kernels are compared; their sources compile here whatever it is.</param>
    /// <param name="exactFloats">Floats too must be equal bit for bit.</param>
    /// <param name="machine">More flags for the compiler.</param>
    public static void Check(
        TestContext context, IReadOnlyList<Node> nodes, int seed, Func<Random, float>? makeFloat = null,
        InstructionSet instructionSet = InstructionSet.Portable, bool exactFloats = false, string machine = "")
    {
        var random = new Random(seed);
        var cases = new List<Case>();
        foreach (Node node in nodes)
        {
            Operator definition = OperatorCatalog.Of(node);
            CheckTypes(definition, node, seed);
            if (definition.IsView(node))
            {
                continue;
            }

            byte[]?[] inputs = [.. node.Inputs.Select(tensor => tensor is null ? null : Contents(tensor, random, makeFloat))];
            foreach (KernelVariant kernel in definition.Kernels(node, instructionSet).Where(kernel => kernel.WhyNot is null))
            {
                AddCases(cases, With(kernel, node), definition, inputs, instructionSet);
            }
        }

        byte[][][] expected = [.. cases.Select(RunManaged)];
        if (!HasCompiler)
        {
            context.WriteLine("gcc was not found: the C kernels were not compared");
            return;
        }

        byte[] actual = CompileAndRun(cases, instructionSet, machine);
        int at = 0;
        for (int i = 0; i < cases.Count; i++)
        {
            for (int output = 0; output < expected[i].Length; output++)
            {
                int size = expected[i][output].Length;
                string difference = ResultDifference.Find(cases[i].Node.Outputs[output], expected[i][output], actual.AsSpan(at, size), exactFloats);
                Assert.AreEqual("", difference, $"seed {seed}, case {i}{machine}: {cases[i]}");
                at += size;
            }
        }

        Assert.AreEqual(actual.Length, at);
    }

    private static Node With(KernelVariant kernel, Node node) => new(node.Name, node.Operator, node.Attributes)
    {
        Inputs = node.Inputs,
        Outputs = node.Outputs,
        Source = node.Source,
        Kernel = kernel.Name,
    };

    private static void AddCases(List<Case> cases, Node node, Operator definition, byte[]?[] inputs, InstructionSet instructionSet)
    {
        cases.Add(new(node, definition, inputs, -1) { InstructionSet = instructionSet });
        foreach (int input in definition.InPlaceInputs(node, instructionSet))
        {
            if (node.Input(input).ByteSize == node.Output.ByteSize && !node.Input(input).IsConstant)
            {
                cases.Add(new(node, definition, inputs, input) { InstructionSet = instructionSet });
            }
        }

        for (int input = 0; input < inputs.Length; input++)
        {
            if (node.Inputs[input] is { IsConstant: false } && definition.OverlapDistance(node, input, instructionSet) is { } distance)
            {
                cases.Add(new(node, definition, inputs, -1) { InstructionSet = instructionSet, Overlapped = input, Distance = distance });
            }
        }
    }

    /// <summary>Executes a node on given operands in managed code; every result's bytes.</summary>
    public static byte[][] Execute(Node node, params byte[]?[] inputs) => RunManaged(new(node, OperatorCatalog.Of(node), inputs, -1));

    /// <summary>Where the text of every kernel comes from.</summary>
    public static SortedDictionary<string, string> Kernels()
    {
        var files = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (string name in typeof(Operator).Assembly.GetManifestResourceNames())
        {
            if (name.StartsWith("kernels/", StringComparison.Ordinal))
            {
                using var reader = new StreamReader(typeof(Operator).Assembly.GetManifestResourceStream(name)!);
                files.Add(name["kernels/".Length..], reader.ReadToEnd());
            }
        }

        return files;
    }

    /// <summary>Whether a program starts when asked for its version.</summary>
    public static bool Starts(string program)
    {
        try
        {
            return Run(program, "--version", null).ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }

    /// <summary>Runs a program to its end.</summary>
    public static (int ExitCode, string Output) Run(string program, string arguments, string? folder)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder ?? "",
        })!;
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        string errors = process.StandardError.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output.Result + errors);
    }

    private static void CheckTypes(Operator definition, Node node, int seed)
    {
        IReadOnlyList<TensorType> types = definition.Infer(node);
        for (int i = 0; i < types.Count; i++)
        {
            if (node.Outputs.Count == i)
            {
                node.Outputs.Add(new Tensor($"{node.Name}_result{i}", types[i].Type, types[i].Shape));
            }

            Tensor result = node.Outputs[i];
            Assert.AreEqual($"{types[i].Type}{types[i].Shape}", $"{result.Type}{result.Shape}", $"seed {seed}, {node.Name}");
        }
    }

    private static byte[] Contents(Tensor tensor, Random random, Func<Random, float>? makeFloat)
    {
        if (tensor.Constant is { } constant)
        {
            return constant.ToArray();
        }

        byte[] bytes = new byte[tensor.ByteSize];
        if (tensor.Type == ElementType.Float32)
        {
            foreach (ref float value in MemoryMarshal.Cast<byte, float>(bytes.AsSpan()))
            {
                value = makeFloat?.Invoke(random) ?? ((random.NextSingle() * 4) - 2);
            }
        }
        else
        {
            random.NextBytes(bytes);
        }

        return bytes;
    }

    private static byte[][] RunManaged(Case item)
    {
        byte[][] outputs = [.. item.Node.Outputs.Select(tensor => new byte[tensor.ByteSize])];
        if (item.InPlace >= 0)
        {
            outputs[0] = [.. item.Inputs[item.InPlace]!];
        }

        Memory<byte>?[] inputs = [.. item.Inputs.Select((bytes, i) => bytes is null ? (Memory<byte>?)null : i == item.InPlace ? outputs[0] : bytes.ToArray())];
        var scratch = new byte[item.Definition.ScratchBytes(item.Node)];
        Array.Fill(scratch, (byte)0xA5);
        var call = new OperatorCall(item.Node, inputs, [.. outputs.Select(bytes => (Memory<byte>)bytes)], scratch);
        item.Definition.Execute(call);
        if (item.InPlace < 0)
        {
            // A call object serves many runs: what it keeps must not depend on the first one.
            byte[][] first = [.. outputs.Select(bytes => bytes.ToArray())];
            item.Definition.Execute(call);
            for (int i = 0; i < outputs.Length; i++)
            {
                Assert.IsTrue(first[i].AsSpan().SequenceEqual(outputs[i]), $"the second run differs: {item}");
            }
        }

        return outputs;
    }

    private static byte[] CompileAndRun(List<Case> cases, InstructionSet instructionSet, string machine)
    {
        string folder = Directory.CreateTempSubdirectory("edgeai-kernels-").FullName;
        try
        {
            foreach ((string name, string text) in Kernels())
            {
                File.WriteAllText(Path.Combine(folder, name), text);
            }

            var program = new Program(instructionSet);
            for (int i = 0; i < cases.Count; i++)
            {
                program.Add(cases[i], i);
            }

            File.WriteAllText(Path.Combine(folder, "main.c"), program.Text());
            File.WriteAllBytes(Path.Combine(folder, "in.bin"), [.. cases.SelectMany(item => item.Inputs.OfType<byte[]>()).SelectMany(bytes => bytes)]);
            string sources = string.Join(' ', KernelLibrary.WithIncludes(program.Files.SelectMany(file => new[] { file + ".h", file + ".c" }))
                .Keys.Where(file => file.EndsWith(".c", StringComparison.Ordinal)));
            (int exitCode, string output) = Run("gcc", $"{Flags} {machine} -o test main.c {sources} -lm", folder);
            Assert.AreEqual(0, exitCode, "gcc: " + output);
            (exitCode, output) = Run(Path.Combine(folder, "test"), "in.bin out.bin", folder);
            Assert.AreEqual(0, exitCode, "the compiled kernels stopped: " + output);
            return File.ReadAllBytes(Path.Combine(folder, "out.bin"));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private sealed record Case(Node Node, Operator Definition, byte[]?[] Inputs, int InPlace)
    {
        public InstructionSet InstructionSet { get; init; }

        /// <summary>The operand that the result overlaps in C, or −1.</summary>
        public int Overlapped { get; init; } = -1;

        /// <summary>How far the result starts below the operand.</summary>
        public long Distance { get; init; }

        public long OperandStart => Math.Max(0, Distance);

        public long ResultStart => Math.Max(0, -Distance);

        public override string ToString() =>
            $"{Node.Operator} by {Node.Kernel}({string.Join(", ", Node.Inputs.Select(tensor => tensor?.ToString() ?? "none"))}) -> {string.Join(", ", Node.Outputs)} {Node.Attributes}{(InPlace < 0 ? "" : $" in place of operand {InPlace}")}{(Overlapped < 0 ? "" : $" {Distance} bytes below operand {Overlapped}")}";
    }

    /// <summary>The C program: each buffer is an array of its own, so that the sanitizer sees every access outside of one.</summary>
    private sealed class Program(InstructionSet instructionSet)
    {
        private readonly InstructionSet _instructionSet = instructionSet;
        private readonly StringBuilder _declarations = new();
        private readonly StringBuilder _main = new();

        public SortedSet<string> Files { get; } = new(StringComparer.Ordinal);

        public void Add(Case item, int number)
        {
            var context = new Context(this, item, number);
            for (int i = 0; i < item.Inputs.Length; i++)
            {
                if (item.Inputs[i] is { } bytes)
                {
                    string target = i == item.InPlace ? $"c{number}_out0"
                        : i == item.Overlapped ? $"(c{number}_shared + {item.OperandStart})" : $"c{number}_in{i}";
                    if (i != item.InPlace && i != item.Overlapped)
                    {
                        Declare($"c{number}_in{i}", item.Node.Input(i).Type, item.Node.Input(i).Shape.ElementCount);
                    }

                    _main.Append(CultureInfo.InvariantCulture, $"    if (fread({target}, 1, {bytes.Length}, in) != {bytes.Length}) {{ return 2; }}\n");
                }
            }

            if (item.Overlapped >= 0)
            {
                long bytes = Math.Max(
                    item.OperandStart + item.Node.Input(item.Overlapped).ByteSize, item.ResultStart + item.Node.Output.ByteSize);
                _declarations.Append(CultureInfo.InvariantCulture, $"static _Alignas(16) unsigned char c{number}_shared[{bytes}];\n");
            }

            for (int i = 0; i < item.Node.Outputs.Count && item.Overlapped < 0; i++)
            {
                Declare($"c{number}_out{i}", item.Node.Outputs[i].Type, item.Node.Outputs[i].Shape.ElementCount);
            }

            if (item.Definition.ScratchBytes(item.Node, item.InstructionSet) is > 0 and long scratchBytes)
            {
                _declarations.Append(CultureInfo.InvariantCulture, $"static _Alignas(16) unsigned char c{number}_scratch[{scratchBytes}];\n");
            }

            KernelCall call = item.Definition.KernelOf(item.Node, item.InstructionSet).Emit(context);
            Files.Add(call.File);
            string parameters = "";
            if (!call.Fields.IsEmpty)
            {
                // Written by position and by name: the two agree only when the fields stand in the struct's order.
                string values = string.Join(", ", call.Fields.Select(field => field.Value));
                string fields = string.Join(", ", call.Fields.Select(field => $".{field.Name} = {field.Value}"));
                _declarations.Append(CultureInfo.InvariantCulture, $"static const {call.ParameterType} c{number}_params = {{{values}}};\n");
                _declarations.Append(CultureInfo.InvariantCulture, $"static const {call.ParameterType} c{number}_named = {{{fields}}};\n");
                _main.Append(CultureInfo.InvariantCulture, $"    if (memcmp(&c{number}_params, &c{number}_named, sizeof(c{number}_params)) != 0) {{ return 4; }}\n");
                parameters = $"&c{number}_params, ";
            }

            _main.Append(CultureInfo.InvariantCulture, $"    {call.Function}({parameters}{string.Join(", ", call.Arguments)});\n");
            for (int i = 0; i < item.Node.Outputs.Count; i++)
            {
                long size = item.Node.Outputs[i].ByteSize;
                string result = item.Overlapped >= 0 ? $"(c{number}_shared + {item.ResultStart})" : $"c{number}_out{i}";
                _main.Append(CultureInfo.InvariantCulture, $"    if (fwrite({result}, 1, {size}, out) != {size}) {{ return 3; }}\n");
            }
        }

        public string Text()
        {
            string includes = string.Concat(Files.Select(file => $"#include \"{file}.h\"\n"));
            return $$"""
                {{includes}}#include <math.h>
                #include <stddef.h>
                #include <stdint.h>
                #include <stdio.h>
                #include <string.h>

                {{_declarations}}
                int main(int argc, char **argv)
                {
                    if (argc != 3) { return 1; }
                    FILE *in = fopen(argv[1], "rb");
                    FILE *out = fopen(argv[2], "wb");
                    if (in == NULL || out == NULL) { return 1; }
                {{_main}}    fclose(in);
                    return fclose(out);
                }

                """;
        }

        private void Declare(string name, ElementType type, long count) =>
            _declarations.Append(CultureInfo.InvariantCulture, $"static {type.CName()} {name}[{Math.Max(1, count)}];\n");

        private sealed class Context(Program program, Case item, int number) : EmissionContext
        {
            private int _constants;

            public override InstructionSet InstructionSet => item.InstructionSet;

            public override string Scratch => $"(void *)c{number}_scratch";

            public override string Read(Tensor? tensor)
            {
                if (tensor is null)
                {
                    return "NULL";
                }

                int input = item.Node.Inputs.IndexOf(tensor);
                string name = input == item.InPlace ? $"c{number}_out0"
                    : input == item.Overlapped ? $"(const void *)(c{number}_shared + {item.OperandStart})" : $"c{number}_in{input}";
                return $"(const {tensor.Type.CName()} *){name}";
            }

            public override string Write(Tensor tensor) => item.Overlapped >= 0
                ? $"({tensor.Type.CName()} *)(void *)(c{number}_shared + {item.ResultStart})"
                : $"({tensor.Type.CName()} *)c{number}_out{item.Node.Outputs.IndexOf(tensor)}";

            public override string Constant<T>(Node node, string role, ReadOnlySpan<T> values)
            {
                string type = default(T) switch
                {
                    sbyte => "int8_t",
                    byte => "uint8_t",
                    short => "int16_t",
                    ushort => "uint16_t",
                    int => "int32_t",
                    uint => "uint32_t",
                    long => "int64_t",
                    ulong => "uint64_t",
                    float => "float",
                    double => "double",
                    _ => throw new NotSupportedException(typeof(T).Name),
                };
                string name = $"c{number}_constant{_constants++}_{role}";
                string elements = string.Join(", ", values.ToArray().Select(value => value is float real
                    ? CLiteral.Float(real)
                    : value is double or ulong ? throw new NotSupportedException(typeof(T).Name)
                    : CLiteral.Integer(Convert.ToInt64(value, CultureInfo.InvariantCulture))));
                program._declarations.Append(CultureInfo.InvariantCulture, $"static const {type} {name}[{Math.Max(1, values.Length)}] = {{{(elements.Length == 0 ? "0" : elements)}}};\n");
                return name;
            }
        }
    }
}
