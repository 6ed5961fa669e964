using Vigil.Core.Expressions;
using Vigil.Tests.Core.Transactions;

namespace Vigil.Tests.Core.Expressions;

/// <summary>Reading what is missing is an error that travels as CEL's errors do.</summary>
public sealed class MissingTests
{
    [Theory]
    [InlineData("missing > 1", Truth.Missing)]
    [InlineData("!(missing > 1)", Truth.Missing)]
    [InlineData("missing != missing", Truth.Missing)]
    [InlineData("missing > 1 && true", Truth.Missing)]
    [InlineData("true && missing > 1", Truth.Missing)]
    [InlineData("missing > 1 && false", Truth.False)]
    [InlineData("false && missing > 1", Truth.False)]
    [InlineData("missing > 1 || true", Truth.True)]
    [InlineData("missing > 1 || false", Truth.Missing)]
    [InlineData("missing > 1 || amount > 1e9 || known == 3", Truth.True)]
    [InlineData("missing > 1 ? true : true", Truth.Missing)]
    [InlineData("(missing > 1) == true", Truth.Missing)]
    [InlineData("device_id == 'x'", Truth.Missing)]
    [InlineData("device_id != 'x'", Truth.Missing)]
    [InlineData("device_id in ['x']", Truth.Missing)]
    [InlineData("!device_id.startsWith('x')", Truth.Missing)]
    [InlineData("device_id.matches('x')", Truth.Missing)]
    [InlineData("size(device_id) > 0", Truth.Missing)]
    [InlineData("attributes.absent == 'x'", Truth.Missing)]
    [InlineData("attributes.absent > 1 || has(attributes.items)", Truth.True)]
    [InlineData("has(device_id)", Truth.False)]
    [InlineData("!has(device_id)", Truth.True)]
    [InlineData("has(attributes.absent) || !has(attributes.items)", Truth.False)]
    [InlineData("'absent' in attributes || !('items' in attributes)", Truth.False)]
    [InlineData("is_missing(missing) && is_missing(device_id) && is_missing(attributes.absent)", Truth.True)]
    [InlineData("is_missing(known) || is_missing(amount) || is_missing(location)", Truth.False)]
    [InlineData("is_missing(missing + 1) && is_missing(amount / 0) && is_missing(log(0 - amount))", Truth.True)]
    [InlineData("coalesce(missing, 5) == 5 && coalesce(device_id, 'none') == 'none'", Truth.True)]
    [InlineData("coalesce(missing, missing) > 1", Truth.Missing)]
    [InlineData("coalesce(attributes.absent, 7) == 7", Truth.True)]
    [InlineData("1 / 0 > 1", Truth.Failed)]
    [InlineData("attributes.gift > 1", Truth.Failed)]
    [InlineData("attributes.items", Truth.Failed)]
    [InlineData("[missing, 1].exists(x, x == 1)", Truth.Missing)]
    [InlineData("[1, 2].exists(x, missing > x)", Truth.Missing)]
    [InlineData("[1, 2].exists(x, missing > x || x == 2)", Truth.True)]
    public void A_condition_answers(string source, int expected) => Evaluate.Truth(source).ShouldBe(expected);

    [Theory]
    [InlineData("amount > 250 && amount < 251")]
    [InlineData("amount == 250.5 && 250.5 == amount && amount + 1 == 251.5 && 2 * amount == 501")]
    [InlineData("known == 3 && known > 2u && known in [1, 3] && 3 in [known]")]
    [InlineData("attributes.items == 3 && attributes.items * 2 == 6.0 && attributes.items + amount == 253.5")]
    [InlineData("attributes.items > 2 && attributes['items'] <= 3 && number(attributes.score_text) == 0.5")]
    [InlineData("least(3, 2.5) == 2.5 && greatest(known, 5) == 5 && abs(-3) == 3")]
    [InlineData("coalesce(known, 1) == 3 && (amount > 1 ? 1 : 2.5) == 1")]
    [InlineData("amount % 2 == 0.5 && amount / 2 == 125.25")]
    [InlineData("timestamp.getHours() == 13 && timestamp.getHours('Europe/Zurich') == 14")]
    [InlineData("timestamp > timestamp('2026-01-01T00:00:00Z') && timestamp - duration('1h') < timestamp")]
    [InlineData("merchant_category in ['Books', 'Gambling'] && !(location in ['Bern'])")]
    [InlineData("location.matches('^Z.rich$') && account_id.matches('[0-9]+')")]
    [InlineData("location + '!' == 'Zürich!' && location.size() == 6 && location > 'Bern'")]
    [InlineData("count(ip, '1h') > 5 && count(ip, '1h') + 1 == 8")]
    [InlineData("score >= 0.75 && has(score) && has(known) && !has(missing) && has(amount)")]
    public void Numbers_are_promoted_and_facts_read(string source) => Evaluate.Truth(source).ShouldBe(Truth.True);

    [Fact]
    public void Nested_attributes_are_lists_and_maps()
    {
        var payment = Payment.Decode("""
            {"transaction_id": "t", "account_id": "a", "timestamp": "2026-03-01T13:45:10Z", "amount": 1, "currency": "EUR",
             "basket": [{"sku": "A1", "price": 10}, {"sku": "B2", "price": 30.5, "tags": ["x", null, true]}], "shop": {"name": "S", "open": true}}
            """);
        foreach (var source in new[]
        {
            "attributes.basket.size() == 2 && attributes.basket[1].sku == 'B2'",
            "attributes.basket.exists(i, i.price > 30) && attributes.basket.all(i, i.price >= 10)",
            "attributes.basket.filter(i, i.price > 20).map(i, i.sku) == ['B2']",
            "attributes.basket[1].tags == ['x', null, true] && !has(attributes.basket[0].tags)",
            "attributes.shop.name == 'S' && attributes.shop.open && has(attributes.shop.name)",
            "attributes.size() == 2 && attributes.exists(k, k == 'shop')",
            "is_missing(attributes.shop.closed)",
        })
            Evaluate.Truth(source, payment).ShouldBe(Truth.True, source);
    }

    [Theory]
    [InlineData("missing > 1", double.NaN)]
    [InlineData("known > 1", 1)]
    [InlineData("1 / 0", double.NaN)]
    [InlineData("attributes.absent", double.NaN)]
    [InlineData("attributes.items", 3)]
    [InlineData("attributes.gift", 1)]
    [InlineData("attributes.score_text", double.NaN)]
    [InlineData("timestamp.getHours()", 13)]
    public void A_number_that_ends_in_an_error_is_NaN(string source, double expected) => Evaluate.Number(source).ShouldBe(expected);
}
