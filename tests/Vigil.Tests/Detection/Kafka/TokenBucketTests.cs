using Vigil.Detection.Kafka;

namespace Vigil.Tests.Detection.Kafka;

public sealed class TokenBucketTests
{
    [Theory]
    [InlineData(0.5)]
    [InlineData(50)]
    [InlineData(20_000)]
    public void Whoever_waits_as_told_keeps_the_rate(double rate)
    {
        var bucket = new TokenBucket(rate, TimeSpan.Zero);
        var now = TimeSpan.Zero;
        var taken = (int)(rate * 100);
        for (var i = 0; i < taken; i++)
            now += bucket.Take(now);
        now.TotalSeconds.ShouldBe(100, 100.0 / taken + 0.06);
    }

    [Fact]
    public void A_wait_that_took_longer_than_told_is_made_up_for()
    {
        var bucket = new TokenBucket(100, TimeSpan.Zero);
        var now = TimeSpan.Zero;
        for (var i = 0; i < 1_000; i++)
        {
            var wait = bucket.Take(now);
            now += wait > TimeSpan.Zero ? wait + TimeSpan.FromMilliseconds(3) : TimeSpan.Zero;
        }

        now.TotalSeconds.ShouldBe(10, 0.1);
    }

    [Fact]
    public void A_long_pause_is_not_followed_by_a_flood()
    {
        var bucket = new TokenBucket(100, TimeSpan.Zero);
        var later = TimeSpan.FromHours(1);
        var atOnce = 0;
        while (bucket.Take(later) == TimeSpan.Zero)
            atOnce++;
        atOnce.ShouldBe(5);
    }
}
