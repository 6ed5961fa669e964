using System.Text;
using Vigil.Core.Transactions;

namespace Vigil.Tests.Core.Transactions;

/// <summary>Short ways to a decoded transaction.</summary>
internal static class Payment
{
    /// <summary>A whole, valid document of which a test replaces one part.</summary>
    public static string Json(
        string id = "t1", string account = "a1", string time = "2026-03-01T12:00:00Z", string amount = "10", string more = "") =>
        $$"""{"transaction_id": "{{id}}", "account_id": "{{account}}", "timestamp": "{{time}}", "amount": {{amount}}{{(more.Length > 0 ? ", " + more : "")}}}""";

    public static Transaction Of(
        string id = "t1", string account = "a1", string time = "2026-03-01T12:00:00Z", string amount = "10", string more = "") =>
        Decode(Json(id, account, time, amount, more));

    public static Transaction Decode(string json)
    {
        var transaction = new Transaction();
        DecodeInto(transaction, json);
        return transaction;
    }

    public static void DecodeInto(Transaction transaction, string json) =>
        TransactionJson.TryDecode(Encoding.UTF8.GetBytes(json), transaction, out var rejection).ShouldBeTrue($"{rejection}: {json}");

    public static Rejection Refuse(string json) => Refuse(Encoding.UTF8.GetBytes(json));

    public static Rejection Refuse(byte[] json)
    {
        TransactionJson.TryDecode(json, new Transaction(), out var rejection).ShouldBeFalse(Encoding.UTF8.GetString(json));
        return rejection;
    }

    public static string Text(this Transaction transaction, Field field) => Encoding.UTF8.GetString(transaction[field]);

    public static string Attribute(this Transaction transaction, string name) =>
        Encoding.UTF8.GetString(transaction.AttributeText(transaction.FindAttribute(Encoding.UTF8.GetBytes(name))));
}
