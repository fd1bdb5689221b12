using EdgeAI.Compiler.Diagnostics;
using EdgeAI.Compiler.Model;
using StbImageSharp;

namespace EdgeAI.Compiler.Data;

/// <summary>
/// PNG, JPEG and BMP pictures as samples of an image input. The size must be the input's: nothing is scaled or cut. Where the input's last extent is 1 or 3 it
/// counts channels, else the one before height and width. Grey pictures serve inputs of three channels; opaque alpha is dropped.
/// </summary>
internal static class ImageFormat
{
    /// <summary>Extensions of files that are read.</summary>
    public static readonly string[] Extensions = [".png", ".jpg", ".jpeg", ".bmp"];

    /// <summary>
    /// A picture as one sample. Throws <see cref="DiagnosticException"/> for a picture that does not fit the input and <see cref="InvalidDataException"/> for a
    /// damaged one.
    /// </summary>
    /// <param name="file">The file's bytes.</param>
    /// <param name="input">float32, 8- or 16-bit integers with a quantization, or plain uint8, which takes the bytes themselves.</param>
    /// <param name="normalization">What the model takes for a pixel; null where nobody said.</param>
    /// <param name="display">The file in diagnostics.</param>
    public static NumericArray Read(byte[] file, Tensor input, ImageNormalization? normalization, string display)
    {
        (int height, int width, int channels, bool channelsLast) = Layout(input, display);
        bool takesBytes = input is { Type: ElementType.UInt8, Quantization: null };
        bool takesReals = input.Type == ElementType.Float32 || input is { Type: ElementType.Int8 or ElementType.UInt8 or ElementType.Int16, Quantization: not null };
        if (!takesBytes && !takesReals)
        {
            throw DiagnosticCatalog.DataType.Throw(null, display, "a picture", "input", input.Name, input.Type.DisplayName());
        }

        if (takesReals && normalization is null)
        {
            throw DiagnosticCatalog.ImageNormalizationMissing.Throw(null, display, input.Name, ImageNormalization.Form);
        }

        if (normalization is not null && normalization.Means.Length > 1 && normalization.Means.Length != channels)
        {
            throw DiagnosticCatalog.ImageChannels.Throw(null, display, $"ImageNormalization has {normalization.Means.Length} channels", input.Name, channels);
        }

        byte[] pixels = Decode(file, height, width, channels, input, display);
        double[] reals = new double[pixels.Length];
        byte[] bytes = new byte[pixels.Length];
        for (int pixel = 0; pixel < height * width; pixel++)
        {
            for (int channel = 0; channel < channels; channel++)
            {
                byte value = pixels[(pixel * channels) + channel];
                int at = channelsLast ? (pixel * channels) + channel : (channel * height * width) + pixel;
                bytes[at] = value;
                reals[at] = takesReals ? normalization!.Of(value, channel) : 0;
            }
        }

        return new NumericArray(input.Type, input.Shape, takesBytes ? bytes : BorderValues.FromReals(reals, input));
    }

    /// <summary>Height, width and channels of an input [1,height,width,channels], [1,channels,height,width] or [1,height,width], with or without the 1.</summary>
    private static (int Height, int Width, int Channels, bool ChannelsLast) Layout(Tensor input, string display)
    {
        int[] extents = [.. input.Shape.Extents];
        if (extents.Length > 2 && extents[0] == 1 && !(extents.Length == 3 && extents[2] is 1 or 3))
        {
            extents = extents[1..];
        }

        return extents switch
        {
            [> 1 and int height, int width] => (height, width, 1, true),
            [int height, int width, 1 or 3] => (height, width, extents[2], true),
            [1 or 3, int height, int width] => (height, width, extents[0], false),
            _ => throw DiagnosticCatalog.ImageInput.Throw(null, display, input.Name, input.Shape),
        };
    }

    private static byte[] Decode(byte[] file, int height, int width, int channels, Tensor input, string display)
    {
        ImageResult image;
        try
        {
            using var stream = new EndingStream(file);
            ImageInfo about = ImageInfo.FromStream(stream) ?? throw new InvalidDataException("it is no PNG, JPEG or BMP picture");
            if (about.Height != height || about.Width != width)
            {
                throw DiagnosticCatalog.ImageSize.Throw(null, display, about.Width, about.Height, input.Name, width, height);
            }

            using var pixelStream = new EndingStream(file);
            image = ImageResult.FromStream(pixelStream, ColorComponents.Default);
        }
        catch (Exception error) when (error is InvalidOperationException or IndexOutOfRangeException or EndOfStreamException or OverflowException or ArgumentException or NullReferenceException)
        {
            throw new InvalidDataException($"the picture is damaged or of a form that is not read ({error.Message.TrimEnd('.')})");
        }

        int stored = (int)image.Comp;
        byte[] pixels = new byte[height * width * channels];
        for (int pixel = 0; pixel < height * width; pixel++)
        {
            ReadOnlySpan<byte> at = image.Data.AsSpan(pixel * stored, stored);
            bool isGrey = stored <= 2 || (at[0] == at[1] && at[1] == at[2]);
            if (stored % 2 == 0 && at[stored - 1] != 255)
            {
                throw DiagnosticCatalog.ImageChannels.Throw(null, display, "the picture is transparent", input.Name, channels);
            }

            if (channels == 1 && !isGrey)
            {
                throw DiagnosticCatalog.ImageChannels.Throw(null, display, "the picture is coloured", input.Name, channels);
            }

            for (int channel = 0; channel < channels; channel++)
            {
                pixels[(pixel * channels) + channel] = at[stored <= 2 ? 0 : channel];
            }
        }

        return pixels;
    }
}
