using System.Globalization;
using System.Text;
using Vigil.Core.Features;
using Vigil.Core.Transactions;
using Vigil.Training.Rules;

namespace Vigil.Tests.Training.Rules;

/// <summary>Payments of 100 days in which what makes a fraud is known: gambling over 300, and bursts of five or more.</summary>
internal static class PlantedHistory
{
    public const long Start = 1_700_000_000 * Timestamp.Second;
    public const int Days = 100;
    private const int PerDay = 200;

    public static FeatureSet Features { get; } = FeatureSetJson.Parse(
        """
        { "name": "planted", "version": 1, "include_current": false, "label_delay": "7d", "lateness": "1d",
          "features": [
            { "name": "burst", "value": "count(account_id, '1h')", "says": "{burst} payments in an hour" },
            { "name": "noise", "value": "count(account_id, '30d')" },
            { "name": "account_age", "value": "time_since(account_id, '90d')" } ] }
        """);

    public static long Now => Start + Days * Timestamp.Day;

    /// <param name="seed">Of the noise.</param>
    /// <param name="label">Changes what is known of a row: its number, time and truth to the label and when it is known.</param>
    public static RuleHistory Make(int seed, Func<long, bool, (bool? Fraud, long KnownAt)>? label = null)
    {
        var random = new Random(seed);
        var history = new RuleHistory(Features);
        var transaction = new Transaction();
        for (var i = 0; i < Days * PerDay; i++)
        {
            var time = Start + i * (Timestamp.Day / PerDay);
            var gambling = random.Next(20) == 0;
            var amount = random.Next(1, 60_000) / 100m;
            var burst = random.Next(50) == 0 ? random.Next(5, 9) : random.Next(0, 4);
            var fraud = (gambling && amount >= 300) || burst >= 5;
            var json = string.Create(CultureInfo.InvariantCulture,
                $$"""{"transaction_id":"{{i}}","account_id":"A{{random.Next(500)}}","timestamp":"{{Timestamp.Format(time)}}","amount":{{amount}},"merchant_category":"{{(gambling ? "Gambling" : random.Next(2) == 0 ? "Fuel" : "Groceries")}}"}""");
            TransactionJson.TryDecode(Encoding.UTF8.GetBytes(json), transaction, out _).ShouldBeTrue();
            var (known, at) = label?.Invoke(time, fraud) ?? (fraud, time + 7 * Timestamp.Day);
            history.Add(transaction, [burst, random.Next(100), random.Next(10) == 0 ? float.NaN : random.Next(9_000_000)], known, at, flagged: false);
        }

        return history;
    }
}
