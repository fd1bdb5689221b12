using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Quantization.Mixed;

namespace EdgeAI.Compiler.Tests.Quantization;

[TestClass]
public sealed class UnitGroupsTests
{
    private static readonly TypeOptions Both = new(ElementType.Int8, ElementType.Int16, 2, 1);

    [TestMethod]
    public void Few_layers_are_chosen_for_one_by_one()
    {
        UnitGroups groups = Of(UnitGroups.MostGroups, i => "loop/a", _ => Both);
        CollectionAssert.AreEqual(Enumerable.Repeat(Both, UnitGroups.MostGroups).ToArray(), groups.Options);
    }

    [TestMethod]
    public void Of_many_the_copies_of_one_node_get_one_type()
    {
        // Rounds of two layers, of which the second has no int8 form in its first round, and one layer behind them.
        UnitGroups groups = Of(601, i => i == 600 ? "last" : i % 2 == 0 ? "loop/a" : "loop/b", i => i == 1 ? new(ElementType.Int16, ElementType.Int16, 5, 5) : Both);
        CollectionAssert.AreEqual(new TypeOptions[] { new(ElementType.Int8, ElementType.Int16, 600, 300), new(ElementType.Int8, ElementType.Int16, 603, 304), Both }, groups.Options);
        ElementType[] types = groups.Spread([ElementType.Float32, ElementType.Int8, ElementType.Int16]);
        Assert.IsTrue(Enumerable.Range(0, 600).All(i => types[i] == (i % 2 == 0 ? ElementType.Float32 : i == 1 ? ElementType.Int16 : ElementType.Int8)));
        Assert.AreEqual(ElementType.Int16, types[600]);
        CollectionAssert.AreEqual(new[] { 300, 300, 1 }, groups.Members.OrderBy(group => group.Key).Select(group => group.Count()).ToArray());
    }

    [TestMethod]
    public void Of_many_different_ones_neighbours_do()
    {
        UnitGroups groups = Of(1000, i => $"layer {i}", _ => Both);
        Assert.HasCount(UnitGroups.MostGroups, groups.Options);
        int[] of = [.. groups.Members.OrderBy(group => group.Key).SelectMany(group => group.Select(_ => group.Key))];
        int[] inOrder = [.. groups.Members.SelectMany(group => group.Select(unit => (unit, group.Key))).OrderBy(pair => pair.unit).Select(pair => pair.Key)];
        CollectionAssert.AreEqual(of, inOrder);
        Assert.IsTrue(groups.Members.All(group => group.Count() is 7 or 8));
    }

    private static UnitGroups Of(int count, Func<int, string> source, Func<int, TypeOptions> options) => new(
        [.. Enumerable.Range(0, count).Select(i => new Node($"n{i}", "Add", NoAttributes.Instance) { Source = source(i) })], [.. Enumerable.Range(0, count).Select(options)]);
}
