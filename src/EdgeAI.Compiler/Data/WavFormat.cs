using System.Buffers.Binary;

namespace EdgeAI.Compiler.Data;

/// <summary>
/// Sound in a RIFF WAVE file: PCM of 8, 16, 24 or 32 bits or 32-bit float, plain or in the extensible form. Several channels are averaged; integers become
/// reals in [−1, 1) by their own full scale.
/// </summary>
public static class WavFormat
{
    private const int Pcm = 1;
    private const int Real = 3;
    private const int Extensible = 0xFFFE;

    /// <summary>The samples in order and their rate in hertz. Throws <see cref="InvalidDataException"/> that says what is wrong.</summary>
    public static (float[] Samples, int RateHz) Read(ReadOnlySpan<byte> file)
    {
        if (file.Length < 12 || !file.StartsWith("RIFF"u8) || !file[8..].StartsWith("WAVE"u8))
        {
            throw new InvalidDataException("it does not begin with RIFF and WAVE");
        }

        ReadOnlySpan<byte> format = default;
        int at = 12;
        while (at + 8 <= file.Length)
        {
            uint declared = BinaryPrimitives.ReadUInt32LittleEndian(file[(at + 4)..]);
            int size = (int)Math.Min(declared, (uint)(file.Length - at - 8));
            ReadOnlySpan<byte> content = file.Slice(at + 8, size);
            if (file[at..].StartsWith("fmt "u8))
            {
                format = content;
            }
            else if (file[at..].StartsWith("data"u8))
            {
                return Decode(format, content);
            }

            at += 8 + size + (size & 1);
        }

        throw new InvalidDataException("it has no data chunk");
    }

    private static (float[] Samples, int RateHz) Decode(ReadOnlySpan<byte> format, ReadOnlySpan<byte> data)
    {
        if (format.Length < 16)
        {
            throw new InvalidDataException("its data come before any format");
        }

        int code = BinaryPrimitives.ReadUInt16LittleEndian(format);
        int channels = BinaryPrimitives.ReadUInt16LittleEndian(format[2..]);
        int rate = BinaryPrimitives.ReadInt32LittleEndian(format[4..]);
        int bits = BinaryPrimitives.ReadUInt16LittleEndian(format[14..]);
        if (code == Extensible && format.Length >= 26)
        {
            code = BinaryPrimitives.ReadUInt16LittleEndian(format[24..]);
        }

        bool isKnown = (code == Pcm && bits is 8 or 16 or 24 or 32) || (code == Real && bits == 32);
        if (!isKnown || channels == 0 || rate <= 0)
        {
            throw new InvalidDataException($"it holds format {code} with {bits} bits in {channels} channels at {rate} Hz; PCM of 8, 16, 24 or 32 bits and 32-bit float are read");
        }

        int frame = channels * bits / 8;
        float[] samples = new float[data.Length / frame];
        for (int i = 0; i < samples.Length; i++)
        {
            double sum = 0;
            for (int channel = 0; channel < channels; channel++)
            {
                sum += Sample(data[((i * frame) + (channel * bits / 8))..], code, bits);
            }

            samples[i] = (float)(sum / channels);
        }

        return (samples, rate);
    }

    private static double Sample(ReadOnlySpan<byte> at, int code, int bits) => bits switch
    {
        8 => (at[0] - 128) / 128.0,
        16 => BinaryPrimitives.ReadInt16LittleEndian(at) / 32768.0,
        24 => (at[0] | (at[1] << 8) | ((sbyte)at[2] << 16)) / 8388608.0,
        _ => code == Real ? BinaryPrimitives.ReadSingleLittleEndian(at) : BinaryPrimitives.ReadInt32LittleEndian(at) / 2147483648.0,
    };
}
