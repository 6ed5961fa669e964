using System.Text;
using Vigil.Core.Transactions;
using Vigil.Storage;
using Vigil.Storage.Cases;
using Vigil.Storage.Sqlite;

namespace Vigil.Tests.Storage;

public abstract class EntityHistoryTests(DatabaseKind kind)
{
    public sealed class OfSqlite() : EntityHistoryTests(DatabaseKind.Sqlite)
    {
        [Fact]
        public void History_sees_the_open_batch()
        {
            using var test = new TestStore();
            test.Add(At("t1", 1));
            test.Writer.Begin();
            test.Append(At("t2", 2));
            Read(test.Writer.ReadHistory(Field.AccountId, "A"u8, 0)).Count.ShouldBe(2);
        }

        [Fact]
        public void Every_field_can_be_an_entity_and_is_found_by_its_index()
        {
            using var test = new TestStore();
            for (var field = Field.AccountId; field <= Field.Channel; field++)
            {
                test.Writer.EnsureEntityIndex(field);
                test.Writer.EnsureEntityIndex(field);
                var plan = test.Sql("EXPLAIN QUERY PLAN " + EntityIndex.Of(field).SequencesSql);
                plan.ShouldHaveSingleItem().ShouldContain($"COVERING INDEX transactions_by_{Fields.Name(field)} ");
            }

            // An account's index serves its pairs, though the other field has one as well.
            test.Sql("EXPLAIN QUERY PLAN " + EntityIndex.Of(Field.MerchantId, Field.AccountId).SequencesSql)
                .ShouldHaveSingleItem().ShouldContain("transactions_by_account_id ");
        }
    }

    public sealed class OfPostgres() : EntityHistoryTests(DatabaseKind.Postgres);

    private const long Hour = 3_600_000_000;

    [Fact]
    public void History_is_in_the_order_of_acceptance_and_starts_after_the_bound()
    {
        using var test = new TestStore(kind);
        test.Add(At("late", 5));
        test.Add(At("other", 6, account: "B"));
        test.Add(At("first", 3));
        test.Add(At("bound", 2));
        var read = Read(test.Writer.ReadHistory(Field.AccountId, "A"u8, TestStore.Start + 2 * Hour));
        read.ShouldBe([(1L, TestStore.Start + 5 * Hour, "late"), (3L, TestStore.Start + 3 * Hour, "first")]);
    }

    [Theory]
    [InlineData(Field.AccountId, Field.MerchantId)]
    [InlineData(Field.MerchantId, Field.AccountId)]
    [InlineData(Field.DeviceId, Field.MerchantId)]
    public void History_of_a_pair_has_both_whatever_their_order(Field first, Field second)
    {
        using var test = new TestStore(kind);
        test.Writer.EnsureEntityIndex(first, second);
        test.Add(At("both", 1, "A", "M", "D"));
        test.Add(At("no merchant", 2, "A", "N", "D"));
        test.Add(At("neither", 3, "B", "M", "E"));
        test.Add(At("both again", 4, "A", "M", "D"));
        Read(test.Writer.ReadHistory(first, Value(first), second, Value(second), 0)).Select(row => row.Id)
            .ShouldBe(["both", "both again"]);
    }

    [Fact]
    public void A_missing_entity_has_no_history()
    {
        using var test = new TestStore(kind);
        test.Add(At("t1", 1));
        test.Store.Cases.UpdateStatus("t1", CaseStatus.Fraud, "ann", 1);
        Read(test.Writer.ReadHistory(Field.CardId, default, 0)).ShouldBeEmpty();
        Read(test.Writer.ReadHistory(Field.AccountId, "A"u8, Field.CardId, default, 0)).ShouldBeEmpty();
        Labels(test.Writer.ReadLabelsOf(Field.CardId, default, 0, long.MaxValue)).ShouldBeEmpty();
    }

    [Fact]
    public void History_longer_than_the_buffer_is_whole()
    {
        using var test = new TestStore(kind);
        test.Writer.Begin();
        for (var i = 0; i < 1000; i++)
            test.Append(At($"t{i}", 1000 - i));
        test.Writer.Commit();
        Read(test.Writer.ReadHistory(Field.AccountId, "A"u8, 0)).Select(row => row.Sequence)
            .ShouldBe(Enumerable.Range(1, 1000).Select(i => (long)i));
    }

    [Fact]
    public void Labels_come_by_id_with_their_transactions()
    {
        using var test = new TestStore(kind);
        test.Add(At("t1", 1));
        test.Add(At("t2", 2, account: "B"));
        test.Add(At("t3", 3));
        test.Writer.LastLabelId.ShouldBe(0);
        test.Store.Cases.UpdateStatus("t3", CaseStatus.Fraud, "ann", 10);
        test.Store.Cases.UpdateStatus("t2", CaseStatus.Dismissed, "ann", 20);
        test.Store.Cases.UpdateStatus("t1", CaseStatus.Fraud, "ann", 30);
        test.Writer.LastLabelId.ShouldBe(3);

        Labels(test.Writer.ReadLabels(0)).ShouldBe([(1, 3, true, 10, "t3"), (2, 2, false, 20, "t2"), (3, 1, true, 30, "t1")]);
        Labels(test.Writer.ReadLabels(1, 2)).ShouldBe([(2, 2, false, 20, "t2")]);
        Labels(test.Writer.ReadLabelsOf(Field.AccountId, "A"u8, 0, long.MaxValue))
            .ShouldBe([(1, 3, true, 10, "t3"), (3, 1, true, 30, "t1")]);
        Labels(test.Writer.ReadLabelsOf(Field.AccountId, "A"u8, 0, 2)).ShouldBe([(1, 3, true, 10, "t3")]);
        Labels(test.Writer.ReadLabelsOf(Field.AccountId, "A"u8, TestStore.Start + Hour, long.MaxValue))
            .ShouldBe([(1, 3, true, 10, "t3")]);
        Labels(test.Writer.ReadLabelsOf(Field.AccountId, "A"u8, Field.MerchantId, "M"u8, 0, 1))
            .ShouldBe([(1, 3, true, 10, "t3")]);
    }

    [Fact]
    public void An_index_is_refused_inside_a_batch()
    {
        using var test = new TestStore(kind);
        test.Writer.Begin();
        Should.Throw<InvalidOperationException>(() => test.Writer.EnsureEntityIndex(Field.MerchantId));
    }

    private static byte[] At(string id, int hour, string account = "A", string merchant = "M", string device = "D") =>
        TestStore.Json(id, account, TestStore.Start + hour * Hour,
            more: $",\"merchant_id\":\"{merchant}\",\"device_id\":\"{device}\"");

    private static byte[] Value(Field field) => Encoding.UTF8.GetBytes(Fields.Name(field)[..1].ToUpperInvariant());

    private static List<(long Sequence, long Time, string Id)> Read(HistoryCursor history)
    {
        var rows = new List<(long, long, string)>();
        while (history.Read())
            rows.Add((history.Sequence, history.Time, IdOf(history.Payload)));
        history.Dispose();
        return rows;
    }

    private static List<(long Id, long Sequence, bool IsFraud, long ObservedAt, string TransactionId)> Labels(LabelCursor labels)
    {
        var rows = new List<(long, long, bool, long, string)>();
        while (labels.Read())
            rows.Add((labels.Id, labels.Sequence, labels.IsFraud, labels.ObservedAt, IdOf(labels.Payload)));
        labels.Dispose();
        return rows;
    }

    private static string IdOf(ReadOnlySpan<byte> payload)
    {
        var transaction = new Transaction();
        TransactionJson.TryDecode(payload, transaction, out _).ShouldBeTrue();
        return Encoding.UTF8.GetString(transaction[Field.TransactionId]);
    }
}
