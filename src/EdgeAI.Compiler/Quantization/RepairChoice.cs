using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Quantization;

/// <summary>
/// Which repair of layers is made, by what each leaves on data that did not take part.
/// <list type="bullet">
/// <item>The one with the least noise, where it gains at all.</item>
/// <item>In int8 the rounding of activations is most of the noise, and figures of some dozen cases cannot tell whether new weights are better than old ones: rounding for
/// a layer's own sums, which needs the operands' covariances alone, is made unless it plainly loses, or corrected biases alone gain more.</item>
/// <item>In int16 the error that arrives from other layers is that of their weights, which is learnt too.</item>
/// </list>
/// </summary>
internal static class RepairChoice
{
    private const double LeastGainDb = 0.1;

    /// <summary>The repair with its ratio; null where none is made.</summary>
    /// <param name="type">The graph's integers.</param>
    /// <param name="plainDb">The outputs' signal-to-noise ratio without a repair.</param>
    /// <param name="figures">The ratio with each that was tried, the least repair first.</param>
    public static (LayerRepair Repair, double SqnrDb)? Of(ElementType type, double plainDb, IReadOnlyList<(LayerRepair Repair, double SqnrDb)> figures)
    {
        (LayerRepair Repair, double SqnrDb)? best = null;
        foreach ((LayerRepair Repair, double SqnrDb) one in figures)
        {
            bool isUsual = type == ElementType.Int8 && one.Repair.Rounding == RoundingGoal.OwnSums && one.SqnrDb > plainDb - Fold.ChanceDb;
            if (best is var (_, bestDb) ? one.SqnrDb > bestDb : isUsual || one.SqnrDb > plainDb + LeastGainDb)
            {
                best = one;
            }
        }

        return best;
    }
}
