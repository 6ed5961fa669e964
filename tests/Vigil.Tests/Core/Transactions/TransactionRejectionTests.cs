using System.Text;
using Vigil.Core.Transactions;

namespace Vigil.Tests.Core.Transactions;

/// <summary>What a sender is told who sends something else than a transaction.</summary>
public sealed class TransactionRejectionTests
{
    [Theory]
    [InlineData("", "malformed JSON at byte 1")]
    [InlineData("   ", "malformed JSON at byte 4")]
    [InlineData("{", "malformed JSON at byte 2")]
    [InlineData("{\"a\" 1}", "malformed JSON at byte 6")]
    [InlineData("{\"amount\": NaN}", "malformed JSON at byte 12")]
    [InlineData("{\"amount\": 01}", "malformed JSON at byte 13")]
    [InlineData("{'a': 1}", "malformed JSON at byte 2")]
    [InlineData("{\"a\": 1,}", "malformed JSON at byte 9")]
    [InlineData("{\"a\": 1 // no\n}", "malformed JSON at byte 9")]
    [InlineData("{\n\"a\": 1\n\"b\": 2}", "malformed JSON at byte 10")]
    [InlineData("[]", "a transaction is a JSON object")]
    [InlineData("null", "a transaction is a JSON object")]
    [InlineData("\"x\"", "a transaction is a JSON object")]
    public void A_document_that_is_no_JSON_object_is_refused_with_the_place(string json, string reason) =>
        Payment.Refuse(json).ShouldBe(new Rejection("", reason));

    [Theory]
    [InlineData("{}")]
    [InlineData(" x")]
    [InlineData(",")]
    [InlineData("]")]
    public void Nothing_may_follow_the_object(string garbage) =>
        Payment.Refuse(Payment.Json() + garbage).Reason.ShouldStartWith("malformed JSON at byte ");

    [Theory]
    [InlineData("transaction_id", "is missing or empty")]
    [InlineData("account_id", "is missing or empty")]
    [InlineData("timestamp", "is missing")]
    [InlineData("amount", "is missing")]
    public void A_required_field_that_is_not_there_is_named(string field, string reason) =>
        Payment.Refuse(Payment.Json().Replace($"\"{field}\"", "\"other\"", StringComparison.Ordinal)).ShouldBe(new Rejection(field, reason));

    [Theory]
    [InlineData("transaction_id", "\"\"", "is missing or empty")]
    [InlineData("transaction_id", "null", "is missing or empty")]
    [InlineData("transaction_id", "12", "is not a text")]
    [InlineData("transaction_id", "\"a\\u0000b\"", "contains a control character")]
    [InlineData("account_id", "\"\"", "is missing or empty")]
    [InlineData("account_id", "[\"a\"]", "is not a text")]
    [InlineData("account_id", "{\"a\": 1}", "is not a text")]
    [InlineData("account_id", "\"a\\n\"", "contains a control character")]
    [InlineData("account_id", "\"a\\u007f\"", "contains a control character")]
    [InlineData("location", "true", "is not a text")]
    [InlineData("timestamp", "null", "is not a text in ISO 8601 form")]
    [InlineData("timestamp", "1772366400", "is not a text in ISO 8601 form")]
    [InlineData("timestamp", "\"yesterday\"", "is not an ISO 8601 date and time such as 2026-01-31T23:59:59Z")]
    [InlineData("timestamp", "\"2026-02-30T00:00:00Z\"", "names a day that does not exist")]
    [InlineData("amount", "null", "is not a decimal number")]
    [InlineData("amount", "true", "is not a decimal number")]
    [InlineData("amount", "\"\"", "is not a decimal number")]
    [InlineData("amount", "\"NaN\"", "is not a decimal number")]
    [InlineData("amount", "\"12,50\"", "is not a decimal number")]
    [InlineData("amount", "\" 1\"", "is not a decimal number")]
    [InlineData("amount", "\"0x10\"", "is not a decimal number")]
    [InlineData("amount", "-0.01", "is negative; a payment is zero or more")]
    [InlineData("amount", "-1e999", "is negative; a payment is zero or more")]
    [InlineData("amount", "12.505", "has more decimals than its currency")]
    [InlineData("amount", "1e-3", "has more decimals than its currency")]
    [InlineData("amount", "1000000000000", "is 1,000,000,000,000 or more")]
    [InlineData("amount", "1e308", "is 1,000,000,000,000 or more")]
    [InlineData("currency", "\"XYZ\"", "is not an active ISO 4217 code (three upper-case letters)")]
    [InlineData("currency", "\"eur\"", "is not an active ISO 4217 code (three upper-case letters)")]
    [InlineData("currency", "\"EURO\"", "is not an active ISO 4217 code (three upper-case letters)")]
    [InlineData("currency", "978", "is not a text")]
    [InlineData("is_fraud", "\"yes\"", "is not true, false, 1, 0 or null")]
    [InlineData("is_fraud", "2", "is not true, false, 1, 0 or null")]
    [InlineData("is_fraud", "[]", "is not true, false, 1, 0 or null")]
    public void A_bad_value_is_refused_with_its_field_and_a_reason(string field, string value, string reason)
    {
        var fields = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["transaction_id"] = "\"t\"",
            ["account_id"] = "\"a\"",
            ["timestamp"] = "\"2026-03-01T12:00:00Z\"",
            ["amount"] = "10",
            [field] = value,
        };
        Payment.Refuse("{" + string.Join(",", fields.Select(f => $"\"{f.Key}\": {f.Value}")) + "}").ShouldBe(new Rejection(field, reason));
    }

    [Theory]
    [InlineData("\"amount\": 1", "amount", "is there twice")]
    [InlineData("\"\\u0061mount\": 1", "amount", "is there twice")]
    [InlineData("\"account_id\": \"b\"", "account_id", "is there twice")]
    [InlineData("\"location\": null, \"location\": \"x\"", "location", "is there twice")]
    [InlineData("\"is_fraud\": null, \"is_fraud\": 1", "is_fraud", "is there twice")]
    [InlineData("\"x\": 1, \"x\": 1", "", "has the same field twice")]
    [InlineData("\"x\": 1, \"\\u0078\": 2", "", "has the same field twice")]
    [InlineData("\"x\": 1, \"x\": null", "", "has the same field twice")]
    [InlineData("\"x\": null, \"x\": 1", "", "has the same field twice")]
    [InlineData("\"\": 1", "", "has a field whose name is empty or longer than 256 bytes")]
    public void A_key_stands_once(string more, string field, string reason) =>
        Payment.Refuse(Payment.Json(more: more)).ShouldBe(new Rejection(field, reason));

    [Fact]
    public void The_name_of_an_attribute_has_256_bytes_at_most()
    {
        Payment.Of(more: $"\"{new string('n', 256)}\": 1").AttributeCount.ShouldBe(1);
        Payment.Refuse(Payment.Json(more: $"\"{new string('n', 257)}\": 1")).Reason.ShouldBe("has a field whose name is empty or longer than 256 bytes");
    }

    [Fact]
    public void Nesting_ends_at_sixteen_levels()
    {
        string Nested(int levels) => Payment.Json(more: $"\"x\": {new string('[', levels)}{new string(']', levels)}");
        Payment.Decode(Nested(15)).AttributeCount.ShouldBe(1);
        Payment.Refuse(Nested(16)).Reason.ShouldStartWith("malformed JSON, or nested deeper than 16 levels, at byte ");
        Payment.Refuse(Payment.Json(more: "\"x\": " + new string('[', 60_000))).Reason.ShouldContain("deeper than 16 levels");
    }

    public static TheoryData<string> PlacesOfText => new("\"location\": \"?\"", "\"note\": \"?\"", "\"?\": 1", "\"x\": [\"?\"]", "\"x\": {\"?\": 1}", "\"currency\": \"?\"");

    [Theory]
    [MemberData(nameof(PlacesOfText))]
    public void Bytes_that_are_no_UTF8_are_refused_wherever_they_stand(string more)
    {
        var json = Encoding.UTF8.GetBytes(Payment.Json(more: more));
        json[Array.IndexOf(json, (byte)'?')] = 0xFF;
        Payment.Refuse(json).Reason.ShouldBe($"invalid UTF-8 at byte {Array.IndexOf(json, (byte)0xFF) + 1}");
    }

    [Theory]
    [MemberData(nameof(PlacesOfText))]
    public void A_lone_surrogate_is_refused_wherever_it_stands(string more)
    {
        var json = Payment.Json(more: more.Replace("?", "\\ud800x", StringComparison.Ordinal));
        Payment.Refuse(json).Reason.ShouldStartWith("a text has half a surrogate pair before byte ");
        Payment.Decode(Payment.Json(more: more.Replace("currency", "country", StringComparison.Ordinal).Replace("?", "\\ud83d\\ude00", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_rejection_says_nothing_of_the_values()
    {
        const string Secret = "4111111111111111";
        string[] documents =
        [
            Payment.Json(id: Secret + new string('1', 200)),
            Payment.Json(time: Secret),
            Payment.Json(amount: "\"" + Secret + "x\""),
            Payment.Json(amount: "-" + Secret),
            Payment.Json(more: $"\"currency\": \"{Secret}\""),
            Payment.Json(more: $"\"is_fraud\": \"{Secret}\""),
            Payment.Json(more: $"\"card\": \"{Secret}\", \"card\": \"{Secret}\""),
            Payment.Json(more: $"\"card\": {Secret} {Secret}"),
        ];
        foreach (var json in documents)
            Payment.Refuse(json).ToString().ShouldNotContain(Secret);
    }
}
