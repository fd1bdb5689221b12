using EdgeAI.Compiler.Quantization.Mixed;

namespace EdgeAI.Compiler.Model;

/// <summary>What types of layers are chosen from, and what was chosen, as the messages of edgeai.proto.</summary>
internal static class MixedWire
{
    /// <summary>What a choice is made from.</summary>
    public static Wire.Candidates Write(MixedCandidates candidates) => new()
    {
        Exact = GraphWire.Write(candidates.Exact),
        Narrow = GraphWire.Write(candidates.Narrow),
        Wide = GraphWire.Write(candidates.Wide),
        Nibbles = GraphWire.Write(candidates.Nibbles),
        Sensitivities = { candidates.Sensitivities.Select(Write) },
    };

    /// <summary>What a choice is made from. Throws <see cref="InvalidDataException"/> for graphs that do not belong together.</summary>
    public static MixedCandidates Read(Wire.Candidates message)
    {
        if (message.Exact is null || message.Narrow is null || message.Wide is null || message.Nibbles is null)
        {
            throw new InvalidDataException("one of four graphs is missing");
        }

        var candidates = new MixedCandidates(
            GraphWire.Read(message.Exact), GraphWire.Read(message.Narrow), GraphWire.Read(message.Wide), [.. message.Sensitivities.Select(Read)])
        {
            Nibbles = GraphWire.Read(message.Nibbles),
        };
        string[] known = [.. candidates.Sensitivities.Select(row => row.Node)];
        string[] units = [.. new LayerUnits(candidates).Units.Select(unit => unit.Name)];
        return known.SequenceEqual(units, StringComparer.Ordinal) ? candidates
            : throw new InvalidDataException($"{known.Length} sensitivities for {units.Length} layers");
    }

    /// <summary>What was chosen.</summary>
    public static Wire.TypeChoice Write(TypeChoice choice)
    {
        var message = new Wire.TypeChoice
        {
            Limit = choice.Limit,
            Data = choice.Data,
            IsKept = choice.IsKept,
            Instructions = choice.Instructions,
            WideInstructions = choice.WideInstructions,
            Layers = { choice.Layers.Select(Write) },
        };
        if (choice.SqnrDb is { } db)
        {
            message.SqnrDb = db;
        }

        if (choice.Accuracy is { } accuracy)
        {
            message.Accuracy = accuracy;
        }

        if (choice.FloatAccuracy is { } exact)
        {
            message.FloatAccuracy = exact;
        }

        if (choice.FlashBytes is { } flash)
        {
            message.FlashBytes = flash;
        }

        return message;
    }

    /// <summary>What was chosen.</summary>
    public static TypeChoice Read(Wire.TypeChoice message) => new(
        message.Limit, message.Data, message.IsKept, message.HasSqnrDb ? message.SqnrDb : null, message.HasAccuracy ? message.Accuracy : null,
        message.HasFloatAccuracy ? message.FloatAccuracy : null, message.Instructions, message.WideInstructions, [.. message.Layers.Select(Read)])
    {
        FlashBytes = message.HasFlashBytes ? message.FlashBytes : null,
    };

    private static Wire.LayerSensitivity Write(LayerSensitivity row)
    {
        var message = new Wire.LayerSensitivity { Node = row.Node, IsLocal = row.IsLocal };
        if (row.Int8Noise is { } narrow)
        {
            message.Int8Noise = narrow;
        }

        if (row.Int16Noise is { } wide)
        {
            message.Int16Noise = wide;
        }

        if (row.Int4Noise is { } nibbles)
        {
            message.Int4Noise = nibbles;
        }

        return message;
    }

    private static LayerSensitivity Read(Wire.LayerSensitivity message) => new(
        message.Node, message.HasInt8Noise ? message.Int8Noise : null, message.HasInt16Noise ? message.Int16Noise : null, message.IsLocal)
    {
        Int4Noise = message.HasInt4Noise ? message.Int4Noise : null,
    };

    private static Wire.ChosenType Write(ChosenType layer)
    {
        var message = new Wire.ChosenType
        {
            Sensitivity = Write(layer.Sensitivity),
            Source = layer.Source,
            OperatorName = layer.Operator,
            ElementType = (int)layer.Type,
        };
        if (layer.Int8Instructions is { } narrow)
        {
            message.Int8Instructions = narrow;
        }

        if (layer.Int16Instructions is { } wide)
        {
            message.Int16Instructions = wide;
        }

        if (layer.Int4Instructions is { } nibbles)
        {
            message.Int4Instructions = nibbles;
        }

        return message;
    }

    private static ChosenType Read(Wire.ChosenType message) => new(
        Read(message.Sensitivity ?? throw new InvalidDataException("a layer has no sensitivity")), message.Source, message.OperatorName,
        Enum.IsDefined((ElementType)message.ElementType) ? (ElementType)message.ElementType : throw new InvalidDataException($"{message.ElementType} is no type"),
        message.HasInt8Instructions ? message.Int8Instructions : null, message.HasInt16Instructions ? message.Int16Instructions : null)
    {
        Int4Instructions = message.HasInt4Instructions ? message.Int4Instructions : null,
    };
}
