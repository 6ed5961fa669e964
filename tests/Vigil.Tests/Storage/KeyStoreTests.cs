using System.Security.Cryptography;
using Vigil.Storage;
using Vigil.Storage.Audit;
using Vigil.Storage.Keys;

namespace Vigil.Tests.Storage;

public abstract class KeyStoreTests(DatabaseKind kind)
{
    public sealed class OfSqlite() : KeyStoreTests(DatabaseKind.Sqlite);

    public sealed class OfPostgres() : KeyStoreTests(DatabaseKind.Postgres);

    private static readonly byte[] Hash = SHA256.HashData("a key"u8);

    [Fact]
    public void A_key_is_found_by_its_hash_until_it_is_revoked()
    {
        using var test = new TestStore(kind);
        var key = test.Store.Keys.Add("ann", Hash, "analyst", expiresAt: null, "setup", now: 5);
        test.Store.Keys.Find(Hash).ShouldBe(key);
        test.Store.Keys.Find(SHA256.HashData("another"u8)).ShouldBeNull();
        key.IsActive(long.MaxValue).ShouldBeTrue();

        test.Store.Keys.Revoke(key.Id, "root", 7).ShouldBeTrue();
        test.Store.Keys.Revoke(key.Id, "root", 8).ShouldBeFalse();
        var revoked = test.Store.Keys.Find(Hash)!;
        revoked.RevokedAt.ShouldBe(7);
        revoked.IsActive(0).ShouldBeFalse();
        test.Store.Audit.Read(new AuditQuery()).Select(entry => (entry.Action, entry.Actor, entry.Subject))
            .ShouldBe([("key.revoke", "root", "key 1"), ("key.add", "setup", "key 1")]);
    }

    [Fact]
    public void A_key_ends_at_its_expiry() =>
        new[] { 9L, 10L }.Select(new ApiKey(1, "n", "r", 0, 10, null).IsActive).ShouldBe([true, false]);

    [Fact]
    public void The_same_key_twice_is_refused()
    {
        using var test = new TestStore(kind);
        test.Store.Keys.Add("ann", Hash, "analyst", null, "setup", 1);
        Should.Throw<StorageException>(() => test.Store.Keys.Add("bob", Hash, "admin", null, "setup", 2))
            .Failure.ShouldBe(StorageFailure.Constraint);
        test.Store.Keys.List().Select(key => key.Name).ShouldBe(["ann"]);
    }
}
