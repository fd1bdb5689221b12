using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Operators.Signal;

/// <summary>SignalWindow: bits that the products lose.</summary>
public sealed record SignalWindowAttributes(int Shift) : OperatorAttributes;

/// <summary>SignalRfft, SignalIrfft: real samples of a transform, a power of two.</summary>
public sealed record SignalFourierAttributes(int Length) : OperatorAttributes;

/// <summary>SignalEnergy: the bins from Start up to, not with, End.</summary>
public sealed record SignalEnergyAttributes(int Start, int End) : OperatorAttributes;

/// <summary>
/// SignalNoiseEstimate: weights of a new value and of the estimate, for channels of even and of odd index, of FractionBits; bits by which the estimate
/// is finer than the values; whether it may never lie above the value.
/// </summary>
public sealed record SignalNoiseEstimateAttributes(
    int EvenWeight, int EvenRest, int OddWeight, int OddRest, int FractionBits, int SmoothingBits, bool IsClamped) : OperatorAttributes;

/// <summary>SignalSubtractNoise: the share of a value, of FractionBits, that always remains; bits by which the estimate is finer than the values.</summary>
public sealed record SignalSubtractNoiseAttributes(int RemainingShare, int FractionBits, int SmoothingBits) : OperatorAttributes;

/// <summary>SignalPcan: bits that a value times its gain loses.</summary>
public sealed record SignalPcanAttributes(int Shift) : OperatorAttributes;

/// <summary>SignalLog: bits by which a value is larger than the one given; what natural logarithms are multiplied with.</summary>
public sealed record SignalLogAttributes(int Shift, int Scale) : OperatorAttributes;

/// <summary>SignalOverlapAdd: samples from the start of a frame to that of the next.</summary>
public sealed record SignalOverlapAddAttributes(int Step) : OperatorAttributes;
