using System.Runtime.InteropServices;

namespace Vigil.Core.Rules;

/// <summary>
/// What rules made of one transaction, as it is stored: three sets of equal length (matched with effect, matched without,
/// missing), each in 64-bit words, little-endian; no bytes at all where all are empty.
/// </summary>
/// <param name="stored">The bytes.</param>
public readonly ref struct RuleResults(ReadOnlySpan<byte> stored)
{
    private readonly ReadOnlySpan<ulong> _words = MemoryMarshal.Cast<byte, ulong>(stored);

    /// <summary>Matched, and had effect.</summary>
    public RuleBits Matched => Part(0);

    /// <summary>Matched without effect: in shadow, outside of the percentage, or snoozed.</summary>
    public RuleBits Shadowed => Part(1);

    /// <summary>Could not be evaluated: something that they need was missing, or could not be computed.</summary>
    public RuleBits Missing => Part(2);

    private RuleBits Part(int part)
    {
        var length = _words.Length / 3;
        return new RuleBits(_words.Slice(part * length, length));
    }
}
