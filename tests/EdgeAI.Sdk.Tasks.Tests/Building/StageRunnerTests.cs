using EdgeAI.Compiler.Diagnostics;
using EdgeAI.Sdk.Tasks.Building;

namespace EdgeAI.Sdk.Tasks.Tests.Building;

[TestClass]
public sealed class StageRunnerTests
{
    private string _folder = "";
    private StageStore _store = null!;
    private ArtefactCache _cache = null!;

    [TestInitialize]
    public void Prepare()
    {
        _folder = Directory.CreateTempSubdirectory().FullName;
        _store = new StageStore(Path.Combine(_folder, "obj"));
        _cache = new ArtefactCache(null);
    }

    [TestCleanup]
    public void Remove() => Directory.Delete(_folder, recursive: true);

    [TestMethod]
    public void Only_units_with_another_key_run()
    {
        int runs = 0;
        StageWork Work(string name, string key) => new(
            new StageUnit(name, ""), name, builder => builder.Add("key", key), context =>
            {
                Interlocked.Increment(ref runs);
                context.Diagnostics.Add(new Diagnostic("EAI2001", Severity.Warning, "careful"));
                return [StageFile.Of($"{name}/{name}.txt", key)];
            });
        CollectionAssert.AreEqual(new[] { StageEnding.Made, StageEnding.Made }, Endings(Work("a", "1"), Work("b", "1")));
        CollectionAssert.AreEqual(new[] { StageEnding.Unchanged, StageEnding.Made }, Endings(Work("a", "1"), Work("b", "2")));
        Assert.AreEqual(3, runs);
        IReadOnlyList<StageOutcome> again = Runner().Run([Work("a", "1")], CancellationToken.None);
        Assert.AreEqual("careful", again[0].Said.Single().Diagnostic.Message, "a stored diagnostic is told again");
        File.Delete(_store.PathOf("a/a.txt"));
        CollectionAssert.AreEqual(new[] { StageEnding.Made }, Endings(Work("a", "1")));
    }

    [TestMethod]
    public void A_failing_unit_loses_its_files_and_those_made_from_them()
    {
        var unit = new StageUnit("a", "");
        bool fails = false;
        string key = "1";
        StageWork Work() => new(unit, "a", builder => builder.Add("key", key), _ => fails
            ? throw new DiagnosticException(new Diagnostic("EAI2002", Severity.Error, "no"))
            : [StageFile.Of("a/a.txt", "x")]);
        Endings(Work());
        AtomicFile.Write(_store.PathOf("a/t/a.planned"), "p");
        _store.Write(Stage.Plan, new StageUnit("a", "t"), new StageState("k", [], [new FileRecord("a/t/a.planned", "0")], []));
        AtomicFile.Write(_store.PathOf("b/t/b.planned"), "p");
        _store.Write(Stage.Plan, new StageUnit("b", "t"), new StageState("k", [], [new FileRecord("b/t/b.planned", "0")], []));
        (fails, key) = (true, "2");
        CollectionAssert.AreEqual(new[] { StageEnding.Failed }, Endings(Work()));
        Assert.IsFalse(Directory.Exists(_store.PathOf("a")), "files of the failed unit are left");
        Assert.IsTrue(File.Exists(_store.PathOf("b/t/b.planned")), "another unit lost its files");
        CollectionAssert.AreEqual(new[] { StageEnding.Failed }, Endings(Work()), "failure is not remembered as done");
    }

    [TestMethod]
    public void The_cache_serves_another_folder_and_damage_is_a_miss()
    {
        string cache = Path.Combine(_folder, "cache");
        _cache = new ArtefactCache(cache);
        static StageWork Work(string text) => new(
            new StageUnit("a", ""), "a", builder => builder.Add("key", "1"), _ => [StageFile.Of("a/a.txt", text)]);
        Endings(Work("first"));
        _store = new StageStore(Path.Combine(_folder, "other"));
        CollectionAssert.AreEqual(new[] { StageEnding.Cached }, Endings(Work("second")));
        Assert.AreEqual("first", File.ReadAllText(_store.PathOf("a/a.txt")));
        string entry = Directory.GetFiles(cache, "*.zip", SearchOption.AllDirectories).Single();
        byte[] bytes = File.ReadAllBytes(entry);
        File.WriteAllBytes(entry, bytes[..(bytes.Length / 2)]);
        _store = new StageStore(Path.Combine(_folder, "third"));
        CollectionAssert.AreEqual(new[] { StageEnding.Made }, Endings(Work("third")));
    }

    [TestMethod]
    public void Files_that_a_unit_read_count()
    {
        string external = Path.Combine(_folder, "weights.bin");
        File.WriteAllText(external, "1");
        StageWork work = new(new StageUnit("a", ""), "a", _ => { }, context =>
        {
            context.Reads.Add(new FileRecord("weights.bin", KeyBuilder.HashFile(external)));
            return [];
        });
        CollectionAssert.AreEqual(new[] { StageEnding.Made }, Endings(work));
        CollectionAssert.AreEqual(new[] { StageEnding.Unchanged }, Endings(work));
        File.WriteAllText(external, "2");
        CollectionAssert.AreEqual(new[] { StageEnding.Made }, Endings(work));
    }

    [TestMethod]
    public void Cancelling_throws_and_writes_nothing()
    {
        using var source = new CancellationTokenSource();
        StageWork work = new(new StageUnit("a", ""), "a", _ => { }, _ =>
        {
            source.Cancel();
            return [StageFile.Of("a/a.txt", "x")];
        });
        Assert.ThrowsExactly<OperationCanceledException>(() => Runner().Run([work], source.Token));
        Assert.IsFalse(File.Exists(_store.PathOf("a/a.txt")));
    }

    [TestMethod]
    public void Units_that_take_long_tell_what_they_do_until_they_end()
    {
        var clock = new Clock();
        var lines = new List<string>();
        var work = new StageWork(new StageUnit("kws", ""), "kws.onnx", builder => builder.Add("key", "1"), context =>
        {
            clock.Advance(9);
            Assert.IsEmpty(lines);
            clock.Advance(1);
            context.Progress.Report(new("int8: rounding of weights", 3, 8));
            clock.Advance(29);
            clock.Advance(1);
            context.Progress.Report(new("types of layers", 0, 0));
            clock.Advance(30);
            return [];
        });
        Runner(new LongRuns(clock, lines.Add)).Run([work], CancellationToken.None);
        CollectionAssert.AreEqual(
            new[]
            {
                "EdgeAI: quantize kws has taken 10 s so far", "EdgeAI: quantize kws has taken 40 s so far: int8: rounding of weights, 3 of at most 8",
                "EdgeAI: quantize kws has taken 70 s so far: types of layers",
            },
            lines, string.Join("; ", lines));
        clock.Advance(300);
        Assert.HasCount(3, lines);
        Runner(new LongRuns(clock, lines.Add)).Run([work with { AddKey = builder => builder.Add("key", "1") }], CancellationToken.None);
        Assert.HasCount(3, lines);
    }

    [TestMethod]
    public void Diagnostics_about_a_node_point_into_the_dump_and_name_no_machine()
    {
        var places = new DiagnosticPlaces(_folder);
        var diagnostic = new Diagnostic("EAI2001", Severity.Warning, $"Node 'conv' reads {Path.Combine(_folder, "data", "x.npy")}.", Path.Combine(_folder, "models", "a.onnx"));
        ToldDiagnostic told = places.Place(new StageUnit("a", ""), "models/a.onnx", diagnostic, null);
        Assert.AreEqual("models/a.onnx", told.Diagnostic.File);
        Assert.IsFalse(told.Diagnostic.Message.Contains(_folder, StringComparison.Ordinal), told.Diagnostic.Message);
    }

    private StageEnding[] Endings(params StageWork[] works) =>
        [.. Runner().Run(works, CancellationToken.None).Select(outcome => outcome.Ending)];

    private StageRunner Runner(LongRuns? longRuns = null) => new(
        Stage.Quantize, _store, _cache, new DiagnosticPlaces(_folder), _folder, "tool", longRuns ?? new LongRuns(TimeProvider.System, _ => { }));
}
