using System.Text;

namespace Vigil.Core.Rules.Lists;

/// <summary>The values of one list, as expressions look into it: <c>ip in list("blocked_ips")</c>.</summary>
public sealed class ValueList
{
    // Value and when it expires. A set of strings is enough until lists are kept by the engine.
    private readonly Dictionary<string, long> _values = new(StringComparer.Ordinal);

    /// <summary>Whether the list has no value at all.</summary>
    public bool IsEmpty => _values.Count == 0;

    /// <summary>Puts a value on the list until a point of event time, µs.</summary>
    public void Add(string value, long expires = long.MaxValue) => _values[value] = expires;

    /// <summary>Whether the value is on the list at a point of event time.</summary>
    /// <param name="utf8">The value; a number as its shortest decimal text.</param>
    /// <param name="time">Microseconds since 1970-01-01T00:00:00Z.</param>
    public bool Contains(ReadOnlySpan<byte> utf8, long time) =>
        !IsEmpty && _values.TryGetValue(Encoding.UTF8.GetString(utf8), out var expires) && time < expires;

    internal void Apply(in ListChange change)
    {
        if (change.Added)
            Add(Encoding.UTF8.GetString(change.Value), change.ExpiresAt ?? long.MaxValue);
        else
            _values.Remove(Encoding.UTF8.GetString(change.Value));
    }
}
