using System.Text;
using Vigil.Core.Decisions;
using Vigil.Core.Features;
using Vigil.Core.Models;
using Vigil.Training.Boosting;
using Vigil.Training.Calibration;
using Vigil.Training.Dataset;
using Vigil.Training.Learning;
using Vigil.Training.Registry;

namespace Vigil.Tests.Training.Registry;

public sealed class CalibratedDirectoryTests
{
    private static readonly FeatureSet Features = FeatureSetJson.Parse(
        """{"name": "two", "version": 1, "features": [{"name": "a", "value": "amount"}, {"name": "n", "value": "count(account_id, '7d')"}]}""");

    private static readonly FittedCalibration Calibration = new(
        CalibrationMethod.Isotonic, new ScoreMap([0, 0.25f, 1], [0.001f, 0.1f, 0.9f]), 100, 10,
        new Dictionary<CalibrationMethod, double> { [CalibrationMethod.Isotonic] = 0.1 });

    private static readonly TreeEnsemble Raw = Train();

    [Fact]
    public void A_calibrated_model_is_served_calibrated_and_explained_as_it_was_fitted()
    {
        var read = Make().Open(3);
        float[] row = [3f, 15f];
        read.Model.Score(row).ShouldBe(Calibration.Map!.Apply(Raw.Score(row)));
        read.Model.Margin(row).ShouldBe(Raw.Margin(row));
        read.Model.ExpectedMargin.ShouldBe(Raw.ExpectedMargin);
        var (served, raw) = (new float[2], new float[2]);
        read.Model.Contributions(row, served);
        Raw.Contributions(row, raw);
        served.ShouldBe(raw);
        (read.Model.ExpectedMargin + served.Sum()).ShouldBe(read.Model.Margin(row), 1e-5);
        read.Calibration.HeldOutLogLoss[CalibrationMethod.Isotonic].ShouldBe(0.1);
        read.Reference!.Features.Select(f => f.Name).ShouldBe(["a", "n"]);
        var held = read.ReadHoldout()!;
        held.Scores.ShouldBe([0.25f, 0.5f]);
        held.Find(9, 90).ShouldBe(1);
        held.Find(9, 91).ShouldBeNegative();
    }

    [Fact]
    public void The_model_document_stays_as_it_was_fitted_so_that_Python_opens_it()
    {
        var document = ModelFile.Read(Make().Files[ModelDirectory.ModelFileName].Span);
        document.Score([3f, 15f]).ShouldBe(Raw.Score([3f, 15f]));
    }

    [Fact]
    public void Models_that_differ_in_their_calibration_alone_are_told_apart_by_their_hash()
    {
        var other = Calibration with { Map = new ScoreMap([0, 0.25f, 1], [0.001f, 0.2f, 0.9f]) };
        var hashes = new[] { Make(), Make(other), Make(FittedCalibration.Nothing) }.Select(d => d.Open(1).Hash).ToList();
        hashes.ShouldBeUnique();
        hashes[2].ShouldBe(Make().Card.ModelHash);
    }

    [Theory]
    [InlineData("calibration.json", "0.1,", "0.2,")]
    [InlineData("reference.json", "\"rows\":400", "\"rows\":401")]
    [InlineData("thresholds.json", "0.25", "0.35")]
    public void A_file_that_was_changed_is_refused_with_its_name(string file, string from, string to)
    {
        var text = Encoding.UTF8.GetString(Make().Files[file].Span);
        text.ShouldContain(from);
        Should.Throw<RegistryException>(() => Replace(file, Encoding.UTF8.GetBytes(text.Replace(from, to, StringComparison.Ordinal))).Open(1))
            .Message.ShouldContain($"{file} of model version 1 is not the file that was saved");
    }

    [Theory]
    [InlineData("calibration.json")]
    [InlineData("reference.json")]
    [InlineData("thresholds.json")]
    [InlineData("holdout.csv.gz")]
    public void A_file_that_is_half_written_or_missing_is_refused_with_its_name(string file)
    {
        var bytes = Make().Files[file];
        Should.Throw<RegistryException>(() => Replace(file, bytes[..(bytes.Length / 2)]).Open(1)).Message.ShouldContain(file);
        Should.Throw<RegistryException>(() => Replace(file, null).Open(1)).Message.ShouldContain($"has no {file}");
    }

    [Fact]
    public void A_calibration_that_the_card_does_not_name_is_refused()
    {
        var files = new Dictionary<string, ReadOnlyMemory<byte>>(Make(FittedCalibration.Nothing).Files) { ["calibration.json"] = Make().Files["calibration.json"] };
        Should.Throw<RegistryException>(() => new ModelDirectory(files).Open(1)).Message.ShouldContain("put there later");
    }

    [Fact]
    public void A_card_whose_thresholds_were_changed_is_refused()
    {
        var card = Encoding.UTF8.GetString(Make().Files["card.json"].Span);
        Should.Throw<RegistryException>(() => Replace("card.json", Encoding.UTF8.GetBytes(card.Replace("0.75", "0.55", StringComparison.Ordinal))).Open(1))
            .Message.ShouldContain("changed by hand");
    }

    [Fact]
    public void Other_thresholds_make_another_directory_of_the_same_model()
    {
        var directory = Make();
        var other = directory.WithThresholds(ThresholdsFile.Of(new Thresholds(0.5, 2), directory.Open(1).Reference!.Scores, "a test")).Open(2);
        other.Card.Thresholds.ShouldBe(new Thresholds(0.5, 2));
        other.Hash.ShouldBe(directory.Open(1).Hash);
        other.Model.Score([3f, 15f]).ShouldBe(directory.Open(1).Model.Score([3f, 15f]));
    }

    private static ModelDirectory Replace(string file, ReadOnlyMemory<byte>? content)
    {
        var files = new Dictionary<string, ReadOnlyMemory<byte>>(Make().Files);
        files.Remove(file);
        if (content is { } bytes)
            files[file] = bytes;
        return new ModelDirectory(files);
    }

    private static ModelDirectory Make(FittedCalibration? calibration = null)
    {
        var history = new LabelledHistory(Features.Names);
        for (var i = 0; i < 400; i++)
            history.Add(i, [i % 10, i % 7], i % 20 == 0);
        var card = new ModelCard(
            ModelKind.Trees, Features.Name, Features.Version, Features.Hash, "", new Thresholds(0.25, 0.75),
            new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc), null, null, 400, 20, new Dictionary<string, double>(), new Dictionary<string, string>());
        return new TrainedModel(Raw, card)
        {
            Calibration = calibration ?? Calibration,
            Reference = References.Of(history, [.. Enumerable.Range(0, 100).Select(i => i / 100f)], 28),
            Holdout = new HoldoutScores([4, 9], [40, 90], [0.25f, 0.5f], [0.2f, 0.6f]),
            ThresholdsOrigin = "a test",
        }.ToDirectory(Features, history);
    }

    private static TreeEnsemble Train()
    {
        var values = Enumerable.Range(0, 400).Select(i => (float)(i % 17)).ToArray();
        var labels = Enumerable.Range(0, 200).Select(i => (byte)(values[2 * i] > 12 ? 1 : 0)).ToArray();
        return BoostedTreesTrainer.Train(new FeatureMatrix(["a", "n"], values), labels, new BoostingOptions { Rounds = 3, MaxDepth = 2 }).Model;
    }
}
