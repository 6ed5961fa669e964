using Vigil.Core.Features;
using Vigil.Training.Registry;

namespace Vigil.Tests.Training.Registry;

/// <summary>Directories that Python's MLflow saved, served by their features' names.</summary>
public sealed class ModelDirectoryTests
{
    private static readonly Dictionary<string, string> NoTags = [];

    [Theory]
    [InlineData("saved-2.17-xgb1.7/booster-json")]
    [InlineData("saved-2.17-xgb1.7/sklearn-json")]
    [InlineData("saved-3.11-xgb3.0/booster-json")]
    [InlineData("saved-3.11-xgb3.0/sklearn-json")]
    [InlineData("saved-2.17-xgb1.7/booster-ubj")]
    [InlineData("saved-3.11-xgb3.0/booster-ubj")]
    [InlineData("saved-3.11-xgb3.0/booster-xgb")]
    public void A_model_from_Python_is_served_by_the_names_of_its_features_in_another_order(string saved)
    {
        var directory = ModelDirectory.Read(Shared.PathOrSkip($"fixtures/mlflow/models/{saved}"));
        directory.IsComplete.ShouldBeFalse();
        var own = directory.Completed(Set("amount", "velocity_1h", "country_mismatch"), NoTags).Open(1).Model;
        var wider = directory.Completed(Set("other", "country_mismatch", "amount", "velocity_1h"), NoTags).Open(1).Model;
        foreach (var (amount, velocity, mismatch) in new[] { (10f, 1f, 0f), (200f, 7f, 1f), (150f, float.NaN, 1f) })
            wider.Score([99f, mismatch, amount, velocity]).ShouldBe(own.Score([amount, velocity, mismatch]));
    }

    [Fact]
    public void A_model_of_another_tool_says_by_a_tag_until_when_it_learned()
    {
        var directory = ModelDirectory.Read(Shared.PathOrSkip("fixtures/mlflow/models/saved-2.17-xgb1.7/booster-json"));
        directory.Completed(Set("amount", "velocity_1h", "country_mismatch"), NoTags).Card.LastRow.ShouldBeNull();
        var said = new Dictionary<string, string> { ["vigil.learned_until"] = "2026-11-01T12:00:00+02:00" };
        directory.Completed(Set("amount", "velocity_1h", "country_mismatch"), said).Card.LastRow.ShouldBe(new DateTime(2026, 11, 1, 10, 0, 0, DateTimeKind.Utc));
        said["vigil.learned_until"] = "yesterday";
        Should.Throw<RegistryException>(() => directory.Completed(Set("amount", "velocity_1h", "country_mismatch"), said)).Message.ShouldContain("is no time such as");
    }

    [Fact]
    public void A_model_from_Python_that_asks_for_features_that_are_not_served_is_refused_with_their_names()
    {
        var directory = ModelDirectory.Read(Shared.PathOrSkip("fixtures/mlflow/models/saved-2.17-xgb1.7/booster-json"));
        var error = Should.Throw<RegistryException>(() => directory.Completed(Set("amount", "other"), NoTags));
        error.Message.ShouldContain("velocity_1h, country_mismatch");
    }

    [Fact]
    public void A_model_in_the_old_binary_format_is_refused()
    {
        var directory = ModelDirectory.Read(Shared.PathOrSkip("fixtures/mlflow/models/saved-2.17-xgb1.7/booster-xgb"));
        Should.Throw<RegistryException>(() => directory.Completed(Set("amount", "velocity_1h", "country_mismatch"), NoTags))
            .Message.ShouldContain("model.xgb");
    }

    [Fact]
    public void A_file_that_leads_out_of_the_directory_is_refused() =>
        Should.Throw<RegistryException>(() => new ModelDirectory([new("../champion", ReadOnlyMemory<byte>.Empty)]));

    private static FeatureSet Set(params string[] names) => FeatureSetJson.Parse(
        $$"""{"name": "served", "version": 1, "features": [{{string.Join(',', names.Select(n => $$"""{"name": "{{n}}", "value": "amount"}"""))}}]}""");
}
