using EdgeAI.Compiler.Quantization;

namespace EdgeAI.Compiler.Model;

/// <summary>What was done against the noise of integers, as the messages of edgeai.proto.</summary>
internal static class RepairWire
{
    /// <summary>A repair of one layer.</summary>
    public static Wire.RepairedLayer Write(RepairedLayer layer)
    {
        var message = new Wire.RepairedLayer { Node = layer.Node, Kind = (int)layer.Kind, ElementType = (int)layer.Type };
        if (layer.Detail is { } detail)
        {
            message.Detail = detail;
        }

        if (layer.BeforeDb is { } before)
        {
            message.BeforeDb = before;
        }

        if (layer.AfterDb is { } after)
        {
            message.AfterDb = after;
        }

        return message;
    }

    /// <summary>How a tensor's channels were changed.</summary>
    public static Wire.ChannelMap Write(ChannelMap map) => new() { Tensor = map.Tensor, Factors = { map.Factors }, Offsets = { map.Offsets } };

    /// <summary>All repairs. Throws <see cref="InvalidDataException"/> for numbers that stand for nothing.</summary>
    public static ModelRepairs Read(Wire.Quantization message) => new([.. message.RepairedLayers.Select(Read)], [.. message.ChannelMaps.Select(Read)]);

    private static RepairedLayer Read(Wire.RepairedLayer message) =>
        !Enum.IsDefined((RepairKind)message.Kind) ? throw new InvalidDataException($"{message.Kind} is no repair")
        : !Enum.IsDefined((ElementType)message.ElementType) ? throw new InvalidDataException($"{message.ElementType} is no type")
        : new(message.Node, (RepairKind)message.Kind, (ElementType)message.ElementType, message.HasDetail ? message.Detail : null,
            message.HasBeforeDb ? message.BeforeDb : null, message.HasAfterDb ? message.AfterDb : null);

    private static ChannelMap Read(Wire.ChannelMap message) =>
        message.Factors.Count > 0 && message.Factors.Count == message.Offsets.Count
            ? new(message.Tensor, [.. message.Factors], [.. message.Offsets])
            : throw new InvalidDataException($"the channels of '{message.Tensor}' have {message.Factors.Count} factors and {message.Offsets.Count} offsets");
}
