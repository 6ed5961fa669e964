using Vigil.Core.Models;

namespace Vigil.Tests.Core.Models;

public sealed class ScoreMapTests
{
    private static readonly ScoreMap Map = new([0f, 0.1f, 0.5f, 0.500001f, 1f], [0.001f, 0.01f, 0.01f, 0.7f, 0.9f]);

    [Fact]
    public void Scores_between_knots_lie_on_the_line_between_them()
    {
        Map.Apply(0f).ShouldBe(0.001f);
        Map.Apply(0.05f).ShouldBe(0.0055f, 1e-8f);
        Map.Apply(0.3f).ShouldBe(0.01f);
        Map.Apply(0.75f).ShouldBe(0.8f, 1e-6f);
        Map.Apply(1f).ShouldBe(0.9f);
        Map.Apply(float.NaN).ShouldBe(float.NaN);
    }

    [Fact]
    public void Of_two_scores_the_lower_never_gets_the_higher_probability()
    {
        var random = new Random(5);
        for (var round = 0; round < 200; round++)
        {
            var x = Enumerable.Range(0, 30).Select(_ => random.NextSingle()).Append(0f).Append(1f).Distinct().Order().ToArray();
            var y = x.Select(_ => random.NextSingle()).Order().ToArray();
            var map = new ScoreMap(x, y);
            // Neighbouring floats around knots, where rounding could show.
            foreach (var knot in x)
            {
                var score = Math.Max(0, knot - 4e-7f);
                for (var i = 0; i < 20; i++, score = MathF.BitIncrement(score))
                    map.Apply(score).ShouldBeLessThanOrEqualTo(map.Apply(MathF.BitIncrement(score)));
            }
        }
    }

    [Fact]
    public void Knots_that_fall_or_do_not_reach_from_0_to_1_are_refused()
    {
        Should.Throw<ArgumentException>(() => new ScoreMap([0f, 0.5f, 1f], [0f, 0.6f, 0.5f])).Message.ShouldContain("Knot 2");
        Should.Throw<ArgumentException>(() => new ScoreMap([0f, 0.5f, 0.5f, 1f], [0f, 0f, 0f, 0f])).Message.ShouldContain("Knot 2");
        Should.Throw<ArgumentException>(() => new ScoreMap([0.1f, 1f], [0f, 1f])).Message.ShouldContain("score 0");
        Should.Throw<ArgumentException>(() => new ScoreMap([0f, 1f], [0f, 1.5f])).Message.ShouldContain("[0, 1]");
    }

    [Fact]
    public void A_calibrated_model_scores_rows_alone_and_together_alike_without_allocating()
    {
        var model = new CalibratedModel(new LogisticModel([0, 0], [1, 1], [0.7, -0.2], 0.1, ["a", "b"]), Map);
        float[] rows = [0.3f, 1f, -2f, 0.5f, float.NaN, 3f];
        var scores = new float[3];
        model.Score(rows, scores);
        for (var i = 0; i < 3; i++)
        {
            model.Score(rows.AsSpan(2 * i, 2)).ShouldBe(scores[i]);
            scores[i].ShouldBe(Map.Apply(model.Inner.Score(rows.AsSpan(2 * i, 2))));
        }

        Allocations.Of(() => model.Score(rows, scores)).ShouldBe(0);
        model.FeatureNames.ShouldBe(["a", "b"]);
        Should.Throw<ArgumentException>(() => new CalibratedModel(model, Map));
    }
}
