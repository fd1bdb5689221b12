using System.Collections.Immutable;
using System.Reflection;
using EdgeAI.Compiler.Data;
using EdgeAI.Compiler.Linking;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Settings;
using EdgeAI.Sdk.Tasks.Building;

namespace EdgeAI.Sdk.Tasks.Tests.Building;

[TestClass]
public sealed class KeyBuilderTests
{
    [TestMethod]
    public void Every_setting_changes_the_key()
    {
        string folder = Directory.CreateTempSubdirectory().FullName;
        try
        {
            File.WriteAllText(Path.Combine(folder, "a.npy"), "a");
            var plain = new ModelSettings { Name = "kws" };
            string key = KeyOf(folder, plain);
            foreach (PropertyInfo property in typeof(ModelSettings).GetProperties().Where(property => property.CanWrite && property.Name != "ProjectFolder"))
            {
                ModelSettings changed = plain with { };
                property.SetValue(changed, Other(property.PropertyType, Path.Combine(folder, "a.npy")));
                Assert.AreNotEqual(key, KeyOf(folder, changed), property.Name);
            }

            foreach (PropertyInfo property in typeof(Budgets).GetProperties().Where(property => property.CanWrite))
            {
                Budgets changed = Budgets.None with { };
                property.SetValue(changed, Other(property.PropertyType, ""));
                Assert.AreNotEqual(key, KeyOf(folder, plain with { Budgets = changed }), property.Name);
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [TestMethod]
    public void Contents_count_and_places_do_not()
    {
        string one = Directory.CreateTempSubdirectory().FullName;
        string two = Directory.CreateTempSubdirectory().FullName;
        try
        {
            foreach (string folder in new[] { one, two })
            {
                Directory.CreateDirectory(Path.Combine(folder, "data", "inner"));
                File.WriteAllText(Path.Combine(folder, "data", "b.npy"), "b");
                File.WriteAllText(Path.Combine(folder, "data", "inner", "a.npy"), "a");
            }

            string Key(string folder) => new KeyBuilder(folder).AddContents("data", Path.Combine(folder, "data")).Build();
            Assert.AreEqual(Key(one), Key(two));
            File.WriteAllText(Path.Combine(two, "data", "inner", "a.npy"), "c");
            Assert.AreNotEqual(Key(one), Key(two));
            File.WriteAllText(Path.Combine(two, "data", "inner", "a.npy"), "a");
            File.Move(Path.Combine(two, "data", "b.npy"), Path.Combine(two, "data", "d.npy"));
            Assert.AreNotEqual(Key(one), Key(two));
        }
        finally
        {
            Directory.Delete(one, recursive: true);
            Directory.Delete(two, recursive: true);
        }
    }

    [TestMethod]
    public void Quantization_does_not_see_budgets_and_planning_sees_no_data()
    {
        var settings = new ModelSettings
        {
            Name = "kws", TestData = "/x", CalibrationData = "/y", TestLabels = "/z", Budgets = Budgets.None with { SramBytes = 1 },
        };
        Assert.AreEqual(Budgets.None, SettingsScope.ForQuantization(settings).Budgets);
        Assert.IsNull(SettingsScope.ForQuantization(settings).TestData);
        Assert.AreEqual("/y", SettingsScope.ForQuantization(settings).CalibrationData);
        Assert.IsNull(SettingsScope.ForPlanning(settings, Budgets.None).CalibrationData);
        Assert.AreEqual(Budgets.None, SettingsScope.ForSimulation(settings).Budgets);
    }

    private static string Assets()
    {
        DirectoryInfo folder = new(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "EdgeAI.Sdk.sln")))
        {
            folder = folder.Parent!;
        }

        return Path.Combine(folder.FullName, "tests", "Assets");
    }

    [TestMethod]
    public void Planning_sees_the_data_on_which_types_are_judged_and_the_stricter_limits()
    {
        var settings = new ModelSettings
        {
            Name = "kws", Quantization = QuantizationScheme.Auto, TestData = "/x", CalibrationData = "/y", TestLabels = "/z",
            Budgets = Budgets.None with { MinSqnrDb = 20, MaxAccuracyDrop = 0.1 },
        };
        ModelSettings planned = SettingsScope.ForPlanning(settings, Budgets.None with { MinSqnrDb = 30, MaxAccuracyDrop = 0.2, MinAccuracy = 0.9 });
        Assert.AreEqual("/x", planned.TestData);
        Assert.AreEqual("/z", planned.TestLabels);
        Assert.IsNull(planned.CalibrationData);
        Assert.AreEqual((30, 0.1, 0.9), (planned.Budgets.MinSqnrDb, planned.Budgets.MaxAccuracyDrop, planned.Budgets.MinAccuracy));
        Assert.AreEqual("/y", SettingsScope.ForPlanning(settings with { TestData = null }, Budgets.None).CalibrationData);
        Assert.AreEqual(Budgets.None, SettingsScope.ForQuantization(settings).Budgets);

        // Noise counts where a limit is in it, of the model or of the target.
        ModelSettings noisy = settings with { Noise = [new NoiseSettings("hiss", NoiseKind.White, [20, 10]) { InCalibration = true }] };
        Assert.IsTrue(SettingsScope.ForPlanning(noisy, Budgets.None).Noise.IsEmpty);
        noisy = noisy with { Budgets = Budgets.None with { MinAccuracyAtSnr = [new(20, 0.8), new(10, 0.7)] } };
        planned = SettingsScope.ForPlanning(noisy, Budgets.None with { MinAccuracyAtSnr = [new(20, 0.9), new(10, 0.6)] });
        CollectionAssert.AreEqual(new AccuracyAtSnr[] { new(20, 0.9), new(10, 0.7) }, planned.Budgets.MinAccuracyAtSnr);
        Assert.AreEqual("hiss", planned.Noise.Single().Name);
        Assert.IsFalse(planned.Noise[0].InCalibration);
        Assert.IsTrue(SettingsScope.ForPlanning(noisy with { Quantization = QuantizationScheme.Int8 }, Budgets.None).Noise.IsEmpty);
    }

    private static string KeyOf(string folder, ModelSettings settings) => new KeyBuilder(folder).AddSettings(settings).Build();

    private static object Other(Type type, string path)
    {
        Type plain = Nullable.GetUnderlyingType(type) ?? type;
        return plain == typeof(string) ? path
            : plain == typeof(ImmutableSortedDictionary<string, Shape>) ? ImmutableSortedDictionary<string, Shape>.Empty.Add("x", new Shape(1, 2))
            : plain == typeof(ImmutableArray<UserKernelLibrary>) ? ImmutableArray.Create(new UserKernelLibrary("mine", "mine.kernels.json", "mine.h", [], []))
            : plain == typeof(ImmutableArray<UserOperator>) ? ImmutableArray.Create(UserOperatorReader.Read(Assets(), "p.csproj", "scaled-swish/scaled_swish.operator.json"))
            : plain == typeof(ImageNormalization) ? ImageNormalization.Parse("ZeroToOne")!
            : plain == typeof(ImmutableArray<NoiseSettings>) ? ImmutableArray.Create(new NoiseSettings("hiss", NoiseKind.White, [10]))
            : plain == typeof(ImmutableArray<AccuracyAtSnr>) ? ImmutableArray.Create(new AccuracyAtSnr(20, 0.9))
            : plain == typeof(Budgets) ? Budgets.None with { MinAccuracy = 0.5 }
            : plain.IsEnum ? Enum.GetValues(plain).GetValue(1)!
            : plain == typeof(int) || plain == typeof(long) || plain == typeof(double)
                ? Convert.ChangeType(77, plain, System.Globalization.CultureInfo.InvariantCulture)
            : throw new NotSupportedException($"a setting of type {type} needs a case here and a line in KeyBuilder");
    }
}
