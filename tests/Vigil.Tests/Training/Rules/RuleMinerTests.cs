using Vigil.Core.Transactions;
using Vigil.Training.Learning;
using Vigil.Training.Rules;

namespace Vigil.Tests.Training.Rules;

public class RuleMinerTests
{
    private static readonly SuggestionOptions Options = new() { TestDays = 20, LabelDelay = 7 * Timestamp.Day };

    [Fact]
    public void What_makes_a_fraud_is_found_in_words_that_a_person_would_use()
    {
        var found = Mine(PlantedHistory.Make(1), Options);

        found.Rules.Select(r => r.Text).ShouldBe(
        [
            "review when merchant_category == \"Gambling\" && amount >= 300",
            "review when burst >= 5",
        ], ignoreOrder: true);
        found.OutOfTime.Precision.ShouldBe(1);
        found.OutOfTime.Recall.ShouldBe(1);
    }

    [Fact]
    public void Equal_histories_give_equal_rules()
    {
        Mine(PlantedHistory.Make(2), Options).Rules
            .ShouldBe(Mine(PlantedHistory.Make(2), Options).Rules);
    }

    [Fact]
    public void Labels_that_became_known_after_the_training_period_teach_nothing()
    {
        var trainTo = PlantedHistory.Now - 7 * Timestamp.Day - Options.TestDays * Timestamp.Day;
        (bool?, long) Late(long time, bool fraud) => (fraud, Math.Max(time + 7 * Timestamp.Day, trainTo + 1 * Timestamp.Day));
        var late = PlantedHistory.Make(3, Late);

        Should.Throw<TrainingException>(() => Mine(late, Options))
            .Message.ShouldStartWith("0 known frauds between");
    }

    [Fact]
    public void The_later_days_change_what_is_said_of_a_rule_and_never_the_rule()
    {
        var trainTo = PlantedHistory.Now - 7 * Timestamp.Day - Options.TestDays * Timestamp.Day;
        var honest = Mine(PlantedHistory.Make(4), Options);
        var turned = Mine(
            PlantedHistory.Make(4, (time, fraud) => (fraud == time < trainTo, time + 7 * Timestamp.Day)), Options);

        turned.Rules.Select(r => r.Text).ShouldBe(honest.Rules.Select(r => r.Text));
        turned.Rules.Select(r => r.InTime).ShouldBe(honest.Rules.Select(r => r.InTime));
        turned.OutOfTime.Precision.ShouldBe(0);
    }

    [Fact]
    public void Labels_without_a_pattern_give_no_rule()
    {
        var random = new Random(5);
        var history = PlantedHistory.Make(5, (time, _) => (random.Next(30) == 0, time + 7 * Timestamp.Day));

        Mine(history, Options).Rules.ShouldBeEmpty();
    }

    [Fact]
    public void Each_rule_counts_as_new_only_what_those_before_it_left()
    {
        var found = Mine(PlantedHistory.Make(6), Options);

        found.Rules.Sum(r => r.OutOfTime.NewFrauds).ShouldBe(found.OutOfTime.Frauds);
        found.Rules.Sum(r => r.OutOfTime.NewAlerts).ShouldBe(found.OutOfTime.Matched);
        found.Rules[^1].OutOfTime.NewFrauds.ShouldBeLessThan(found.Rules[^1].OutOfTime.Frauds);
    }

    [Fact]
    public void Where_only_frauds_are_labelled_all_else_counts_against_a_rule()
    {
        var history = PlantedHistory.Make(7, (time, fraud) => (fraud ? true : null, time + 7 * Timestamp.Day));

        var found = Mine(history, Options);

        found.Rules.Select(r => r.Text).ShouldContain("review when burst >= 5");
        found.OutOfTime.Matched.ShouldBe(found.OutOfTime.Frauds);
    }

    [Fact]
    public void A_history_shorter_than_the_test_says_so()
    {
        Should.Throw<TrainingException>(() => Mine(
                PlantedHistory.Make(8), Options with { TestDays = 95 }))
            .Message.ShouldContain("test fewer days");
    }

    private static RuleSuggestions Mine(RuleHistory history, SuggestionOptions options) =>
        RuleMiner.Mine(history, options, PlantedHistory.Now, cancel: TestContext.Current.CancellationToken);
}
