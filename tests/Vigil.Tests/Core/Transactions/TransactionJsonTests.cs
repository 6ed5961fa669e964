using System.Text;
using Vigil.Core.Transactions;

namespace Vigil.Tests.Core.Transactions;

public sealed class TransactionJsonTests
{
    private const string Everything = """
         {"transaction_id": "tx-1", "account_id": "acc-7", "timestamp": "2026-01-31T23:59:59.123456Z", "amount": 12.50,
          "currency": "EUR", "merchant_category": "Gambling", "merchant_id": "m", "location": "Zürich", "country": "CH",
          "card_id": "c", "device_id": "d", "ip": "2001:db8::1", "email": "x@example.org", "channel": "web",
          "is_fraud": false, "basket_size": 3, "gift": true, "note": "a\nb", "items": [1, {"sku": "é"}], "nothing": null}
        """;

    [Fact]
    public void Every_field_of_the_contract_is_read_and_the_rest_are_attributes()
    {
        var t = Payment.Decode(Everything);
        t.Text(Field.TransactionId).ShouldBe("tx-1");
        t.Text(Field.AccountId).ShouldBe("acc-7");
        t.Text(Field.Currency).ShouldBe("EUR");
        t.Text(Field.MerchantCategory).ShouldBe("Gambling");
        t.Text(Field.MerchantId).ShouldBe("m");
        t.Text(Field.Location).ShouldBe("Zürich");
        t.Text(Field.Country).ShouldBe("CH");
        t.Text(Field.CardId).ShouldBe("c");
        t.Text(Field.DeviceId).ShouldBe("d");
        t.Text(Field.Ip).ShouldBe("2001:db8::1");
        t.Text(Field.Email).ShouldBe("x@example.org");
        t.Text(Field.Channel).ShouldBe("web");
        t.Amount.ShouldBe(new Money(1250, 2));
        t.IsFraud.ShouldBe(false);
        Timestamp.Format(t.Time).ShouldBe("2026-01-31T23:59:59.123456Z");
        t.AttributeCount.ShouldBe(4, "null is a missing attribute");
        t.Attribute("basket_size").ShouldBe("3");
        t.Attribute("gift").ShouldBe("true");
        t.Attribute("note").ShouldBe("a\nb");
        t.Attribute("items").ShouldBe("""[1, {"sku": "é"}]""");
    }

    [Fact]
    public void Four_fields_are_enough_and_the_others_are_missing()
    {
        var t = Payment.Of();
        for (var field = Field.Currency; field <= Field.Channel; field++)
            t[field].IsEmpty.ShouldBeTrue();
        t.IsFraud.ShouldBeNull();
        t.Amount.ShouldBe(new Money(1000, 2));
    }

    [Fact]
    public void An_optional_field_may_be_null_or_empty_and_is_missing_then()
    {
        var t = Payment.Of(more: "\"location\": null, \"country\": \"\", \"is_fraud\": null");
        t[Field.Location].IsEmpty.ShouldBeTrue();
        t[Field.Country].IsEmpty.ShouldBeTrue();
        t.IsFraud.ShouldBeNull();
    }

    [Fact]
    public void Escaped_names_and_texts_mean_what_they_say()
    {
        var t = Payment.Decode("""
            {"transaction_id": "\u0074\/1", "\u0061ccount_id": "a\"1", "timestamp": "2026\u002d03-01T12:00:00Z",
             "\u0061mount": "1\u0030", "loc\u0061tion": "\ud83c\udfb2"}
            """);
        t.Text(Field.TransactionId).ShouldBe("t/1");
        t.Text(Field.AccountId).ShouldBe("a\"1");
        t.Amount.Minor.ShouldBe(1000);
        t.Text(Field.Location).ShouldBe("🎲");
        t.AttributeCount.ShouldBe(0);
    }

    [Fact]
    public void Ids_of_128_bytes_and_texts_of_256_bytes_are_the_longest()
    {
        Payment.Of(id: new string('x', 128), account: new string('é', 64), more: $"\"location\": \"{new string('y', 256)}\"");
        Payment.Refuse(Payment.Json(id: new string('x', 129))).ShouldBe(new Rejection("transaction_id", "is longer than 128 bytes of UTF-8"));
        Payment.Refuse(Payment.Json(account: new string('é', 65))).ShouldBe(new Rejection("account_id", "is longer than 128 bytes of UTF-8"));
        Payment.Refuse(Payment.Json(more: $"\"location\": \"{new string('y', 257)}\"")).ShouldBe(new Rejection("location", "is longer than 256 bytes of UTF-8"));
    }

    [Fact]
    public void A_document_of_64_KiB_is_the_longest()
    {
        string Padded(int length)
        {
            var json = Payment.Json(more: "\"note\": \"\"");
            return json.Insert(json.Length - 2, new string('n', length - json.Length));
        }

        Payment.Decode(Padded(TransactionJson.MaxLength)).Attribute("note").Length.ShouldBeGreaterThan(65_000);
        Payment.Refuse(Padded(TransactionJson.MaxLength + 1)).Reason.ShouldBe("the transaction is longer than 65,536 bytes");
    }

    [Fact]
    public void Sixty_four_attributes_are_the_most()
    {
        string With(int count) => Payment.Json(more: string.Join(",", Enumerable.Range(0, count).Select(i => $"\"x{i}\": {i}")));
        Payment.Decode(With(64)).AttributeCount.ShouldBe(64);
        Payment.Refuse(With(65)).Reason.ShouldBe("has more than 64 fields that the contract does not name");
    }

    [Fact]
    public void The_label_is_true_false_1_or_0()
    {
        foreach (var (text, label) in new[] { ("true", true), ("1", true), ("false", false), ("0", false) })
            Payment.Of(more: $"\"is_fraud\": {text}").IsFraud.ShouldBe(label);
    }

    [Fact]
    public void Attributes_are_numbers_where_they_can_be_read_as_one()
    {
        var t = Payment.Of(more: """
            "a": 1.5e2, "b": "2.5", "c": true, "d": false, "e": "NaN", "f": [1], "g": 1e999, "h": "2.5x", "i": ""
            """);
        double Number(string name) => t.AttributeNumber(Encoding.UTF8.GetBytes(name));
        Number("a").ShouldBe(150);
        Number("b").ShouldBe(2.5);
        Number("c").ShouldBe(1);
        Number("d").ShouldBe(0);
        foreach (var name in new[] { "e", "f", "g", "h", "i", "absent" })
            double.IsNaN(Number(name)).ShouldBeTrue(name);
    }

    [Fact]
    public void A_decoder_keeps_nothing_of_the_transaction_before()
    {
        var t = Payment.Decode(Everything);
        Payment.DecodeInto(t, Payment.Json());
        t.ContentEquals(Payment.Of()).ShouldBeTrue();
        TransactionJson.TryDecode("{}"u8, t, out _).ShouldBeFalse();
        t[Field.TransactionId].IsEmpty.ShouldBeTrue();
    }

    [Fact]
    public void The_order_of_keys_and_the_spelling_of_amounts_and_times_make_no_other_content()
    {
        var one = Payment.Decode("""
            {"transaction_id": "t", "account_id": "a", "timestamp": "2026-03-01T12:00:00Z", "amount": 12.5, "x": "1", "y": [1]}
            """);
        var same = Payment.Decode("""
            {"y": [1], "\u0078": "\u0031", "amount": "12.50", "timestamp": "2026-03-01 13:00:00.0000009+01:00", "account_id": "a",
             "transaction_id": "t", "location": null}
            """);
        one.ContentEquals(same).ShouldBeTrue();
        same.ContentEquals(one).ShouldBeTrue();
    }

    [Theory]
    [InlineData("\"amount\": 12.5", "\"amount\": 12.51")]
    [InlineData("\"amount\": 12.5", "\"amount\": 12.5, \"currency\": \"BHD\"")]
    [InlineData("12:00:00Z", "12:00:00.000001Z")]
    [InlineData("\"account_id\": \"a\"", "\"account_id\": \"A\"")]
    [InlineData("\"x\": \"1\"", "\"x\": 1")]
    [InlineData("\"x\": \"1\"", "\"x\": \"2\"")]
    [InlineData("\"x\": \"1\"", "\"z\": \"1\"")]
    [InlineData("\"x\": \"1\"", "\"x\": \"1\", \"z\": \"1\"")]
    [InlineData("\"x\": \"1\"", "\"x\": \"1\", \"location\": \"b\"")]
    [InlineData("\"is_fraud\": 0", "\"is_fraud\": 1")]
    [InlineData("\"is_fraud\": 0", "\"is_fraud\": null")]
    public void Any_other_value_is_other_content(string part, string otherPart)
    {
        const string Document = """
            {"transaction_id": "t", "account_id": "a", "timestamp": "2026-03-01T12:00:00Z", "amount": 12.5, "x": "1", "is_fraud": 0}
            """;
        var one = Payment.Decode(Document);
        var other = Payment.Decode(Document.Replace(part, otherPart, StringComparison.Ordinal));
        one.ContentEquals(other).ShouldBeFalse();
        other.ContentEquals(one).ShouldBeFalse();
    }

    [Fact]
    public void Decoding_allocates_nothing_once_the_buffer_has_grown()
    {
        var utf8 = Encoding.UTF8.GetBytes(Everything);
        var transaction = new Transaction();
        var accepted = 0;
        void Run(int times)
        {
            for (var i = 0; i < times; i++)
                accepted += TransactionJson.TryDecode(utf8, transaction, out _) ? 1 : 0;
        }

        Run(2_000);
        Allocations.Of(() => Run(10_000)).ShouldBe(0);
        accepted.ShouldBe(12_000);
    }
}
