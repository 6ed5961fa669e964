using Vigil.Core.Features;
using Vigil.Training.Registry;

namespace Vigil.Tests.Training.Registry;

public sealed class ModelCacheTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("vigil-cache").FullName;

    [Fact]
    public void The_last_good_model_is_found_again_and_not_that_of_another_registry()
    {
        var cache = new ModelCache(Path.Combine(_folder, "cache"));
        var (here, elsewhere) = (new FolderRegistry(Path.Combine(_folder, "a")), new FolderRegistry(Path.Combine(_folder, "b")));
        cache.Find(here).ShouldBeNull();
        var saved = ModelDirectory.Read(Shared.PathOrSkip("fixtures/mlflow/models/saved-2.17-xgb1.7/booster-json"))
            .Completed(FeatureSetJson.Parse(
                """{"name": "s", "version": 1, "features": [{"name": "amount", "value": "amount"}, {"name": "velocity_1h", "value": "amount"}, {"name": "country_mismatch", "value": "amount"}]}"""),
                new Dictionary<string, string>());
        cache.Keep(here, saved.Open(3));
        cache.Keep(here, saved.Open(4));
        cache.Find(here)!.Version.ShouldBe(4);
        cache.Find(here)!.Model.Score([10f, 1f, 0f]).ShouldBe(saved.Open(4).Model.Score([10f, 1f, 0f]));
        cache.Find(elsewhere).ShouldBeNull();
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
