using System.Diagnostics;
using System.Net;
using System.Text;
using Vigil.Core.Rules.Lists;

namespace Vigil.Tests.Core.Rules.Lists;

public sealed class ValueListTests(ITestOutputHelper output)
{
    private static ValueList Of(ListType type, params string[] values)
    {
        var catalog = new ListCatalog(seed: 7);
        var id = 0L;
        foreach (var value in values)
            catalog.Apply(new ListChange(++id, "x", type, Encoding.UTF8.GetBytes(value), true));
        return catalog.Get("x");
    }

    private static bool Has(ValueList list, string value, long time = 0) => list.Contains(Encoding.UTF8.GetBytes(value), time);

    [Theory]
    [InlineData(ListType.Text, "Bern", "Bern", true)]
    [InlineData(ListType.Text, "Bern", "bern", false)]
    [InlineData(ListType.Email, "Ann@Example.org", "aNN@example.ORG", true)]
    [InlineData(ListType.Email, "ÄNN@x.org", "änn@X.org", true)]
    [InlineData(ListType.Ip, "10.0.0.0/8", "10.255.3.4", true)]
    [InlineData(ListType.Ip, "10.0.0.0/8", "11.0.0.1", false)]
    [InlineData(ListType.Ip, "10.1.2.3/8", "10.9.9.9", true)]
    [InlineData(ListType.Ip, "192.0.2.7", "::ffff:192.0.2.7", true)]
    [InlineData(ListType.Ip, "2001:db8::/32", "2001:DB8:0:1::5", true)]
    [InlineData(ListType.Ip, "2001:db8::/33", "2001:db8:8000::", false)]
    [InlineData(ListType.Ip, "0.0.0.0/0", "9.9.9.9", true)]
    [InlineData(ListType.Ip, "0.0.0.0/0", "2001::1", false)]
    [InlineData(ListType.Ip, "10.0.0.1", "no address", false)]
    [InlineData(ListType.Ip, "10.0.0.1", "10.0.0.1/32", false)]
    [InlineData(ListType.Number, "5.50", "5.5", true)]
    [InlineData(ListType.Number, "-0", "0", true)]
    [InlineData(ListType.Number, "5", "five", false)]
    public void Values_are_compared_as_their_type_says(ListType type, string listed, string value, bool isThere) =>
        Has(Of(type, listed), value).ShouldBe(isThere);

    [Fact]
    public void An_entry_ends_at_its_time_can_be_given_another_and_can_be_taken_off()
    {
        var list = new ValueList();
        list.Add("a", 100);
        (Has(list, "a", 99), Has(list, "a", 100)).ShouldBe((true, false));
        list.Add("a", 200);
        (Has(list, "a", 100), list.Count).ShouldBe((true, 1));
        list.Remove("a"u8);
        (Has(list, "a"), list.IsEmpty).ShouldBe((false, true));
    }

    [Fact]
    public void A_range_is_looked_for_until_the_last_of_its_length_is_gone()
    {
        var list = Of(ListType.Ip, "10.0.0.0/8", "11.0.0.0/8", "11.1.0.0/16");
        list.Remove("11.0.0.0/8"u8);
        (Has(list, "10.1.1.1"), Has(list, "11.1.1.1"), Has(list, "11.2.1.1")).ShouldBe((true, true, false));
        list.Remove("10.0.0.0/8"u8);
        (Has(list, "10.1.1.1"), Has(list, "11.1.1.1")).ShouldBe((false, true));
    }

    [Fact]
    public void Addresses_are_read_as_dotnet_reads_them()
    {
        var random = new Random(5);
        Span<byte> address = stackalloc byte[16];
        for (var i = 0; i < 20_000; i++)
        {
            var bytes = new byte[i % 2 == 0 ? 4 : 16];
            random.NextBytes(bytes);
            for (var j = 0; j < bytes.Length; j++)
                bytes[j] = random.Next(3) == 0 ? (byte)0 : bytes[j];
            var written = new IPAddress(bytes).ToString();
            IpText.TryParse(Encoding.UTF8.GetBytes(written), address).ShouldBeTrue(written);
            new IPAddress(address).ShouldBe(new IPAddress(bytes).MapToIPv6(), written);
        }

        foreach (var wrong in new[] { "", "1", "1.2.3", "1.2.3.4.5", "256.1.1.1", "01.2.3.4", "1.2.3.", ":", ":::", "1::2::3", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "12345::", "::g", "1:", "::1.2.3", "1:2:3:4:5:6:7:1.2.3.4", "fe80::1%eth0" })
            IpText.TryParse(Encoding.UTF8.GetBytes(wrong), address).ShouldBeFalse(wrong);
    }

    [Fact]
    public void It_agrees_with_a_dictionary_through_adding_and_removing()
    {
        var random = new Random(1);
        var (list, expected) = (new ValueList(3), new Dictionary<string, long>());
        for (var i = 0; i < 60_000; i++)
        {
            var value = $"v{random.Next(4_000)}";
            if (random.Next(3) > 0)
                list.Add(value, expected[value] = random.Next(1, 50));
            else if (expected.Remove(value) | true)
                list.Remove(Encoding.UTF8.GetBytes(value));
            var asked = $"v{random.Next(4_000)}";
            Has(list, asked, 25).ShouldBe(expected.TryGetValue(asked, out var until) && until > 25);
        }

        list.Count.ShouldBe(expected.Count);
    }

    [Fact]
    public void A_million_entries_are_looked_through_without_allocation_and_no_change_takes_long()
    {
        var list = new ValueList(9);
        var values = Enumerable.Range(0, 1_000_000).Select(i => Encoding.UTF8.GetBytes($"customer-{i * 7919L % 1_000_003}@example.org")).ToArray();
        var before = GC.GetTotalMemory(true);
        var (longest, watch) = (TimeSpan.Zero, Stopwatch.StartNew());
        foreach (var value in values)
        {
            var started = Stopwatch.GetTimestamp();
            list.Add(value);
            var took = Stopwatch.GetElapsedTime(started);
            longest = took > longest ? took : longest;
        }

        var added = watch.Elapsed;
        var bytes = GC.GetTotalMemory(true) - before;
        var found = 0;
        var each = TimeSpan.Zero;
        Allocations.Of(() =>
        {
            watch.Restart();
            for (var i = 0; i < values.Length; i++)
                found += list.Contains(values[(int)(i * 7_919L % values.Length)], 0) ? 1 : 0;
            each = watch.Elapsed / values.Length;
        }).ShouldBe(0);
        (found, list.Count).ShouldBe((1_000_000, 1_000_000));
        output.WriteLine($"1,000,000 entries: {added.TotalMilliseconds:F0} ms to add, the longest change {longest.TotalMicroseconds:F0} us, {bytes >> 20} MiB, {each.TotalNanoseconds:F0} ns to look one up at random");
    }
}
