using Vigil.Training.Registry;
using Vigil.Training.Registry.Mlflow;

namespace Vigil.Tests.Training.Registry.Mlflow;

public sealed class MlflowChampionTests
{
    [Fact]
    public void The_newest_version_is_not_served_unless_it_was_promoted()
    {
        Champion([Version(1, "None"), Version(2, "None"), Version(3, "None")], ("champion", 2)).ShouldBe((2, "alias"));
        Champion([Version(1, "Production"), Version(2, "None")]).ShouldBe((1, "stage"));
        Champion([Version(1, "None"), Version(2, "Staging")]).ShouldBe((0, ""));
    }

    [Fact]
    public void Of_two_versions_in_production_the_one_that_was_moved_last_is_served() =>
        Champion([Version(1, "Production", changed: 20), Version(2, "Production", changed: 10)]).ShouldBe((1, "stage"));

    [Fact]
    public void A_stage_that_was_moved_after_a_promotion_counts() =>
        Champion([Version(1, "Archived"), Version(2, "Production")], ("champion", 1), promoted: "1").ShouldBe((2, "stage"));

    [Fact]
    public void An_alias_that_somebody_moved_counts_before_the_stage() =>
        Champion([Version(1, "Archived"), Version(2, "Production")], ("champion", 1), promoted: "2").ShouldBe((1, "alias"));

    private static (int, string) Champion(ModelVersion[] versions, (string Alias, int Version)? alias = null, string? promoted = null)
    {
        var aliases = alias is { } a ? new Dictionary<string, int> { [a.Alias] = a.Version } : [];
        var tags = promoted is null ? new Dictionary<string, string>() : new Dictionary<string, string> { ["vigil.promoted"] = promoted };
        var (champion, source) = MlflowRegistry.InCharge(versions, new MlflowModel(aliases, tags));
        return (champion?.Number ?? 0, source);
    }

    private static ModelVersion Version(int number, string stage, int changed = 0) =>
        new(number, DateTime.UnixEpoch, DateTime.UnixEpoch.AddSeconds(changed), stage, [], new Dictionary<string, string>());
}
