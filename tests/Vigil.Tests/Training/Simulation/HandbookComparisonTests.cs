using Vigil.Training.Simulation;

namespace Vigil.Tests.Training.Simulation;

/// <summary>
/// The simulator against the Handbook's published data set. Both are samples of what should be one distribution, so the
/// bounds are about five standard errors of the difference of two such samples; where customers differ, the customers
/// are the sample, not their purchases.
/// </summary>
public sealed class HandbookComparisonTests
{
    private const int SecondsPerDay = 86_400;
    private static readonly Lazy<CompactDataset> Ours = new(() => CompactDataset.From(new Simulator(new()).Days(0, 183), new(2018, 4, 1)));

    [Fact]
    public void The_books_file_is_read_whole()
    {
        var book = HandbookData.OrSkip;
        book.Count.ShouldBe(1_754_155);
        new[] { 1, 2, 3 }.Select(s => book.Scenario.Count(x => x == s)).ShouldBe([973, 9_077, 4_631]);
        (book.Seconds[^1] / SecondsPerDay).ShouldBe(182);
        book.Customer.Max().ShouldBe(4_999);
        book.Terminal.Max().ShouldBe(9_999);
    }

    [Fact]
    public void Rows_and_frauds_are_as_many()
    {
        var (book, ours) = (HandbookData.OrSkip, Ours.Value);
        Ratio(ours.Count, book.Count).ShouldBe(1, 0.01);
        Ratio(Frauds(ours), Frauds(book)).ShouldBe(1, 0.15);
        // Scenario 1 comes from the few customers with the largest means; 2 and 3 from 360 terminals and 550 customers.
        Ratio(Frauds(ours, 1), Frauds(book, 1)).ShouldBe(1, 0.35);
        Ratio(Frauds(ours, 2), Frauds(book, 2)).ShouldBe(1, 0.20);
        Ratio(Frauds(ours, 3), Frauds(book, 3)).ShouldBe(1, 0.25);
    }

    [Fact]
    public void Genuine_amounts_have_the_same_mean_and_quantiles()
    {
        double[] Amounts(CompactDataset data)
        {
            double[] amounts = [.. data.Cents.Where((_, i) => data.Scenario[i] == 0)];
            Array.Sort(amounts);
            return amounts;
        }

        var (book, ours) = (Amounts(HandbookData.OrSkip), Amounts(Ours.Value));
        Ratio(ours.Average(), book.Average()).ShouldBe(1, 0.05);
        foreach (var q in new[] { 0.05, 0.25, 0.5, 0.75, 0.95, 0.99 })
            Ratio(ours[(int)(q * ours.Length)], book[(int)(q * book.Length)]).ShouldBe(1, 0.06, $"quantile {q}");
        ours.Count(a => a == 0).ShouldBeInRange(10, 100); // the book has 42
        ours[^1].ShouldBe(22_000, 50);
    }

    [Fact]
    public void Hours_of_the_day_have_the_same_histogram()
    {
        double[] Shares(CompactDataset data) =>
            [.. Enumerable.Range(0, 24).Select(h => data.Seconds.Count(s => s % SecondsPerDay / 3_600 == h) / (double)data.Count)];

        var (book, ours) = (Shares(HandbookData.OrSkip), Shares(Ours.Value));
        for (var hour = 0; hour < 24; hour++)
            ours[hour].ShouldBe(book[hour], 5 * Math.Sqrt(2 * book[hour] / 1_750_000), $"hour {hour}");
    }

    [Fact]
    public void Customers_and_terminals_are_used_alike()
    {
        double[] PerKey(int[] keys)
        {
            double[] counts = [.. keys.CountBy(k => k).Select(p => (double)p.Value)];
            Array.Sort(counts);
            return counts;
        }

        var (book, ours) = (PerKey(HandbookData.OrSkip.Customer), PerKey(Ours.Value.Customer));
        Math.Abs(ours.Length - book.Length).ShouldBeLessThan(25);
        foreach (var q in new[] { 0.1, 0.25, 0.5, 0.75, 0.9 })
            ours[(int)(q * ours.Length)].ShouldBe(book[(int)(q * book.Length)], 30, $"quantile {q}"); // 5 sqrt(2/5000 / 4) of a range of 730
        (book, ours) = (PerKey(HandbookData.OrSkip.Terminal), PerKey(Ours.Value.Terminal));
        foreach (var q in new[] { 0.05, 0.25, 0.5, 0.75, 0.95 })
            Ratio(ours[(int)(q * ours.Length)], book[(int)(q * book.Length)]).ShouldBe(1, 0.08, $"quantile {q}");
    }

    [Fact]
    public void Frauds_of_a_compromised_customer_have_the_same_amounts_and_spans()
    {
        static (double Mean, double Span) Scenario3(CompactDataset data)
        {
            var rows = Enumerable.Range(0, data.Count).Where(i => data.Scenario[i] == 3).ToArray();
            var spans = rows.GroupBy(i => data.Customer[i]).Select(g => g.Max(i => data.Seconds[i]) - g.Min(i => data.Seconds[i]))
                .Where(s => s < 14 * SecondsPerDay);
            return (rows.Average(i => data.Cents[i]), spans.Average() / SecondsPerDay);
        }

        var (book, ours) = (Scenario3(HandbookData.OrSkip), Scenario3(Ours.Value));
        Ratio(ours.Mean, book.Mean).ShouldBe(1, 0.15);
        ours.Span.ShouldBe(book.Span, 1.3);
    }

    private static int Frauds(CompactDataset data, int scenario = 0) => data.Scenario.Count(s => scenario == 0 ? s != 0 : s == scenario);

    private static double Ratio(double ours, double book) => ours / book;
}
