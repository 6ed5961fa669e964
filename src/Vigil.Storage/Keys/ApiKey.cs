namespace Vigil.Storage.Keys;

/// <summary>An API key, without the key: only the SHA-256 of its 32 random bytes is stored.</summary>
/// <param name="Id">Names the key in the audit trail and when revoking.</param>
/// <param name="Name">Whose it is.</param>
/// <param name="Role">What it may do, as the web layer names it.</param>
/// <param name="CreatedAt">Microseconds since the epoch.</param>
/// <param name="ExpiresAt">From then on it is refused; null for never.</param>
/// <param name="RevokedAt">Since then it is refused; null while it stands.</param>
public sealed record ApiKey(long Id, string Name, string Role, long CreatedAt, long? ExpiresAt, long? RevokedAt)
{
    /// <param name="now">Microseconds since the epoch.</param>
    public bool IsActive(long now) => RevokedAt is null && !(now >= ExpiresAt);
}
