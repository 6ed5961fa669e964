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
}
