using System.Text;
using System.Text.Json;
using Vigil.Core.Transactions;

namespace Vigil.Tests.Core.Transactions;

public sealed class TransactionFuzzTests
{
    private static readonly byte[][] Seeds = [.. new[]
    {
        Payment.Json(),
        Payment.Json(amount: "\"12.50\"", more: "\"currency\": \"KWD\", \"location\": \"Zürich\", \"x\": [1, {\"y\": \"é\"}], \"is_fraud\": true"),
        """{"\u0061mount": 1e3, "transaction_id": "\ud83c\udfb2", "account_id": "a", "timestamp": "2026-03-01 12:00+05:30", "n": null}""",
    }.Select(Encoding.UTF8.GetBytes)];

    private static readonly byte[][] Pieces = [.. new[]
    {
        "\"", "{", "}", "[", "]", ",", ":", "\\", "\\u0000", "\\ud800", "null", "true", "1e", "-", ".", "e999", "0", "\"amount\": 1",
        "\"x\": 1,", " ", "\n", "9999999999", "\u00e9", "T24:00", "+99:99",
    }.Select(Encoding.UTF8.GetBytes)];

    /// <summary>Whatever comes in, the answer is a transaction or a reason; never an exception, never a half of both.</summary>
    [Fact]
    public void No_mutation_of_a_document_brings_the_decoder_down()
    {
        var random = new Random(20260301);
        var transaction = new Transaction();
        int accepted = 0, refused = 0;
        for (var round = 0; round < 200_000; round++)
        {
            var json = Mutate(random, [.. Seeds[random.Next(Seeds.Length)]]);
            if (TransactionJson.TryDecode(json, transaction, out var rejection))
            {
                accepted++;
                rejection.ShouldBe(default);
                CheckAccepted(json, transaction);
            }
            else
            {
                refused++;
                rejection.Reason.ShouldNotBeNullOrEmpty();
            }
        }

        accepted.ShouldBeGreaterThan(1_000);
        refused.ShouldBeGreaterThan(1_000);
    }

    private static byte[] Mutate(Random random, List<byte> json)
    {
        for (var i = random.Next(1, 4); i > 0; i--)
        {
            var at = random.Next(json.Count);
            switch (random.Next(6))
            {
                case 0:
                    json[at] = (byte)random.Next(256);
                    break;
                case 1:
                    json[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 2:
                    json.InsertRange(at, Pieces[random.Next(Pieces.Length)]);
                    break;
                case 3:
                    json.RemoveRange(at, Math.Min(random.Next(1, 9), json.Count - at));
                    break;
                case 4:
                    json.InsertRange(at, json.GetRange(random.Next(json.Count), 1));
                    break;
                default:
                    json.RemoveRange(at, random.Next(50) == 0 ? json.Count - at : 0);
                    break;
            }

            if (json.Count == 0)
                break;
        }

        return [.. json];
    }

    /// <summary>What is accepted is what the platform's own parser reads too, and its texts are UTF-8.</summary>
    private static void CheckAccepted(byte[] json, Transaction transaction)
    {
        using var document = JsonDocument.Parse(json);
        document.RootElement.GetProperty("transaction_id").GetString().ShouldBe(transaction.Text(Field.TransactionId));
        document.RootElement.GetProperty("account_id").GetString().ShouldBe(transaction.Text(Field.AccountId));
        transaction.Time.ShouldBeGreaterThanOrEqualTo(0);
        transaction.Amount.Minor.ShouldBeGreaterThanOrEqualTo(0);
        for (var i = 0; i < transaction.AttributeCount; i++)
            System.Text.Unicode.Utf8.IsValid(transaction.AttributeText(i)).ShouldBeTrue();
    }
}
