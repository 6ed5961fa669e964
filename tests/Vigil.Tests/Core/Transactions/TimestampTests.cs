using System.Globalization;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Vigil.Core.Transactions;

namespace Vigil.Tests.Core.Transactions;

public sealed class TimestampTests
{
    private static string Parse(string text) =>
        Timestamp.TryParse(Encoding.UTF8.GetBytes(text), out var micros, out var error) ? Timestamp.Format(micros) : error;

    [Theory]
    [InlineData("2026-01-31T23:59:59Z", "2026-01-31T23:59:59.000000Z")]
    [InlineData("2026-01-31T23:59:59", "2026-01-31T23:59:59.000000Z")]
    [InlineData("2026-01-31T23:59", "2026-01-31T23:59:00.000000Z")]
    [InlineData("2026-01-31 23:59:59", "2026-01-31T23:59:59.000000Z")]
    [InlineData("2026-01-31t23:59:59z", "2026-01-31T23:59:59.000000Z")]
    [InlineData("2026-01-31T23:59:59.5Z", "2026-01-31T23:59:59.500000Z")]
    [InlineData("2026-01-31T23:59:59,5Z", "2026-01-31T23:59:59.500000Z")]
    [InlineData("2026-01-31T23:59:59.1234569999Z", "2026-01-31T23:59:59.123456Z")]
    [InlineData("2026-01-31T23:59:59+02:00", "2026-01-31T21:59:59.000000Z")]
    [InlineData("2026-01-31T23:59:59-0530", "2026-02-01T05:29:59.000000Z")]
    [InlineData("2026-01-31T23:59:59+14", "2026-01-31T09:59:59.000000Z")]
    [InlineData("2026-01-31T23:59+05:45", "2026-01-31T18:14:00.000000Z")]
    [InlineData("2024-02-29T12:00:00Z", "2024-02-29T12:00:00.000000Z")]
    [InlineData("2000-02-29T12:00:00Z", "2000-02-29T12:00:00.000000Z")]
    [InlineData("1970-01-01T00:00:00Z", "1970-01-01T00:00:00.000000Z")]
    [InlineData("2199-12-31T23:59:59.999999Z", "2199-12-31T23:59:59.999999Z")]
    public void A_time_is_read_to_the_microsecond_in_UTC(string text, string expected) => Parse(text).ShouldBe(expected);

    private const string NoTime = "is not an ISO 8601 date and time such as 2026-01-31T23:59:59Z";
    private const string NoDay = "names a day that does not exist";
    private const string NoHour = "names a time of day that does not exist";
    private const string NoZone = "has a zone that is neither Z nor +hh:mm";

    [Theory]
    [InlineData("", NoTime)]
    [InlineData("2026-01-31", NoTime)]
    [InlineData("2026-1-31T00:00:00Z", NoTime)]
    [InlineData("31.01.2026 00:00:00", NoTime)]
    [InlineData("20260131T000000Z", NoTime)]
    [InlineData("2026-01-31T0a:00:00Z", NoTime)]
    [InlineData("2026-02-29T00:00:00Z", NoDay)]
    [InlineData("2100-02-29T00:00:00Z", NoDay)]
    [InlineData("2026-04-31T00:00:00Z", NoDay)]
    [InlineData("2026-00-10T00:00:00Z", NoDay)]
    [InlineData("2026-13-10T00:00:00Z", NoDay)]
    [InlineData("2026-01-00T00:00:00Z", NoDay)]
    [InlineData("2026-01-31T24:00:00Z", NoHour)]
    [InlineData("2026-01-31T23:60:00Z", NoHour)]
    [InlineData("2026-12-31T23:59:60Z", NoHour)]
    [InlineData("2026-01-31T23:59:5Z", "has seconds that are not two digits")]
    [InlineData("2026-01-31T23:59:5", NoZone)]
    [InlineData("2026-01-31T23:59:xxZ", "has seconds that are not two digits")]
    [InlineData("2026-01-31T23:59:59.Z", "has no digits after the decimal point of its seconds")]
    [InlineData("2026-01-31T23:59:59ZZ", NoZone)]
    [InlineData("2026-01-31T23:59:59 Z", NoZone)]
    [InlineData("2026-01-31T23:59:59+2", NoZone)]
    [InlineData("2026-01-31T23:59:59+02:", NoZone)]
    [InlineData("2026-01-31T23:59:59+02:60", NoZone)]
    [InlineData("2026-01-31T23:59:59+19:00", NoZone)]
    [InlineData("2026-01-31T23:59:59[Europe/Paris]", NoZone)]
    [InlineData("1969-12-31T23:59:59Z", "is outside the years 1970 to 2199")]
    [InlineData("2200-01-01T00:00:00Z", "is outside the years 1970 to 2199")]
    [InlineData("1970-01-01T00:30:00+01:00", "is before 1970 in UTC")]
    public void What_is_no_time_is_told_why(string text, string reason) => Parse(text).ShouldBe(reason);

    [Fact]
    public void Times_agree_with_DateTimeOffset()
    {
        var times = from day in Gen.Choose(0, 84_000)
                    from second in Gen.Choose(0, 86_399)
                    from fraction in Gen.Choose(0, 9_999_999)
                    from zone in Gen.Choose(-14 * 60, 14 * 60)
                    select new DateTimeOffset(DateTime.UnixEpoch.AddDays(day + 1).AddSeconds(second).AddTicks(fraction).Ticks, TimeSpan.FromMinutes(zone));
        Prop.ForAll(times.ToArbitrary(), time =>
        {
            var text = time.ToString("yyyy-MM-dd'T'HH:mm:ss.fffffffzzz", CultureInfo.InvariantCulture);
            var parsed = DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);
            Timestamp.TryParse(Encoding.UTF8.GetBytes(text), out var micros, out var error).ShouldBeTrue(error);
            micros.ShouldBe((parsed.UtcTicks - DateTime.UnixEpoch.Ticks) / 10, text);
            Timestamp.ToDateTime(micros).ShouldBe(new DateTime(parsed.UtcTicks / 10 * 10, DateTimeKind.Utc));
            Timestamp.FromDateTime(parsed.UtcDateTime).ShouldBe(micros);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(5_000));
    }

    [Fact]
    public void What_is_written_is_read_back()
    {
        Span<byte> text = stackalloc byte[Timestamp.FormattedLength];
        foreach (var micros in new[] { 0, 1, Timestamp.Day - 1, 1_772_366_400_123_456 })
        {
            Timestamp.Format(micros, text);
            Encoding.UTF8.GetString(text).ShouldBe(Timestamp.Format(micros));
            Timestamp.TryParse(text, out var back, out _).ShouldBeTrue();
            back.ShouldBe(micros);
        }
    }
}
