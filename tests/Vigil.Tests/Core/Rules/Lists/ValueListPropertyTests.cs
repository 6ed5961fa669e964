using System.Globalization;
using System.Net;
using System.Text;
using Vigil.Core.Rules.Lists;

namespace Vigil.Tests.Core.Rules.Lists;

/// <summary>Lists against the plain ways to say the same: a dictionary, and the bits of the platform's addresses.</summary>
public sealed class ValueListPropertyTests
{
    [Theory]
    [InlineData(ListType.Text)]
    [InlineData(ListType.Email)]
    [InlineData(ListType.Number)]
    public void A_list_says_what_a_dictionary_says_after_any_adding_removing_and_expiring(ListType type)
    {
        var random = new Random(7 + (int)type);
        var (list, id) = (new ListCatalog(), 0L);
        var model = new Dictionary<string, long>(StringComparer.Ordinal);
        for (var step = 0; step < 60_000; step++)
        {
            var value = Value(random, type);
            var text = Spelled(random, type, value);
            var expires = random.Next(4) == 0 ? random.Next(100) : (long?)null;
            var added = random.Next(3) != 0;
            list.Apply(new ListChange(++id, "l", type, Encoding.UTF8.GetBytes(text), added, expires));
            if (added)
                model[value] = expires ?? long.MaxValue;
            else
                model.Remove(value);
            var (asked, time) = (Value(random, type), random.Next(-1, 101));
            list.Get("l").Contains(Encoding.UTF8.GetBytes(Spelled(random, type, asked)), time)
                .ShouldBe(model.TryGetValue(asked, out var until) && time < until, $"{asked} after {step} steps");
        }

        list.Get("l").Count.ShouldBe(model.Count);
        list.LastChangeId.ShouldBe(id);
    }

    [Fact]
    public void An_address_is_on_a_list_where_the_bits_of_one_of_its_networks_are_its_own()
    {
        var random = new Random(11);
        for (var round = 0; round < 300; round++)
        {
            var (list, id) = (new ListCatalog(), 0L);
            var networks = Enumerable.Range(0, random.Next(1, 12)).Select(_ => Network(random)).ToList();
            foreach (var network in networks)
                list.Apply(new ListChange(++id, "l", ListType.Ip, Encoding.UTF8.GetBytes(network.ToString()), added: true));
            for (var i = 0; i < 60; i++)
            {
                var address = random.Next(3) == 0 ? Address(random) : Near(random, networks[random.Next(networks.Count)]);
                list.Get("l").Contains(Encoding.UTF8.GetBytes(address.ToString()), 0)
                    .ShouldBe(networks.Exists(n => Contains(n, address)), $"{address} in {string.Join(' ', networks)}");
            }
        }
    }

    [Theory]
    [InlineData("10.0.0.0/8", "10.255.255.255", true)]
    [InlineData("10.0.0.0/8", "11.0.0.0", false)]
    [InlineData("10.0.0.77/8", "10.1.2.3", true)]
    [InlineData("0.0.0.0/0", "255.255.255.255", true)]
    [InlineData("0.0.0.0/0", "::1", false)]
    [InlineData("::/0", "10.0.0.1", true)]
    [InlineData("::ffff:10.0.0.1", "10.0.0.1", true)]
    [InlineData("10.0.0.1", "::ffff:a00:1", true)]
    [InlineData("2001:db8::/32", "2001:DB8:ffff::1", true)]
    [InlineData("2001:db8::/32", "2001:db9::", false)]
    [InlineData("2001:db8::1/128", "2001:0db8:0:0::1", true)]
    [InlineData("10.0.0.1/32", "10.0.0.1", true)]
    [InlineData("10.0.0.0/31", "10.0.0.2", false)]
    [InlineData("10.0.0.1", "010.0.0.1", false)]
    [InlineData("10.0.0.1", "10.0.1", false)]
    [InlineData("10.0.0.1", "10.0.0.1:80", false)]
    [InlineData("10.0.0.1", " 10.0.0.1", false)]
    [InlineData("fe80::1", "fe80::1%eth0", false)]
    public void Ranges_end_where_they_should(string entry, string address, bool expected)
    {
        var list = new ListCatalog();
        list.Apply(new ListChange(1, "l", ListType.Ip, Encoding.UTF8.GetBytes(entry), added: true));
        list.Get("l").Contains(Encoding.UTF8.GetBytes(address), 0).ShouldBe(expected);
    }

    [Fact]
    public void No_bytes_bring_a_list_down()
    {
        var random = new Random(13);
        foreach (var type in Enum.GetValues<ListType>())
        {
            var (list, id) = (new ListCatalog(), 0L);
            for (var i = 0; i < 20_000; i++)
            {
                var bytes = new byte[random.Next(10) == 0 ? random.Next(700) : random.Next(24)];
                random.NextBytes(bytes);
                if (random.Next(2) == 0)
                {
                    for (var at = 0; at < bytes.Length; at++)
                        bytes[at] = "0123456789abcdef.:/-+e"u8[bytes[at] % 22];
                }

                list.Apply(new ListChange(++id, "l", type, bytes, random.Next(3) != 0));
                list.Get("l").Contains(bytes, random.Next());
            }
        }
    }

    private static string Value(Random random, ListType type) => type switch
    {
        ListType.Number => (random.Next(3) == 0 ? random.Next(-50, 50) / 4.0 : random.Next(3_000)).ToString("R", CultureInfo.InvariantCulture),
        ListType.Email => $"{"aäöπⱥ"[random.Next(5)]}{random.Next(700)}@example.com",
        _ => $"{(random.Next(2) == 0 ? "Ä" : "v")}{new string('x', random.Next(6) * random.Next(20))}{random.Next(700)}",
    };

    /// <summary>Another spelling of what the list takes for the same.</summary>
    private static string Spelled(Random random, ListType type, string value) => type switch
    {
        ListType.Number when random.Next(3) == 0 => value.Contains('.', StringComparison.Ordinal) ? value + "0" : value + ".0",
        ListType.Email when random.Next(2) == 0 => value.ToUpperInvariant(),
        _ => value,
    };

    private static IPAddress Address(Random random)
    {
        var bytes = new byte[random.Next(2) == 0 ? 4 : 16];
        for (var i = 0; i < bytes.Length; i++)
            bytes[i] = random.Next(2) == 0 ? (byte)0 : (byte)random.Next(256);
        return new IPAddress(bytes);
    }

    private static IPNetwork Network(Random random)
    {
        var bytes = Address(random).GetAddressBytes();
        var prefix = random.Next(bytes.Length * 8 + 1);
        return new IPNetwork(Masked(bytes, prefix), prefix);
    }

    private static IPAddress Masked(byte[] bytes, int prefix)
    {
        for (var bit = prefix; bit < bytes.Length * 8; bit++)
            bytes[bit / 8] &= (byte)~(0x80 >> bit % 8);
        return new IPAddress(bytes);
    }

    /// <summary>An address of the network with one bit turned over.</summary>
    private static IPAddress Near(Random random, IPNetwork network)
    {
        var bytes = network.BaseAddress.GetAddressBytes();
        var bit = random.Next(bytes.Length * 8);
        bytes[bit / 8] ^= (byte)(0x80 >> bit % 8);
        return new IPAddress(bytes);
    }

    /// <summary>Bit by bit: of .NET 10's IPNetwork, 0:c000::/19 holds ::ffff:0.0.26.0. An IPv4 address is the mapped IPv6 address too.</summary>
    private static bool Contains(IPNetwork network, IPAddress address)
    {
        var (bits, own) = (network.BaseAddress.MapToIPv6().GetAddressBytes(), address.MapToIPv6().GetAddressBytes());
        var prefix = network.PrefixLength + (network.BaseAddress.GetAddressBytes().Length == 4 ? 96 : 0);
        return Enumerable.Range(0, prefix).All(bit => ((bits[bit / 8] ^ own[bit / 8]) & (0x80 >> bit % 8)) == 0);
    }
}
