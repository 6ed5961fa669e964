namespace Vigil.Training.Simulation;

/// <summary>
/// What is simulated. The defaults are those of the Fraud Detection Handbook's data set (Le Borgne, Siblini, Lebichot,
/// Bontempi, chapter 3): 5,000 customers, 10,000 terminals, 183 days from 2018-04-01. Two equal records give equal bytes.
/// </summary>
public sealed record SimulationOptions
{
    /// <summary>Largest number of customers or of terminals.</summary>
    public const int MaxPopulation = 100_000_000;

    /// <summary>Last day index that can be asked for: about a century.</summary>
    public const int MaxDay = 36_500;

    /// <summary>Number of customers, 1 to 100,000,000. Default 5,000.</summary>
    public int Customers { get; init; } = 5_000;

    /// <summary>Number of terminals, 1 to 100,000,000. Default 10,000.</summary>
    public int Terminals { get; init; } = 10_000;

    /// <summary>
    /// A customer buys only at terminals nearer than this, in a square of 100 x 100; above 0, at most 150. Default 5.
    /// A customer without any such terminal never buys.
    /// </summary>
    public double Radius { get; init; } = 5;

    /// <summary>The date (UTC) of day 0. Default 2018-04-01.</summary>
    public DateOnly StartDate { get; init; } = new(2018, 4, 1);

    /// <summary>Length of the history in days, 1 to 36,500. Default 183. A stream may go on after it.</summary>
    public int Days { get; init; } = 183;

    /// <summary>Everything follows from it. Default 0.</summary>
    public ulong Seed { get; init; }

    /// <summary>Scenario 1: a purchase of more than this is fraud. In cents, at least 0. Default 22,000.</summary>
    public long FraudAboveCents { get; init; } = 22_000;

    /// <summary>
    /// Scenario 2: terminals newly compromised each day, at least 0 and at most the terminals there are. Default 2.
    /// A fraction is a chance: 0.25 is one terminal on a quarter of the days.
    /// </summary>
    public double CompromisedTerminalsPerDay { get; init; } = 2;

    /// <summary>Scenario 2: days, the first included, during which every purchase at it is fraud, 1 to 365. Default 28.</summary>
    public int TerminalCompromiseDays { get; init; } = 28;

    /// <summary>Scenario 3: customers newly compromised each day, as <see cref="CompromisedTerminalsPerDay"/>. Default 3.</summary>
    public double CompromisedCustomersPerDay { get; init; } = 3;

    /// <summary>Scenario 3: days, the first included, out of which the fraudulent purchases are chosen, 1 to 365. Default 14.</summary>
    public int CustomerCompromiseDays { get; init; } = 14;

    /// <summary>Scenario 3: one in this many of the customer's purchases (rounded down) is fraud, at least 1. Default 3.</summary>
    public int CustomerFraudOneIn { get; init; } = 3;

    /// <summary>Scenario 3: the amount of a fraudulent purchase is multiplied by this, 1 to 1,000. Default 5.</summary>
    public int CustomerFraudMultiplier { get; init; } = 5;

    /// <summary>
    /// Scenario 4, which the Handbook does not have: from this day on stolen cards are tested, in minutes, with purchases
    /// of less than one unit, each at another terminal. Null for never, else 0 to 36,500. What is drawn for the other
    /// purchases does not depend on it.
    /// </summary>
    public int? NewPatternDay { get; init; }

    /// <summary>Scenario 4: customers whose card is tested each day, as <see cref="CompromisedTerminalsPerDay"/>. Default 75.</summary>
    public double TestedCardsPerDay { get; init; } = 75;

    /// <summary>Scenario 4: purchases that test a card, 1 to 100. Default 4.</summary>
    public int TestsPerCard { get; init; } = 4;

    /// <summary>
    /// The defaults for another number of customers: terminals and compromises grow in proportion, and the radius shrinks
    /// so that a customer still reaches about 78 terminals. So the fraud share stays where it was.
    /// </summary>
    /// <param name="customers">As <see cref="Customers"/>.</param>
    public static SimulationOptions ForCustomers(int customers)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(customers, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(customers, MaxPopulation / 2);
        var book = new SimulationOptions();
        var scale = customers / (double)book.Customers;
        return book with
        {
            Customers = customers,
            Terminals = 2 * customers,
            Radius = Math.Min(book.Radius / Math.Sqrt(scale), 150),
            CompromisedTerminalsPerDay = book.CompromisedTerminalsPerDay * scale,
            CompromisedCustomersPerDay = book.CompromisedCustomersPerDay * scale,
            TestedCardsPerDay = book.TestedCardsPerDay * scale,
        };
    }

    /// <summary>What is wrong with these options, in words for the person who wrote them; null if nothing is.</summary>
    public string? Problem()
    {
        if (Customers is < 1 or > MaxPopulation)
            return $"The number of customers must be from 1 to {MaxPopulation:N0}, not {Customers:N0}.";
        if (Terminals is < 1 or > MaxPopulation)
            return $"The number of terminals must be from 1 to {MaxPopulation:N0}, not {Terminals:N0}.";
        if (!(Radius is > 0 and <= 150))
            return $"The radius must be above 0 and at most 150, not {Radius}.";
        if (Days is < 1 or > MaxDay)
            return $"The number of days must be from 1 to {MaxDay:N0}, not {Days:N0}.";
        if (StartDate.Year is < 1970 or > 2200)
            return $"The start date must be in the years 1970 to 2200, not {StartDate:yyyy-MM-dd}.";
        if (FraudAboveCents < 0)
            return $"The amount above which a purchase is fraud must not be negative, and is {FraudAboveCents} cents.";
        if (!(CompromisedTerminalsPerDay >= 0 && CompromisedTerminalsPerDay <= Terminals))
            return $"The terminals compromised per day must be from 0 to {Terminals:N0} (all of them), not {CompromisedTerminalsPerDay}.";
        if (!(CompromisedCustomersPerDay >= 0 && CompromisedCustomersPerDay <= Customers))
            return $"The customers compromised per day must be from 0 to {Customers:N0} (all of them), not {CompromisedCustomersPerDay}.";
        if (TerminalCompromiseDays is < 1 or > 365)
            return $"A terminal's compromise must last from 1 to 365 days, not {TerminalCompromiseDays}.";
        if (CustomerCompromiseDays is < 1 or > 365)
            return $"A customer's compromise must last from 1 to 365 days, not {CustomerCompromiseDays}.";
        if (CustomerFraudOneIn < 1)
            return $"Of a compromised customer's purchases one in 1 or more is fraud, not one in {CustomerFraudOneIn}.";
        if (CustomerFraudMultiplier is < 1 or > 1_000)
            return $"The factor on a compromised customer's amounts must be from 1 to 1,000, not {CustomerFraudMultiplier}.";
        if (NewPatternDay is < 0 or > MaxDay)
            return $"The new pattern must begin on a day from 0 to {MaxDay:N0}, not {NewPatternDay}.";
        if (NewPatternDay is not null && !(TestedCardsPerDay >= 0 && TestedCardsPerDay <= Customers))
            return $"The cards tested per day must be from 0 to {Customers:N0} (all of them), not {TestedCardsPerDay}.";
        if (NewPatternDay is not null && TestsPerCard is not (>= 1 and <= 100))
            return $"A card must be tested by 1 to 100 purchases, not {TestsPerCard}.";
        return null;
    }
}
