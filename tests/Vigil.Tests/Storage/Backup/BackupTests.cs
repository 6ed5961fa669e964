using System.Diagnostics;
using Vigil.Core.Decisions;
using Vigil.Storage;
using Vigil.Storage.Audit;
using Vigil.Storage.Backup;
using Vigil.Storage.Postgres;

namespace Vigil.Tests.Storage.Backup;

public sealed class BackupTests : IDisposable
{
    private static readonly Lazy<(string Public, string Private, string Other)> Keys = new(MakeKeys);

    private readonly TempFolder _folder = new();
    private readonly List<IDisposable> _databases = [];

    [Fact]
    public void A_PostgreSQL_database_comes_back_from_an_encrypted_backup_as_it_was()
    {
        using var test = Filled(DatabaseKind.Postgres);
        var backup = Back(test, Keys.Value.Public, Keys.Value.Private);
        backup.Verify(TestContext.Current.CancellationToken);
        backup.Manifest.Facts.Transactions.ShouldBe(50);
        backup.Manifest.Facts.Amounts["/2"].ShouldBe("62500");
        File.ReadAllText(Path.Combine(backup.Folder, BackupManifest.FileName)).ShouldNotContain("secure-password");

        var target = Empty();
        new PostgresRestore(target.Url, null).Run(backup, replace: false, disconnect: false, _ => { }, TestContext.Current.CancellationToken).ShouldBeNull();
        using var restored = Store.Open(target.UrlText);
        restored.Audit.Verify(backup.Manifest.Facts.AuditHead).IsIntact.ShouldBeTrue();
        restored.Cases.FindDecision("t7").ShouldNotBeNull();
        // What is restored takes up where the other left, and gives away no right.
        restored.Audit.Append(new AuditEntry(0, 9, "ann", "a", "x", null, null));
        restored.Audit.Verify().IsIntact.ShouldBeTrue();
        target.Sql("SELECT count(*) FROM pg_proc p, aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a "
            + "WHERE proname LIKE 'vigil\\_%' AND a.grantee = 0").ShouldBe(["0"]);
    }

    [Fact]
    public void A_SQLite_database_comes_back_and_the_former_file_stays()
    {
        using var test = Filled(DatabaseKind.Sqlite);
        var backup = Back(test, null, null);
        Directory.GetFiles(Path.GetDirectoryName(test.Place)!, "*.backup-*").ShouldBeEmpty();
        var target = _folder.File("restored.db");
        SqliteRestore.Run(backup, target, replace: false, _ => { }, TestContext.Current.CancellationToken).ShouldBeNull();
        using (var restored = Store.Open(target))
            restored.Audit.Verify(backup.Manifest.Facts.AuditHead).IsIntact.ShouldBeTrue();
        Should.Throw<StorageException>(() => SqliteRestore.Run(backup, target, replace: false, _ => { }, TestContext.Current.CancellationToken))
            .Message.ShouldContain("--replace");
        File.Exists(SqliteRestore.Run(backup, target, replace: true, _ => { }, TestContext.Current.CancellationToken)!).ShouldBeTrue();
    }

    [Fact]
    public void A_backup_that_was_cut_in_half_is_refused()
    {
        using var test = Filled(DatabaseKind.Postgres);
        var backup = Back(test, Keys.Value.Public, Keys.Value.Private);
        using (var file = File.OpenWrite(Path.Combine(backup.Folder, backup.Manifest.Data.Name)))
            file.SetLength(file.Length / 2);
        Should.Throw<InvalidDataException>(() => backup.Verify(TestContext.Current.CancellationToken)).Message.ShouldContain("cut off");
    }

    [Fact]
    public void A_backup_with_a_byte_changed_is_refused()
    {
        using var test = Filled(DatabaseKind.Sqlite);
        var backup = Back(test, null, null);
        using (var file = File.OpenWrite(Path.Combine(backup.Folder, backup.Manifest.Data.Name)))
        {
            file.Position = file.Length / 2;
            file.Write([1, 2, 3, 4]);
        }

        Should.Throw<InvalidDataException>(() => backup.Verify(TestContext.Current.CancellationToken)).Message.ShouldContain("damaged");
    }

    [Fact]
    public void The_wrong_private_key_is_refused_and_named()
    {
        using var test = Filled(DatabaseKind.Postgres);
        var backup = Back(test, Keys.Value.Public, Keys.Value.Other);
        var error = Should.Throw<StorageException>(() => backup.Verify(TestContext.Current.CancellationToken));
        error.Message.ShouldContain($"cannot be decrypted with the key {Keys.Value.Other}");
    }

    [Fact]
    public void A_backup_of_a_newer_schema_is_refused_and_the_running_database_is_untouched()
    {
        using var test = Filled(DatabaseKind.Postgres);
        test.Sql("INSERT INTO schema_migrations (version, name, works_with) VALUES (9999, 'from the future', 1)");
        var backup = Back(test, null, null);
        using var running = Filled(DatabaseKind.Postgres);
        var url = PostgresUrl.Parse(running.Place);
        var before = PostgresRestore.Facts(url);
        var error = Should.Throw<StorageException>(() => Restore(url, backup, replace: true));
        error.Failure.ShouldBe(StorageFailure.NewerSchema);
        error.Message.ShouldContain("9999");
        before.DifferencesTo(PostgresRestore.Facts(url)).ShouldBeEmpty();
    }

    [Fact]
    public void A_database_that_holds_something_is_replaced_only_when_told_and_stays_under_another_name()
    {
        using var test = Filled(DatabaseKind.Postgres);
        var backup = Back(test, null, null);
        var target = Empty();
        target.Sql("CREATE TABLE mine (id int)");
        Should.Throw<StorageException>(() => Restore(target.Url, backup, replace: false)).Message.ShouldContain("not empty");
        Should.Throw<StorageException>(() => Restore(target.Url, backup, replace: true, admin: false, disconnect: true)).Message.ShouldContain("may not create databases");
        target.Sql("SELECT count(*) FROM mine").ShouldBe(["0"]);

        var former = Restore(target.Url, backup, replace: true, disconnect: true);
        backup.Manifest.Facts.DifferencesTo(PostgresRestore.Facts(target.Url)).ShouldBeEmpty();
        former.ShouldNotBeNull();
        using var connection = PostgresConnection.Open(target.Url.In(former));
        PostgresSchema.Scalar(connection, "SELECT count(*) FROM mine").ShouldBe(0L);
        connection.Close();
        Npgsql.NpgsqlConnection.ClearPool(connection);
        target.AdminSql($"DROP DATABASE \"{former}\" WITH (FORCE)");
    }

    [Fact]
    public void A_drill_sees_a_changed_row_and_leaves_nothing_behind()
    {
        using var test = Filled(DatabaseKind.Postgres);
        var backup = Back(test, null, null);
        var url = PostgresUrl.Parse(test.Place);
        var differences = new PostgresRestore(url, Admin()).Drill(
            backup,
            scratch =>
            {
                backup.Manifest.Facts.DifferencesTo(PostgresRestore.Facts(scratch)).ShouldBeEmpty();
                using var connection = PostgresConnection.Open(scratch);
                PostgresSchema.Execute(connection, "UPDATE transactions SET amount_minor = amount_minor + 1 WHERE seq = 3; DELETE FROM transactions WHERE seq = 9");
                return backup.Manifest.Facts.DifferencesTo(PostgresRestore.Facts(scratch));
            },
            _ => { },
            TestContext.Current.CancellationToken);
        differences.Select(difference => difference.Split(':')[0]).ShouldBe(["gaps in the sequence", "table transactions", "sum of amounts /2"]);
        test.Sql("SELECT count(*) FROM pg_database WHERE datname LIKE '%\\_drill\\_%'").ShouldBe(["0"]);
    }

    [Fact]
    public void The_retention_keeps_the_newest_of_each_period_and_never_takes_the_last_good_one()
    {
        using var test = Filled(DatabaseKind.Sqlite);
        var whole = Back(test, null, null);
        foreach (var day in new[] { "2026-11-26", "2026-11-25", "2026-11-24", "2026-10-15", "2026-09-15" })
            Copy(whole, day);
        // Newer, but cut off: it neither counts nor goes.
        var broken = Copy(whole, "2027-01-01");
        File.WriteAllBytes(Path.Combine(broken, whole.Manifest.Data.Name), [1]);
        Directory.Delete(whole.Folder, recursive: true);

        new Retention(2, 0, 2).Apply(_folder.File("backups"), whole.Manifest.Database).ShouldBe(["vigil-2026-11-24", "vigil-2026-09-15"], ignoreOrder: true);
        new Retention(0, 0, 0).Apply(_folder.File("backups"), whole.Manifest.Database);
        Directory.GetDirectories(_folder.File("backups")).Select(Path.GetFileName).ShouldBe(["vigil-2026-11-26", "vigil-2027-01-01"], ignoreOrder: true);
        new Retention(1, 0, 0).Apply(_folder.File("backups"), "another").ShouldBeEmpty();
    }

    [Fact]
    public void A_backup_that_fails_leaves_nothing()
    {
        using var test = Filled(DatabaseKind.Sqlite);
        File.WriteAllText(_folder.File("no-key.asc"), "this is no key");
        Should.Throw<StorageException>(() => Back(test, _folder.File("no-key.asc"), null)).Message.ShouldContain("could not encrypt");
        Directory.GetFileSystemEntries(_folder.File("backups")).ShouldBeEmpty();
    }

    public void Dispose()
    {
        _databases.ForEach(database => database.Dispose());
        _folder.Dispose();
    }

    private static string? Restore(PostgresUrl url, BackupReader backup, bool replace, bool admin = true, bool disconnect = false) =>
        new PostgresRestore(url, admin ? Admin() : null).Run(backup, replace, disconnect, _ => { }, TestContext.Current.CancellationToken);

    private static PostgresUrl Admin() => PostgresUrl.Parse(PostgresServer.GetOrSkip().Url("postgres"));

    private static TestStore Filled(DatabaseKind kind)
    {
        var test = new TestStore(kind);
        test.Writer.Begin();
        for (var i = 1; i <= 50; i++)
            test.Append(TestStore.Json($"t{i}", $"A{i % 5}"), TestStore.Decide(i % 10 == 0 ? Outcome.Review : Outcome.Allow, 0.25f, "why"));
        test.Writer.Commit();
        test.Store.Cases.UpdateStatus("t10", Vigil.Storage.Cases.CaseStatus.Fraud, "ann", TestStore.Start);
        return test;
    }

    private BackupReader Back(TestStore test, string? recipient, string? key)
    {
        var options = new BackupOptions(test.Place, _folder.File("backups"), recipient, null, "test");
        return BackupReader.Open(new BackupWriter(options, TimeProvider.System, (_, _) => { }).Run(TestContext.Current.CancellationToken), key);
    }

    private string Copy(BackupReader backup, string day)
    {
        var folder = Directory.CreateDirectory(_folder.File($"backups/vigil-{day}")).FullName;
        File.Copy(Path.Combine(backup.Folder, backup.Manifest.Data.Name), Path.Combine(folder, backup.Manifest.Data.Name));
        var manifest = backup.Manifest with { MadeAt = DateTime.Parse(day, System.Globalization.CultureInfo.InvariantCulture) };
        File.WriteAllText(Path.Combine(folder, BackupManifest.FileName), manifest.ToJson());
        return folder;
    }

    private PostgresDatabase Empty()
    {
        var database = PostgresServer.GetOrSkip().CreateDatabase();
        _databases.Add(database);
        return database;
    }

    /// <summary>Two pairs of keys that no keyring of this machine has.</summary>
    private static (string Public, string Private, string Other) MakeKeys()
    {
        if (!Tool.Exists("gpg"))
            Assert.Skip("gpg is not installed: ./test installs it, or sudo apt-get install gnupg");
        var folder = Directory.CreateTempSubdirectory("vigil-keys-").FullName;
        var script =
            """
            set -e
            cd "$0"
            for name in one two; do
                mkdir -m 700 $name
                gpg --homedir $name --batch --quiet --passphrase '' --quick-generate-key backup-$name@example.com rsa2048 encr never
                gpg --homedir $name --batch --armor --export >$name.asc
                gpg --homedir $name --batch --armor --export-secret-keys >$name.private.asc
                gpgconf --homedir $name --kill all
            done
            """;
        using var shell = Process.Start(new ProcessStartInfo("sh", ["-c", script, folder]) { RedirectStandardError = true })!;
        var errors = shell.StandardError.ReadToEnd();
        shell.WaitForExit();
        shell.ExitCode.ShouldBe(0, errors);
        return (Path.Combine(folder, "one.asc"), Path.Combine(folder, "one.private.asc"), Path.Combine(folder, "two.private.asc"));
    }
}
