using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Vigil.Web.Security;

/// <summary>
/// What is kept of an API key. Keys are random, so one round of SHA-256 is enough: there is no dictionary to slow
/// down, and a slow hash on each request would be a way to overload the server.
/// </summary>
public static class KeyHash
{
    /// <summary>Fewest characters of a key that cannot be guessed.</summary>
    public const int MinKeyLength = 16;

    /// <summary>Bytes of a hash.</summary>
    public const int Length = SHA256.HashSizeInBytes;

    /// <summary>Makes a key: 32 random bytes, in letters, digits, hyphens and underscores.</summary>
    public static string NewKey() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));

    /// <summary>Hashes a key.</summary>
    /// <param name="key">The key as the caller sends it.</param>
    /// <returns>SHA-256 of its UTF-8, <see cref="Length"/> bytes.</returns>
    public static byte[] Of(string key) => SHA256.HashData(Encoding.UTF8.GetBytes(key));
}
