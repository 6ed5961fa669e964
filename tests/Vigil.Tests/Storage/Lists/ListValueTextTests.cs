using Vigil.Core.Rules.Lists;
using Vigil.Storage.Lists;

namespace Vigil.Tests.Storage.Lists;

public sealed class ListValueTextTests
{
    [Theory]
    [InlineData(ListType.Text, "Ann  B", "Ann  B")]
    [InlineData(ListType.Text, " x ", " x ")]
    [InlineData(ListType.Text, "😀", "😀")]
    [InlineData(ListType.Email, " Ann@Example.COM ", "ann@example.com")]
    [InlineData(ListType.Ip, "203.0.113.7", "203.0.113.7")]
    [InlineData(ListType.Ip, "203.0.113.7/32", "203.0.113.7")]
    [InlineData(ListType.Ip, "203.0.113.7/24", "203.0.113.0/24")]
    [InlineData(ListType.Ip, "0.0.0.0/0", "0.0.0.0/0")]
    [InlineData(ListType.Ip, "2001:DB8:0::1", "2001:db8::1")]
    [InlineData(ListType.Ip, "2001:db8:ffff::/33", "2001:db8:8000::/33")]
    [InlineData(ListType.Ip, "::ffff:203.0.113.7", "203.0.113.7")]
    [InlineData(ListType.Ip, "::ffff:203.0.113.7/120", "203.0.113.0/24")]
    [InlineData(ListType.Number, "1e3", "1000")]
    [InlineData(ListType.Number, "-0.0", "0")]
    [InlineData(ListType.Number, "0.10", "0.1")]
    public void A_value_has_one_spelling(ListType type, string value, string canonical)
    {
        ListValueText.Normalize(type, value, out var spelled).ShouldBeNull();
        spelled.ShouldBe(canonical);
        ListValueText.Normalize(type, spelled, out var again).ShouldBeNull();
        again.ShouldBe(spelled);
    }

    [Theory]
    [InlineData(ListType.Text, "")]
    [InlineData(ListType.Text, "a\nb")]
    [InlineData(ListType.Text, "\ud800")]
    [InlineData(ListType.Text, "\udc00\ud800")]
    [InlineData(ListType.Email, "ann")]
    [InlineData(ListType.Email, "@example.com")]
    [InlineData(ListType.Email, "ann@")]
    [InlineData(ListType.Email, "ann b@example.com")]
    [InlineData(ListType.Ip, "1")]
    [InlineData(ListType.Ip, "1.2.3")]
    [InlineData(ListType.Ip, "1.2.3.256")]
    [InlineData(ListType.Ip, "010.0.0.1")]
    [InlineData(ListType.Ip, "0x7f.0.0.1")]
    [InlineData(ListType.Ip, "1.2.3.4/33")]
    [InlineData(ListType.Ip, "1.2.3.4/-1")]
    [InlineData(ListType.Ip, "1.2.3.4/")]
    [InlineData(ListType.Ip, "1.2.3.4/8/8")]
    [InlineData(ListType.Ip, "::1/129")]
    [InlineData(ListType.Ip, "::ffff:1.2.3.4/95")]
    [InlineData(ListType.Ip, "[::1]")]
    [InlineData(ListType.Ip, "fe80::1%eth0")]
    [InlineData(ListType.Number, "ten")]
    [InlineData(ListType.Number, "NaN")]
    [InlineData(ListType.Number, "1e999")]
    [InlineData(ListType.Number, "1,000")]
    public void What_is_no_value_of_the_type_is_refused(ListType type, string value) =>
        ListValueText.Normalize(type, value, out _).ShouldNotBeNull();

    [Fact]
    public void A_value_is_at_most_as_long_as_a_field_of_a_transaction()
    {
        ListValueText.Normalize(ListType.Text, new string('é', 128), out _).ShouldBeNull();
        ListValueText.Normalize(ListType.Text, new string('é', 129), out _).ShouldBe("is longer than 256 bytes");
    }
}
