using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Vigil.Training.Evaluation;
using Vigil.Training.Simulation;

namespace Vigil.Tests.Training.Evaluation;

public sealed class HandbookProtocolTests
{
    private static readonly DateOnly Start = new(2018, 4, 1);

    // Selected with pandas 1.5.3 from the same file: rows and frauds of train and test, SHA-256 of the test rows' numbers
    // as little-endian int32.
    [Theory]
    [InlineData("2018-07-25", 67_240, 598, 58_264, 385, "b046ad630feeecb2")]
    [InlineData("2018-08-15", 67_049, 594, 57_604, 422, "e11db0e8c9a3e20a")]
    [InlineData("2018-08-08", 67_080, 568, 58_337, 408, "c4c681766e2a546a")]
    [InlineData("2018-08-01", 66_975, 626, 57_937, 387, "81d3e099cae1fc81")]
    [InlineData("2018-07-11", 66_928, 633, 58_505, 374, "62ab2e38f8798ab7")]
    [InlineData("2018-07-04", 66_954, 600, 57_931, 351, "7892881f2372fb00")]
    [InlineData("2018-06-27", 67_574, 611, 57_800, 411, "5a45e59a196df67e")]
    [InlineData("2018-06-20", 66_864, 633, 57_182, 416, "bea44a1a9ad76212")]
    public void Rows_of_the_books_folds_are_those_that_pandas_selects(string trainStart, int train, int trainFrauds, int test, int testFrauds, string testHash)
    {
        var book = HandbookData.OrSkip;
        var frauds = book.Fraud();
        var fold = HandbookProtocol.Select(DateOnly.Parse(trainStart, null), book.Seconds, book.Customer, frauds, CompactDataset.HandbookStart);
        (fold.Train.Length, fold.Train.Count(i => frauds[i])).ShouldBe((train, trainFrauds));
        (fold.Test.Length, fold.Test.Count(i => frauds[i])).ShouldBe((test, testFrauds));
        var hash = SHA256.HashData(MemoryMarshal.AsBytes<int>(fold.Test));
        Convert.ToHexStringLower(hash)[..16].ShouldBe(testHash);
    }

    [Fact]
    public void A_customer_is_dropped_from_the_eighth_day_after_the_fraud_on()
    {
        // Train days 10..16, test days 24..30, one row per customer and test day; customer c's fraud is on day 8 + c.
        (int Day, int Customer, bool Fraud)[] rows = [.. Enumerable.Range(0, 25).Select(c => (8 + c, c, true))
            .Concat(from day in Enumerable.Range(24, 7) from c in Enumerable.Range(0, 25) select (day, c, false))
            .Concat([(10, 100, false), (24, 100, false)])
            .OrderBy(r => r.Item1)];
        var fold = Select(Start.AddDays(10), rows);

        fold.TestStart.ShouldBe(Start.AddDays(24));
        fold.Train.Select(i => rows[i].Customer).Order().ShouldBe([2, 3, 4, 5, 6, 7, 8, 100]);
        for (var day = 24; day <= 30; day++)
        {
            // Frauds of days 8 and 9 are before the train start and count for nothing.
            var dropped = Enumerable.Range(0, 25).Where(c => 8 + c >= 10 && 8 + c <= day - 8);
            fold.Test.Where(i => rows[i].Day == day && !rows[i].Fraud).Select(i => rows[i].Customer).Where(c => c < 100)
                .ShouldBe(Enumerable.Range(0, 25).Except(dropped), ignoreOrder: true);
        }
    }

    [Fact]
    public void Days_end_at_midnight()
    {
        var rows = (from day in Enumerable.Range(0, 22) select (day, 1, false)).ToArray();
        int[] seconds = [.. rows.Select(r => r.day * 86_400 + (r.day is 6 or 20 ? 86_399 : 0))];
        var fold = HandbookProtocol.Select(Start, seconds, new int[22], new bool[22], Start);
        fold.Train.ShouldBe(Enumerable.Range(0, 7));
        fold.Test.ShouldBe(Enumerable.Range(14, 7));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(10)]
    [InlineData(400)]
    public void A_fold_outside_the_data_is_refused_with_the_days_it_needs(int trainDay)
    {
        var rows = (from day in Enumerable.Range(8, 20) select (day, 1, false)).ToArray();
        Should.Throw<ArgumentException>(() => Select(Start.AddDays(trainDay), rows)).Message
            .ShouldContain($"{Start.AddDays(trainDay):yyyy-MM-dd} to {Start.AddDays(trainDay + 20):yyyy-MM-dd}");
    }

    [Fact]
    public void Hyperparameters_are_chosen_before_the_first_test_week()
    {
        HandbookProtocol.Validation.Max().AddDays(20).ShouldBeLessThan(HandbookProtocol.Four.Min().AddDays(14));
        HandbookProtocol.Week.ShouldBe([new DateOnly(2018, 7, 25)]);
        HandbookProtocol.Four.ShouldContain(HandbookProtocol.Week[0]);
    }

    private static HandbookFold Select(DateOnly trainStart, (int Day, int Customer, bool Fraud)[] rows) => HandbookProtocol.Select(
        trainStart, [.. rows.Select(r => r.Day * 86_400)], [.. rows.Select(r => r.Customer)], [.. rows.Select(r => r.Fraud)], Start);
}
