using Vigil.Training.Simulation;

namespace Vigil.Tests.Training.Simulation;

public sealed class SimulationOptionsTests
{
    public static TheoryData<SimulationOptions, string> Bad => new()
    {
        { new() { Customers = 0 }, "customers" },
        { new() { Customers = 200_000_000 }, "customers" },
        { new() { Terminals = -1 }, "terminals" },
        { new() { Radius = 0 }, "radius" },
        { new() { Radius = double.NaN }, "radius" },
        { new() { Radius = 151 }, "radius" },
        { new() { Days = 0 }, "days" },
        { new() { StartDate = new(1969, 12, 31) }, "start date" },
        { new() { FraudAboveCents = -1 }, "cents" },
        { new() { CompromisedTerminalsPerDay = 10_001 }, "terminals compromised" },
        { new() { CompromisedTerminalsPerDay = double.NaN }, "terminals compromised" },
        { new() { CompromisedCustomersPerDay = -0.1 }, "customers compromised" },
        { new() { TerminalCompromiseDays = 0 }, "terminal's compromise" },
        { new() { CustomerCompromiseDays = 366 }, "customer's compromise" },
        { new() { CustomerFraudOneIn = 0 }, "one in" },
        { new() { CustomerFraudMultiplier = 0 }, "factor" },
        { new() { NewPatternDay = -1 }, "new pattern" },
        { new() { NewPatternDay = 0, TestedCardsPerDay = 5_001 }, "cards tested" },
        { new() { NewPatternDay = 0, TestsPerCard = 0 }, "tested by" },
    };

    [Theory]
    [MemberData(nameof(Bad), DisableDiscoveryEnumeration = true)]
    public void Bad_options_are_refused_with_the_name_of_what_is_wrong(SimulationOptions options, string named)
    {
        options.Problem().ShouldNotBeNull().ShouldContain(named);
        Should.Throw<ArgumentException>(() => new Simulator(options)).Message.ShouldContain(options.Problem()!);
    }

    [Fact]
    public void Defaults_are_the_Handbooks()
    {
        var options = new SimulationOptions();
        options.Problem().ShouldBeNull();
        (options.Customers, options.Terminals, options.Radius, options.Days).ShouldBe((5_000, 10_000, 5.0, 183));
        options.StartDate.ShouldBe(new DateOnly(2018, 4, 1));
        SimulationOptions.ForCustomers(5_000).ShouldBe(options);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(1_000_000)]
    [InlineData(50_000_000)]
    public void Scaled_options_are_valid_for_any_number_of_customers(int customers) =>
        SimulationOptions.ForCustomers(customers).Problem().ShouldBeNull();
}
