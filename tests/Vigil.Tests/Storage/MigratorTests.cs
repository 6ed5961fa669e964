using Vigil.Storage;
using Vigil.Storage.Sqlite;

namespace Vigil.Tests.Storage;

public sealed class MigratorTests
{
    [Fact]
    public void Scripts_are_numbered_from_one_without_a_gap() =>
        Migrator.Scripts.Select(script => script.Version).ShouldBe(Enumerable.Range(1, Migrator.Scripts.Count));

    [Fact]
    public void A_new_database_gets_every_script_and_write_ahead_logging()
    {
        using var test = new TestStore();
        test.Sql("SELECT version FROM schema_migrations ORDER BY 1")
            .ShouldBe(Migrator.Scripts.Select(script => $"{script.Version}"));
        test.Sql("PRAGMA journal_mode").ShouldBe(["wal"]);
    }

    [Fact]
    public void Opening_again_changes_nothing()
    {
        using var test = new TestStore();
        test.Add(TestStore.Json("t1"));
        var before = test.Sql("SELECT * FROM schema_migrations");
        using var again = Store.Open(test.Place);
        test.Sql("SELECT * FROM schema_migrations").ShouldBe(before);
        again.Cases.FindDecision("t1").ShouldNotBeNull();
    }

    [Fact]
    public void A_database_of_a_newer_version_is_refused()
    {
        using var test = new TestStore();
        test.Sql("INSERT INTO schema_migrations (version, name) VALUES (9999, 'from the future')");
        var error = Should.Throw<StorageException>(() => Store.Open(test.Place));
        error.Failure.ShouldBe(StorageFailure.NewerSchema);
        error.Message.ShouldContain("9999");
        error.Message.ShouldContain("newer");
    }

    [Fact]
    public void A_newer_schema_that_works_with_programs_of_this_one_is_accepted()
    {
        using var test = new TestStore();
        var latest = Migrator.Scripts.Count;
        test.Sql($"INSERT INTO schema_migrations (version, name, works_with) VALUES ({latest + 1}, 'next', {latest})");
        Store.Open(test.Place).Dispose();
        test.Sql($"INSERT INTO schema_migrations (version, name, works_with) VALUES ({latest + 2}, 'after', {latest + 1})");
        Should.Throw<StorageException>(() => Store.Open(test.Place)).Failure.ShouldBe(StorageFailure.NewerSchema);
    }

    [Fact]
    public void A_database_of_another_program_is_left_alone()
    {
        using var folder = new TempFolder();
        using (var other = SqliteDatabase.Open(folder.File("other.db")))
            other.Execute("CREATE TABLE transactions (id INTEGER)");
        Should.Throw<StorageException>(() => Store.Open(folder.File("other.db")))
            .Message.ShouldContain("another program");
        using var after = SqliteDatabase.Open(folder.File("other.db"));
        after.Scalar("SELECT count(*) FROM sqlite_schema").ShouldBe(1);
    }

    [Fact]
    public void Processes_that_create_the_same_database_at_once_all_succeed()
    {
        using var folder = new TempFolder();
        var path = folder.File("vigil.db");
        using var together = new Barrier(4);
        var threads = Enumerable.Range(0, 4).Select(_ => Task.Factory.StartNew(
            () =>
            {
                together.SignalAndWait(TestContext.Current.CancellationToken);
                using var store = Store.Open(path);
                store.Ping();
            },
            TestContext.Current.CancellationToken,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default)).ToArray();
        Should.NotThrow(() => Task.WaitAll(threads, TestContext.Current.CancellationToken));
    }
}
