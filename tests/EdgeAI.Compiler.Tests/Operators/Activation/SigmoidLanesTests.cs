using EdgeAI.Compiler.Operators;
using EdgeAI.Compiler.Operators.Activation;

namespace EdgeAI.Compiler.Tests.Operators.Activation;

[TestClass]
public sealed class SigmoidLanesTests
{
    [TestMethod]
    public void Lanes_give_the_bits_of_single_values()
    {
        var random = new Random(5);
        float[] x =
        [
            0, -0f, 1, -1, float.Epsilon, -float.Epsilon, 689.9f, -689.9f, 690, -690, 700, -700, 745, -746, 800, -800, float.MaxValue, float.MinValue,
            float.PositiveInfinity, float.NegativeInfinity, float.NaN, 16.6f, -87.3f, 88.7f, -103.9f,
            .. Enumerable.Range(0, 4000).Select(_ => (random.NextSingle() - 0.5f) * MathF.Pow(10, random.Next(-6, 4))),
        ];
        for (int skipped = 0; skipped < 9; skipped++)
        {
            float[] part = x[skipped..];
            float[] result = new float[part.Length];
            SigmoidLanes.Run(part, result);
            for (int i = 0; i < part.Length; i++)
            {
                double e = PortableMath.Exp(part[i] >= 0 ? -part[i] : part[i]);
                float expected = (float)(part[i] >= 0 ? 1 / (1 + e) : e / (1 + e));
                Assert.AreEqual(BitConverter.SingleToUInt32Bits(expected), BitConverter.SingleToUInt32Bits(result[i]), $"sigmoid of {part[i]:R}");
            }
        }
    }
}
