using Vigil.Storage;
using Vigil.Storage.Cases;
using Vigil.Storage.Sqlite;

namespace Vigil.Tests.Storage;

/// <summary>Each way in which a disk lets one down, provoked for real.</summary>
public sealed class StorageFailureTests
{
    [Fact]
    public void A_missing_folder_is_named()
    {
        using var folder = new TempFolder();
        var error = Failure(folder.File("no/such/vigil.db"));
        error.Failure.ShouldBe(StorageFailure.CannotOpen);
        error.Message.ShouldContain(folder.File("no/such") + " does not exist");
    }

    [Fact]
    public void A_folder_in_place_of_the_file_is_named()
    {
        using var folder = new TempFolder();
        var error = Failure(folder.Root);
        error.Failure.ShouldBe(StorageFailure.CannotOpen);
        error.Message.ShouldContain("this is a folder");
    }

    [Fact]
    public void A_file_that_is_no_database_is_refused_and_left_alone()
    {
        using var folder = new TempFolder();
        var path = folder.File("notes.txt");
        var text = new string('x', 5000);
        File.WriteAllText(path, text);
        var error = Failure(path);
        error.Failure.ShouldBe(StorageFailure.Corrupt);
        error.Message.ShouldContain("is not a SQLite database");
        File.ReadAllText(path).ShouldBe(text);
    }

    [Fact]
    public void Half_a_database_is_refused()
    {
        using var test = new TestStore();
        for (var i = 0; i < 200; i++)
            test.Add(TestStore.Json($"t{i}", more: $",\"x\":\"{new string('y', 1000)}\""));
        test.Sql("PRAGMA wal_checkpoint(TRUNCATE)");
        var bytes = File.ReadAllBytes(test.Place);
        File.WriteAllBytes(test.File("half.db"), bytes[..(bytes.Length / 2)]);
        var error = Failure(test.File("half.db"));
        error.Failure.ShouldBe(StorageFailure.Corrupt);
        error.Message.ShouldContain("damaged");
        error.Message.ShouldContain("backup");
    }

    [Fact]
    public void A_lock_that_another_program_keeps_is_told()
    {
        using var test = new TestStore();
        using var other = SqliteDatabase.Open(test.Place);
        other.Execute("BEGIN IMMEDIATE");
        using var mine = SqliteDatabase.Open(test.Place);
        mine.Execute("PRAGMA busy_timeout = 20");
        var error = Should.Throw<StorageException>(() => mine.Execute("BEGIN IMMEDIATE"));
        error.Failure.ShouldBe(StorageFailure.Busy);
        error.Message.ShouldContain("locked by another program");
    }

    [Fact]
    public void A_full_disk_fails_the_batch_and_loses_nothing_committed()
    {
        using var folder = new TempFolder();
        folder.MountOrSkip("3m");
        using var store = Store.Open(folder.File("vigil.db"));
        using var writer = store.OpenWriter();
        writer.Begin();
        writer.SetPosition("first", "kept");
        writer.Commit();

        var large = new string('x', 100_000);
        writer.Begin();
        var error = Should.Throw<StorageException>(() =>
        {
            for (var i = 0; i < 100; i++)
                writer.SetPosition($"{i}", large);
            writer.Commit();
        });
        error.Failure.ShouldBe(StorageFailure.Full);
        error.Message.ShouldContain("is full");
        writer.Rollback();
        store.FindPosition("first").ShouldBe("kept");
        store.FindPosition("0").ShouldBeNull();

        // With room again, the writer goes on.
        File.WriteAllText(folder.File("ballast"), "");
        writer.Begin();
        writer.SetPosition("second", "kept");
        writer.Commit();
        store.FindPosition("second").ShouldBe("kept");
    }

    [Fact]
    public void A_database_that_may_not_grow_is_full()
    {
        using var test = new TestStore();
        using var database = SqliteDatabase.Open(test.Place);
        database.Execute("PRAGMA max_page_count = 1");
        Should.Throw<StorageException>(() => database.Execute(
            "INSERT INTO positions (name, value) VALUES ('x', hex(zeroblob(1000000)))")).Failure.ShouldBe(StorageFailure.Full);
    }

    [Fact]
    public void A_read_only_file_system_is_told()
    {
        using var folder = new TempFolder();
        folder.MountOrSkip("8m");
        Store.Open(folder.File("vigil.db")).Dispose();
        folder.MakeReadOnly();
        Failure(folder.File("new.db")).Message.ShouldContain("writable by the user");
        var error = Should.Throw<StorageException>(() =>
        {
            using var store = Store.Open(folder.File("vigil.db"));
            store.OpenWriter();
        });
        error.Failure.ShouldBeOneOf(StorageFailure.ReadOnly, StorageFailure.CannotOpen);
        error.Message.ShouldContain("writable by the user");
    }

    [Fact]
    public void A_folder_without_the_right_to_write_is_told()
    {
        if (OperatingSystem.IsWindows() || Environment.UserName == "root")
        {
            Assert.Skip("permissions of folders do not bind root, and Windows has others");
            return;
        }

        using var folder = new TempFolder();
        File.SetUnixFileMode(folder.Root, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        try
        {
            Failure(folder.File("vigil.db")).Message.ShouldContain("writable by the user");
        }
        finally
        {
            File.SetUnixFileMode(folder.Root, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    [Fact]
    public void A_writer_that_was_refused_can_be_opened_later()
    {
        using var test = new TestStore();
        test.Sql("DROP INDEX transactions_by_score");
        test.Sql("ALTER TABLE transactions RENAME TO gone");
        Should.Throw<StorageException>(() => test.Store.OpenWriter()).Failure.ShouldBe(StorageFailure.Other);
        test.Sql("ALTER TABLE gone RENAME TO transactions");
        Should.NotThrow(() => test.Store.OpenWriter().Dispose());
        test.Store.Cases.Anomalies(new AnomalyQuery()).ShouldBeEmpty();
    }

    private static StorageException Failure(string path) =>
        Should.Throw<StorageException>(() => Store.Open(path).Dispose());
}
