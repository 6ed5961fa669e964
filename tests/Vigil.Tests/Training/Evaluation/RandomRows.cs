using FsCheck;
using FsCheck.Fluent;
using Vigil.Training.Evaluation;

namespace Vigil.Tests.Training.Evaluation;

/// <summary>Small scored data sets with many ties, few cards and few days, for properties.</summary>
internal static class RandomRows
{
    public static Arbitrary<ScoredRows> Any { get; } = Arb.From(
        from count in Gen.Choose(0, 60)
        from scores in Gen.ArrayOf(Gen.Choose(0, 16), count)
        from labels in Gen.ArrayOf(Gen.Choose(0, 3), count)
        from days in Gen.ArrayOf(Gen.Choose(0, 4), count)
        from cards in Gen.ArrayOf(Gen.Choose(0, 9), count)
        from cents in Gen.ArrayOf(Gen.Choose(0, 50_000), count)
        select new ScoredRows([.. scores.Select(s => s / 16f)], [.. labels.Select(l => l == 0)], days, cards, cents));

    public static void Check(Action<ScoredRows> property) =>
        Prop.ForAll(Any, property).Check(Config.QuickThrowOnFailure.WithMaxTest(200));

    public static ScoredRows WithScores(this ScoredRows rows, Func<float, float> change) =>
        new(Array.ConvertAll(rows.Scores, s => change(s)), rows.Labels, rows.Days, rows.Cards, rows.Cents);
}
