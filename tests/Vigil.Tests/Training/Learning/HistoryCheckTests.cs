using Vigil.Core.Transactions;
using Vigil.Training.Learning;

namespace Vigil.Tests.Training.Learning;

public sealed class HistoryCheckTests
{
    private static readonly TrainingOptions Options = new();

    [Fact]
    public void A_history_of_two_months_with_labels_is_fit() => HistoryCheck.Find(Make(), Options).ShouldBeEmpty();

    [Fact]
    public void What_is_too_little_is_said_with_its_numbers()
    {
        Said(Make(rows: 900)).ShouldContain("900 transactions are too few");
        Said(Make(frauds: _ => false)).ShouldContain("0 known frauds are too few");
        Said(Make(frauds: day => day < 50)).ShouldContain("0 known frauds on the newest 7 labelled days");
    }

    [Fact]
    public void Labels_that_end_long_before_the_transactions_are_noticed() =>
        Said(Make(labelled: day => day < 20)).ShouldContain("labels are missing");

    [Fact]
    public void A_feature_that_is_gone_is_named() =>
        Said(Make(gone: day => day > 50)).ShouldContain("the feature b is missing in every transaction since");

    [Fact]
    public void A_day_without_transactions_is_worth_a_look_and_no_more()
    {
        var findings = HistoryCheck.Find(Make(without: 30), Options);
        findings.ShouldHaveSingleItem().IsFatal.ShouldBeFalse();
        findings[0].Said.ShouldStartWith("1 days have no transaction");
    }

    private static string Said(LabelledHistory history) =>
        string.Join("; ", HistoryCheck.Find(history, Options).Where(f => f.IsFatal).Select(f => f.Said));

    private static LabelledHistory Make(
        int rows = 6_000, Func<int, bool>? frauds = null, Func<int, bool>? labelled = null, Func<int, bool>? gone = null, int? without = null)
    {
        var history = new LabelledHistory(["a", "b"]);
        for (var i = 0; i < rows; i++)
        {
            var day = i * 60 / rows;
            if (day == without)
                continue;
            var fraud = i % 25 == 0 && frauds?.Invoke(day) != false;
            history.Add(day * Timestamp.Day + i, [i % 9, gone?.Invoke(day) == true ? float.NaN : i % 7], labelled?.Invoke(day) != false ? fraud : null);
        }

        return history;
    }
}
