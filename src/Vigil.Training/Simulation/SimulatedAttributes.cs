namespace Vigil.Training.Simulation;

/// <summary>
/// The fields of a payment that the Handbook's generator does not have. They are drawn from streams of their own, so its
/// numbers stay as they are, and independently of fraud, so a model gains nothing from them.
/// </summary>
/// <param name="MerchantCategory">The terminal's category.</param>
/// <param name="Channel">How the terminal sells: "pos" or "online".</param>
/// <param name="Location">The terminal's city; for a small share of purchases a city abroad.</param>
/// <param name="Country">ISO 3166 alpha-2 code of the location.</param>
public readonly record struct SimulatedAttributes(string MerchantCategory, string Channel, string Location, string Country)
{
    private const double AbroadShare = 0.01;
    private const string HomeCountry = "FR";

    // Weights are percentages of the terminals.
    private static readonly (string Name, int Weight, double OnlineShare)[] Categories =
    [
        ("Groceries", 24, 0.05), ("Restaurants", 17, 0.10), ("Fuel", 10, 0.00), ("Clothing", 9, 0.35),
        ("Pharmacy", 8, 0.10), ("Electronics", 6, 0.50), ("Entertainment", 6, 0.50), ("Home", 6, 0.30),
        ("Travel", 5, 0.80), ("Utilities", 5, 0.90), ("Jewelry", 2, 0.10), ("Gambling", 2, 0.70),
    ];

    // A 3 x 3 map of the square, south to north, west to east: large cells, so that most purchases are in the home city.
    private static readonly string[] HomeCities =
    [
        "Bordeaux", "Toulouse", "Marseille",
        "Nantes", "Clermont-Ferrand", "Lyon",
        "Rennes", "Paris", "Strasbourg",
    ];

    private static readonly (string City, string Country)[] CitiesAbroad =
    [
        ("London", "GB"), ("Madrid", "ES"), ("Milan", "IT"), ("Lisbon", "PT"),
        ("New York", "US"), ("Singapore", "SG"), ("Dubai", "AE"), ("Casablanca", "MA"),
    ];

    internal static SimulatedAttributes Of(ulong seed, in SimulatedTransaction transaction)
    {
        var terminal = new RandomStream(seed, RandomPurpose.TerminalAttributes, transaction.Terminal);
        var category = Category(terminal.Below(100));
        var channel = terminal.Uniform() < category.OnlineShare ? "online" : "pos";

        var purchase = new RandomStream(seed, RandomPurpose.TransactionAttributes, transaction.Id);
        if (purchase.Uniform() < AbroadShare)
        {
            var (city, country) = CitiesAbroad[purchase.Below(CitiesAbroad.Length)];
            return new(category.Name, channel, city, country);
        }

        var (x, y) = TerminalMap.Position(seed, transaction.Terminal);
        return new(category.Name, channel, HomeCities[(int)(y * 3 / 100) * 3 + (int)(x * 3 / 100)], HomeCountry);
    }

    private static (string Name, int Weight, double OnlineShare) Category(int percentile)
    {
        foreach (var category in Categories)
        {
            percentile -= category.Weight;
            if (percentile < 0)
                return category;
        }

        throw new InvalidOperationException("The weights of the categories do not add up to 100.");
    }
}
