namespace Vigil.Training.Evaluation;

/// <summary>
/// The Fraud Detection Handbook's split by time (chapter 5): train on a week, let a week pass in which verdicts come in,
/// test on the week after it; customers whose compromise is known by then are not tested, they would be blocked.
/// </summary>
public static class HandbookProtocol
{
    public const int TrainDays = 7;
    public const int DelayDays = 7;
    public const int TestDays = 7;

    private const int SecondsPerDay = 86_400;

    /// <summary>The train start of chapter 3's single week: tested on 2018-08-08..08-14.</summary>
    public static IReadOnlyList<DateOnly> Week { get; } = [new(2018, 7, 25)];

    /// <summary>The train starts of the four test weeks of chapters 5 to 7.</summary>
    public static IReadOnlyList<DateOnly> Four { get; } = [new(2018, 8, 15), new(2018, 8, 8), new(2018, 8, 1), new(2018, 7, 25)];

    /// <summary>The train starts on which hyper-parameters are chosen: none of their test weeks is a test week of <see cref="Four"/>.</summary>
    public static IReadOnlyList<DateOnly> Validation { get; } = [new(2018, 7, 11), new(2018, 7, 4), new(2018, 6, 27), new(2018, 6, 20)];

    /// <summary>Selects the rows of one fold.</summary>
    /// <param name="trainStart">The first of the <see cref="TrainDays"/> days.</param>
    /// <param name="seconds">Shape (n): seconds since midnight (UTC) of <paramref name="dataStart"/>; any order.</param>
    /// <param name="customers">Shape (n).</param>
    /// <param name="frauds">Shape (n).</param>
    /// <param name="dataStart">The date of the data's first second.</param>
    /// <exception cref="ArgumentException">The lengths differ, or the data do not reach over the fold's days.</exception>
    public static HandbookFold Select(
        DateOnly trainStart, ReadOnlySpan<int> seconds, ReadOnlySpan<int> customers, ReadOnlySpan<bool> frauds, DateOnly dataStart)
    {
        if (customers.Length != seconds.Length || frauds.Length != seconds.Length)
            throw new ArgumentException($"{seconds.Length} times do not fit {customers.Length} customers and {frauds.Length} labels.", nameof(seconds));
        var firstTrain = trainStart.DayNumber - dataStart.DayNumber;
        var firstTest = firstTrain + TrainDays + DelayDays;

        var train = new List<int>();
        var knownFrom = new Dictionary<int, int>(); // customer -> day of the first fraud since the train start
        for (var row = 0; row < seconds.Length; row++)
        {
            var day = seconds[row] / SecondsPerDay;
            if (day >= firstTrain && day < firstTrain + TrainDays)
                train.Add(row);
            if (frauds[row] && day >= firstTrain)
                knownFrom[customers[row]] = Math.Min(day, knownFrom.GetValueOrDefault(customers[row], int.MaxValue));
        }

        var test = new List<int>();
        var tested = new HashSet<int>();
        for (var row = 0; row < seconds.Length; row++)
        {
            var day = seconds[row] / SecondsPerDay;
            if (day < firstTest || day >= firstTest + TestDays)
                continue;
            tested.Add(day);
            // On the morning of a test day, the verdicts of the day DelayDays + 1 before it are the newest there are.
            if (!(knownFrom.TryGetValue(customers[row], out var fraudDay) && fraudDay <= day - DelayDays - 1))
                test.Add(row);
        }

        if (train.Count == 0 || tested.Count < TestDays)
            throw new ArgumentException($"The data do not have the days from {trainStart:yyyy-MM-dd} to {trainStart.AddDays(TrainDays + DelayDays + TestDays - 1):yyyy-MM-dd} that the fold needs.", nameof(seconds));
        return new(trainStart, [.. train], [.. test]);
    }
}
