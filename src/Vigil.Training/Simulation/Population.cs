namespace Vigil.Training.Simulation;

/// <summary>The customers and the genuine purchases they would make: a pure function of (options, customer, day).</summary>
internal sealed class Population
{
    private const int SecondsPerDay = 86_400;
    private const double NoonDeviation = 20_000;

    private readonly ulong _seed;
    private readonly TerminalMap _terminals;
    private readonly CustomerProfile[] _customers;

    public Population(SimulationOptions options)
    {
        _seed = options.Seed;
        _terminals = new TerminalMap(options);
        _customers = new CustomerProfile[options.Customers];
        for (var customer = 0; customer < _customers.Length; customer++)
            _customers[customer] = CustomerProfile.Draw(_seed, customer, _terminals);
    }

    public int Count => _customers.Length;

    /// <summary>Replaces the list's content with the customer's purchases of the day, in the order they were drawn.</summary>
    public void Purchases(int customer, int day, List<Purchase> purchases)
    {
        purchases.Clear();
        ref readonly var profile = ref _customers[customer];
        if (profile.TerminalsInReach == 0)
            return;

        var random = new RandomStream(_seed, RandomPurpose.Purchases, customer, day);
        var count = random.Poisson(profile.PurchasesPerDay);
        for (var i = 0; i < count; i++)
        {
            var second = (int)random.Normal(SecondsPerDay / 2.0, NoonDeviation);
            if (second is <= 0 or >= SecondsPerDay)
                continue; // as in the Handbook: such a purchase does not happen, it is not drawn again

            var amount = random.Normal(profile.MeanAmount, profile.MeanAmount / 2);
            if (amount < 0)
                amount = random.Uniform(0, 2 * profile.MeanAmount);

            var terminal = _terminals.Nth(profile.X, profile.Y, random.Below(profile.TerminalsInReach));
            purchases.Add(new(second, terminal, (long)Math.Round(amount * 100)));
        }
    }
}
