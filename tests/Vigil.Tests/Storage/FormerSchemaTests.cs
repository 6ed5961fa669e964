using System.Globalization;
using Vigil.Core.Models;
using Vigil.Core.Rules;
using Vigil.Storage;
using Vigil.Storage.Audit;
using Vigil.Storage.Sqlite;

namespace Vigil.Tests.Storage;

/// <summary>Databases that the former version of Vigil made.</summary>
public sealed class FormerSchemaTests
{
    [Fact]
    public void A_database_of_version_1_keeps_its_decisions_and_their_rules()
    {
        using var folder = new TempFolder();
        Version1(folder.File("vigil.db"), rows: 5);
        using var store = Store.Open(folder.File("vigil.db"));
        using var all = store.ReadAll();
        var seen = new List<string>();
        while (all.Read())
        {
            var results = new RuleResults(all.RuleResults);
            results.Shadowed.IsEmpty.ShouldBeTrue();
            results.Missing.IsEmpty.ShouldBeTrue();
            seen.Add(string.Create(
                CultureInfo.InvariantCulture,
                $"{all.Sequence} {Word(results.Matched):x} {all.RuleResults.Length} {all.Provenance.ListChangeId} {all.Provenance.EngineId}"));
        }

        seen.ShouldBe(["1 1 24 0 7", "2 0 0 0 7", "3 8000000000000005 24 0 7", "4 102030405060708 24 0 7", "5 0 0 0 7"]);
        store.Cases.FindDecision("t3")!.Engine.ShouldBe(new EngineVersions(
            "default", "3", "sha256:abc", "builtin-1", "m", "1", "h", ModelKind.Trees, "p"));
        store.Engines()[7].Windows.ShouldBe("");
    }

    [Fact]
    public void A_database_of_version_1_can_be_written_and_still_refuses_what_it_refused()
    {
        using var folder = new TempFolder();
        Version1(folder.File("vigil.db"), rows: 5);
        using var store = Store.Open(folder.File("vigil.db"));
        using (var writer = store.OpenWriter())
        {
            writer.InternEngine(new EngineVersions(
                "default", "3", "sha256:abc", "builtin-1", "m", "1", "h", ModelKind.Trees, "p")).ShouldBe(7);
            writer.InternEngine(new EngineVersions(
                "default", "3", "sha256:abc", "builtin-1", "m", "1", "h", ModelKind.Trees, "p", "[1]")).ShouldNotBe(7);
            writer.LastSequence.ShouldBe(5);
            writer.LastListChangeId.ShouldBe(0);
        }

        using var database = SqliteDatabase.Open(folder.File("vigil.db"));
        database.Scalar("PRAGMA foreign_keys").ShouldBe(1);
        Should.Throw<StorageException>(() => database.Execute("UPDATE transactions SET engine_id = 99 WHERE seq = 1"))
            .Failure.ShouldBe(StorageFailure.Constraint);
        using (var check = database.Prepare("PRAGMA foreign_key_check"))
            check.Step().ShouldBeFalse();
        using (var check = database.Prepare("PRAGMA integrity_check"))
        {
            check.Step().ShouldBeTrue();
            check.Text(0).ShouldBe("ok");
        }

        store.Audit.Read(new AuditQuery()).ShouldHaveSingleItem().Action.ShouldBe("old");
        store.Audit.Append(new AuditEntry(0, 2, "ann", "new", "t1", null, null));
        store.Audit.Verify().ShouldBe(new AuditVerification(true, store.Audit.Head(), null, null));
        store.Audit.Head().Height.ShouldBe(2);
        store.Rules.InForce().ShouldBeNull();
        store.Summary().Processed.ShouldBe(5);
    }

    [Fact]
    public void A_migration_that_fails_leaves_the_database_as_it_was()
    {
        using var folder = new TempFolder();
        Version1(folder.File("vigil.db"), rows: 5);
        using (var database = SqliteDatabase.Open(folder.File("vigil.db")))
            database.Execute("CREATE TABLE backtests (other INTEGER)");
        Should.Throw<StorageException>(() => Store.Open(folder.File("vigil.db")));
        using var after = SqliteDatabase.Open(folder.File("vigil.db"));
        after.Scalar("SELECT max(version) FROM schema_migrations").ShouldBe(1);
        after.Scalar("SELECT sum(rules <> 0) FROM transactions").ShouldBe(3);
    }

    private static ulong Word(RuleBits bits) => bits.Words is [var word] ? word : 0;

    /// <summary>A database as the first script makes it, with rows whose rules are 1, 0, bits 0, 2 and 63, eight bytes, 0.</summary>
    private static void Version1(string path, int rows)
    {
        using var database = SqliteDatabase.Open(path);
        database.Execute("PRAGMA page_size = 8192; PRAGMA journal_mode = WAL");
        database.Execute(Migrator.Scripts[0].Sql);
        database.Execute("INSERT INTO schema_migrations (version, name) VALUES (1, '0001_initial')");
        database.Execute(
            """
            INSERT INTO feature_sets VALUES ('sha256:abc', 'default', '3', '[features]');
            INSERT INTO engines VALUES (7, 'default', '3', 'sha256:abc', 'builtin-1', 'm', '1', 'h', 1, 'p');
            INSERT INTO audit (at, actor, action, subject) VALUES (1, 'ann', 'old', 't1');
            """);
        long[] rules = [1, 0, unchecked((long)0x8000000000000005), 0x0102030405060708, 0];
        for (var i = 1; i <= rows; i++)
        {
            database.Execute(string.Create(
                CultureInfo.InvariantCulture,
                $"""
                INSERT INTO transactions (seq, transaction_id, account_id, time, amount_minor, amount_exponent, outcome,
                    rules, degraded, model_kind, engine_id, label_id, received_at, decided_at, decide_us, features, payload)
                VALUES ({i}, 't{i}', 'A', {i}, 100, 2, 1, {rules[(i - 1) % 5]}, 0, 1, 7, 0, 1, 2, 3, x'0000803f', '[]')
                """));
        }
    }
}
