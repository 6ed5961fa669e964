using System.Text;
using Vigil.Core.Decisions;
using Vigil.Core.Transactions;
using Vigil.Storage;

namespace Vigil.Tests.Storage.Postgres;

/// <summary>What several writers and a server that goes away bring; the rest is in <see cref="DecisionWriterTests"/>.</summary>
public sealed class PostgresWriterTests
{
    private const string Topic = "transactions";

    [Fact]
    public void Rows_of_two_writers_have_one_order_and_each_reads_what_the_other_wrote()
    {
        using var test = new TestStore(DatabaseKind.Postgres);
        test.Add(TestStore.Json("t1"));
        using var other = test.Store.OpenWriter();
        other.Begin();
        other.LastSequence.ShouldBe(1);
        Append(other, test.EngineId, TestStore.Json("t2"));
        other.Commit();
        test.Writer.Begin();
        test.Writer.LastSequence.ShouldBe(2);
        test.Writer.ReadOthers(1).Select(row => (row.Sequence, Encoding.UTF8.GetString(row.Payload)))
            .ShouldBe([(2L, Encoding.UTF8.GetString(TestStore.Json("t2")))]);
        test.Append(TestStore.Json("t3")).ShouldBe(3);
        test.Writer.Commit();
        test.Sql("SELECT seq, transaction_id FROM transactions ORDER BY seq").ShouldBe(["1|t1", "2|t2", "3|t3"]);
        test.Sql("SELECT seq FROM log_head").ShouldBe(["3"]);
    }

    [Fact]
    public void A_duplicate_within_a_batch_stores_nothing_of_it()
    {
        using var test = new TestStore(DatabaseKind.Postgres);
        test.Writer.Begin();
        test.Append(TestStore.Json("t1"));
        test.Append(TestStore.Json("t1", "again"));
        Should.Throw<StorageException>(test.Writer.Commit).Failure.ShouldBe(StorageFailure.Constraint);
        ShouldBeEmpty(test);
        test.Add(TestStore.Json("t2")).ShouldBe(1);
    }

    [Fact]
    public void A_position_that_another_has_moved_meanwhile_refuses_the_whole_batch()
    {
        using var test = new TestStore(DatabaseKind.Postgres);
        using var zombie = test.Store.OpenWriter();
        Move(test.Writer, null, 10);
        Move(test.Writer, 10, 20);
        foreach (long? known in new long?[] { null, 10 })
        {
            zombie.Begin();
            Append(zombie, test.EngineId, TestStore.Json("lost"));
            zombie.MovePosition(new PartitionMove(Topic, 3, known, 15));
            Should.Throw<StorageException>(zombie.Commit).Failure.ShouldBe(StorageFailure.Superseded);
            zombie.InBatch.ShouldBeFalse();
        }

        ShouldBeEmpty(test);
        test.Store.FindPartitionPositions(Topic).ShouldBe(new Dictionary<int, long> { [3] = 20 });
        Move(zombie, 20, 30);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_connection_lost_in_a_batch_leaves_nothing_of_it_and_the_next_batch_has_another(bool streamed)
    {
        using var test = new TestStore(DatabaseKind.Postgres);
        _ = test.Writer;
        test.Writer.Begin();
        AppendMany(test, streamed);
        test.Disconnect().ShouldBeGreaterThan(0);
        Should.Throw<StorageException>(() =>
        {
            test.Writer.MovePosition(new PartitionMove(Topic, 0, null, 1));
            test.Writer.Commit();
        }).Failure.ShouldNotBe(StorageFailure.Constraint);
        test.Writer.Rollback();
        // Of the store's pool, each connection says once that it is gone.
        Again(() => test.Store.Ping());
        ShouldBeEmpty(test);
        test.Add(TestStore.Json("after")).ShouldBe(1);
        test.Store.FindPartitionPositions(Topic).ShouldBeEmpty();
    }

    [Fact]
    public void A_connection_lost_between_batches_costs_at_most_one_attempt()
    {
        using var test = new TestStore(DatabaseKind.Postgres);
        test.Add(TestStore.Json("t1"));
        test.Disconnect();
        Again(() => test.Add(TestStore.Json("t2")));
        Again(() => test.Store.Ping());
        test.Sql("SELECT seq, transaction_id FROM transactions ORDER BY seq").ShouldBe(["1|t1", "2|t2"]);
    }

    [Fact]
    public void A_turn_whose_client_hangs_in_the_middle_of_a_COPY_is_ended_by_those_that_wait()
    {
        using var test = new TestStore(DatabaseKind.Postgres);
        test.Writer.Begin();
        // Enough for a COPY that is under way; then nothing more comes of it.
        AppendMany(test, streamed: true);
        var url = Vigil.Storage.Postgres.PostgresUrl.Parse(test.Place);
        using (var waiting = new Vigil.Storage.Postgres.PostgresDatabase(Vigil.Storage.Postgres.PostgresConnection.Open(url), url)
        {
            HangsAfter = TimeSpan.FromMilliseconds(600),
        })
        {
            waiting.Begin();
            waiting.Scalar("SELECT seq FROM log_head").ShouldBe(0);
            waiting.Rollback();
        }

        Should.Throw<StorageException>(test.Writer.Commit);
        ShouldBeEmpty(test);
        test.Add(TestStore.Json("t0")).ShouldBe(1);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_batch_given_up_before_its_commit_leaves_nothing_and_lets_the_next_begin(bool streamed)
    {
        using var test = new TestStore(DatabaseKind.Postgres);
        test.Writer.Begin();
        AppendMany(test, streamed);
        test.Writer.Rollback();
        test.Writer.LastSequence.ShouldBe(0);
        ShouldBeEmpty(test);
        test.Add(TestStore.Json("t0")).ShouldBe(1);
    }

    [Theory]
    [InlineData("0", "USD")]
    [InlineData("7", "JPY")]
    [InlineData("0.3", "USD")]
    [InlineData("10000.05", "USD")]
    [InlineData("1.234", "KWD")]
    [InlineData("0.0001", "CLF")]
    [InlineData("99990000", "USD")]
    public void An_amount_is_the_number_that_was_sent(string amount, string currency)
    {
        using var test = new TestStore(DatabaseKind.Postgres);
        test.Add(TestStore.Json("t1", amount: amount, more: $",\"currency\":\"{currency}\""));
        test.Sql($"SELECT amount = {amount}::numeric, trim_scale(amount)::text FROM transactions").ShouldBe([$"True|{amount}"]);
    }

    [Theory]
    [InlineData("it's \"quoted\"; DROP TABLE transactions; --")]
    [InlineData(@"C:\new\t\\. {} $1 ?1")]
    [InlineData("Größe 日本 🦊")]
    public void Texts_are_stored_as_they_are(string text)
    {
        using var test = new TestStore(DatabaseKind.Postgres);
        var quoted = System.Text.Json.JsonSerializer.Serialize(text);
        test.Add(TestStore.Json("t1", more: $",\"location\":{quoted}"), TestStore.Decide(Outcome.Review, 0.5f, text + "\0"));
        var found = test.Store.Cases.FindDecision("t1")!.Summary;
        (found.Location, found.AlertReason).ShouldBe((text, text + " "));
    }

    [Fact]
    public void A_month_without_a_partition_of_its_own_is_stored_all_the_same()
    {
        using var test = new TestStore(DatabaseKind.Postgres);
        test.Add(TestStore.Json("old", time: 86_400_000_000));
        test.Add(TestStore.Json("now"));
        test.Sql("SELECT transaction_id, tableoid::regclass::text LIKE '%default' FROM transactions ORDER BY seq").ShouldBe(["old|True", "now|False"]);
        test.Store.Cases.FindDecision("old")!.Summary.Time.ShouldBe(86_400_000_000);
    }

    private static void Move(DecisionWriter writer, long? from, long next)
    {
        writer.Begin();
        writer.MovePosition(new PartitionMove(Topic, 3, from, next));
        writer.Commit();
    }

    /// <summary>Some rows; streamed, so many that they are on their way to the server.</summary>
    private static void AppendMany(TestStore test, bool streamed)
    {
        var rows = Enumerable.Range(0, streamed ? 400 : 3)
            .Select(i => TestStore.Json($"t{i}", more: $",\"note\":\"{new string('x', 2_000)}\"")).ToList();
        if (streamed)
        {
            test.Writer.StartReading([.. rows.Select(Decoded)], [], 0, isAwaited: false);
            test.Writer.FinishReading().ShouldBeEmpty();
        }

        foreach (var row in rows)
            test.Append(row);
    }

    private static void Append(DecisionWriter writer, long engine, byte[] json) => writer.Append(
        writer.LastSequence + 1, json, Decoded(json), TestStore.Decide(Outcome.Allow, 0.1f), new Provenance(engine, 0, 1, 2, 3));

    private static Transaction Decoded(byte[] json)
    {
        var transaction = new Transaction();
        TransactionJson.TryDecode(json, transaction, out _).ShouldBeTrue();
        return transaction;
    }

    private static void ShouldBeEmpty(TestStore test) =>
        test.Sql("SELECT (SELECT count(*) FROM transactions), (SELECT count(*) FROM transaction_ids), (SELECT seq FROM log_head)").ShouldBe(["0|0|0"]);

    private static void Again(Action action)
    {
        try
        {
            action();
        }
        catch (StorageException)
        {
            action();
        }
    }
}
