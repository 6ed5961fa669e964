namespace Vigil.Storage.Keys;

/// <summary>
/// API keys by the SHA-256 of their bytes. A fast hash is enough, because a key is 32 random bytes: there is nothing
/// to guess. Safe to use from any thread.
/// </summary>
public sealed class KeyStore
{
    internal KeyStore() => throw new NotImplementedException();

    /// <summary>Finds a key, expired and revoked ones too: ask <see cref="ApiKey.IsActive"/>.</summary>
    /// <param name="hash">SHA-256 of the key, 32 bytes.</param>
    public ApiKey? Find(ReadOnlySpan<byte> hash) => throw new NotImplementedException();

    /// <summary>Stores a key's hash and appends to the audit trail.</summary>
    /// <exception cref="StorageException">The hash is stored already (<see cref="StorageFailure.Constraint"/>).</exception>
    public ApiKey Add(string name, ReadOnlySpan<byte> hash, string role, long? expiresAt, string actor, long now) =>
        throw new NotImplementedException();

    /// <summary>Revokes a key and appends to the audit trail.</summary>
    /// <returns>False where there is no such key or it is revoked already.</returns>
    public bool Revoke(long id, string actor, long now) => throw new NotImplementedException();

    /// <summary>All keys, the oldest first.</summary>
    public IReadOnlyList<ApiKey> List() => throw new NotImplementedException();
}
