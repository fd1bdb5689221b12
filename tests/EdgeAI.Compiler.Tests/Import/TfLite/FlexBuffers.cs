using System.Text;

namespace EdgeAI.Compiler.Tests.Import.TfLite;

/// <summary>Writes maps of names to values as FlexBuffers, every number and position of 32 bits.</summary>
internal static class FlexBuffers
{
    private const int Width = 4;
    private const byte FourBytes = 2;
    private const int Int = 1;
    private const int Float = 3;
    private const int String = 5;
    private const int Map = 9;
    private const int Vector = 10;
    private const int VectorInt = 11;
    private const int VectorFloat = 13;

    /// <summary>A map of whole numbers.</summary>
    public static byte[] Of(params (string Name, int Value)[] settings) => OfValues([.. settings.Select(setting => (setting.Name, (object)setting.Value))]);

    /// <summary>A map of int, float, string, int[], float[] and object[] (a list whose elements have types of their own).</summary>
    public static byte[] OfValues(params (string Name, object Value)[] settings)
    {
        (string Name, object Value)[] sorted = [.. settings.OrderBy(setting => setting.Name, StringComparer.Ordinal)];
        var bytes = new List<byte>();
        var names = new List<int>();
        var places = new List<(int Type, int? Place)>();
        foreach ((string name, object value) in sorted)
        {
            names.Add(bytes.Count);
            bytes.AddRange([.. Encoding.UTF8.GetBytes(name), 0]);
            places.Add(PutAside(bytes, value));
        }

        Put(bytes, sorted.Length);
        int keys = bytes.Count;
        names.ForEach(name => Put(bytes, bytes.Count - name));
        Put(bytes, bytes.Count - keys);
        Put(bytes, Width);
        Put(bytes, sorted.Length);
        int values = bytes.Count;
        for (int i = 0; i < sorted.Length; i++)
        {
            if (places[i].Place is { } place)
            {
                Put(bytes, bytes.Count - place);
            }
            else
            {
                PutNumber(bytes, sorted[i].Value);
            }
        }

        bytes.AddRange(places.Select(place => (byte)((place.Type << 2) | FourBytes)));
        Put(bytes, bytes.Count - values);
        bytes.AddRange([(Map << 2) | FourBytes, Width]);
        return [.. bytes];
    }

    /// <summary>Writes what does not fit in the map itself; its type and place.</summary>
    private static (int Type, int? Place) PutAside(List<byte> bytes, object value)
    {
        switch (value)
        {
            case string text:
                Put(bytes, Encoding.UTF8.GetByteCount(text));
                int start = bytes.Count;
                bytes.AddRange([.. Encoding.UTF8.GetBytes(text), 0]);
                return (String, start);
            case Array list:
                Put(bytes, list.Length);
                int first = bytes.Count;
                foreach (object item in list)
                {
                    PutNumber(bytes, item);
                }

                if (list is object[] mixed)
                {
                    bytes.AddRange(mixed.Select(item => (byte)(((item is int ? Int : Float) << 2) | FourBytes)));
                }

                return (list is int[] ? VectorInt : list is float[] ? VectorFloat : Vector, first);
            default:
                return (value is int ? Int : Float, null);
        }
    }

    private static void PutNumber(List<byte> bytes, object value) => bytes.AddRange(value is int whole ? BitConverter.GetBytes(whole) : BitConverter.GetBytes((float)value));

    private static void Put(List<byte> bytes, int value) => bytes.AddRange(BitConverter.GetBytes(value));
}
