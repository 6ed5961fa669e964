using System.CommandLine;
using Vigil.Core.Transactions;
using Vigil.Storage.Keys;

namespace Vigil.Cli.Commands.Keys;

/// <summary><c>vigil keys</c>: who may ask the API for what.</summary>
internal static class KeysCommand
{
    public static Command Create() => new("keys",
        """
        Make keys of the API, see whose there are, and revoke them

        Each system and each person has a key of its own: what they change is in the audit trail under its name.
        Instances of the API take changes over at once. AZURE_API_KEY is none of these keys.

        Examples:
          vigil keys add checkout --role decide
          vigil keys add "Ada Lovelace" --role rules --expires 90d
          vigil keys list
          vigil keys revoke 3
        """)
    {
        KeysAddCommand.Create(),
        KeysListCommand.Create(),
        KeysRevokeCommand.Create(),
    };

    internal static ShownKey Shown(ApiKey key, long now, string? secret = null) => new(
        key.Id, key.Name, key.Role, State(key, now), Timestamp.Format(key.CreatedAt), Shown(key.ExpiresAt), Shown(key.RevokedAt), secret);

    private static string? Shown(long? time) => time is { } at ? Timestamp.Format(at) : null;

    private static string State(ApiKey key, long now) => key.RevokedAt is not null ? "revoked" : key.IsActive(now) ? "active" : "expired";

    /// <param name="Id">What revoking names it by.</param>
    /// <param name="Name">Whose it is.</param>
    /// <param name="Role">What it may do.</param>
    /// <param name="State">active, expired or revoked.</param>
    /// <param name="CreatedAt">ISO 8601, as all times here.</param>
    /// <param name="ExpiresAt">Null for never.</param>
    /// <param name="RevokedAt">Null while it stands.</param>
    /// <param name="Key">The key itself: where it was made just now, and never again.</param>
    internal sealed record ShownKey(
        long Id, string Name, string Role, string State, string CreatedAt, string? ExpiresAt, string? RevokedAt, string? Key);
}
