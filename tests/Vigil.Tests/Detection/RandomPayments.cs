using System.Globalization;
using System.Text;
using Vigil.Core.Transactions;

namespace Vigil.Tests.Detection;

/// <summary>Payments of few accounts and merchants, so that windows overlap: bursts, late events, labels, gaps of months.</summary>
internal sealed class RandomPayments(int seed)
{
    private static readonly string[] Categories = ["Gambling", "Groceries", "Travel"];

    private readonly Random _random = new(seed);
    private long _time = 1_262_304_000_000_000;
    private int _number;

    /// <summary>When the last payment was made, µs.</summary>
    public long Time => _time;

    public static string Id(int number) => string.Create(CultureInfo.InvariantCulture, $"p{number:D6}");

    public byte[] Next()
    {
        _time += _random.Next(20) switch
        {
            0 => 0,
            1 => _random.Next(1, 40) * Timestamp.Day,
            < 6 => _random.Next(1, 60) * Timestamp.Second,
            _ => _random.Next(1, 30_000) * Timestamp.Second,
        };
        var time = _random.Next(6) == 0 ? _time - _random.Next(1, 100_000) * Timestamp.Second : _time;
        var json = new StringBuilder();
        json.Append(CultureInfo.InvariantCulture, $$"""{"transaction_id":"{{Id(_number++)}}","account_id":"A{{_random.Next(6)}}",""");
        json.Append(CultureInfo.InvariantCulture, $"\"timestamp\":\"{Timestamp.Format(time)}\",\"amount\":{_random.Next(1, 700_000) / 100m}");
        if (_random.Next(8) != 0)
            json.Append(CultureInfo.InvariantCulture, $",\"merchant_id\":\"M{_random.Next(4)}\"");
        if (_random.Next(8) != 0)
            json.Append(CultureInfo.InvariantCulture, $",\"location\":\"L{_random.Next(3)}\"");
        json.Append(CultureInfo.InvariantCulture, $",\"merchant_category\":\"{Categories[_random.Next(3)]}\"");
        if (_random.Next(2) == 0)
            json.Append(CultureInfo.InvariantCulture, $",\"is_fraud\":{_random.Next(4) / 3}");
        return Encoding.UTF8.GetBytes(json.Append('}').ToString());
    }

    /// <summary>Whether this happens, one time in <paramref name="times"/>.</summary>
    public bool OneIn(int times) => _random.Next(times) == 0;

    public int Below(int limit) => _random.Next(limit);
}
