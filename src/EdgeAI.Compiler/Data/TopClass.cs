namespace EdgeAI.Compiler.Data;

/// <summary>The class that outputs name.</summary>
public static class TopClass
{
    /// <summary>The index of the largest value, the first of several; a single value is the probability of class 1.</summary>
    public static int Of(double[] values)
    {
        if (values.Length == 1)
        {
            return values[0] >= 0.5 ? 1 : 0;
        }

        int best = 0;
        for (int i = 1; i < values.Length; i++)
        {
            best = values[i] > values[best] ? i : best;
        }

        return best;
    }
}
