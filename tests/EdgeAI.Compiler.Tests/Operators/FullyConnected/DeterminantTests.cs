using System.Runtime.InteropServices;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators;

namespace EdgeAI.Compiler.Tests.Operators.FullyConnected;

/// <summary>Determinant: managed against C, and against the sum over permutations.</summary>
[TestClass]
public sealed class DeterminantTests
{
    /// <summary>Set by the runner.</summary>
    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    public void TheKernelGivesTheManagedBits()
    {
        int seed = Seeds.Of(TestContext);
        var random = new Random(seed);
        KernelHarness.Check(TestContext, [.. Enumerable.Range(0, 12).Select(n => Of(RandomTensors.Activation(random, "x", false, 2, 3, n, n)))], seed, exactFloats: true);
    }

    [TestMethod]
    public void IsTheSumOverPermutations()
    {
        var random = new Random(11);
        for (int n = 0; n < 6; n++)
        {
            float[] matrices = [.. Enumerable.Range(0, 3 * n * n).Select(_ => (random.NextSingle() * 2) - 1)];
            if (n > 1)
            {
                matrices.AsSpan(0, n).CopyTo(matrices.AsSpan(n)); // two equal rows
                matrices[n * n] = 0; // no pivot at the first place
            }

            byte[] made = KernelHarness.Execute(Of(new Tensor("x", ElementType.Float32, new Shape(3, n, n))), MemoryMarshal.AsBytes<float>(matrices).ToArray())[0];
            for (int i = 0; i < 3; i++)
            {
                Assert.AreEqual(Expand(matrices.AsSpan(i * n * n, n * n), n), MemoryMarshal.Cast<byte, float>(made)[i], 1e-5f, $"{n} rows, matrix {i}");
            }
        }
    }

    private static Node Of(Tensor x)
    {
        var node = new Node("d", "Determinant", NoAttributes.Instance) { Inputs = [x] };
        node.Outputs.Add(new Tensor("y", ElementType.Float32, OperatorCatalog.Of(node).Infer(node)[0].Shape));
        return node;
    }

    /// <summary>By the first row.</summary>
    private static float Expand(ReadOnlySpan<float> a, int n)
    {
        if (n == 0)
        {
            return 1;
        }

        float sum = 0;
        for (int column = 0; column < n; column++)
        {
            float[] minor = new float[(n - 1) * (n - 1)];
            for (int i = 0; i < minor.Length; i++)
            {
                int other = i % (n - 1);
                minor[i] = a[(((i / (n - 1)) + 1) * n) + (other < column ? other : other + 1)];
            }

            sum += (column % 2 == 0 ? 1 : -1) * a[column] * Expand(minor, n - 1);
        }

        return sum;
    }
}
