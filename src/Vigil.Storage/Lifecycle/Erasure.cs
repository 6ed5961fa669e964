using System.Security.Cryptography;
using System.Text;

namespace Vigil.Storage.Lifecycle;

/// <summary>
/// That a person's data was erased, without saying whose: an account can be compared with it, not read from it. Whoever
/// has the list can still try accounts, so it is as private as the archives.
/// </summary>
/// <param name="Pseudonym">What stands for the account from then on.</param>
/// <param name="Salt">Key of the hash.</param>
/// <param name="Digest">HMAC-SHA256 of the account.</param>
/// <param name="Reason">Why, without a name.</param>
/// <param name="At">When, microseconds since the epoch: what the account paid later is not erased.</param>
/// <param name="Actor">Who did it.</param>
public sealed record Erasure(string Pseudonym, byte[] Salt, byte[] Digest, string Reason, long At, string Actor)
{
    private const int SaltLength = 32;

    /// <summary>A new entry.</summary>
    /// <param name="account">The account.</param>
    /// <param name="salt">That of the list's entries; null for a new one.</param>
    /// <param name="reason">Why.</param>
    /// <param name="at">When.</param>
    /// <param name="actor">Who.</param>
    public static Erasure Of(string account, byte[]? salt, string reason, long at, string actor)
    {
        salt ??= RandomNumberGenerator.GetBytes(SaltLength);
        return new Erasure($"erased-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8))}", salt, Hash(salt, account), reason, at, actor);
    }

    /// <summary>Whether it is about this account.</summary>
    public bool IsOf(string account) => CryptographicOperations.FixedTimeEquals(Digest, Hash(Salt, account));

    internal static byte[] Hash(byte[] salt, string account) => HMACSHA256.HashData(salt, Encoding.UTF8.GetBytes(account));
}
