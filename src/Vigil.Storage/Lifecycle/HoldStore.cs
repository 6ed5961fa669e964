using System.Globalization;
using Vigil.Storage.Audit;
using Vigil.Storage.Data;

namespace Vigil.Storage.Lifecycle;

/// <summary>Legal holds. Safe to use from any thread.</summary>
public sealed class HoldStore
{
    private const string Columns =
        "id, kind, value, from_time, to_time, reason, placed_at, placed_by, released_at, released_by, release_reason";

    private readonly ConnectionPool _pool;

    internal HoldStore(ConnectionPool pool) => _pool = pool;

    /// <summary>All holds by number, those that were released too.</summary>
    public IReadOnlyList<Hold> List()
    {
        using var lease = _pool.Rent();
        return List(lease.Database, inForce: false);
    }

    /// <summary>Places a hold, with its entry in the audit trail, which names no account.</summary>
    /// <param name="hold">Its number and what is about its end are of no matter.</param>
    /// <returns>The hold with its number.</returns>
    public Hold Place(Hold hold)
    {
        ArgumentNullException.ThrowIfNull(hold);
        return _pool.Write(database =>
        {
            using var insert = database.Prepare(
                "INSERT INTO holds (kind, value, from_time, to_time, reason, placed_at, placed_by) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) RETURNING id");
            insert.Bind(1, hold.Kind.ToString().ToLowerInvariant());
            insert.Bind(2, hold.Value);
            insert.Bind(3, hold.FromTime);
            insert.Bind(4, hold.ToTime);
            insert.Bind(5, hold.Reason);
            insert.Bind(6, hold.PlacedAt);
            insert.Bind(7, hold.PlacedBy);
            var placed = hold with { Id = insert.RunForId(), ReleasedAt = null };
            AuditLog.Append(database, new AuditEntry(0, hold.PlacedAt, hold.PlacedBy, "hold.place", Subject(placed.Id), null, placed.ToString()));
            return placed;
        });
    }

    /// <summary>Ends a hold, with its entry in the audit trail.</summary>
    /// <returns>The hold as it was; null where there is none of this number. One that had ended already stays as it is.</returns>
    public Hold? Release(long id, string reason, string actor, long now) => _pool.Write(database =>
    {
        if (List(database, inForce: false).FirstOrDefault(hold => hold.Id == id) is not { } found)
            return null;
        if (!found.IsInForce)
            return found;
        using var update = database.Prepare("UPDATE holds SET released_at = ?2, released_by = ?3, release_reason = ?4 WHERE id = ?1");
        update.Bind(1, id);
        update.Bind(2, now);
        update.Bind(3, actor);
        update.Bind(4, reason);
        update.Run();
        AuditLog.Append(database, new AuditEntry(0, now, actor, "hold.release", Subject(id), found.ToString(), reason));
        return found;
    });

    internal static List<Hold> InForce(Database database) => List(database, inForce: true);

    /// <summary>Holds in force that are on payments in the table, with event times from one to before another.</summary>
    internal static List<Hold> On(Database database, long from, long to)
    {
        var holds = new List<Hold>();
        foreach (var hold in InForce(database).Where(hold => hold.Overlaps(from, to)))
        {
            if (hold.Kind == HoldKind.Time || Exists(database, hold, from, to))
                holds.Add(hold);
        }

        return holds;
    }

    private static bool Exists(Database database, Hold hold, long from, long to)
    {
        var which = hold.Kind == HoldKind.Account ? "t.account_id = ?1" : database.HasId;
        using var select = database.Prepare($"SELECT count(*) FROM transactions t WHERE {which} AND t.time >= ?2 AND t.time < ?3");
        select.Bind(1, hold.Value);
        select.Bind(2, from);
        select.Bind(3, to);
        select.Step();
        return select.Long(0) > 0;
    }

    private static List<Hold> List(Database database, bool inForce)
    {
        using var select = database.Prepare($"SELECT {Columns} FROM holds{(inForce ? " WHERE released_at IS NULL" : "")} ORDER BY id");
        var holds = new List<Hold>();
        while (select.Step())
        {
            holds.Add(new Hold(
                select.Long(0), Enum.Parse<HoldKind>(select.Text(1), ignoreCase: true), select.TextOrNull(2), select.LongOrNull(3),
                select.LongOrNull(4), select.Text(5), select.Long(6), select.Text(7), select.LongOrNull(8), select.TextOrNull(9),
                select.TextOrNull(10)));
        }

        return holds;
    }

    private static string Subject(long id) => string.Create(CultureInfo.InvariantCulture, $"hold {id}");
}
