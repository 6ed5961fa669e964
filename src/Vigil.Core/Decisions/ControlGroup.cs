using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Vigil.Core.Decisions;

/// <summary>
/// Which of the payments that a model would have blocked are reviewed instead, so that it becomes known what they truly
/// were: what is blocked has no honest label otherwise. Whether a payment belongs to it follows from a keyed hash of its
/// id, so every instance and every replay agrees, and who has not the key cannot tell, nor try ids until one belongs.
/// With a key immutable, and safe to share between threads.
/// </summary>
public sealed class ControlGroup
{
    /// <summary>Largest share: it is a sample, not another threshold.</summary>
    public const double MaxShare = 0.2;

    /// <summary>Fewest bytes of a key.</summary>
    public const int MinKeyLength = 16;

    private readonly byte[]? _key;
    private bool _followed;

    /// <param name="share">The share of would-be blocks, above 0, at most <see cref="MaxShare"/>: the propensity of each.</param>
    /// <param name="key">The key, <see cref="MinKeyLength"/> bytes or more; copied.</param>
    /// <exception cref="ArgumentOutOfRangeException">The share or the key's length is out of its range.</exception>
    public ControlGroup(double share, ReadOnlySpan<byte> key)
    {
        if (share is not (> 0 and <= MaxShare))
            throw new ArgumentOutOfRangeException(nameof(share), share, $"is not above 0 and at most {MaxShare}");
        ArgumentOutOfRangeException.ThrowIfLessThan(key.Length, MinKeyLength, nameof(key));
        (Share, _key) = (share, key.ToArray());
        KeyId = Convert.ToHexStringLower(HMACSHA256.HashData(_key, "vigil control group"u8))[..8];
    }

    private ControlGroup(double share) => (Share, KeyId) = (share, "");

    /// <summary>For a replay without the key: whom <see cref="Follow"/> says belongs to it. One thread at a time.</summary>
    public static ControlGroup OfRecord(double share) => new(share);

    /// <summary>The probability with which a would-be block belongs to it.</summary>
    public double Share { get; }

    /// <summary>Tells keys apart without telling them: 8 hexadecimal digits, stored with decisions.</summary>
    public string KeyId { get; }

    /// <summary>Says whether the next transaction belongs to it, as the record has it; without effect where the key is known.</summary>
    public void Follow(bool belongs) => _followed = _key is null && belongs;

    /// <summary>Whether the transaction of an id belongs to it.</summary>
    /// <param name="transactionId">UTF-8.</param>
    public bool Contains(ReadOnlySpan<byte> transactionId)
    {
        if (_key is null)
            return _followed;
        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(_key, transactionId, hash);
        // 53 bits as a number in [0, 1).
        return (BinaryPrimitives.ReadUInt64BigEndian(hash) >> 11) * (1.0 / (1UL << 53)) < Share;
    }

    /// <summary>
    /// How many payments the label of a decision speaks for: a control for all would-be blocks of its propensity, a block that
    /// had the same chance and was not chosen for none, because what is known of it is known by no honest sample; any other
    /// for itself.
    /// </summary>
    /// <param name="outcome">What was decided.</param>
    /// <param name="propensity">See <see cref="Decision.Propensity"/>.</param>
    /// <returns>0, or 1 and more.</returns>
    public static double WeightOf(Outcome outcome, float propensity) =>
        float.IsNaN(propensity) ? 1 : outcome == Outcome.Block ? 0 : 1.0 / propensity;
}
