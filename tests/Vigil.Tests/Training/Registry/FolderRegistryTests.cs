using Vigil.Core.Decisions;
using Vigil.Core.Features;
using Vigil.Core.Models;
using Vigil.Training.Boosting;
using Vigil.Training.Dataset;
using Vigil.Training.Registry;

namespace Vigil.Tests.Training.Registry;

public sealed class FolderRegistryTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("vigil-registry").FullName;
    private readonly FeatureSet _features = FeatureSetJson.Parse(
        """{"name": "two", "version": 1, "features": [{"name": "a", "value": "amount"}, {"name": "n", "value": "count(account_id, '7d')"}]}""");

    private FolderRegistry Registry => new(_folder);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public void A_saved_model_comes_back_with_its_features_thresholds_and_scores()
    {
        var model = Train();
        var version = Registry.Save(model, _features, Card());
        var loaded = Registry.Load(version, cancel: Cancel);
        loaded.Version.ShouldBe(1);
        loaded.FeatureSet.Hash.ShouldBe(_features.Hash);
        loaded.Card.Thresholds.ShouldBe(new Thresholds(0.25, 0.75));
        loaded.Model.Score([3f, 1f]).ShouldBe(model.Score([3f, 1f]));
    }

    [Fact]
    public void Features_that_are_in_use_are_taken_where_they_are_the_models_own_and_never_in_place_of_them()
    {
        var version = Registry.Save(Train(), _features, Card());
        Registry.Load(version, _features, Cancel).FeatureSet.ShouldBeSameAs(_features);
        Registry.Load(version, FeatureSets.Load("handbook"), Cancel).FeatureSet.Hash.ShouldBe(_features.Hash);
    }

    [Fact]
    public void Saving_puts_nobody_in_charge_and_promoting_does()
    {
        Registry.Save(Train(), _features, Card());
        Registry.Save(Train(), _features, Card());
        Registry.LoadChampion(cancel: Cancel).ShouldBeNull();
        Registry.Promote(2, cancel: Cancel);
        Registry.LoadChampion(cancel: Cancel)!.Version.ShouldBe(2);
        Registry.Promote(1, cancel: Cancel);
        Registry.LoadChampion(cancel: Cancel)!.Version.ShouldBe(1);
        Registry.Look(Cancel).Versions.Select(v => v.Number).ShouldBe([1, 2]);
    }

    [Fact]
    public void A_model_file_cut_in_half_is_refused_with_its_name()
    {
        var version = Registry.Save(Train(), _features, Card());
        var path = Path.Combine(_folder, "1", "model.json");
        var bytes = File.ReadAllBytes(path);
        File.WriteAllBytes(path, bytes[..(bytes.Length / 2)]);
        var error = Should.Throw<RegistryException>(() => Registry.Load(version, cancel: Cancel));
        error.Message.ShouldContain("model.json");
        error.Message.ShouldContain("cut off");
    }

    [Fact]
    public void A_model_beside_features_that_it_was_not_trained_on_is_refused()
    {
        var version = Registry.Save(Train(), _features, Card());
        File.WriteAllText(Path.Combine(_folder, "1", "features.json"), _features.Content.Replace("'7d'", "'8d'", StringComparison.Ordinal));
        Should.Throw<RegistryException>(() => Registry.Load(version, cancel: Cancel)).Message.ShouldContain("not the feature set that the model was trained on");
    }

    [Fact]
    public void A_version_that_is_not_there_is_refused_with_those_that_are()
    {
        Registry.Save(Train(), _features, Card());
        Should.Throw<RegistryException>(() => Registry.Promote(7, cancel: Cancel)).Message.ShouldContain("there are: 1");
        Registry.Champion().ShouldBeNull();
    }

    [Fact]
    public void A_champion_file_with_something_else_than_a_version_says_so()
    {
        Registry.Save(Train(), _features, Card());
        File.WriteAllText(Path.Combine(_folder, "champion"), "latest");
        Should.Throw<RegistryException>(() => Registry.LoadChampion(cancel: Cancel)).Message.ShouldContain("does not hold a version number");
    }

    [Fact]
    public void A_folder_that_cannot_be_written_is_named_and_nothing_is_left_behind()
    {
        var file = Path.Combine(_folder, "file");
        File.WriteAllText(file, "");
        Should.Throw<RegistryException>(() => new FolderRegistry(Path.Combine(file, "models")).Save(Train(), _features, Card()))
            .Message.ShouldContain("could not be saved");
        Directory.GetDirectories(_folder).ShouldBeEmpty();
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static TreeEnsemble Train()
    {
        var values = Enumerable.Range(0, 400).Select(i => (float)(i % 17)).ToArray();
        var labels = Enumerable.Range(0, 200).Select(i => (byte)(values[2 * i] > 12 ? 1 : 0)).ToArray();
        return BoostedTreesTrainer.Train(new FeatureMatrix(["a", "n"], values), labels, new BoostingOptions { Rounds = 3, MaxDepth = 2 }).Model;
    }

    private ModelCard Card() => new(
        ModelKind.Trees, _features.Name, _features.Version, _features.Hash, "", new Thresholds(0.25, 0.75),
        new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc), null, null, 200, 40,
        new Dictionary<string, double> { ["roc_auc"] = 0.9 }, new Dictionary<string, string>());
}
