using System.Globalization;
using System.Text;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Pipeline;
using EdgeAI.Compiler.Planning;
using EdgeAI.Compiler.Planning.Regions;

namespace EdgeAI.Compiler.Emission;

/// <summary>Writes the public header of one model: sizes as decimal literals, the arena's type, the functions, typed and named accessors.</summary>
internal sealed class ModelHeader
{
    private readonly PlannedModel _model;
    private readonly Graph _graph;
    private readonly string _name;
    private readonly string _upper;
    private readonly ArenaPlaces _arena;
    private readonly string[] _inputNames;
    private readonly string[] _outputNames;
    private readonly StringBuilder _text = new();

    public ModelHeader(PlannedModel model)
    {
        _model = model;
        _graph = model.Quantized.Graph;
        _name = _graph.Name;
        _upper = _name.ToUpperInvariant();
        _arena = new(_name, model.Plan);
        // kws_output_shape is the name of a function for outputs whose size depends on data.
        _inputNames = CNames.UniqueSuffixes([.. _graph.Inputs.Select(tensor => tensor.Name)], "shape");
        _outputNames = CNames.UniqueSuffixes([.. _graph.Outputs.Select(tensor => tensor.Name)], "shape");
    }

    /// <summary>The identifiers the header defines, but for macros.</summary>
    public IEnumerable<string> Symbols =>
    [
        .. new[] { "arena", "init", "input", "run", "output", "step" }.Select(word => $"{_name}_{word}"),
        .. _arena.Further.Select(_arena.TypeOf), .. _arena.IsSpread ? new[] { $"{_name}_place" } : [],
        .. _inputNames.Select(suffix => $"{_name}_input_{suffix}"),
        .. _outputNames.Select(suffix => $"{_name}_output_{suffix}"),
    ];

    /// <summary>The whole file.</summary>
    public string Text()
    {
        _text.Clear();
        Line($"{ModelEmitter.Banner(_model, $"{_name}: fill the inputs, run, read the outputs")}#ifndef EDGEAI_MODEL_{_upper}_H");
        Line($"#define EDGEAI_MODEL_{_upper}_H\n");
        Line("#include \"edgeai_model.h\"\n");
        Line($"/* Bytes of the working memory, and how many at its start last between runs. */");
        Line(Invariant($"#define {_upper}_ARENA_SIZE {_arena.MainBytes}u"));
        Line(Invariant($"#define {_upper}_STATE_SIZE {_model.Plan.StateBytes}u\n"));
        foreach (PlannedRegion region in _arena.Further)
        {
            Line($"/* Bytes of the part in {region.Memory}. */");
            Line(Invariant($"#define {_arena.SizeOf(region)} {region.Bytes}u\n"));
        }

        Line($"/* Steps of one run; {_name}_step runs one of them. */");
        Line($"#define {_upper}_STEP_COUNT {PlanSteps.Of(_graph, _model.Plan).Count}u\n");
        WriteBorder("INPUT", _graph.Inputs);
        WriteBorder("OUTPUT", _graph.Outputs);
        WriteFunctions();
        WriteAccessors();
        Line("#ifdef __cplusplus\n}\n#endif\n\n#endif");
        return _text.ToString();
    }

    private void Line(string line) => _text.Append(line).Append('\n');

    private void WriteBorder(string side, IList<Tensor> tensors)
    {
        Line(Invariant($"#define {_upper}_{side}_COUNT {tensors.Count}u\n"));
        for (int i = 0; i < tensors.Count; i++)
        {
            Tensor tensor = tensors[i];
            string prefix = Invariant($"{_upper}_{side}_{i}");
            Line($"/* {CNames.Comment(tensor.Name)}: {tensor.Type.DisplayName()}{tensor.Shape}, row-major */");
            Line(Invariant($"#define {prefix}_SIZE {tensor.ByteSize}u"));
            Line(Invariant($"#define {prefix}_ELEMENTS {tensor.Shape.ElementCount}u"));
            Line(Invariant($"#define {prefix}_RANK {tensor.Shape.Rank}u"));
            for (int axis = 0; axis < tensor.Shape.Rank; axis++)
            {
                Line(Invariant($"#define {prefix}_EXTENT_{axis} {tensor.Shape[axis]}u"));
            }

            if (!tensor.Type.IsFloat() && tensor.Quantization is { IsPerChannel: false } quantization)
            {
                Line($"#define {prefix}_SCALE {CLiteral.Float(quantization.Scale)}");
                Line($"#define {prefix}_ZERO_POINT {CLiteral.Integer(quantization.ZeroPoint)}");
            }

            Line("");
        }
    }

    private void WriteFunctions() => _text.Append(CultureInfo.InvariantCulture, $$"""
        #ifdef __cplusplus
        extern "C" {
        #endif

        typedef struct {{_name}}_arena {
            EDGEAI_ALIGNAS({{_arena.Alignment}}) uint8_t bytes[{{_upper}}_ARENA_SIZE];
        } {{_name}}_arena;

        EDGEAI_STATIC_ASSERT(sizeof({{_name}}_arena) == {{_upper}}_ARENA_SIZE, "the arena has no padding");

        {{Parts()}}/* Once, before the first run: clears the state. */
        void {{_name}}_init({{_name}}_arena *arena);

        /* Where input index is to be written before each run: a run may overwrite its inputs. NULL past the last index. */
        void *{{_name}}_input({{_name}}_arena *arena, unsigned index);

        /* Computes all outputs from all inputs. */
        void {{_name}}_run({{_name}}_arena *arena);

        /* Where output index stands until an input is next written or the memory serves another model. NULL past the last index. */
        const void *{{_name}}_output(const {{_name}}_arena *arena, unsigned index);

        /* One part of a run; steps 0, 1, ... {{_upper}}_STEP_COUNT - 1 in this order are one run. */
        void {{_name}}_step({{_name}}_arena *arena, unsigned step);


        """);

    /// <summary>The structs of further memories and the function that takes them; empty with one part.</summary>
    private string Parts() => !_arena.IsSpread ? "" : string.Concat(_arena.Further.Select(region => Invariant($$"""
        /* The part in {{region.Memory}}. */
        typedef struct {{_arena.TypeOf(region)}} {
            EDGEAI_ALIGNAS({{region.Alignment}}) uint8_t bytes[{{_arena.SizeOf(region)}}];
        } {{_arena.TypeOf(region)}};

        EDGEAI_STATIC_ASSERT(sizeof({{_arena.TypeOf(region)}}) == {{_arena.SizeOf(region)}}, "the part has no padding");


        """))) + Invariant($"""
        /* Before {_name}_init: hands over the working memory in other memories, which lasts as long as the arena. */
        void {_name}_place({_name}_arena *arena{_arena.Parameters});


        """);

    private void WriteAccessors()
    {
        for (int i = 0; i < _inputNames.Length; i++)
        {
            string type = _graph.Inputs[i].Type.CName();
            Line(Invariant($$"""
                static inline {{type}} *{{_name}}_input_{{_inputNames[i]}}({{_name}}_arena *arena)
                {
                    return ({{type}} *){{_name}}_input(arena, {{i}}u);
                }

                """));
        }

        for (int i = 0; i < _outputNames.Length; i++)
        {
            string type = _graph.Outputs[i].Type.CName();
            Line(Invariant($$"""
                static inline const {{type}} *{{_name}}_output_{{_outputNames[i]}}(const {{_name}}_arena *arena)
                {
                    return (const {{type}} *){{_name}}_output(arena, {{i}}u);
                }

                """));
        }
    }

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
