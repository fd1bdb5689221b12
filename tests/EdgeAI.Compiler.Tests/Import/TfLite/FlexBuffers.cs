using System.Text;

namespace EdgeAI.Compiler.Tests.Import.TfLite;

/// <summary>Writes maps of names to numbers as FlexBuffers, every number and position of 32 bits.</summary>
internal static class FlexBuffers
{
    private const int Width = 4;
    private const byte FourBytes = 2;
    private const int Int = 1;
    private const int Float = 3;
    private const int Map = 9;

    public static byte[] Of(params (string Name, int Value)[] settings) =>
        OfNumbers([.. settings.Select(setting => (setting.Name, (object)setting.Value))]);

    /// <summary>Numbers that are int or float.</summary>
    public static byte[] OfNumbers(params (string Name, object Value)[] settings)
    {
        (string Name, object Value)[] sorted = [.. settings.OrderBy(setting => setting.Name, StringComparer.Ordinal)];
        var bytes = new List<byte>();
        var names = new List<int>();
        foreach ((string name, _) in sorted)
        {
            names.Add(bytes.Count);
            bytes.AddRange([.. Encoding.UTF8.GetBytes(name), 0]);
        }

        Put(bytes, sorted.Length);
        int keys = bytes.Count;
        names.ForEach(name => Put(bytes, bytes.Count - name));
        Put(bytes, bytes.Count - keys);
        Put(bytes, Width);
        Put(bytes, sorted.Length);
        int values = bytes.Count;
        Array.ForEach(sorted, setting => Put(bytes, setting.Value is float real ? BitConverter.SingleToInt32Bits(real) : (int)setting.Value));
        bytes.AddRange(sorted.Select(setting => (byte)(((setting.Value is float ? Float : Int) << 2) | FourBytes)));
        Put(bytes, bytes.Count - values);
        bytes.AddRange([(Map << 2) | FourBytes, Width]);
        return [.. bytes];
    }

    private static void Put(List<byte> bytes, int value) => bytes.AddRange(BitConverter.GetBytes(value));
}
