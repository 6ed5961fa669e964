using System.Globalization;
using Vigil.Storage.Audit;
using Vigil.Storage.Data;

namespace Vigil.Storage.Keys;

/// <summary>
/// API keys by the SHA-256 of their bytes. A fast hash is enough, because a key is 32 random bytes: there is nothing
/// to guess. Safe to use from any thread.
/// </summary>
public sealed class KeyStore
{
    private const string Columns = "id, name, role, created_at, expires_at, revoked_at";

    private readonly ConnectionPool _pool;

    internal KeyStore(ConnectionPool pool) => _pool = pool;

    /// <summary>Finds a key, expired and revoked ones too: ask <see cref="ApiKey.IsActive"/>.</summary>
    /// <param name="hash">SHA-256 of the key, 32 bytes.</param>
    public ApiKey? Find(ReadOnlySpan<byte> hash)
    {
        using var lease = _pool.Rent();
        using var select = lease.Database.Prepare($"SELECT {Columns} FROM api_keys WHERE hash = ?1");
        select.BindBlob(1, hash);
        return select.Step() ? Read(select) : null;
    }

    /// <summary>Stores a key's hash and appends to the audit trail.</summary>
    /// <exception cref="StorageException">The hash is stored already (<see cref="StorageFailure.Constraint"/>).</exception>
    public ApiKey Add(string name, ReadOnlySpan<byte> hash, string role, long? expiresAt, string actor, long now)
    {
        var stored = hash.ToArray();
        return _pool.Write(database =>
        {
            using var insert = database.Prepare(
                "INSERT INTO api_keys (name, hash, role, created_at, expires_at) VALUES (?1, ?2, ?3, ?4, ?5) RETURNING id");
            insert.Bind(1, name);
            insert.BindBlob(2, stored);
            insert.Bind(3, role);
            insert.Bind(4, now);
            insert.Bind(5, expiresAt);
            var key = new ApiKey(insert.RunForId(), name, role, now, expiresAt, null);
            AuditLog.Append(database, new AuditEntry(0, now, actor, "key.add", Subject(key.Id), null, $"{name} ({role})"));
            return key;
        });
    }

    /// <summary>Revokes a key and appends to the audit trail.</summary>
    /// <returns>False where there is no such key or it is revoked already.</returns>
    public bool Revoke(long id, string actor, long now) => _pool.Write(database =>
    {
        using var update = database.Prepare("UPDATE api_keys SET revoked_at = ?2 WHERE id = ?1 AND revoked_at IS NULL");
        update.Bind(1, id);
        update.Bind(2, now);
        update.Run();
        if (database.Changes == 0)
            return false;
        AuditLog.Append(database, new AuditEntry(0, now, actor, "key.revoke", Subject(id), null, null));
        return true;
    });

    /// <summary>All keys, the oldest first.</summary>
    public IReadOnlyList<ApiKey> List()
    {
        using var lease = _pool.Rent();
        using var select = lease.Database.Prepare($"SELECT {Columns} FROM api_keys ORDER BY id");
        var keys = new List<ApiKey>();
        while (select.Step())
            keys.Add(Read(select));
        return keys;
    }

    private static ApiKey Read(Statement row) => new(
        row.Long(0), row.Text(1), row.Text(2), row.Long(3), row.LongOrNull(4), row.LongOrNull(5));

    private static string Subject(long id) => string.Create(CultureInfo.InvariantCulture, $"key {id}");
}
