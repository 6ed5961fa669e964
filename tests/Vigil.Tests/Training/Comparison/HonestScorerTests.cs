using Vigil.Training.Comparison;
using Vigil.Training.Registry;

namespace Vigil.Tests.Training.Comparison;

public sealed class HonestScorerTests
{
    [Fact]
    public void A_model_is_not_judged_by_rows_that_it_has_learned_from()
    {
        var scorer = new HonestScorer(TestVersions.Make(1, lastRow: 1_000, holdout: new HoldoutScores([7, 8], [900, 1_000], [0.25f, 0.5f], [0.2f, 0.4f])));
        scorer.From.ShouldBe(900);
        scorer.Score(6, 800, [19f]).Score.ShouldBe(float.NaN);
        scorer.Score(7, 900, [19f]).ShouldBe((0.25f, 0.2f));
        // The same number in another database is another payment.
        scorer.Score(7, 901, [19f]).Score.ShouldBe(float.NaN);
        scorer.Score(9, 1_001, [19f]).Score.ShouldBe(scorer.Model.Model.Score([19f]));
    }

    [Fact]
    public void Of_a_model_from_elsewhere_nobody_knows_what_it_learned_from_and_every_row_counts()
    {
        var scorer = new HonestScorer(TestVersions.Make(1, lastRow: null));
        scorer.From.ShouldBeNull();
        scorer.Score(1, 0, [19f]).Score.ShouldBe(scorer.Model.Model.Score([19f]));
    }
}
