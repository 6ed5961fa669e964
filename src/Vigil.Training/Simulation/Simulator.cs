using System.Buffers;
using System.Text.Json;

namespace Vigil.Training.Simulation;

/// <summary>
/// Simulated card payments with three kinds of fraud, and a fourth from a day on where that is asked for: an independent implementation of the generator that the Fraud
/// Detection Handbook describes (Le Borgne, Siblini, Lebichot, Bontempi, chapter 3, simulated data set). Customers and
/// terminals lie in a square; a customer's purchases per day are Poisson, their times normal around noon, their amounts
/// normal around the customer's mean, at a terminal nearby. A day is a pure function of (options, day): days can be had
/// in any order, by many threads, and after a restart, always with the same bytes.
/// </summary>
public sealed class Simulator
{
    private const uint FirstTest = 1 << 19;

    private readonly Population _population;
    private readonly Compromises _compromises;
    private readonly long _startMicros;

    /// <exception cref="ArgumentException">The options are not valid: <see cref="SimulationOptions.Problem"/>.</exception>
    public Simulator(SimulationOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.Problem() is { } problem)
            throw new ArgumentException(problem, nameof(options));
        Options = options;
        _population = new Population(options);
        _compromises = new Compromises(options, _population);
        _startMicros = (options.StartDate.ToDateTime(TimeOnly.MinValue, DateTimeKind.Utc) - DateTime.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;
    }

    public SimulationOptions Options { get; }

    /// <summary>All transactions of one day, ordered by time, then customer.</summary>
    /// <param name="day">Days since the start, 0..36,500; it may lie after the end of the history.</param>
    public SimulatedTransaction[] Day(int day)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(day);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(day, SimulationOptions.MaxDay);
        var badTerminals = _compromises.TerminalsOn(day);
        var taken = _compromises.PurchasesOn(day);

        var order = new List<ulong>(_population.Count * 2);
        var drawn = new List<SimulatedTransaction>(_population.Count * 2);
        var purchases = new List<Purchase>();
        for (var customer = 0; customer < _population.Count; customer++)
        {
            _population.Purchases(customer, day, purchases);
            for (var index = 0; index < purchases.Count; index++)
            {
                var purchase = purchases[index];
                var (cents, scenario) = ApplyFraud(purchase, badTerminals, taken.GetValueOrDefault((customer, index)));
                // Second of the day (17 bits), customer (27), place among the customer's purchases: unique, so any sort will do.
                order.Add(((ulong)purchase.Second << 47) | ((ulong)customer << 20) | (uint)index);
                drawn.Add(new(0, _startMicros + (day * 86_400L + purchase.Second) * 1_000_000, customer, purchase.Terminal, cents, scenario));
            }
        }

        // Places that the customers' own purchases do not reach.
        var tests = _compromises.TestsOn(day);
        for (var i = 0; i < tests.Count; i++)
        {
            var (customer, purchase) = tests[i];
            order.Add(((ulong)purchase.Second << 47) | ((ulong)customer << 20) | (FirstTest + (uint)i % FirstTest));
            drawn.Add(new(0, _startMicros + (day * 86_400L + purchase.Second) * 1_000_000, customer, purchase.Terminal, purchase.Cents, 4));
        }

        var keys = order.ToArray();
        var transactions = drawn.ToArray();
        Array.Sort(keys, transactions);
        for (var i = 0; i < transactions.Length; i++)
            transactions[i] = transactions[i] with { Id = ((long)day << 32) | (uint)i };
        return transactions;
    }

    /// <summary>The transactions of <paramref name="count"/> days from day <paramref name="from"/> on, in order of time; one day in memory at a time.</summary>
    public IEnumerable<SimulatedTransaction> Days(int from, int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(from);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        return Enumerable.Range(from, count).SelectMany(Day);
    }

    /// <summary>What the demo shows beside the numbers; it says nothing about fraud.</summary>
    public SimulatedAttributes Attributes(in SimulatedTransaction transaction) =>
        SimulatedAttributes.Of(Options.Seed, transaction);

    /// <summary>Writes a transaction as the JSON object that Vigil's topic, API and loader read.</summary>
    /// <param name="writer">Receives UTF-8.</param>
    /// <param name="transaction">One of this simulator's.</param>
    /// <param name="withLabel">Whether to write is_fraud: true for a history, false for a live stream.</param>
    public void WriteJson(IBufferWriter<byte> writer, in SimulatedTransaction transaction, bool withLabel = false)
    {
        using var json = new Utf8JsonWriter(writer);
        WriteJson(json, transaction, withLabel);
    }

    /// <inheritdoc cref="WriteJson(IBufferWriter{byte}, in SimulatedTransaction, bool)"/>
    public void WriteJson(Utf8JsonWriter writer, in SimulatedTransaction transaction, bool withLabel = false) =>
        SimulatedJson.Write(writer, transaction, Attributes(transaction), withLabel);

    private (long Cents, byte Scenario) ApplyFraud(Purchase purchase, HashSet<int> badTerminals, int timesTaken)
    {
        // The Handbook marks the scenarios one after another over the same rows, so a later one hides an earlier one,
        // and a purchase taken by two compromises of its customer is multiplied twice.
        if (timesTaken > 0)
        {
            var cents = purchase.Cents;
            for (var i = 0; i < timesTaken; i++)
                cents *= Options.CustomerFraudMultiplier;
            return (cents, 3);
        }

        if (badTerminals.Contains(purchase.Terminal))
            return (purchase.Cents, 2);
        return (purchase.Cents, (byte)(purchase.Cents > Options.FraudAboveCents ? 1 : 0));
    }
}
