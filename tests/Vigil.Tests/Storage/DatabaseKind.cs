namespace Vigil.Tests.Storage;

/// <summary>Where a test's data is: what holds for one holds for the other.</summary>
public enum DatabaseKind
{
    Sqlite,
    Postgres,
}
