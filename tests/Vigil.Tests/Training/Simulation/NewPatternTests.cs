using Vigil.Training.Simulation;

namespace Vigil.Tests.Training.Simulation;

public sealed class NewPatternTests
{
    private static readonly SimulationOptions Before = SimulationOptions.ForCustomers(300) with { Days = 40, Seed = 11 };

    private static readonly SimulationOptions Shifted = Before with { NewPatternDay = 20 };

    [Fact]
    public void Cards_are_tested_from_the_day_on_and_nothing_else_is_otherwise()
    {
        var (before, shifted) = (new Simulator(Before), new Simulator(Shifted));
        for (var day = 0; day < 40; day++)
        {
            shifted.Day(day).Where(t => t.Scenario != 4).Select(Without).ShouldBe(before.Day(day).Select(Without));
            shifted.Day(day).Any(t => t.Scenario == 4).ShouldBe(day >= 20);
        }

        static (long, int, int, long, byte) Without(SimulatedTransaction t) => (t.TimeMicros, t.Customer, t.Terminal, t.Cents, t.Scenario);
    }

    [Fact]
    public void A_tested_card_has_tiny_purchases_within_minutes_on_one_day()
    {
        var tests = new Simulator(Shifted).Days(20, 20).Where(t => t.Scenario == 4).ToList();
        tests.ShouldAllBe(t => t.IsFraud && t.Cents > 0 && t.Cents < 100);
        foreach (var card in tests.GroupBy(t => (t.Day, t.Customer)))
        {
            card.Count().ShouldBe(Shifted.TestsPerCard);
            (card.Max(t => t.TimeMicros) - card.Min(t => t.TimeMicros)).ShouldBeLessThanOrEqualTo(3 * 60 * 1_000_000L);
        }

        tests.Select(t => (t.Day, t.Customer)).Distinct().Count().ShouldBeInRange(60, 120);
    }
}
