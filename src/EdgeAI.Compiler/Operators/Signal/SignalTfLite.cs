using EdgeAI.Compiler.Import.TfLite;
using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Operators.Signal;

/// <summary>The custom operators of TensorFlow Lite Micro's signal library that keep nothing between runs.</summary>
internal sealed class SignalTfLite : ITfLiteForm
{
    /// <inheritdoc/>
    public IReadOnlyList<string> Operators =>
    [
        "CUSTOM SignalWindow", "CUSTOM SignalFftAutoScale", "CUSTOM SignalRfft", "CUSTOM SignalIrfft", "CUSTOM SignalEnergy", "CUSTOM SignalFilterBank",
        "CUSTOM SignalFilterBankSquareRoot", "CUSTOM SignalPCAN", "CUSTOM SignalFilterBankLog",
    ];

    /// <inheritdoc/>
    public void Import(TfLiteNode node)
    {
        FlexBufferMap settings = node.Settings();
        switch (node.Operator["CUSTOM ".Length..])
        {
            case "SignalWindow":
                node.Result(0, "SignalWindow", new SignalWindowAttributes(settings.Int32("shift", 0, 31)), node.Input(0), node.Input(1));
                break;
            case "SignalFftAutoScale":
                Tensor bits = node.Result(1, "SignalScaleBits", NoAttributes.Instance, node.Input(0));
                node.Result(0, "SignalScale", NoAttributes.Instance, node.Input(0), bits);
                break;
            case "SignalRfft":
                node.Result(0, "SignalRfft", Fourier(settings), node.Input(0));
                break;
            case "SignalIrfft":
                node.Result(0, "SignalIrfft", Fourier(settings), node.Input(0));
                break;
            case "SignalEnergy":
                var attributes = new SignalEnergyAttributes(settings.Int32("start_index", 0, int.MaxValue), settings.Int32("end_index", 0, int.MaxValue));
                node.Result(0, "SignalEnergy", attributes, node.Input(0));
                break;
            case "SignalFilterBank":
                FilterBank(node, settings.Int32("num_channels", 0, short.MaxValue));
                break;
            case "SignalFilterBankSquareRoot":
                node.Result(0, "SignalSquareRoot", NoAttributes.Instance, node.Input(0), node.Input(1));
                break;
            case "SignalPCAN":
                var gain = new SignalPcanAttributes(settings.Int32("snr_shift", 0, 63));
                node.Result(0, "SignalPcan", gain, node.Input(0), node.Input(1), node.Input(2));
                break;
            default:
                var log = new SignalLogAttributes(settings.Int32("input_correction_bits", 0, 31), settings.Int32("output_scale", 0, int.MaxValue));
                node.Result(0, "SignalLog", log, node.Input(0));
                break;
        }
    }

    private static SignalFourierAttributes Fourier(FlexBufferMap settings) => new(settings.Int32("fft_length", 0, int.MaxValue));

    private static void FilterBank(TfLiteNode node, int channels)
    {
        Tensor[] operands = [.. Enumerable.Range(0, 6).Select(node.Input)];
        for (int i = 3; i < operands.Length; i++)
        {
            if (operands[i].Shape.Rank != 1 || operands[i].Shape[0] != channels + 1)
            {
                throw node.Fault($"has {channels} channels, for which '{operands[i]}' should have {channels + 1} numbers");
            }
        }

        node.Result(0, "SignalFilterBank", NoAttributes.Instance, operands);
    }
}
