using System.Text.RegularExpressions;
using Vigil.Core.Expressions;
using Vigil.Core.Transactions;
using static Vigil.Benchmarks.Rules.Ternary;

namespace Vigil.Benchmarks.Rules;

/// <summary>
/// A hundred rules such as fraud teams write, each beside the C# that an engineer would have written for it, with the same
/// answer where something is missing.
/// </summary>
internal static partial class TypicalRules
{
    /// <summary>Where the C# finds each list.</summary>
    public static readonly string[] Lists = ["blocked_ips", "blocked_devices", "blocked_emails", "watched_merchants", "trusted_accounts"];

    private static readonly Regex Emulator = EmulatorPattern();

    private static readonly Regex Throwaway = ThrowawayPattern();

    public static readonly (string Rule, Func<Row, int> Native)[] All =
    [
        ("amount > 900", row => Of(Amount(row) > 900)),
        ("amount > 2500", row => Of(Amount(row) > 2500)),
        ("amount > 4999", row => Of(Amount(row) > 4999)),
        ("amount >= 100 && amount < 200", row => Of(Amount(row) >= 100 && Amount(row) < 200)),
        ("amount >= 490 && amount < 500", row => Of(Amount(row) >= 490 && Amount(row) < 500)),
        ("amount >= 990 && amount < 1000", row => Of(Amount(row) >= 990 && Amount(row) < 1000)),
        ("amount_to_mean_90d > 5", row => Greater(Feature(row, 14), 5)),
        ("amount_to_legit_mean_90d > 8", row => Greater(Feature(row, 17), 8)),
        ("merchant_fraud_share_28d > 0.1", row => Greater(Feature(row, 8), 0.1)),
        ("merchant_frauds_90d > 3", row => Greater(Feature(row, 9), 3)),
        ("amount_to_mean_90d > 3 && amount > 500", row => Greater(Feature(row, 14), 3) is not 0 and var a ? And(a, Of(Amount(row) > 500)) : 0),
        ("merchant_fraud_share_90d > 0.05 && amount > 200", row => Greater(Feature(row, 10), 0.05) is not 0 and var a ? And(a, Of(Amount(row) > 200)) : 0),
        ("account_count_7d > 20 && amount > 50", row => Greater(Feature(row, 11), 20) is not 0 and var a ? And(a, Of(Amount(row) > 50)) : 0),
        ("merchant_fraud_streak > 1 && amount > 20", row => Greater(Feature(row, 1), 1) is not 0 and var a ? And(a, Of(Amount(row) > 20)) : 0),
        ("account_count_90d >= 3 && amount_to_mean_90d >= 6", row => AtLeast(Feature(row, 12), 3) is not 0 and var a ? And(a, AtLeast(Feature(row, 14), 6)) : 0),
        ("merchant_known_28d >= 10 && merchant_fraud_share_28d >= 0.2", row => AtLeast(Feature(row, 6), 10) is not 0 and var a ? And(a, AtLeast(Feature(row, 8), 0.2)) : 0),
        ("account_legit_count_90d >= 5 && amount_to_legit_mean_90d >= 4", row => AtLeast(Feature(row, 15), 5) is not 0 and var a ? And(a, AtLeast(Feature(row, 17), 4)) : 0),
        ("merchant_frauds_28d > 2 || merchant_fraud_streak > 2", row => Greater(Feature(row, 7), 2) is not 1 and var a ? Or(a, Greater(Feature(row, 1), 2)) : 1),
        ("account_count_7d > 40 || account_count_90d > 300", row => Greater(Feature(row, 11), 40) is not 1 and var a ? Or(a, Greater(Feature(row, 12), 300)) : 1),
        ("amount > 10 * account_mean_90d", row => Greater(Amount(row), 10 * Feature(row, 13))),
        ("amount > 12 * account_legit_mean_90d", row => Greater(Amount(row), 12 * Feature(row, 16))),
        ("amount - account_mean_90d > 1000", row => Greater(Amount(row) - Feature(row, 13), 1000)),
        ("is_missing(account_mean_90d) && amount > 800", row => Of(double.IsNaN(Feature(row, 13))) is not 0 and var a ? And(a, Of(Amount(row) > 800)) : 0),
        ("coalesce(merchant_fraud_share_90d, 0.0) > 0.3", row => Greater(double.IsNaN(Feature(row, 10)) ? 0 : Feature(row, 10), 0.3)),
        ("merchant_category == 'Gambling'", row => Same(Text(row, Field.MerchantCategory), "Gambling"u8)),
        ("merchant_category == 'Crypto'", row => Same(Text(row, Field.MerchantCategory), "Crypto"u8)),
        ("merchant_category == 'Electronics'", row => Same(Text(row, Field.MerchantCategory), "Electronics"u8)),
        ("merchant_category == 'Gambling' && amount > 300", row => Same(Text(row, Field.MerchantCategory), "Gambling"u8) is not 0 and var a ? And(a, Of(Amount(row) > 300)) : 0),
        ("merchant_category == 'Travel' && amount > 2000", row => Same(Text(row, Field.MerchantCategory), "Travel"u8) is not 0 and var a ? And(a, Of(Amount(row) > 2000)) : 0),
        ("merchant_category == 'Jewelry' && amount > 1500", row => Same(Text(row, Field.MerchantCategory), "Jewelry"u8) is not 0 and var a ? And(a, Of(Amount(row) > 1500)) : 0),
        ("merchant_category == 'Crypto' && amount > 100", row => Same(Text(row, Field.MerchantCategory), "Crypto"u8) is not 0 and var a ? And(a, Of(Amount(row) > 100)) : 0),
        ("currency != 'EUR' && amount > 700", row => Not(Same(Text(row, Field.Currency), "EUR"u8)) is not 0 and var a ? And(a, Of(Amount(row) > 700)) : 0),
        ("currency != 'CHF' && amount > 700", row => Not(Same(Text(row, Field.Currency), "CHF"u8)) is not 0 and var a ? And(a, Of(Amount(row) > 700)) : 0),
        ("country in ['NG', 'RU', 'KP']", row => In(Text(row, Field.Country), "NG"u8, "RU"u8, "KP"u8)),
        ("merchant_category in ['Gambling', 'Crypto', 'Gift cards', 'Jewelry']", row => In(Text(row, Field.MerchantCategory), "Gambling"u8, "Crypto"u8, "Gift cards"u8, "Jewelry"u8)),
        ("channel in ['api', 'phone']", row => In(Text(row, Field.Channel), "api"u8, "phone"u8)),
        ("country in ['CH', 'DE', 'AT', 'FR', 'IT']", row => In(Text(row, Field.Country), "CH"u8, "DE"u8, "AT"u8, "FR"u8, "IT"u8)),
        ("!(country in ['NG', 'RU', 'KP']) && amount > 50", row => Not(In(Text(row, Field.Country), "NG"u8, "RU"u8, "KP"u8)) is not 0 and var a ? And(a, Of(Amount(row) > 50)) : 0),
        ("!(country in ['US', 'GB']) && amount > 3000", row => Not(In(Text(row, Field.Country), "US"u8, "GB"u8)) is not 0 and var a ? And(a, Of(Amount(row) > 3000)) : 0),
        ("card_id.startsWith('4111')", row => StartsWith(Text(row, Field.CardId), "4111"u8)),
        ("card_id.startsWith('5500')", row => StartsWith(Text(row, Field.CardId), "5500"u8)),
        ("ip.startsWith('10.')", row => StartsWith(Text(row, Field.Ip), "10."u8)),
        ("device_id.startsWith('emulator')", row => StartsWith(Text(row, Field.DeviceId), "emulator"u8)),
        ("email.endsWith('@mailinator.com')", row => EndsWith(Text(row, Field.Email), "@mailinator.com"u8)),
        ("email.endsWith('@example.com')", row => EndsWith(Text(row, Field.Email), "@example.com"u8)),
        ("email.endsWith('.ru')", row => EndsWith(Text(row, Field.Email), ".ru"u8)),
        ("email.contains('+')", row => Contains(Text(row, Field.Email), "+"u8)),
        ("email.contains('test')", row => Contains(Text(row, Field.Email), "test"u8)),
        ("email.contains('noreply') || email.startsWith('admin')", row => Contains(Text(row, Field.Email), "noreply"u8) is not 1 and var a ? Or(a, StartsWith(Text(row, Field.Email), "admin"u8)) : 1),
        ("!has(device_id) && amount > 400", row => Of(Text(row, Field.DeviceId).IsEmpty) is not 0 and var a ? And(a, Of(Amount(row) > 400)) : 0),
        ("!has(ip) && amount > 400", row => Of(Text(row, Field.Ip).IsEmpty) is not 0 and var a ? And(a, Of(Amount(row) > 400)) : 0),
        ("has(location) && location != 'Zurich' && amount > 5000", row => Of(!Text(row, Field.Location).IsEmpty) is not 0 and var a ? And(a, Not(Same(Text(row, Field.Location), "Zurich"u8)) is not 0 and var b ? And(b, Of(Amount(row) > 5000)) : 0) : 0),
        ("device_id.matches('^(emulator|root)-[0-9]+$')", row => Matches(Text(row, Field.DeviceId), Emulator)),
        ("email.matches('^[a-z]{1,3}[0-9]{5,}@')", row => Matches(Text(row, Field.Email), Throwaway)),
        ("attributes.items > 10", row => Greater(AttributeNumber(row, "items"u8), 10)),
        ("attributes.items > 50", row => Greater(AttributeNumber(row, "items"u8), 50)),
        ("attributes.shipping == 'express' && amount > 300", row => Same(AttributeText(row, "shipping"u8), "express"u8) is not 0 and var a ? And(a, Of(Amount(row) > 300)) : 0),
        ("has(attributes.promo) && amount < 5", row => Of(row.Transaction.FindAttribute("promo"u8) >= 0) is not 0 and var a ? And(a, Of(Amount(row) < 5)) : 0),
        ("attributes.agent.startsWith('curl')", row => StartsWith(AttributeText(row, "agent"u8), "curl"u8)),
        ("!has(attributes.agent)", row => Of(row.Transaction.FindAttribute("agent"u8) < 0)),
        ("count(account_id, '1h') > 5", row => Greater(Aggregate(row, 0), 5)),
        ("count(account_id, '24h') > 20", row => Greater(Aggregate(row, 1), 20)),
        ("sum(amount, account_id, '24h') > 3000", row => Greater(Aggregate(row, 2), 3000)),
        ("distinct(merchant_id, account_id, '24h') > 8", row => Greater(Aggregate(row, 3), 8)),
        ("count(device_id, '1h') > 6", row => Greater(Aggregate(row, 4), 6)),
        ("distinct(account_id, device_id, '7d') > 3", row => Greater(Aggregate(row, 5), 3)),
        ("distinct(card_id, ip, '7d') > 4", row => Greater(Aggregate(row, 6), 4)),
        ("count(card_id, '10m') > 3", row => Greater(Aggregate(row, 7), 3)),
        ("count(account_id, '10m') >= 3 && amount > 100", row => AtLeast(Aggregate(row, 8), 3) is not 0 and var a ? And(a, Of(Amount(row) > 100)) : 0),
        ("count(ip, '1h') >= 10 && amount > 20", row => AtLeast(Aggregate(row, 9), 10) is not 0 and var a ? And(a, Of(Amount(row) > 20)) : 0),
        ("sum(amount, device_id, '24h', merchant_category == 'Gambling') >= 500 && amount > 50", row => AtLeast(Aggregate(row, 10), 500) is not 0 and var a ? And(a, Of(Amount(row) > 50)) : 0),
        ("count(email, '24h') >= 4 && amount > 200", row => AtLeast(Aggregate(row, 11), 4) is not 0 and var a ? And(a, Of(Amount(row) > 200)) : 0),
        ("amount > 6 * mean(amount, account_id, '30d')", row => Greater(Amount(row), 6 * Aggregate(row, 12))),
        ("amount > 2 * max(amount, account_id, '30d')", row => Greater(Amount(row), 2 * Aggregate(row, 13))),
        ("amount > 5 * mean(amount, [account_id, merchant_id], '90d')", row => Greater(Amount(row), 5 * Aggregate(row, 14))),
        ("sum(amount, account_id, '24h') + amount > 5000", row => Greater(Aggregate(row, 2) + Amount(row), 5000)),
        ("count([account_id, merchant_id], '90d') == 0 && amount > 600", row => Same(Aggregate(row, 15), 0) is not 0 and var a ? And(a, Of(Amount(row) > 600)) : 0),
        ("time_since(account_id, '90d') > 2592000 && amount > 250", row => Greater(Aggregate(row, 16), 2592000) is not 0 and var a ? And(a, Of(Amount(row) > 250)) : 0),
        ("count(account_id, '1h') > 2 && distinct(merchant_id, account_id, '24h') > 3 && amount > 30", row => Greater(Aggregate(row, 0), 2) is not 0 and var a ? And(a, Greater(Aggregate(row, 3), 3) is not 0 and var b ? And(b, Of(Amount(row) > 30)) : 0) : 0),
        ("5 * count([account_id, location], '90d') < count(account_id, '24h')", row => Greater(Aggregate(row, 1), 5 * Aggregate(row, 17))),
        ("ip in list('blocked_ips')", row => InList(row, Text(row, Field.Ip), 0)),
        ("device_id in list('blocked_devices')", row => InList(row, Text(row, Field.DeviceId), 1)),
        ("email in list('blocked_emails')", row => InList(row, Text(row, Field.Email), 2)),
        ("merchant_id in list('watched_merchants')", row => InList(row, Text(row, Field.MerchantId), 3)),
        ("account_id in list('trusted_accounts')", row => InList(row, Text(row, Field.AccountId), 4)),
        ("merchant_id in list('watched_merchants') && amount > 100", row => InList(row, Text(row, Field.MerchantId), 3) is not 0 and var a ? And(a, Of(Amount(row) > 100)) : 0),
        ("!(account_id in list('trusted_accounts')) && amount > 4000", row => Not(InList(row, Text(row, Field.AccountId), 4)) is not 0 and var a ? And(a, Of(Amount(row) > 4000)) : 0),
        ("timestamp.getHours() < 5 && amount > 300", row => Of(Hour(row) < 5 && Amount(row) > 300)),
        ("timestamp.getHours() >= 22 || timestamp.getHours() < 4", row => Of(Hour(row) >= 22 || Hour(row) < 4)),
        ("timestamp.getDayOfWeek() in [0, 6] && amount > 1000", row => Of(Day(row) is 0 or 6 && Amount(row) > 1000)),
        ("score > 0.6 && amount > 50", row => Greater(row.Score, 0.6) is not 0 and var a ? And(a, Of(Amount(row) > 50)) : 0),
        ("score > 0.4 && merchant_category in ['Gambling', 'Crypto']", row => Greater(row.Score, 0.4) is not 0 and var a ? And(a, In(Text(row, Field.MerchantCategory), "Gambling"u8, "Crypto"u8)) : 0),
        ("score > 0.3 ? amount > 200 : amount > 6000", row => row.Score is var s && double.IsNaN(s) ? 2 : Of(Amount(row) > (s > 0.3 ? 200 : 6000))),
        ("(country == 'NG' || country == 'RU') && (channel == 'web' || channel == 'app') && amount > 150", row => (Same(Text(row, Field.Country), "NG"u8) is not 1 and var b ? Or(b, Same(Text(row, Field.Country), "RU"u8)) : 1) is not 0 and var a ? And(a, (Same(Text(row, Field.Channel), "web"u8) is not 1 and var d ? Or(d, Same(Text(row, Field.Channel), "app"u8)) : 1) is not 0 and var c ? And(c, Of(Amount(row) > 150)) : 0) : 0),
        ("log(amount + 1) > 7 && account_count_90d < 3", row => Of(Math.Log(Amount(row) + 1) > 7) is not 0 and var a ? And(a, Less(Feature(row, 12), 3)) : 0),
        ("has(country) && currency == 'USD' && country != 'US' && amount > 250", row => Of(!Text(row, Field.Country).IsEmpty) is not 0 and var a ? And(a, Same(Text(row, Field.Currency), "USD"u8) is not 0 and var b ? And(b, Not(Same(Text(row, Field.Country), "US"u8)) is not 0 and var c ? And(c, Of(Amount(row) > 250)) : 0) : 0) : 0),
        ("merchant_id.startsWith('TEST') && amount > 10", row => StartsWith(Text(row, Field.MerchantId), "TEST"u8) is not 0 and var a ? And(a, Of(Amount(row) > 10)) : 0),
        ("account_id.startsWith('tmp-') && amount > 10", row => StartsWith(Text(row, Field.AccountId), "tmp-"u8) is not 0 and var a ? And(a, Of(Amount(row) > 10)) : 0),
        ("amount % 100 == 0 && amount >= 1000", row => Of(Amount(row) % 100 == 0 && Amount(row) >= 1000)),
        ("account_count_7d == 1 && merchant_category == 'Electronics'", row => Same(Feature(row, 11), 1) is not 0 and var a ? And(a, Same(Text(row, Field.MerchantCategory), "Electronics"u8)) : 0),
    ];

    [GeneratedRegex("^(emulator|root)-[0-9]+$")]
    private static partial Regex EmulatorPattern();

    [GeneratedRegex("^[a-z]{1,3}[0-9]{5,}@")]
    private static partial Regex ThrowawayPattern();
}
