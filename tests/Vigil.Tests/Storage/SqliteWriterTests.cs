using System.Runtime.Versioning;
using Vigil.Core.Decisions;
using Vigil.Core.Transactions;
using Vigil.Storage;

namespace Vigil.Tests.Storage;

public sealed class SqliteWriterTests
{
    [Fact]
    public void A_second_writer_is_refused_until_the_first_is_gone()
    {
        using var test = new TestStore();
        using (test.Store.OpenWriter())
        {
            using var second = Store.Open(test.Place);
            var error = Should.Throw<StorageException>(() => second.OpenWriter());
            error.Failure.ShouldBe(StorageFailure.InUse);
            error.Message.ShouldContain(test.Place);
        }

        Should.NotThrow(() => test.Store.OpenWriter().Dispose());
    }

    [Fact]
    [UnsupportedOSPlatform("windows")]
    public void A_new_file_is_readable_for_its_owner_alone()
    {
        using var test = new TestStore();
        test.Add(TestStore.Json("t1"));
        foreach (var file in new[] { test.Place, test.Place + "-wal" })
            File.GetUnixFileMode(file).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite, file);
    }

    [Fact]
    public void A_crash_in_a_batch_leaves_the_batches_before_it()
    {
        using var test = new TestStore();
        test.Add(TestStore.Json("t1"));
        test.Writer.Begin();
        for (var i = 0; i < 5000; i++)
            test.Append(TestStore.Json($"lost{i}", more: $",\"x\":\"{new string('y', 4000)}\""));
        // What is on disk now is what a killed process leaves.
        File.Copy(test.Place, test.File("copy.db"));
        File.Copy(test.Place + "-wal", test.File("copy.db-wal"));
        new FileInfo(test.File("copy.db-wal")).Length.ShouldBeGreaterThan(0);
        using var after = Store.Open(test.File("copy.db"));
        after.Summary().Processed.ShouldBe(1);
        after.Cases.FindDecision("t1").ShouldNotBeNull();
        using var writer = after.OpenWriter();
        writer.LastSequence.ShouldBe(1);
    }

    [Fact]
    public void Steady_appends_allocate_nothing()
    {
        using var test = new TestStore();
        var json = TestStore.Json("t0000");
        var decision = TestStore.Decide(Outcome.Review, 0.5f, "because");
        var transaction = new Transaction();
        test.Writer.Begin();
        Append(500);
        Allocations.Of(() => Append(500)).ShouldBe(0);

        void Append(int count)
        {
            for (var i = 0; i < count; i++)
            {
                var sequence = test.Writer.LastSequence + 1;
                System.Buffers.Text.Utf8Formatter.TryFormat(sequence, json.AsSpan(20, 4), out _, new('D', 4));
                TransactionJson.TryDecode(json, transaction, out _);
                test.Writer.TryFind(transaction[Field.TransactionId], out _, out _);
                test.Writer.Append(sequence, json, transaction, decision, new Provenance(test.EngineId, 0, 1, 2, 3));
            }
        }
    }
}
