namespace Vigil.Training.Simulation;

/// <summary>
/// Transactions in order of time as parallel arrays, the form in which the benchmark's data comes. The row number is the
/// transaction's id.
/// </summary>
public sealed class CompactDataset
{
    /// <summary>The date (UTC) from which the Handbook's data set, and so this format, counts its seconds.</summary>
    public static readonly DateOnly HandbookStart = new(2018, 4, 1);

    /// <param name="seconds">Shape (n): seconds since the start, never decreasing. No array is copied.</param>
    /// <param name="customer">Shape (n): customer numbers from 0.</param>
    /// <param name="terminal">Shape (n): terminal numbers from 0.</param>
    /// <param name="cents">Shape (n): amounts in cents, at least 0.</param>
    /// <param name="scenario">Shape (n): 0 genuine, 1..3 the kind of fraud.</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public CompactDataset(int[] seconds, int[] customer, int[] terminal, int[] cents, byte[] scenario)
    {
        ArgumentNullException.ThrowIfNull(seconds);
        ArgumentNullException.ThrowIfNull(customer);
        ArgumentNullException.ThrowIfNull(terminal);
        ArgumentNullException.ThrowIfNull(cents);
        ArgumentNullException.ThrowIfNull(scenario);
        if (customer.Length != seconds.Length || terminal.Length != seconds.Length
            || cents.Length != seconds.Length || scenario.Length != seconds.Length)
            throw new ArgumentException("The columns of a data set must have the same length.", nameof(seconds));
        Seconds = seconds;
        Customer = customer;
        Terminal = terminal;
        Cents = cents;
        Scenario = scenario;
    }

    public int Count => Seconds.Length;

    /// <summary>Seconds since the start of the first day.</summary>
    public int[] Seconds { get; }

    public int[] Customer { get; }

    public int[] Terminal { get; }

    public int[] Cents { get; }

    public byte[] Scenario { get; }

    /// <summary>Shape (n): whether each row is fraud.</summary>
    public bool[] Fraud() => Array.ConvertAll(Scenario, s => s != 0);

    /// <summary>Collects simulated transactions, which must come in order of time.</summary>
    /// <param name="transactions">From <see cref="Simulator.Days"/>.</param>
    /// <param name="start">The date from which seconds are counted: the simulation's start.</param>
    /// <exception cref="OverflowException">An amount or a time does not fit 32 bits.</exception>
    public static CompactDataset From(IEnumerable<SimulatedTransaction> transactions, DateOnly start)
    {
        ArgumentNullException.ThrowIfNull(transactions);
        var origin = (long)(start.ToDateTime(TimeOnly.MinValue, DateTimeKind.Utc) - DateTime.UnixEpoch).TotalSeconds;
        List<int> seconds = [], customer = [], terminal = [], cents = [];
        List<byte> scenario = [];
        foreach (var transaction in transactions)
        {
            seconds.Add(checked((int)(transaction.TimeMicros / 1_000_000 - origin)));
            customer.Add(transaction.Customer);
            terminal.Add(transaction.Terminal);
            cents.Add(checked((int)transaction.Cents));
            scenario.Add(transaction.Scenario);
        }

        return new([.. seconds], [.. customer], [.. terminal], [.. cents], [.. scenario]);
    }
}
