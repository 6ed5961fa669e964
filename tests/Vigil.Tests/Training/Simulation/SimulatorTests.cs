using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Vigil.Core.Transactions;
using Vigil.Training.Simulation;

namespace Vigil.Tests.Training.Simulation;

public sealed class SimulatorTests
{
    private static readonly SimulationOptions Small = SimulationOptions.ForCustomers(300) with { Days = 40, Seed = 11 };

    [Fact]
    public void The_output_of_a_seed_is_frozen()
    {
        // A stream that goes on after an upgrade must go on in the same world: this changes only on purpose.
        var simulator = new Simulator(Small);
        var text = new StringBuilder();
        foreach (var t in simulator.Days(0, 40))
            text.Append(string.Create(null, $"{t.Id},{t.TimeMicros},{t.Customer},{t.Terminal},{t.Cents},{t.Scenario},{simulator.Attributes(t)}\n"));
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString()))).ShouldBe("3a720a51240aaa21f386d59b6ed785dfc631ed946f6f59d6b4b43b9a1aeffe14");
    }

    [Fact]
    public void Same_seed_gives_the_same_transactions_and_another_seed_gives_others()
    {
        var once = new Simulator(Small).Days(0, 40).ToArray();
        new Simulator(Small with { }).Days(0, 40).ToArray().ShouldBe(once);
        new Simulator(Small with { Seed = 12 }).Days(0, 40).ToArray().ShouldNotBe(once);
    }

    [Fact]
    public void A_day_does_not_depend_on_which_days_were_made_before()
    {
        var forward = new Simulator(Small);
        var whole = Enumerable.Range(0, 40).Select(forward.Day).ToArray();
        var backward = new Simulator(Small);
        for (var day = 39; day >= 0; day--)
            backward.Day(day).ShouldBe(whole[day]);
        new Simulator(Small).Day(33).ShouldBe(whole[33]);
        forward.Day(20).ShouldBe(whole[20]);
        forward.Days(5, 3).ToArray().ShouldBe([.. whole[5], .. whole[6], .. whole[7]]);
    }

    [Fact]
    public void Days_made_by_many_threads_are_the_same()
    {
        var whole = new Simulator(Small).Days(0, 40).ToArray();
        var simulator = new Simulator(Small);
        Enumerable.Range(0, 40).AsParallel().AsOrdered().SelectMany(simulator.Day).ToArray().ShouldBe(whole);
    }

    [Fact]
    public void A_longer_history_begins_like_a_shorter_one()
    {
        new Simulator(Small with { Days = 400 }).Day(39).ShouldBe(new Simulator(Small).Day(39));
        new Simulator(Small).Day(1_000).ShouldNotBeEmpty();
    }

    [Fact]
    public void Transactions_lie_within_their_day_in_order_of_time_with_unique_ids()
    {
        var start = new DateTimeOffset(2018, 4, 1, 0, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds() * 1000;
        var ids = new HashSet<long>();
        var simulator = new Simulator(Small);
        for (var day = 0; day < 40; day++)
        {
            var previous = start + day * 86_400_000_000;
            foreach (var (index, transaction) in simulator.Day(day).Index())
            {
                transaction.TimeMicros.ShouldBeGreaterThanOrEqualTo(previous);
                transaction.TimeMicros.ShouldBeLessThan(start + (day + 1) * 86_400_000_000);
                transaction.Day.ShouldBe(day);
                transaction.IndexInDay.ShouldBe(index);
                ids.Add(transaction.Id).ShouldBeTrue();
                previous = transaction.TimeMicros;
            }
        }
    }

    [Fact]
    public void Days_outside_the_calendar_are_refused()
    {
        var simulator = new Simulator(Small);
        Should.Throw<ArgumentOutOfRangeException>(() => simulator.Day(-1));
        Should.Throw<ArgumentOutOfRangeException>(() => simulator.Day(SimulationOptions.MaxDay + 1));
    }

    [Fact]
    public void Customers_buy_only_at_terminals_within_the_radius_and_at_all_of_them_alike()
    {
        var options = new SimulationOptions { Customers = 40, Terminals = 400, Radius = 12, Seed = 5, CompromisedCustomersPerDay = 0, CompromisedTerminalsPerDay = 0 };
        var simulator = new Simulator(options);
        var map = new TerminalMap(options);
        var used = simulator.Days(0, 600).ToLookup(t => t.Customer, t => t.Terminal);
        for (var customer = 0; customer < options.Customers; customer++)
        {
            var profile = CustomerProfile.Draw(options.Seed, customer, map);
            var reach = Enumerable.Range(0, options.Terminals).Where(t =>
            {
                var (x, y) = TerminalMap.Position(options.Seed, t);
                return Math.Sqrt((x - profile.X) * (x - profile.X) + (y - profile.Y) * (y - profile.Y)) < options.Radius;
            }).ToArray();
            profile.TerminalsInReach.ShouldBe(reach.Length);
            Enumerable.Range(0, reach.Length).Select(rank => map.Nth(profile.X, profile.Y, rank)).ShouldBe(reach, ignoreOrder: true);
            used[customer].ShouldBeSubsetOf(reach);
            if (profile.PurchasesPerDay > 1)
                used[customer].Distinct().Count().ShouldBe(reach.Length, $"600 days reach all {reach.Length} terminals");
        }
    }

    [Fact]
    public void A_customer_without_a_terminal_in_reach_never_buys()
    {
        var simulator = new Simulator(new() { Customers = 50, Terminals = 1, Radius = 20, Seed = 3, CompromisedTerminalsPerDay = 0 });
        var buyers = simulator.Days(0, 100).Select(t => t.Customer).Distinct().Count();
        buyers.ShouldBeInRange(1, 20);
    }

    [Fact]
    public void Transaction_json_has_the_names_and_forms_of_the_contract()
    {
        var simulator = new Simulator(Small);
        var transaction = simulator.Day(3)[7];
        using var json = Json(simulator, transaction, withLabel: true);
        var root = json.RootElement;
        root.EnumerateObject().Select(p => p.Name).ShouldBe(["transaction_id", "account_id", "timestamp", "amount", "currency",
            "merchant_category", "merchant_id", "location", "country", "card_id", "device_id", "channel", "is_fraud"]);
        root.GetProperty("transaction_id").GetString().ShouldBe("tx-20180404-0000007");
        root.GetProperty("account_id").GetString().ShouldBe($"C{transaction.Customer:D6}");
        root.GetProperty("merchant_id").GetString().ShouldBe($"T{transaction.Terminal:D6}");
        root.GetProperty("timestamp").GetString()!.ShouldMatch(@"^2018-04-04T\d\d:\d\d:\d\dZ$");
        new DateTimeOffset(root.GetProperty("timestamp").GetDateTime()).ToUnixTimeMilliseconds().ShouldBe(transaction.TimeMicros / 1000);
        root.GetProperty("amount").GetRawText().ShouldMatch(@"^\d+\.\d\d$");
        (root.GetProperty("amount").GetDecimal() * 100).ShouldBe(transaction.Cents);
        root.GetProperty("currency").GetString().ShouldBe("EUR");
        root.GetProperty("is_fraud").GetBoolean().ShouldBe(transaction.IsFraud);
    }

    [Fact]
    public void A_live_stream_does_not_give_the_label_away()
    {
        var simulator = new Simulator(Small);
        using var json = Json(simulator, simulator.Day(3)[7], withLabel: false);
        json.RootElement.TryGetProperty("is_fraud", out _).ShouldBeFalse();
    }

    [Fact]
    public void Every_simulated_transaction_is_accepted_by_the_decoder_with_the_same_values()
    {
        var simulator = new Simulator(Small);
        var buffer = new ArrayBufferWriter<byte>();
        var decoded = new Transaction();
        foreach (var transaction in simulator.Days(0, 5))
        {
            buffer.ResetWrittenCount();
            simulator.WriteJson(buffer, transaction, withLabel: true);
            TransactionJson.TryDecode(buffer.WrittenSpan, decoded, out var rejection).ShouldBeTrue(rejection.ToString());
            decoded.Amount.ShouldBe(new Money(transaction.Cents, 2));
            decoded.Time.ShouldBe(transaction.TimeMicros);
            decoded.IsFraud.ShouldBe(transaction.IsFraud);
            decoded.AttributeCount.ShouldBe(0, "every name is one that the decoder knows");
        }
    }

    [Fact]
    public void Small_amounts_keep_their_two_digits()
    {
        var simulator = new Simulator(Small);
        foreach (var (cents, text) in new[] { (0L, "0.00"), (5L, "0.05"), (100L, "1.00"), (262_800L, "2628.00") })
        {
            using var json = Json(simulator, simulator.Day(0)[0] with { Cents = cents }, withLabel: false);
            json.RootElement.GetProperty("amount").GetRawText().ShouldBe(text);
        }
    }

    [Fact]
    public void Attributes_belong_to_the_terminal_but_for_a_small_share_abroad()
    {
        var simulator = new Simulator(Small with { Seed = 2 });
        var rows = simulator.Days(0, 60).Select(t => (t.Terminal, t.IsFraud, Is: simulator.Attributes(t))).ToArray();
        foreach (var terminal in rows.GroupBy(r => r.Terminal))
        {
            terminal.Select(r => (r.Is.MerchantCategory, r.Is.Channel)).Distinct().Count().ShouldBe(1);
            terminal.Where(r => r.Is.Country == "FR").Select(r => r.Is.Location).Distinct().Count().ShouldBeLessThanOrEqualTo(1);
        }

        var abroad = rows.Count(r => r.Is.Country != "FR") / (double)rows.Length;
        abroad.ShouldBe(0.01, 5 * Math.Sqrt(0.01 / rows.Length));
        var gambling = rows.DistinctBy(r => r.Terminal).Count(r => r.Is.MerchantCategory == "Gambling");
        gambling.ShouldBeInRange(2, 30); // 2% of about 600
    }

    private static JsonDocument Json(Simulator simulator, SimulatedTransaction transaction, bool withLabel)
    {
        var buffer = new ArrayBufferWriter<byte>();
        simulator.WriteJson(buffer, transaction, withLabel);
        return JsonDocument.Parse(buffer.WrittenMemory);
    }
}
