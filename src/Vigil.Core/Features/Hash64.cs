using System.Buffers.Binary;

namespace Vigil.Core.Features;

/// <summary>
/// A 64-bit hash of bytes, equal on every machine. Mixing and finish are those of MurmurHash3's 64-bit finalizer
/// (Appleby 2011), applied to eight bytes at a time.
/// </summary>
internal static class Hash64
{
    public static ulong Of(ReadOnlySpan<byte> bytes, ulong seed)
    {
        var hash = seed ^ ((ulong)bytes.Length * 0x9E3779B97F4A7C15);
        while (bytes.Length >= 8)
        {
            hash = Mix(hash ^ BinaryPrimitives.ReadUInt64LittleEndian(bytes));
            bytes = bytes[8..];
        }

        ulong tail = 0;
        foreach (var b in bytes)
            tail = (tail << 8) | b;
        return Mix(hash ^ tail);
    }

    private static ulong Mix(ulong x)
    {
        x ^= x >> 33;
        x *= 0xFF51AFD7ED558CCD;
        x ^= x >> 33;
        x *= 0xC4CEB9FE1A85EC53;
        return x ^ (x >> 33);
    }
}
