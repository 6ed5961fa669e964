namespace Vigil.Storage.Data;

/// <summary>How far the partitions of topics were read: written with the rows that were made of their messages.</summary>
internal static class KafkaPositions
{
    public static Dictionary<int, long> Find(Database database, string topic)
    {
        using var select = database.Prepare("SELECT partition, next FROM kafka_positions WHERE topic = ?1");
        select.Bind(1, topic);
        var positions = new Dictionary<int, long>();
        while (select.Step())
            positions.Add((int)select.Long(0), select.Long(1));
        return positions;
    }

    /// <summary>
    /// Remembers which topic has the name. Where it was another one before, its positions say nothing of this one: they
    /// begin anew.
    /// </summary>
    /// <returns>Whether it was another one.</returns>
    public static bool Identify(Database database, string topic, string id)
    {
        var name = $"kafka topic {topic}";
        var former = Positions.Find(database, name);
        if (former == id)
            return false;
        Positions.Set(database, name, id);
        if (former is null)
            return false;
        using var update = database.Prepare("UPDATE kafka_positions SET next = 0 WHERE topic = ?1");
        update.Bind(1, topic);
        update.Run();
        return true;
    }

    /// <summary>Moves a position that is where the caller began.</summary>
    /// <exception cref="StorageException">It is elsewhere.</exception>
    public static void Move(Database database, in PartitionMove move)
    {
        using var change = database.Prepare(MoveSql(move));
        change.Bind(1, move.Topic);
        change.Bind(2, (long)move.Partition);
        change.Bind(3, move.Next);
        if (move.From is { } from)
            change.Bind(4, from);
        change.Run();
        if (database.Changes != 1)
            throw Superseded(move);
    }

    /// <summary>Changes one row where a position is where the caller began, else none. ?1 topic, ?2 partition, ?3 next, ?4 from.</summary>
    public static string MoveSql(in PartitionMove move) => move.From is null
        ? "INSERT INTO kafka_positions (topic, partition, next) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING"
        : "UPDATE kafka_positions SET next = ?3 WHERE topic = ?1 AND partition = ?2 AND next = ?4";

    /// <summary>A position is not where the caller began.</summary>
    public static StorageException Superseded(in PartitionMove move) => new(
        StorageFailure.Superseded,
        $"partition {move.Partition} of {move.Topic} has been read by another instance meanwhile: what this one made of it is dropped");
}
