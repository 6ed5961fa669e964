using System.Collections.Concurrent;

namespace Vigil.Training.Simulation;

/// <summary>
/// Who was compromised from which day on (scenarios 2, 3 and 4). Each day's draw is a pure function of (options, day) and is
/// kept once made, so the sets in force on any day can be had without having lived through the days before it.
/// </summary>
internal sealed class Compromises(SimulationOptions options, Population population)
{
    private const int MostTestCents = 99;
    private const int MostSecondsBetween = 60;
    // A hundred tests, a minute apart, are over by midnight.
    private const int LastStart = 86_399 - 100 * MostSecondsBetween;

    private readonly ConcurrentDictionary<int, int[]> _terminals = [];
    private readonly ConcurrentDictionary<int, (int Customer, int Day, int Index)[]> _purchases = [];

    /// <summary>Terminals at which every purchase of the day is fraud.</summary>
    public HashSet<int> TerminalsOn(int day)
    {
        var terminals = new HashSet<int>();
        for (var start = Math.Max(0, day - options.TerminalCompromiseDays + 1); start <= day; start++)
            terminals.UnionWith(_terminals.GetOrAdd(start, TerminalsFrom));
        return terminals;
    }

    /// <summary>
    /// The day's purchases that scenario 3 takes, by customer and place among the customer's purchases of the day; the
    /// value says how many compromises took it, each of which multiplies the amount.
    /// </summary>
    public Dictionary<(int Customer, int Index), int> PurchasesOn(int day)
    {
        var taken = new Dictionary<(int, int), int>();
        for (var start = Math.Max(0, day - options.CustomerCompromiseDays + 1); start <= day; start++)
        {
            foreach (var purchase in _purchases.GetOrAdd(start, PurchasesFrom))
            {
                if (purchase.Day == day)
                    taken[(purchase.Customer, purchase.Index)] = taken.GetValueOrDefault((purchase.Customer, purchase.Index)) + 1;
            }
        }

        return taken;
    }

    /// <summary>The day's purchases by which stolen cards are tested (scenario 4), with their customers.</summary>
    public List<(int Customer, Purchase Purchase)> TestsOn(int day)
    {
        var tests = new List<(int, Purchase)>();
        if (options.NewPatternDay is not { } first || day < first)
            return tests;
        var random = new RandomStream(options.Seed, RandomPurpose.TestedCards, day);
        foreach (var customer in Sample(ref random, options.TestedCardsPerDay, population.Count))
        {
            var second = 1 + random.Below(LastStart);
            for (var i = 0; i < options.TestsPerCard; i++)
            {
                tests.Add((customer, new Purchase(second, random.Below(options.Terminals), 1 + random.Below(MostTestCents))));
                second += 1 + random.Below(MostSecondsBetween);
            }
        }

        return tests;
    }

    private int[] TerminalsFrom(int day)
    {
        var random = new RandomStream(options.Seed, RandomPurpose.CompromisedTerminals, day);
        return Sample(ref random, options.CompromisedTerminalsPerDay, options.Terminals);
    }

    private (int, int, int)[] PurchasesFrom(int day)
    {
        var random = new RandomStream(options.Seed, RandomPurpose.CompromisedCustomers, day);
        var taken = new List<(int, int, int)>();
        var candidates = new List<(int, int, int)>();
        var purchases = new List<Purchase>();
        foreach (var customer in Sample(ref random, options.CompromisedCustomersPerDay, population.Count))
        {
            candidates.Clear();
            for (var later = day; later < day + options.CustomerCompromiseDays; later++)
            {
                population.Purchases(customer, later, purchases);
                for (var index = 0; index < purchases.Count; index++)
                    candidates.Add((customer, later, index));
            }

            foreach (var chosen in Sample(ref random, candidates.Count / options.CustomerFraudOneIn, candidates.Count))
                taken.Add(candidates[chosen]);
        }

        return [.. taken];
    }

    /// <summary>Distinct numbers below <paramref name="population"/>, in the order drawn; a fraction of one is a chance.</summary>
    private static int[] Sample(ref RandomStream random, double expected, int population)
    {
        var count = (int)expected;
        if (random.Uniform() < expected - count)
            count++;

        // Floyd's algorithm (Bentley, Floyd: Programming Pearls, CACM 30, 1987): count draws, no rejection.
        var chosen = new HashSet<int>(count);
        var order = new int[count];
        for (var i = 0; i < count; i++)
        {
            var last = population - count + i;
            var candidate = random.Below(last + 1);
            if (!chosen.Add(candidate))
                chosen.Add(candidate = last);
            order[i] = candidate;
        }

        return order;
    }
}
