using Vigil.Core.Models;

namespace Vigil.Storage.Data;

/// <summary>Feature sets and the sets of versions in force: each stored once, never changed.</summary>
internal static class Engines
{
    private const string Columns =
        "feature_set_name, feature_set_version, feature_set_hash, rules_version, model_name, model_version, "
        + "model_hash, model_kind, policy, windows";

    public static void Save(Database database, FeatureSetRecord featureSet)
    {
        using var insert = database.Prepare(
            "INSERT INTO feature_sets (hash, name, version, content) VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING");
        insert.Bind(1, featureSet.Hash);
        insert.Bind(2, featureSet.Name);
        insert.Bind(3, featureSet.Version);
        insert.Bind(4, featureSet.Content);
        insert.Run();
    }

    public static long Intern(Database database, EngineVersions versions)
    {
        if (Find(database, versions) is { } id)
            return id;
        using var insert = database.Prepare(
            $"INSERT INTO engines ({Columns}) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10) RETURNING id");
        Bind(insert, versions);
        return insert.RunForId();
    }

    /// <summary>All versions that ever decided, by the id that decisions carry.</summary>
    public static Dictionary<long, EngineVersions> All(Database database)
    {
        using var select = database.Prepare($"SELECT id, {Columns} FROM engines");
        var engines = new Dictionary<long, EngineVersions>();
        while (select.Step())
        {
            engines.Add(select.Long(0), new EngineVersions(
                select.Text(1), select.Text(2), select.Text(3), select.Text(4), select.Text(5), select.Text(6),
                select.Text(7), (ModelKind)select.Long(8), select.Text(9), select.Text(10)));
        }

        return engines;
    }

    public static long? Find(Database database, EngineVersions versions)
    {
        using var select = database.Prepare(
            $"SELECT id FROM engines WHERE ({Columns}) = (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)");
        Bind(select, versions);
        return select.Step() ? select.Long(0) : null;
    }

    private static void Bind(Statement statement, EngineVersions versions)
    {
        statement.Bind(1, versions.FeatureSetName);
        statement.Bind(2, versions.FeatureSetVersion);
        statement.Bind(3, versions.FeatureSetHash);
        statement.Bind(4, versions.RulesVersion);
        statement.Bind(5, versions.ModelName);
        statement.Bind(6, versions.ModelVersion);
        statement.Bind(7, versions.ModelHash);
        statement.Bind(8, (long)versions.ModelKind);
        statement.Bind(9, versions.Policy);
        statement.Bind(10, versions.Windows);
    }
}
