using System.Globalization;
using System.Security.Cryptography;
using Vigil.Core.Transactions;
using Vigil.Storage.Keys;

namespace Vigil.Web.Security;

/// <summary>Who a key belongs to.</summary>
/// <param name="Id">Tells keys apart, also those of the same name.</param>
/// <param name="Name">For the audit trail.</param>
/// <param name="Role">One of <see cref="Roles"/>.</param>
internal readonly record struct KeyHolder(string Id, string Name, string Role);

/// <summary>The keys that open the API: the bootstrap administrator's, and those in the database.</summary>
internal sealed class KeyRing(ReadOnlyMemory<byte> bootstrapHash, KeyStore keys, TimeProvider time)
{
    /// <summary>Finds who sent a key. A missing, unknown, expired or revoked one takes the same path.</summary>
    public KeyHolder? Find(string key)
    {
        var hash = KeyHash.Of(key);
        // Before the database is asked, so that an administrator gets in while it is away.
        if (CryptographicOperations.FixedTimeEquals(hash, bootstrapHash.Span))
            return new KeyHolder("bootstrap", "bootstrap", Roles.Admin);
        // By hash: what a lookup's time could tell is about the hash, from which no key can be found.
        var stored = keys.Find(hash);
        var now = Timestamp.FromDateTime(time.GetUtcNow().UtcDateTime);
        return stored is not null && stored.IsActive(now)
            ? new KeyHolder(stored.Id.ToString(CultureInfo.InvariantCulture), stored.Name, stored.Role)
            : null;
    }

    /// <summary>Whether nobody can have a key: the API then refuses everything.</summary>
    public bool IsEmpty => bootstrapHash.IsEmpty && keys.List().Count == 0;
}
