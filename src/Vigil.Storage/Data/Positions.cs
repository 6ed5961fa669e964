namespace Vigil.Storage.Data;

/// <summary>Named positions in sources, such as the line that a load has reached.</summary>
internal static class Positions
{
    public static string? Find(Database database, string name)
    {
        using var select = database.Prepare("SELECT value FROM positions WHERE name = ?1");
        select.Bind(1, name);
        return select.Step() ? select.Text(0) : null;
    }

    public static void Set(Database database, string name, string value)
    {
        using var upsert = database.Prepare(
            "INSERT INTO positions (name, value) VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET value = excluded.value");
        upsert.Bind(1, name);
        upsert.Bind(2, value);
        upsert.Run();
    }
}
