using Vigil.Core.Rules.Lists;
using Vigil.Storage.Data;

namespace Vigil.Storage;

/// <summary>Changes of all lists, by id. Dispose it before changes are read again.</summary>
public readonly ref struct ListChangeCursor
{
    internal const string Sql =
        """
        SELECT id, list_id, value, added, expires_at, at FROM list_changes
        WHERE id > ?1 AND id <= ?2 ORDER BY id LIMIT ?3
        """;

    private readonly Statement _select;
    private readonly ListNames _names;

    internal ListChangeCursor(Database database, ListNames names, long afterId, long upToId, long max)
    {
        _names = names;
        _select = database.Prepare(Sql);
        _select.Bind(1, afterId);
        _select.Bind(2, upToId);
        _select.Bind(3, max);
    }

    /// <summary>Id of the change: the order in which changes were stored.</summary>
    public long Id => _select.Long(0);

    /// <summary>Number of its list.</summary>
    public long ListId => _select.Long(1);

    /// <summary>The list's name; for snoozes <c>snooze/</c> and the rule's.</summary>
    public string List => _names[ListId].Name;

    public ListType Type => _names[ListId].Type;

    /// <summary>The value in its canonical spelling, UTF-8; valid until the next <see cref="Read"/>.</summary>
    public ReadOnlySpan<byte> Value => _select.Bytes(2);

    /// <summary>Whether the value was put on the list (or got another expiry) or taken off.</summary>
    public bool Added => _select.Long(3) != 0;

    /// <summary>First event time at which it counts no more, microseconds since the epoch; null for never.</summary>
    public long? ExpiresAt => _select.LongOrNull(4);

    /// <summary>When it was changed, microseconds since the epoch.</summary>
    public long At => _select.Long(5);

    /// <summary>Moves to the next change; false after the last.</summary>
    public bool Read() => _select.Step();

    public void Dispose() => _select.Dispose();
}
