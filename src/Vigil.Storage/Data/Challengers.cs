namespace Vigil.Storage.Data;

/// <summary>Models that are scored beside the one in charge: each stored once, never changed.</summary>
internal static class Challengers
{
    private const string Columns = "alias, model_name, model_version, model_hash, policy";

    public static long Intern(Database database, ChallengerVersion challenger)
    {
        using (var select = database.Prepare($"SELECT id FROM challengers WHERE ({Columns}) = (?1, ?2, ?3, ?4, ?5)"))
        {
            Bind(select, challenger);
            if (select.Step())
                return select.Long(0);
        }

        using var insert = database.Prepare($"INSERT INTO challengers ({Columns}) VALUES (?1, ?2, ?3, ?4, ?5) RETURNING id");
        Bind(insert, challenger);
        return insert.RunForId();
    }

    public static IReadOnlyDictionary<long, ChallengerVersion> All(Database database)
    {
        using var select = database.Prepare($"SELECT id, {Columns} FROM challengers");
        var challengers = new Dictionary<long, ChallengerVersion>();
        while (select.Step())
        {
            challengers.Add(select.Long(0), new ChallengerVersion(
                select.Text(1), select.Text(2), select.Text(3), select.Text(4), select.Text(5)));
        }

        return challengers;
    }

    private static void Bind(Statement statement, ChallengerVersion challenger)
    {
        statement.Bind(1, challenger.Alias);
        statement.Bind(2, challenger.ModelName);
        statement.Bind(3, challenger.ModelVersion);
        statement.Bind(4, challenger.ModelHash);
        statement.Bind(5, challenger.Policy);
    }
}
