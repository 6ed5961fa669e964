using Vigil.Cli.Host;
using Vigil.Tests.Storage;

namespace Vigil.Tests.Cli;

public sealed class SettingsTests
{
    [Fact]
    public void A_dot_env_file_is_read_with_its_comments_quotes_and_exports()
    {
        using var folder = new TempFolder();
        File.WriteAllText(folder.File(".env"),
            """
            # a comment

            VIGIL_TEST_A=plain # with a comment
            export VIGIL_TEST_B="quoted # and whole"
            VIGIL_TEST_C=sqlite:///a=b#c
            VIGIL_TEST_D=
            VIGIL_TEST_E= # nothing but a comment
            """);
        var settings = Settings.Read(folder.Root);
        settings["VIGIL_TEST_A"].ShouldBe("plain");
        settings["VIGIL_TEST_B"].ShouldBe("quoted # and whole");
        settings["VIGIL_TEST_C"].ShouldBe("sqlite:///a=b#c");
        settings["VIGIL_TEST_D"].ShouldBeNull();
        settings["VIGIL_TEST_E"].ShouldBeNull();
        settings["VIGIL_TEST_F"].ShouldBeNull();
    }

    [Fact]
    public void The_environment_comes_before_the_file()
    {
        using var folder = new TempFolder();
        File.WriteAllText(folder.File(".env"), "PATH=from the file");
        Settings.Read(folder.Root)["PATH"].ShouldBe(Environment.GetEnvironmentVariable("PATH"));
    }

    [Fact]
    public void A_line_that_is_none_is_told_with_its_number()
    {
        using var folder = new TempFolder();
        File.WriteAllText(folder.File(".env"), "A=1\nnonsense\n");
        Should.Throw<CommandException>(() => Settings.Read(folder.Root)).Message.ShouldContain("line 2");
    }

    [Fact]
    public void A_secret_is_read_from_the_file_that_its_variable_with_FILE_names()
    {
        using var folder = new TempFolder();
        File.WriteAllText(folder.File("password"), "p@ss word\n");
        File.WriteAllText(folder.File(".env"), $"KAFKA_SASL_PASSWORD_FILE={folder.File("password")}\nKAFKA_OTHER_FILE=/not/a/secret\n");
        var settings = Settings.Read(folder.Root);
        settings["KAFKA_SASL_PASSWORD"].ShouldBe("p@ss word");
        var kafka = settings.WithPrefix("KAFKA_").ToDictionary();
        kafka["KAFKA_SASL_PASSWORD"].ShouldBe("p@ss word");
        kafka.ShouldNotContainKey("KAFKA_SASL_PASSWORD_FILE");
        kafka["KAFKA_OTHER_FILE"].ShouldBe("/not/a/secret");
    }

    [Theory]
    [InlineData("STRIPE_API_KEY=a\nSTRIPE_API_KEY_FILE=/b", "both set")]
    [InlineData("STRIPE_API_KEY_FILE=/no/such/file", "cannot be read")]
    [InlineData("STRIPE_API_KEY_FILE=/dev/null", "is empty")]
    [InlineData("STRIPE_API_KEY_FILE=/dev/zero", "longer than a secret")]
    public void A_secret_that_cannot_be_had_is_an_error_and_not_no_secret(string lines, string says)
    {
        using var folder = new TempFolder();
        File.WriteAllText(folder.File(".env"), lines);
        Should.Throw<CommandException>(() => Settings.Read(folder.Root)["STRIPE_API_KEY"]).Message.ShouldContain(says);
    }

    [Theory]
    [InlineData("sqlite:///some/where.db", "some/where.db")]
    [InlineData("sqlite:////some/where.db", "/some/where.db")]
    [InlineData("some/where.db", "some/where.db")]
    [InlineData("sqlite:///with%20space.db", "with space.db")]
    public void Database_urls_name_files_as_SQLAlchemy_has_it(string url, string path) =>
        Paths(url).Database.ShouldBe(Path.GetFullPath(path));

    [Fact]
    public void Models_are_beside_the_database_unless_said_otherwise() =>
        Paths("/data/x/vigil.db").Models.ShouldBe("/data/x/models");

    [Fact]
    public void A_database_on_a_server_is_named_without_its_password()
    {
        var paths = Paths("postgresql://user:secret@db/bankdb");
        (paths.IsOnServer, paths.Exists).ShouldBe((true, true));
        paths.Place.ShouldBe("postgresql://user@db/bankdb");
    }

    [Theory]
    [InlineData("mysql://user:secret@db/bankdb", "sqlite:///")]
    [InlineData("sqlite:///", "names no file")]
    public void Other_databases_are_refused_without_their_password(string url, string says)
    {
        var error = Should.Throw<CommandException>(() => Paths(url));
        error.Message.ShouldContain(says);
        error.Message.ShouldNotContain("secret");
        error.ExitCode.ShouldBe(ExitCode.Usage);
    }

    private static DataPaths Paths(string database)
    {
        using var folder = new TempFolder();
        return DataPaths.Of(database, null, Settings.Read(folder.Root));
    }

    [Theory]
    [InlineData("CONTROL_GROUP_SHARE=0.01", "CONTROL_GROUP_KEY is not")]
    [InlineData("CONTROL_GROUP_SHARE=0.5\nCONTROL_GROUP_KEY=0123456789abcdef", "from 0 (none) to 0.2")]
    [InlineData("CONTROL_GROUP_SHARE=1%\nCONTROL_GROUP_KEY=0123456789abcdef", "from 0 (none) to 0.2")]
    [InlineData("CONTROL_GROUP_SHARE=0.01\nCONTROL_GROUP_KEY=short", "shorter than 16 characters")]
    public void A_control_group_that_could_be_foretold_or_is_none_is_refused(string lines, string says)
    {
        using var folder = new TempFolder();
        File.WriteAllText(folder.File(".env"), lines + "\n");
        Should.Throw<CommandException>(() => ControlSettings.Read(Settings.Read(folder.Root))).Message.ShouldContain(says);
    }

    [Fact]
    public void A_control_group_is_read_and_none_is_the_default()
    {
        using var folder = new TempFolder();
        ControlSettings.Read(Settings.Read(folder.Root)).ShouldBeNull();
        File.WriteAllText(folder.File(".env"), "CONTROL_GROUP_SHARE=0.01\nCONTROL_GROUP_KEY=0123456789abcdef\n");
        ControlSettings.Read(Settings.Read(folder.Root))!.Share.ShouldBe(0.01);
        File.WriteAllText(folder.File(".env"), "CONTROL_GROUP_SHARE=0\n");
        ControlSettings.Read(Settings.Read(folder.Root)).ShouldBeNull();
    }
}
