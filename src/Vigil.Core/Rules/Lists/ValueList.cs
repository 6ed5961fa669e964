using Vigil.Core.Features;

namespace Vigil.Core.Rules.Lists;

/// <summary>
/// The values of one list, as expressions look into it: <c>ip in list("blocked_ips")</c>. A million of them are looked
/// through as fast as ten, without allocation. One thread owns it.
/// </summary>
public sealed class ValueList
{
    // Of one million values each part has some thousands: to grow one takes less than a decision.
    private const int Parts = 256;

    private readonly ulong _seed;
    private KeyTable?[] _parts = [];
    private int[] _prefixes = [];

    /// <param name="seed">Any number; one that outsiders cannot guess keeps them from choosing values that collide.</param>
    public ValueList(ulong seed = 0) => _seed = seed;

    /// <summary>What the values are; known with the first change.</summary>
    public ListType Type { get; private set; }

    /// <summary>Values on the list, expired ones included.</summary>
    public int Count { get; private set; }

    /// <summary>Whether the list has no value at all.</summary>
    public bool IsEmpty => Count == 0;

    /// <summary>Puts a value on the list, or gives it another end. What is no value of the type is passed over.</summary>
    /// <param name="value">UTF-8; of an IP list an address or a range.</param>
    /// <param name="expires">First point of event time at which it counts no more, µs.</param>
    public void Add(ReadOnlySpan<byte> value, long expires = long.MaxValue)
    {
        var key = ListKey.Of(Type, value, stackalloc byte[ListKey.MaxKey]);
        if (key.IsEmpty)
            return;
        var hash = Hash64.Of(key, _seed);
        if (_parts.Length == 0)
            _parts = new KeyTable?[Parts];
        if (!(_parts[Part(hash)] ??= new KeyTable()).Add(hash, key, expires))
            return;
        Count++;
        CountPrefix(key, 1);
    }

    /// <inheritdoc cref="Add(ReadOnlySpan{byte}, long)"/>
    public void Add(string value, long expires = long.MaxValue) => Add(System.Text.Encoding.UTF8.GetBytes(value), expires);

    /// <summary>Takes a value off the list, if it is there.</summary>
    public void Remove(ReadOnlySpan<byte> value)
    {
        var key = ListKey.Of(Type, value, stackalloc byte[ListKey.MaxKey]);
        var hash = Hash64.Of(key, _seed);
        if (IsEmpty || key.IsEmpty || _parts[Part(hash)]?.Remove(hash, key) != true)
            return;
        Count--;
        CountPrefix(key, -1);
    }

    /// <summary>Whether the value is on the list, or in a range of it, at a point of event time.</summary>
    /// <param name="utf8">The value; a number as its shortest decimal text.</param>
    /// <param name="time">Microseconds since 1970-01-01T00:00:00Z.</param>
    public bool Contains(ReadOnlySpan<byte> utf8, long time)
    {
        if (IsEmpty)
            return false;
        Span<byte> buffer = stackalloc byte[ListKey.MaxKey];
        return Type == ListType.Ip
            ? utf8.Length <= ListKey.MaxLength && IpText.TryParse(utf8, buffer) && IsInRange(buffer, time)
            : Find(ListKey.Of(Type, utf8, buffer), time);
    }

    internal void Apply(in ListChange change)
    {
        if (IsEmpty)
            Type = change.Type;
        if (change.Added)
            Add(change.Value, change.ExpiresAt ?? long.MaxValue);
        else
            Remove(change.Value);
    }

    private static int Part(ulong hash) => (int)(hash >> 56);

    private bool Find(ReadOnlySpan<byte> key, long time)
    {
        if (key.IsEmpty)
            return false;
        var hash = Hash64.Of(key, _seed);
        return _parts[Part(hash)] is { } part && time < part.Find(hash, key);
    }

    /// <summary>Looks up the address under each length of prefix that the list has, the longest first.</summary>
    private bool IsInRange(Span<byte> address, long time)
    {
        for (var prefix = _prefixes.Length - 1; prefix >= 0; prefix--)
        {
            if (_prefixes[prefix] == 0)
                continue;
            IpText.Mask(address, prefix);
            address[IpText.Length] = (byte)prefix;
            if (Find(address[..ListKey.IpLength], time))
                return true;
        }

        return false;
    }

    private void CountPrefix(ReadOnlySpan<byte> key, int sign)
    {
        if (Type != ListType.Ip)
            return;
        if (_prefixes.Length == 0)
            _prefixes = new int[8 * IpText.Length + 1];
        _prefixes[key[IpText.Length]] += sign;
    }
}
