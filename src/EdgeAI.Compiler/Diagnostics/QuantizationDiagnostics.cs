namespace EdgeAI.Compiler.Diagnostics;

/// <summary>2xxx: quantization.</summary>
public static partial class DiagnosticCatalog
{
    /// <summary>Ranges from synthetic inputs.</summary>
    public static readonly DiagnosticDescriptor NoCalibrationData = Warning("EAI2001", "No calibration data",
        "Model '{0}' is quantized without CalibrationData: activation ranges come from synthetic inputs and its accuracy is not to be trusted. Set CalibrationData (--calibration of the tool) to a folder or .npy of representative inputs.");

    /// <summary>Part of an integer model runs in float.</summary>
    public static readonly DiagnosticDescriptor LeftInFloat = Warning("EAI2002", "Operator left in float",
        "Node '{0}' ({1}) runs in float32 inside the integer model: {2}. {3}; replace the operator, or accept it with NoWarn.");

    /// <summary>NaN or infinity during calibration.</summary>
    public static readonly DiagnosticDescriptor ActivationNotFinite = Error("EAI2003", "Activation is not finite",
        "Tensor '{0}' becomes NaN or infinite on the calibration data, so no range can be found for it. Check the data's scaling and the model's weights before it.");

    /// <summary>Few samples.</summary>
    public static readonly DiagnosticDescriptor FewCalibrationCases = Warning("EAI2004", "Few calibration samples",
        "'{0}' holds {1} calibration samples; ranges from fewer than 8 are unreliable. Give 50 to 500 inputs that represent what the device meets.");

    /// <summary>A border that cannot be integer.</summary>
    public static readonly DiagnosticDescriptor BorderNotQuantized = Error("EAI2005", "Border cannot be quantized",
        "{0}=Quantized is set, but {1} '{2}' has no integer form here: {3}. Leave {0} at Model.");

    /// <summary>Part of a quantized file runs in float.</summary>
    public static readonly DiagnosticDescriptor FloatIsland = Warning("EAI2006", "Float operator in a quantized model",
        "Node '{0}' ({1}) of the quantized model runs in float32. {2}; quantize it where the model is exported.");

    /// <summary>A bias that int32 cannot hold at its scale.</summary>
    public static readonly DiagnosticDescriptor BiasRescaled = Note("EAI2007", "Weights rescaled for a large bias",
        "{0} channels of node '{2}' ({1}) have weights so small beside their biases that the biases would overflow int32; their weight scales were raised, the first from {3:R} to {4:R}.");

    /// <summary>Channels rescaled between layers.</summary>
    public static readonly DiagnosticDescriptor ChannelsEqualized = Note("EAI2008", "Channels equalized between layers",
        "{0} layers, '{1}' the first, were rescaled channel by channel, with the inverse in the layers that read them, because their channels differ in range: the outputs' SQNR on the calibration data rose from {2:0.0} dB to {3:0.0} dB.");

    /// <summary>A sum that int32 cannot be proven to hold.</summary>
    public static readonly DiagnosticDescriptor AccumulatorRescaled = Note("EAI2009", "Weights rescaled for the accumulator",
        "{0} channels of node '{2}' ({1}) sum so many products that int32 could overflow for some input; their weight scales were raised, the first from {3:R} to {4:R}, so that no input can.");

    /// <summary>Mean errors folded into biases.</summary>
    public static readonly DiagnosticDescriptor BiasesCorrected = Note("EAI2010", "Biases corrected",
        "The mean error that rounding leaves in the channels of {0} layers was taken out of their biases: the outputs' SQNR on the calibration data rose from {1:0.0} dB to {2:0.0} dB.");

    /// <summary>Weights rounded for the sums that they make.</summary>
    public static readonly DiagnosticDescriptor RoundingLearnt = Note("EAI2011", "Rounding learnt",
        "The weights of {0} layers were rounded for the sums that they make on the calibration data instead of each to its nearest integer: the outputs' SQNR on calibration data that did not take part is {2:0.0} dB instead of {1:0.0} dB (corrected biases alone: {3:0.0} dB).");

    /// <summary>A sum that could leave int32.</summary>
    public static readonly DiagnosticDescriptor RangeNotProven = Warning("EAI2012", "Sum may leave 32 bits",
        "{0} channels of node '{2}' ({1}) are not proven to stay within int32 for every input: the first sums from {3} to {4}, shifted left by {5} bits when it is positive. Scale the layer's weights down or its output's scale up where the model is quantized.");

    /// <summary>Operands of one result with scales far apart.</summary>
    public static readonly DiagnosticDescriptor ScalesDisagree = Note("EAI2013", "Scales of joined operands disagree",
        "Node '{0}' ({1}) joins '{2}' with the scale {3:R} and '{4}' with {5:R}: the coarser one, {6:0.0} times the finer, sets what the result can resolve. Give both the same quantizer where the model is trained.");

    /// <summary>A result that nothing quantizes.</summary>
    public static readonly DiagnosticDescriptor ResultNotQuantized = Warning("EAI2014", "Result without quantization",
        "Node '{0}' ({1}) of the quantized model reads quantized values, but its result '{2}' is not quantized, so it runs in float32. {3}; put a QuantizeLinear (a fake-quantize node) behind it where the model is exported.");

    /// <summary>What noise in the calibration data brings.</summary>
    public static readonly DiagnosticDescriptor NoiseCalibrated = Note("EAI2015", "Noise mixed into calibration",
        "Calibration took {0} disturbed inputs ({1}) beside the {2} clean ones: on disturbed calibration inputs the outputs' SQNR is {3:0.0} dB with them and {4:0.0} dB without, on clean ones {5:0.0} dB and {6:0.0} dB.");

    /// <summary>Types chosen by layer.</summary>
    public static readonly DiagnosticDescriptor TypesChosen = Note("EAI2016", "Types chosen by layer",
        "{0} layers run in int8{8}, {1} in int16 and {2} in float: the cheapest found that keeps {3}. On {4} the outputs have {5}; one run is estimated at {6} instructions, with all layers in int16 at {7}.");

    /// <summary>No types keep a limit.</summary>
    public static readonly DiagnosticDescriptor TypesBelowLimit = Warning("EAI2017", "No types keep the limit",
        "No assignment of types to layers was found that keeps {0}: all layers are in int16, with which the outputs have {2} on {1}. {3}");

    /// <summary>Neither other types nor int4 weights bring flash below its limit, or not within the limits of quality.</summary>
    public static readonly DiagnosticDescriptor FlashOutOfReach = Warning("EAI2018", "No types of layers meet the flash budget",
        "Flash is estimated at {0} bytes, FlashBudget is {1}, and no types of layers were found that keep {2} and come below it, with int4 weights or without: {3}. No layer has int4 weights. "
        + "{4}Raise FlashBudget, lower the limit of quality, or make the model smaller.");

    /// <summary>More calibration data than is kept in memory.</summary>
    public static readonly DiagnosticDescriptor CalibrationThinned = Note("EAI2019", "Calibration takes a part of the data",
        "'{0}' holds {1} samples; calibration took {2} that lie evenly in them (at most {3}, and at most {4} MiB).");

    /// <summary>Constants moved from channels into the next layers' biases.</summary>
    public static readonly DiagnosticDescriptor BiasesAbsorbed = Note("EAI2020", "High biases absorbed",
        "What never changes in the channels of {0} layers, '{1}' the first, was taken out of them and added to the biases of the layers that read them, so that their ranges need not hold it: the outputs' SQNR on the calibration data rose from {2:0.0} dB to {3:0.0} dB.");

    /// <summary>A result whose scale is larger than its range asks.</summary>
    public static readonly DiagnosticDescriptor ResultCoarsened = Note("EAI2021", "Result rescaled for the accumulator",
        "The result of node '{0}' has so small a range beside its products that the sums, shifted to the left, could leave int32 for some input; its scale was raised from {1:R} to {2:R}, so that no input can.");

    /// <summary>A defect of the quantizer.</summary>
    public static readonly DiagnosticDescriptor QuantizationFault = Error("EAI2099", "Internal error in quantization",
        "The quantized graph is not sound: {0}. This is a defect of EdgeAI.Sdk; report it with the model, and set Quantization to Float32 meanwhile.");
}
