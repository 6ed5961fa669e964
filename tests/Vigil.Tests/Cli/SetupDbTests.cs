using System.Text.Json;
using Vigil.Storage.Postgres;
using Vigil.Tests.Storage;

namespace Vigil.Tests.Cli;

public sealed class SetupDbTests : IDisposable
{
    private readonly TempFolder _folder = new();

    [Fact]
    public async Task A_database_of_PostgreSQL_is_made_migrated_and_taken_back()
    {
        using var database = PostgresServer.GetOrSkip().CreateDatabase();
        File.WriteAllText(_folder.File(".env"), $"DATABASE_URL={database.UrlText}\n");

        var (exit, output) = await Run("setup-db", "--dry-run");
        exit.ShouldBe(0, output);
        output.ShouldContain("CREATE TABLE transactions (");
        output.ShouldContain("-- nothing was changed");
        database.Sql("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").ShouldBe(["0"]);

        var today = DateOnly.FromDateTime(DateTime.UtcNow);
        (exit, output) = await Run("setup-db", "--months-ahead", "1", "--partitions-from", $"{today.AddMonths(-2):yyyy-MM}");
        exit.ShouldBe(0, output);
        output.ShouldContain($"postgresql://fraud_api@127.0.0.1:{database.Url.Port}/{database.Name} (PostgreSQL ");
        output.ShouldContain("  script 0001_initial");
        output.ShouldContain($"  partitions {PostgresPartitions.NameOf(today.AddMonths(-2))}, {PostgresPartitions.NameOf(today.AddMonths(-1))},");
        output.ShouldContain($"schema version {PostgresSetup.LatestVersion} is in place");
        output.ShouldNotContain("secure-password-here");

        (exit, output) = await Run("setup-db", "--months-ahead", "2", "--json");
        exit.ShouldBe(0, output);
        var answer = JsonDocument.Parse(output).RootElement;
        answer.GetProperty("version_before").GetInt32().ShouldBe(PostgresSetup.LatestVersion);
        answer.GetProperty("steps").EnumerateArray().Select(step => step.GetProperty("kind").GetString()).ShouldBe(["roles", "partitions"]);

        (exit, output) = await Run("setup-db", "--down", "0");
        exit.ShouldBe(0, output);
        output.ShouldContain("script 0001_initial taken back");
        database.Sql("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").ShouldBe(["0"]);
    }

    [Fact]
    public async Task What_went_wrong_is_one_line_without_the_password()
    {
        var server = PostgresServer.GetOrSkip();
        var (exit, output) = await Run("setup-db", "--database", server.Url("postgres", password: "a-secret"));
        exit.ShouldBe(3, output);
        output.Trim().ShouldNotContain('\n');
        output.ShouldContain("password authentication failed");
        output.ShouldNotContain("a-secret");
        (exit, output) = await Run("setup-db", "--database", "postgresql://u:a-secret@db");
        exit.ShouldBe(2, output);
        output.ShouldContain("names no database");
        output.ShouldNotContain("a-secret");
    }

    [Fact]
    public async Task A_SQLite_database_is_made_and_then_left_as_it_is()
    {
        var (exit, output) = await Run("setup-db", "--dry-run");
        exit.ShouldBe(0, output);
        output.ShouldContain("--   script 0002_rules");
        Directory.Exists(_folder.File("data")).ShouldBeFalse();

        (exit, output) = await Run("setup-db");
        exit.ShouldBe(0, output);
        output.ShouldContain("  script 0001_initial");
        output.ShouldContain("is in place");
        (exit, output) = await Run("setup-db", "--json");
        exit.ShouldBe(0, output);
        JsonDocument.Parse(output).RootElement.GetProperty("steps").GetArrayLength().ShouldBe(0);
        (await Run("setup-db", "--down", "0")).ExitCode.ShouldBe(2);
    }

    public void Dispose() => _folder.Dispose();

    private Task<(int ExitCode, string Output)> Run(params string[] arguments) => VigilProcess.RunAsync(_folder.Root, arguments);
}
