using Vigil.Storage.Audit;

namespace Vigil.Tests.Storage;

public abstract class AuditLogTests(DatabaseKind kind)
{
    public sealed class OfSqlite() : AuditLogTests(DatabaseKind.Sqlite);

    public sealed class OfPostgres() : AuditLogTests(DatabaseKind.Postgres);

    [Fact]
    public void Entries_are_listed_newest_first_by_page_subject_actor_and_time()
    {
        using var test = new TestStore(kind);
        for (var i = 1; i <= 6; i++)
        {
            test.Store.Audit.Append(
                new AuditEntry(0, i * 10, i % 2 == 0 ? "ann" : "bob", "a", i < 4 ? "x" : "y", null, $"{i}"));
        }

        Ids(new AuditQuery(Limit: 2)).ShouldBe([6, 5]);
        Ids(new AuditQuery(Limit: 2, BeforeId: 5)).ShouldBe([4, 3]);
        Ids(new AuditQuery(Subject: "x")).ShouldBe([3, 2, 1]);
        Ids(new AuditQuery(Actor: "ann")).ShouldBe([6, 4, 2]);
        Ids(new AuditQuery(Actor: "ann", Subject: "x")).ShouldBe([2]);
        Ids(new AuditQuery(Since: 50)).ShouldBe([6, 5]);
        Should.Throw<ArgumentOutOfRangeException>(() => Ids(new AuditQuery(Limit: 1001)));

        long[] Ids(AuditQuery query) => [.. test.Store.Audit.Read(query).Select(entry => entry.Id)];
    }

    [Fact]
    public void The_chain_shows_a_changed_an_inserted_and_a_removed_entry_and_a_lost_end()
    {
        using var test = new TestStore(kind);
        for (var i = 1; i <= 5; i++)
            test.Store.Audit.Append(new AuditEntry(0, i, "añn", "a", "x", i == 3 ? null : $"b{i}", "after"));
        var head = test.Store.Audit.Head();
        head.Height.ShouldBe(5);
        test.Store.Audit.Verify(head).ShouldBe(new AuditVerification(true, head, null, null));

        Tamper(test, "UPDATE audit SET actor = 'eve' WHERE id = 2");
        test.Store.Audit.Verify().BrokenId.ShouldBe(2);
        test.Store.Audit.VerifyNewest(3).ShouldBe(new AuditVerification(true, head, null, null));
        test.Store.Audit.VerifyNewest(4).BrokenId.ShouldBe(2);
        Tamper(test, "UPDATE audit SET actor = 'añn' WHERE id = 2");
        test.Store.Audit.Verify().IsIntact.ShouldBeTrue();
        // A field that moves its border to the next is another entry.
        Tamper(test, "UPDATE audit SET actor = 'añna', action = '' WHERE id = 4");
        test.Store.Audit.Verify().BrokenId.ShouldBe(4);
        Tamper(test, "UPDATE audit SET actor = 'añn', action = 'a' WHERE id = 4");
        Tamper(test, "DELETE FROM audit WHERE id = 5");
        test.Store.Audit.Verify().IsIntact.ShouldBeTrue();
        test.Store.Audit.Verify(head).Problem!.ShouldContain("taken away");
        Tamper(test, "DELETE FROM audit WHERE id = 3");
        test.Store.Audit.Verify().Problem!.ShouldContain("taken out");
    }

    [Fact]
    public void Entries_can_be_neither_changed_nor_removed_by_statements()
    {
        using var test = new TestStore(kind);
        test.Store.Audit.Append(new AuditEntry(0, 1, "ann", "a", "x", null, "after"));
        Should.Throw<Exception>(() => test.Sql("UPDATE audit SET actor = 'eve'")).Message.ShouldContain("only ever appended to");
        Should.Throw<Exception>(() => test.Sql("DELETE FROM audit")).Message.ShouldContain("only ever appended to");
        test.Store.Audit.Verify().IsIntact.ShouldBeTrue();
    }

    [Fact]
    public async Task Writers_at_once_append_to_one_chain()
    {
        using var test = new TestStore(kind);
        var writers = Enumerable.Range(0, 4).Select(writer => Task.Run(() =>
        {
            for (var i = 0; i < 10; i++)
                test.Store.Audit.Append(new AuditEntry(0, i, $"writer {writer}", "a", "x", null, null));
        })).ToArray();
        await Task.WhenAll(writers);
        test.Store.Audit.Verify().ShouldBe(new AuditVerification(true, test.Store.Audit.Head(), null, null));
        test.Store.Audit.Head().Height.ShouldBe(40);
    }

    private void Tamper(TestStore test, string sql)
    {
        if (kind == DatabaseKind.Postgres)
            test.Sql($"ALTER TABLE audit DISABLE TRIGGER audit_kept; {sql}; ALTER TABLE audit ENABLE TRIGGER audit_kept");
        else
        {
            var triggers = test.Sql("SELECT sql FROM sqlite_schema WHERE name IN ('audit_kept', 'audit_unchanged')");
            test.Sql("DROP TRIGGER audit_kept");
            test.Sql("DROP TRIGGER audit_unchanged");
            test.Sql(sql);
            foreach (var trigger in triggers)
                test.Sql(trigger);
        }
    }
}
