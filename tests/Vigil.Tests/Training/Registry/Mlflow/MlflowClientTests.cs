using System.Text;
using Vigil.Training.Registry;
using Vigil.Training.Registry.Mlflow;

namespace Vigil.Tests.Training.Registry.Mlflow;

/// <summary>Against recorded exchanges of real servers, 2.17.2 and 3.11.</summary>
public sealed class MlflowClientTests
{
    private const string Name = ModelRegistry.ModelName;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static TheoryData<string> Servers => ["2.17.2", "3.11.2.dev0"];

    [Theory]
    [MemberData(nameof(Servers))]
    public void Promoting_archives_the_former_version_and_moves_the_alias(string recording)
    {
        using var server = new TranscriptServer(recording, "transition-stage-promote-1-archive-true", "alias-set", "model-version-set-tag");
        using var client = Client(server);
        client.TransitionStage(Name, 1, "Production", Cancel);
        client.SetAlias(Name, "champion", 2, Cancel);
        client.SetVersionTag(Name, 2, "validation_status", "approved", Cancel);
        server.Problems.ShouldBeEmpty();
    }

    [Theory]
    [MemberData(nameof(Servers))]
    public void A_model_is_read_with_its_aliases_and_a_missing_one_is_none(string recording)
    {
        using var server = new TranscriptServer(
            recording, "registered-model-get-missing", "registered-model-get-with-alias", "model-versions-search-default", "model-versions-search-none");
        using var client = Client(server);
        client.FindModel(Name, Cancel).ShouldBeNull();
        client.FindModel(Name, Cancel)!.Aliases.Keys.ShouldContain("champion");
        client.Versions(Name, Cancel).Select(v => v.Number).ShouldBe([1, 2]);
        client.Versions(Name, Cancel).ShouldBeEmpty();
        server.Problems.ShouldBeEmpty();
    }

    [Theory]
    [MemberData(nameof(Servers))]
    public void An_experiment_that_is_not_there_is_made(string recording)
    {
        using var server = new TranscriptServer(recording, "experiment-get-by-name-missing", "experiment-create-again", "experiment-get-by-name");
        using var client = Client(server);
        client.Experiment("fraud-detection", Cancel).ShouldBe("1");
        server.Problems.ShouldBeEmpty();
    }

    [Fact]
    public void A_deleted_experiment_is_named_with_what_to_do()
    {
        using var server = new TranscriptServer("2.17.2-extra", "x-exp-get-by-name-deleted");
        using var client = Client(server);
        Should.Throw<RegistryException>(() => client.Experiment("extra", Cancel)).Message.ShouldContain("restore it");
    }

    [Theory]
    [MemberData(nameof(Servers))]
    public void Files_of_the_store_are_listed_and_read(string recording)
    {
        using var server = new TranscriptServer(recording, "artifact-proxy-list", "artifact-get-MLmodel");
        using var client = Client(server);
        var run = RunOf(recording);
        var files = client.StoredFiles($"1/{run}/artifacts/model", Cancel);
        files.Select(f => f.Path).ShouldBe(["MLmodel", "conda.yaml", "model.json", "python_env.yaml", "requirements.txt"]);
        Encoding.UTF8.GetString(client.GetStored($"1/{run}/artifacts/model/MLmodel", Cancel)).ShouldContain("mlflow.xgboost");
        server.Problems.ShouldBeEmpty();
    }

    [Fact]
    public void A_page_for_an_error_is_told_in_its_words()
    {
        using var server = new TranscriptServer("2.17.2", "artifact-get-directory");
        using var client = Client(server);
        var error = Should.Throw<MlflowException>(() => client.GetStored($"1/{RunOf("2.17.2")}/artifacts/model", Cancel));
        error.Message.ShouldContain("The server encountered an internal error");
        error.Message.ShouldNotContain("<");
    }

    [Fact]
    public void A_name_and_a_password_go_along_and_are_in_no_message()
    {
        using var server = new TranscriptServer("2.17.2", "artifact-get-directory");
        using var client = Client(server, new() { ["MLFLOW_TRACKING_USERNAME"] = "fraud", ["MLFLOW_TRACKING_PASSWORD"] = "s3cret", ["MLFLOW_TRACKING_TOKEN"] = "t0ken" });
        var error = Should.Throw<MlflowException>(() => client.GetStored("x", Cancel));
        server.Credentials.ShouldBe(["Basic " + Convert.ToBase64String("fraud:s3cret"u8)]);
        error.ToString().ShouldNotContain("s3cret");
    }

    [Fact]
    public void A_server_that_is_away_is_named_and_asked_three_times_at_most()
    {
        using var client = new MlflowClient(MlflowSettings.Read("http://127.0.0.1:1", _ => null));
        Should.Throw<MlflowException>(() => client.FindModel(Name, Cancel)).Message.ShouldContain("http://127.0.0.1:1/ did not answer");
    }

    private static string RunOf(string recording)
    {
        var folder = Shared.PathOrSkip($"fixtures/mlflow/transcripts/{recording}");
        var path = File.ReadAllText(Directory.GetFiles(folder, "*-artifact-get-MLmodel.json").Single());
        return path.Split("/artifacts/1/")[1].Split('/')[0];
    }

    private static MlflowClient Client(TranscriptServer server, Dictionary<string, string>? variables = null) =>
        new(MlflowSettings.Read(server.Url, name => variables?.GetValueOrDefault(name)));
}
