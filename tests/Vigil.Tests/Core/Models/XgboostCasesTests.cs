using System.Buffers;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using Vigil.Core.Models;

namespace Vigil.Tests.Core.Models;

/// <summary>
/// Against an XGBoost that is installed here (Debian: python3-xgboost), over depths, growth policies, base scores, DART,
/// forests, and rows that lie on splits, next to them, at the ends of float32, or miss values.
/// </summary>
public sealed class XgboostCasesTests : IDisposable
{
    private const string Python = "/usr/bin/python3";

    private readonly string _folder = Directory.CreateTempSubdirectory("vigil-xgboost-").FullName;

    [Fact]
    public void Models_of_every_shape_are_read_as_XGBoost_means_them_and_written_as_it_reads_them()
    {
        Run("make");
        var cases = Directory.GetDirectories(_folder);
        cases.Length.ShouldBeGreaterThan(10);
        foreach (var folder in cases)
        {
            var models = new[] { "model.json", "model.ubj" }.Select(file => XgboostJson.Read(File.ReadAllBytes(Path.Combine(folder, file)))).ToList();
            var rows = Csv(Path.Combine(folder, "rows.csv"));
            var expected = Csv(Path.Combine(folder, "expected.csv"));
            foreach (var model in models)
                Compare(folder, model, rows, expected);
            var infinite = Path.Combine(folder, "infinite.csv");
            if (File.Exists(infinite))
            {
                foreach (var row in Csv(infinite))
                    models[0].Margin(row.AsSpan(..^1)).ShouldBe(row[^1], 1e-5f, folder);
            }

            var written = new ArrayBufferWriter<byte>();
            XgboostJson.Write(models[0], written);
            File.WriteAllBytes(Path.Combine(folder, "written.json"), written.WrittenSpan);
        }

        Run("score");
        foreach (var folder in cases)
        {
            var scored = Csv(Path.Combine(folder, "written.csv"));
            var expected = Csv(Path.Combine(folder, "expected.csv"));
            for (var i = 0; i < scored.Count; i++)
            {
                scored[i][0].ShouldBe(expected[i][0], 1e-5f, folder);
                for (var f = 1; f < scored[i].Length; f++)
                    scored[i][f].ShouldBe(expected[i][f + 1], 1e-4f, folder);
            }
        }
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static void Compare(string folder, TreeEnsemble model, List<float[]> rows, List<float[]> expected)
    {
        var contributions = new float[model.FeatureCount];
        rows.Count.ShouldBe(expected.Count);
        for (var i = 0; i < rows.Count; i++)
        {
            model.Margin(rows[i]).ShouldBe(expected[i][0], 1e-5f, $"{folder}, row {i}");
            model.Score(rows[i]).ShouldBe(expected[i][1], 1e-6f, $"{folder}, row {i}");
            model.Contributions(rows[i], contributions);
            for (var f = 0; f < contributions.Length; f++)
                contributions[f].ShouldBe(expected[i][2 + f], 1e-4f, $"{folder}, row {i}, feature {f}");
            model.ExpectedMargin.ShouldBe(expected[i][^1], 1e-4f, folder);
        }
    }

    private void Run(string what)
    {
        if (!File.Exists(Python))
            Assert.Skip($"{Python} is not there.");
        var start = new ProcessStartInfo(Python, [Script(), what, _folder]) { RedirectStandardError = true };
        start.Environment["OMP_NUM_THREADS"] = "1";
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEnd();
        process.WaitForExit();
        if (errors.Contains("No module named", StringComparison.Ordinal))
            Assert.Skip("Python has no xgboost: sudo apt-get install python3-xgboost");
        process.ExitCode.ShouldBe(0, errors);
    }

    private static string Script([CallerFilePath] string here = "") => Path.Combine(Path.GetDirectoryName(here)!, "xgboost_cases.py");

    private static List<float[]> Csv(string path) =>
        [.. File.ReadLines(path).Skip(1).Select(line => line.Split(',')
            .Select(v => v.Length == 0 ? float.NaN : float.Parse(v, CultureInfo.InvariantCulture)).ToArray())];
}
