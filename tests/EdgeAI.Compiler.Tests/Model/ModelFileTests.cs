using System.Collections.Immutable;
using System.Globalization;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Pipeline;
using EdgeAI.Compiler.Planning;
using EdgeAI.Compiler.Quantization;
using EdgeAI.Compiler.Planning.Kernels;
using EdgeAI.Compiler.Targets;

namespace EdgeAI.Compiler.Tests.Model;

[TestClass]
public sealed class ModelFileTests(TestContext context)
{
    [TestMethod]
    public void Every_attribute_record_survives_a_round_trip()
    {
        int seed = Seeds.Of(context);
        var random = new Random(seed);
        int count = 0;
        foreach (Type type in AttributeCodec.AllTypes)
        {
            for (int i = 0; i < 50; i++)
            {
                OperatorAttributes before = SampleAttributes.Make(type, random);
                var graph = new Graph { Nodes = [new Node("n", "Any", before)] };
                Graph after = ModelFile.ReadImported(ModelFile.Write(new ImportedModel(graph, SampleModels.Source))).Graph;
                OperatorAttributes read = after.Nodes[0].Attributes;
                Assert.AreEqual(type, read.GetType());
                AssertSameBits(before, read);
                count++;
            }
        }

        Assert.IsGreaterThan(10 * 50, count);
    }

    [TestMethod]
    public void An_imported_model_survives_a_round_trip()
    {
        byte[] bytes = ModelFile.Write(SampleModels.Imported());
        ImportedModel read = ModelFile.ReadImported(bytes);
        Assert.AreEqual(SampleModels.Source, read.Source);
        Assert.AreEqual(ModelText.Write(SampleModels.Graph()).Text, ModelText.Write(read.Graph).Text);
        Assert.IsNull(read.Graph.Nodes[1].Inputs[1]);
        Assert.AreSame(read.Graph.Outputs[0], read.Graph.Outputs[1]);
        Assert.AreSame(read.Graph.Inputs[0], read.Graph.Outputs[3]);
        Assert.IsTrue(read.Graph.Outputs[2].IsConstant, "an empty constant stays a constant");
        Assert.AreEqual("CONV_2D #0 (conv)", read.Graph.Nodes[0].Source);
        CollectionAssert.AreEqual(bytes, ModelFile.Write(read));
    }

    [TestMethod]
    public void Quantized_and_planned_models_survive_a_round_trip()
    {
        PlannedModel planned = SampleModels.Planned();
        PlannedModel read = ModelFile.ReadPlanned(ModelFile.Write(planned));
        CollectionAssert.AreEqual(ModelFile.Write(planned), ModelFile.Write(read));
        Assert.AreEqual(planned.Quantized.Scheme, read.Quantized.Scheme);
        Assert.AreEqual(17, read.Quantized.CalibrationCases);
        CollectionAssert.AreEqual(new[] { 0, 3, 1, 2 }, read.Quantized.Border.InputPermutations[0].ToArray());
        Assert.IsEmpty(read.Quantized.Border.OutputPermutations[3]);
        Assert.IsTrue(read.Quantized.CalibratedOnRealData);
        CollectionAssert.AreEqual(planned.Quantized.Repairs.Layers, read.Quantized.Repairs.Layers);
        ChannelMap map = read.Quantized.Repairs.Maps.Single();
        Assert.AreEqual("convolved", map.Tensor);
        Assert.AreEqual(-2.5, map.ToRunning(-0.5, 4));
        Assert.AreEqual(-0.5, map.ToModel(-2.5, 4));
        Assert.AreEqual(planned.Plan.ArenaBytes, read.Plan.ArenaBytes);
        Assert.AreEqual(8, read.Plan.StateBytes);
        Assert.AreEqual(KernelCause.Fastest, read.Kernels.Single().Cause);
        CollectionAssert.AreEqual(planned.Kernels.Single().Offers.ToArray(), read.Kernels.Single().Offers.ToArray());
        Assert.IsTrue(read.Plan.Optimal);
        Assert.AreEqual(64, read.Plan.OverlapBoundBytes);
        CollectionAssert.AreEqual(planned.Plan.Moves.ToArray(), read.Plan.Moves.ToArray());
        CollectionAssert.AreEqual(planned.Plan.Frontier.ToArray(), read.Plan.Frontier.ToArray());
        Assert.AreEqual((0, 1, 2, "convolved"), (read.Plan.Streams[0].FirstStep, read.Plan.Streams[0].LastStep, read.Plan.Streams[0].RowsAtOnce, read.Plan.Streams[0].HeldAtEnd.Single()));
        Assert.IsNull(ModelFile.ReadPlanned(ModelFile.Write(planned with { Plan = planned.Plan with { OverlapBoundBytes = null } })).Plan.OverlapBoundBytes);
        CollectionAssert.AreEqual(new[] { "convolved", "flat" }, read.Plan.Buffers[1].Tensors.ToArray());
        CollectionAssert.AreEqual(new[] { new PlannedPart("flat", 16) }, read.Plan.Buffers[1].Parts.ToArray());
        Assert.AreEqual((32L, 48L), (read.Plan.Buffers[1].PlaceOf("convolved"), read.Plan.Buffers[1].PlaceOf("flat")));
        Assert.AreEqual(planned.Target.Power, read.Target.Power);
        Assert.AreEqual(120.5, read.Target.ClockMhz);
        Assert.AreEqual(long.MaxValue, read.Target.Regions[1].SizeBytes);
        CollectionAssert.AreEqual(ModelFile.Write(planned.Quantized), ModelFile.Write(ModelFile.ReadQuantized(ModelFile.Write(planned.Quantized))));
    }

    [TestMethod]
    public void A_target_without_clock_and_power_stays_without()
    {
        PlannedModel planned = SampleModels.Planned() with { Target = new TargetDescription("host", "host", null, [], null) };
        PlannedModel read = ModelFile.ReadPlanned(ModelFile.Write(planned));
        Assert.IsNull(read.Target.ClockMhz);
        Assert.IsNull(read.Target.Power);
        Assert.IsEmpty(read.Target.Regions);
        TargetDescription lacking = new("m33", "cortex-m33", null, [], null) { Instructions = InstructionSet.Thumb2 };
        Assert.AreEqual(InstructionSet.Thumb2, ModelFile.ReadPlanned(ModelFile.Write(planned with { Target = lacking })).Target.Instructions);
    }

    [TestMethod]
    public void A_firmware_plan_names_its_models()
    {
        PlannedModel planned = SampleModels.Planned();
        byte[] bytes = ModelFile.Write(new FirmwarePlan(SampleModels.Target, [planned], 4096));
        FirmwarePlan read = ModelFile.ReadFirmware(bytes, [planned]);
        Assert.AreSame(planned, read.Models[0]);
        Assert.AreEqual(4096, read.SharedArenaBytes);
        Assert.Throws<InvalidDataException>(() => ModelFile.ReadFirmware(bytes, []));
    }

    [TestMethod]
    public void Bytes_do_not_depend_on_the_culture()
    {
        byte[] bytes = ModelFile.Write(SampleModels.Planned());
        string text = ModelText.Write(SampleModels.Graph()).Text;
        CultureInfo before = CultureInfo.CurrentCulture;
        try
        {
            var culture = (CultureInfo)CultureInfo.InvariantCulture.Clone();
            culture.NumberFormat.NumberDecimalSeparator = ",";
            culture.NumberFormat.NegativeSign = "~";
            CultureInfo.CurrentCulture = culture;
            CollectionAssert.AreEqual(bytes, ModelFile.Write(SampleModels.Planned()));
            Assert.AreEqual(text, ModelText.Write(SampleModels.Graph()).Text);
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [TestMethod]
    public void Every_damaged_byte_and_every_truncation_is_found()
    {
        byte[] bytes = ModelFile.Write(SampleModels.Planned());
        for (int i = 0; i < bytes.Length; i++)
        {
            byte[] damaged = [.. bytes];
            damaged[i] ^= (byte)(1 << (i & 7));
            Assert.Throws<InvalidDataException>(() => ModelFile.ReadPlanned(damaged), $"byte {i}");
            byte[] truncated = bytes[..i];
            Assert.Throws<InvalidDataException>(() => ModelFile.ReadPlanned(truncated), $"length {i}");
        }
    }

    [TestMethod]
    public void A_file_of_another_stage_is_refused()
    {
        var error = Assert.Throws<InvalidDataException>(() => ModelFile.ReadPlanned(ModelFile.Write(SampleModels.Imported())));
        StringAssert.Contains(error.Message, "Imported", StringComparison.Ordinal);
    }

    [TestMethod]
    public void A_border_must_order_the_axes_of_its_tensors()
    {
        QuantizedModel model = SampleModels.Quantized() with { Border = new BorderLayouts([[0, 1, 1, 3]], [[], [], [], []]) };
        Assert.Throws<InvalidDataException>(() => ModelFile.ReadQuantized(ModelFile.Write(model)));
        model = model with { Border = new BorderLayouts([[]], []) };
        Assert.Throws<InvalidDataException>(() => ModelFile.ReadQuantized(ModelFile.Write(model)));
    }

    [TestMethod]
    public void Indexes_outside_of_the_tensors_are_refused()
    {
        var message = GraphWire.Write(SampleModels.Graph());
        message.Nodes[0].Inputs[0] = 99;
        Assert.Throws<InvalidDataException>(() => GraphWire.Read(message));
        message.Nodes[0].Inputs[0] = -2;
        Assert.Throws<InvalidDataException>(() => GraphWire.Read(message));
    }

    [TestMethod]
    public void Attributes_must_be_all_there_and_of_their_kind()
    {
        var attributes = AttributeWire.Write(SampleModels.Clamped(-1, 1)).ToList();
        Assert.AreEqual(SampleModels.Clamped(-1, 1), AttributeWire.Read("ClampAttributes", attributes));
        Assert.Throws<InvalidDataException>(() => AttributeWire.Read("NoSuchAttributes", attributes));
        Assert.Throws<InvalidDataException>(() => AttributeWire.Read("ClampAttributes", []));
        attributes[0].Integer = 4;
        Assert.Throws<InvalidDataException>(() => AttributeWire.Read("ClampAttributes", attributes));
    }

    private static void AssertSameBits(OperatorAttributes expected, OperatorAttributes actual)
    {
        var expectedValues = AttributeCodec.Read(expected);
        var actualValues = AttributeCodec.Read(actual);
        for (int i = 0; i < expectedValues.Count; i++)
        {
            Assert.AreEqual(Bits(expectedValues[i].Value), Bits(actualValues[i].Value), $"{expected.GetType().Name}.{expectedValues[i].Name}");
        }
    }

    // NaN payloads and the sign of zero count.
    private static string Bits(object value) => value switch
    {
        float real => BitConverter.SingleToInt32Bits(real).ToString("x8", CultureInfo.InvariantCulture),
        Clamp clamp => Bits(clamp.Minimum) + Bits(clamp.Maximum),
        ImmutableArray<float> reals => string.Join(',', reals.Select(real => Bits(real))),
        ImmutableArray<int> integers => string.Join(',', integers),
        ImmutableArray<long> integers => string.Join(',', integers),
        _ => value.ToString()!,
    };
}
