using System.Collections.Immutable;
using EdgeAI.Compiler.Pipeline;
using EdgeAI.Compiler.Planning;
using EdgeAI.Compiler.Planning.Kernels;
using EdgeAI.Compiler.Planning.Regions;
using EdgeAI.Compiler.Targets;

namespace EdgeAI.Compiler.Model;

/// <summary>What stages add to a graph, as the messages of edgeai.proto.</summary>
internal static class StageWire
{
    /// <summary>Where a model came from.</summary>
    public static Wire.Source Write(ModelSource source) => new() { Path = source.Path, Sha256 = source.Sha256, Format = source.Format };

    /// <summary>Where a model came from.</summary>
    public static ModelSource Read(Wire.Source message) => new(message.Path, message.Sha256, message.Format);

    /// <summary>Axis order at the border.</summary>
    public static Wire.Border Write(BorderLayouts border) => new()
    {
        InputPermutations = { border.InputPermutations.Select(Write) },
        OutputPermutations = { border.OutputPermutations.Select(Write) },
    };

    /// <summary>Axis order at the border of a graph. Throws <see cref="InvalidDataException"/> when it is another graph's.</summary>
    public static BorderLayouts Read(Wire.Border message, Graph graph) =>
        new(Read(message.InputPermutations, graph.Inputs), Read(message.OutputPermutations, graph.Outputs));

    /// <summary>A device.</summary>
    public static Wire.Target Write(TargetDescription target)
    {
        var message = new Wire.Target { Name = target.Name, Core = target.Core };
        if (target.ClockMhz is { } clock)
        {
            message.ClockMhz = clock;
        }

        if (target.Instructions != InstructionSets.Of(target.Core))
        {
            message.Instructions = InstructionSets.NameOf(target.Instructions);
        }

        foreach (MemoryRegion region in target.Regions)
        {
            var written = new Wire.Region
            {
                Name = region.Name,
                SizeBytes = region.SizeBytes,
                WaitStates = region.WaitStates,
                Holds = { region.Holds },
                Alignment = region.Alignment,
                BytesPerAccess = region.BytesPerAccess,
            };
            if (region.Origin is { } origin)
            {
                written.Origin = origin;
            }

            message.Regions.Add(written);
        }

        if (target.Power is { } power)
        {
            message.Power = new()
            {
                ActiveMicroampsPerMhz = power.ActiveMicroampsPerMhz,
                SleepMicroamps = power.SleepMicroamps,
                Volts = power.Volts,
            };
        }

        return message;
    }

    /// <summary>A device.</summary>
    public static TargetDescription Read(Wire.Target message) => new(
        message.Name, message.Core, message.HasClockMhz ? message.ClockMhz : null,
        [.. message.Regions.Select(region => new MemoryRegion(region.Name, region.SizeBytes, region.WaitStates, [.. region.Holds])
        {
            Origin = region.HasOrigin ? region.Origin : null,
            Alignment = region.Alignment,
            BytesPerAccess = region.BytesPerAccess,
        })],
        message.Power is { } power ? new PowerDescription(power.ActiveMicroampsPerMhz, power.SleepMicroamps, power.Volts) : null)
    {
        Instructions = message.Instructions.Length == 0 ? InstructionSets.Of(message.Core)
            : InstructionSets.Find(message.Instructions) ?? throw new InvalidDataException($"the instruction set '{message.Instructions}' is not known"),
    };

    /// <summary>An arena.</summary>
    public static Wire.MemoryPlan Write(MemoryPlan plan)
    {
        var message = new Wire.MemoryPlan
        {
            ArenaBytes = plan.ArenaBytes,
            LowerBoundBytes = plan.LowerBoundBytes,
            Optimal = plan.Optimal,
            StateBytes = plan.StateBytes,
            Buffers =
            {
                plan.Buffers.Select(buffer => new Wire.Buffer
                {
                    Name = buffer.Name,
                    Offset = buffer.Offset,
                    Size = buffer.Size,
                    FirstStep = buffer.FirstStep,
                    LastStep = buffer.LastStep,
                    Tensors = { buffer.Tensors },
                    Alignment = buffer.Alignment,
                    Parts = { buffer.Parts.Select(part => new Wire.BufferPart { Tensor = part.Tensor, Offset = part.Offset }) },
                }),
            },
            Moves =
            {
                plan.Moves.Select(move => new Wire.Move { Step = move.Step, Buffer = move.Buffer, From = move.From, To = move.To, Size = move.Size }),
            },
            WeightCopies =
            {
                plan.WeightCopies.Select(copy => new Wire.WeightCopy { Step = copy.Step, Argument = copy.Argument, Offset = copy.Offset, Size = copy.Size }),
            },
            Regions =
            {
                plan.Regions.Select(region => new Wire.PlannedRegion
                {
                    Memory = region.Memory,
                    Start = region.Start,
                    Bytes = region.Bytes,
                    Alignment = region.Alignment,
                }),
            },
            Streams =
            {
                plan.Streams.Select(stream => new Wire.Stream
                {
                    FirstStep = stream.FirstStep,
                    LastStep = stream.LastStep,
                    RowsAtOnce = stream.RowsAtOnce,
                    HeldAtEnd = { stream.HeldAtEnd },
                }),
            },
            Frontier =
            {
                plan.Frontier.Select(point => new Wire.PlanPoint
                {
                    ArenaBytes = point.ArenaBytes,
                    ExtraMacs = point.ExtraMacs,
                    MovedBytes = point.MovedBytes,
                    Steps = point.Steps,
                }),
            },
        };
        if (plan.OverlapBoundBytes is { } bound)
        {
            message.OverlapBoundBytes = bound;
        }

        return message;
    }

    /// <summary>An arena.</summary>
    public static MemoryPlan Read(Wire.MemoryPlan message) => new(
        message.ArenaBytes, message.LowerBoundBytes, message.Optimal, message.StateBytes,
        [.. message.Buffers.Select(buffer => new PlannedBuffer(buffer.Name, buffer.Offset, buffer.Size, buffer.FirstStep, buffer.LastStep,
            [.. buffer.Tensors], buffer.Alignment)
        {
            Parts = [.. buffer.Parts.Select(part => new PlannedPart(part.Tensor, part.Offset))],
        })])
    {
        OverlapBoundBytes = message.HasOverlapBoundBytes ? message.OverlapBoundBytes : null,
        Moves = [.. message.Moves.Select(move => new PlannedMove(move.Step, move.Buffer, move.From, move.To, move.Size))],
        WeightCopies = [.. message.WeightCopies.Select(copy => new PlannedWeightCopy(copy.Step, copy.Argument, copy.Offset, copy.Size))],
        Regions = [.. message.Regions.Select(region => new PlannedRegion(region.Memory, region.Start, region.Bytes, region.Alignment))],
        Streams = [.. message.Streams.Select(stream => new PlannedStream(stream.FirstStep, stream.LastStep, stream.RowsAtOnce, [.. stream.HeldAtEnd]))],
        Frontier = [.. message.Frontier.Select(point => new PlanPoint(point.ArenaBytes, point.ExtraMacs, point.MovedBytes, point.Steps))],
    };

    /// <summary>What lies in one memory.</summary>
    public static Wire.FirmwareMemory Write(FirmwareMemory memory) => new()
    {
        Name = memory.Name,
        Bytes = memory.Bytes,
        Alignment = memory.Alignment,
        Parts =
        {
            memory.Parts.Select(part => new Wire.FirmwarePart { Model = part.Model, Region = part.Region, Offset = part.Offset, Bytes = part.Bytes }),
        },
    };

    /// <summary>What lies in one memory.</summary>
    public static FirmwareMemory Read(Wire.FirmwareMemory message) => new(
        message.Name, message.Bytes, message.Alignment,
        [.. message.Parts.Select(part => new FirmwarePart(part.Model, part.Region, part.Offset, part.Bytes))]);

    /// <summary>The kernel of a node.</summary>
    public static Wire.ChosenKernel Write(ChosenKernel kernel) => new()
    {
        Node = kernel.Node,
        Name = kernel.Name,
        Cause = kernel.Cause.ToString(),
        Offers = { kernel.Offers.Select(Write) },
    };

    /// <summary>The kernel of a node.</summary>
    public static ChosenKernel Read(Wire.ChosenKernel message) => new(
        message.Node, message.Name, Enum.TryParse(message.Cause, out KernelCause cause)
            ? cause : throw new InvalidDataException($"'{message.Cause}' chooses no kernel"),
        [
            .. message.Offers.Select(offer => new KernelOffer(
                offer.Name, offer.HasInstructions ? offer.Instructions : null, offer.HasConstantBytes ? offer.ConstantBytes : null,
                offer.HasWhyNot ? offer.WhyNot : null)),
        ]);

    private static Wire.KernelOffer Write(KernelOffer offer)
    {
        var message = new Wire.KernelOffer { Name = offer.Name };
        if (offer.Instructions is { } instructions)
        {
            message.Instructions = instructions;
        }

        if (offer.ConstantBytes is { } bytes)
        {
            message.ConstantBytes = bytes;
        }

        if (offer.WhyNot is { } reason)
        {
            message.WhyNot = reason;
        }

        return message;
    }

    private static Wire.IntegerList Write(ImmutableArray<int> axes) => new() { Values = { axes.Select(axis => (long)axis) } };

    private static ImmutableArray<ImmutableArray<int>> Read(IReadOnlyList<Wire.IntegerList> lists, IList<Tensor> tensors)
    {
        if (lists.Count != tensors.Count)
        {
            throw new InvalidDataException($"{lists.Count} permutations for {tensors.Count} tensors");
        }

        return [.. lists.Select((list, index) => Read(list, tensors[index].Shape.Rank))];
    }

    private static ImmutableArray<int> Read(Wire.IntegerList list, int rank) =>
        list.Values.Count == 0 || list.Values.Order().SequenceEqual(Enumerable.Range(0, rank).Select(axis => (long)axis))
            ? [.. list.Values.Select(axis => (int)axis)]
            : throw new InvalidDataException($"[{string.Join(',', list.Values)}] orders no {rank} axes");
}
