using Vigil.Training.Simulation;

namespace Vigil.Tests.Training.Simulation;

/// <summary>The scenarios' properties, read from the output alone, against the same world without the scenario.</summary>
public sealed class SimulatedFraudTests
{
    private const int Days = 120;
    private static readonly SimulationOptions Base = SimulationOptions.ForCustomers(1_000) with { Seed = 21 };
    private static readonly SimulatedTransaction[] Rows = [.. new Simulator(Base).Days(0, Days)];
    private static readonly SimulatedTransaction[] Genuine =
        [.. new Simulator(Base with { CompromisedTerminalsPerDay = 0, CompromisedCustomersPerDay = 0 }).Days(0, Days)];

    [Fact]
    public void Fraud_changes_nothing_but_amounts_and_labels()
    {
        Rows.Length.ShouldBe(Genuine.Length);
        Rows.Select(r => r with { Cents = 0, Scenario = 0 }).ShouldBe(Genuine.Select(r => r with { Cents = 0, Scenario = 0 }));
        Rows.Zip(Genuine).ShouldAllBe(pair => pair.First.Scenario == 3 || pair.First.Cents == pair.Second.Cents);
    }

    [Fact]
    public void Every_amount_over_the_limit_is_fraud_and_scenario_1_is_nothing_else()
    {
        Rows.ShouldAllBe(r => r.IsFraud || r.Cents <= 22_000);
        Rows.ShouldAllBe(r => r.Scenario != 1 || r.Cents > 22_000);
        Rows.Count(r => r.Scenario == 1).ShouldBeGreaterThan(50);
    }

    [Fact]
    public void A_compromised_terminal_has_only_fraud_for_28_days_from_its_first_day()
    {
        // Each compromise is a run of days; two that overlap merge. Find the runs from the calendar, check every purchase.
        var population = new Population(Base);
        var compromises = new Compromises(Base, population);
        var sets = Enumerable.Range(0, Days).Select(compromises.TerminalsOn).ToArray();
        Rows.Where(r => r.Scenario != 3).ShouldAllBe(r => (r.Scenario == 2) == sets[r.Day].Contains(r.Terminal));

        var lengths = new List<int>();
        foreach (var terminal in sets.SelectMany(s => s).Distinct())
        {
            for (var day = 0; day < Days; day++)
            {
                if (!sets[day].Contains(terminal) || (day > 0 && sets[day - 1].Contains(terminal)))
                    continue;
                var end = day;
                while (end < Days && sets[end].Contains(terminal))
                    end++;
                if (end < Days)
                    lengths.Add(end - day);
            }
        }

        lengths.Min().ShouldBe(28);
        lengths.Count(l => l == 28).ShouldBeGreaterThan(lengths.Count * 9 / 10);
    }

    [Fact]
    public void A_compromised_customers_frauds_fall_within_14_days_and_have_five_times_the_amount()
    {
        var frauds = Enumerable.Range(0, Rows.Length).Where(i => Rows[i].Scenario == 3).ToArray();
        frauds.Length.ShouldBeGreaterThan(200);
        foreach (var i in frauds)
            new[] { 5L, 25, 125 }.ShouldContain(factor => Rows[i].Cents == Genuine[i].Cents * factor);

        // A customer who was taken once: the span is at most 14 days and the frauds are a third of some 14 days' purchases.
        var once = 0;
        var daysOf = Rows.ToLookup(r => r.Customer, r => r.Day);
        foreach (var customer in frauds.GroupBy(i => Rows[i].Customer))
        {
            int first = customer.Min(i => Rows[i].Day), last = customer.Max(i => Rows[i].Day);
            if (last - first >= 14)
                continue; // taken more than once
            once++;
            var possible = Enumerable.Range(Math.Max(0, last - 13), first - Math.Max(0, last - 13) + 1)
                .Select(start => daysOf[customer.Key].Count(day => day >= start && day < start + 14) / 3);
            if (first <= Days - 14)
                possible.ShouldContain(count => count == customer.Count());
        }

        once.ShouldBeGreaterThan(30);
    }

    [Fact]
    public void Intensities_are_per_day_and_a_fraction_is_a_chance()
    {
        var population = new Population(Base);
        Terminals(2.0).ShouldAllBe(n => n == 2);
        var quarter = Terminals(0.25);
        quarter.ShouldAllBe(n => n == 0 || n == 1);
        ((double)quarter.Sum()).ShouldBe(500, 5 * Math.Sqrt(2_000 * 0.25 * 0.75));
        Terminals(2_000).ShouldAllBe(n => n == 2_000);

        int[] Terminals(double perDay)
        {
            var compromises = new Compromises(Base with { CompromisedTerminalsPerDay = perDay, TerminalCompromiseDays = 1 }, population);
            return [.. Enumerable.Range(0, perDay > 100 ? 3 : 2_000).Select(day => compromises.TerminalsOn(day).Count)];
        }
    }

    [Fact]
    public void Scenarios_can_be_turned_off()
    {
        Genuine.ShouldAllBe(r => r.Scenario <= 1);
        new Simulator(Base with { FraudAboveCents = 1_000_000, CompromisedTerminalsPerDay = 0, CompromisedCustomersPerDay = 0 })
            .Days(0, 20).ShouldAllBe(r => !r.IsFraud);
    }
}
