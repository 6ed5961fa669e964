using System.CommandLine;
using System.Globalization;
using System.Text;
using Vigil.Cli.Host;
using Vigil.Cli.Host.Models;
using Vigil.Core.Models;
using Vigil.Training.Registry;

namespace Vigil.Cli.Commands.Models;

/// <summary><c>vigil models predict</c>: scores rows of features by any model document.</summary>
internal static class ModelsPredictCommand
{
    public static Command Create()
    {
        var model = new Option<string>("--model") { Description = "The document: XGBoost's (JSON or UBJSON) or Vigil's; or a folder of vigil models export, whose calibration is applied", Required = true };
        var input = new Option<string>("--input")
        {
            Description = "CSV with a header, or - for standard input; an empty value is missing",
            DefaultValueFactory = _ => "-",
        };
        var contributions = new Option<bool>("--contributions") { Description = "Add what each feature did to the margin (exact Shapley values), and the bias" };
        var output = new Option<string?>("--output") { Description = "File to write (default: standard output)" };
        var command = new Command("predict",
            """
            Score rows of features by a model, and say what each feature did

            Writes CSV: margin (log-odds; for an isolation forest the score's logarithm to base 2), probability, and with
            --contributions a column by feature and bias, which sum to the margin. Where the model names its features,
            columns are found by their names; else they are taken in order. A column transaction_id is passed through.

            Examples:
              vigil models predict --model model.json --input rows.csv
              vigil models predict --model model.ubj --input rows.csv --contributions --output explained.csv
              vigil features compute --data payments.csv | vigil models predict --model model.json
            """)
        { model, input, contributions, output };
        command.SetAction((parsed, cancel) =>
        {
            var path = parsed.GetRequiredValue(model);
            var trained = Load(path);
            if (parsed.GetValue(contributions) && !trained.HasContributions)
                throw new CommandException($"{path} has no covers (sum_hessian), from which contributions are computed: leave out --contributions, or save the model with its statistics");
            var source = parsed.GetValue(input)!;
            using var rows = new FeatureRows(source == "-" ? "standard input" : source, Open(source), trained);
            if (rows.Ignored.Count > 0)
                Console.Error.WriteLine($"vigil: columns that the model does not know are left out: {string.Join(", ", rows.Ignored)}");
            var count = parsed.GetValue(output) is { } file
                ? WriteFile(file, writer => Predict(trained, rows, parsed.GetValue(contributions), writer, cancel))
                : Write(Console.OpenStandardOutput(), writer => Predict(trained, rows, parsed.GetValue(contributions), writer, cancel));
            Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{count:N0} rows of {trained.FeatureCount} features"));
            return Task.FromResult(ExitCode.Ok);
        });
        return command;
    }

    private static Model Load(string path)
    {
        if (Directory.Exists(path))
            return ModelDirectory.Read(path).Open(0).Model;
        if (!File.Exists(path))
            throw new CommandException($"there is no model {path}", ExitCode.Usage);
        try
        {
            return ModelFile.Read(File.ReadAllBytes(path));
        }
        catch (ModelFormatException e)
        {
            throw new CommandException($"{path}: {e.Message}", inner: e);
        }
    }

    private static Stream Open(string source)
    {
        if (source == "-")
            return Console.OpenStandardInput();
        return File.Exists(source) ? File.OpenRead(source) : throw new CommandException($"there is no file {source}", ExitCode.Usage);
    }

    /// <summary>Writes beside the file and renames, so that nobody finds half of it.</summary>
    private static long WriteFile(string path, Func<StreamWriter, long> write)
    {
        var draft = $"{path}.{Environment.ProcessId}.tmp";
        try
        {
            var count = Write(new FileStream(draft, FileMode.Create, FileAccess.Write), write);
            File.Move(draft, path, overwrite: true);
            return count;
        }
        finally
        {
            File.Delete(draft);
        }
    }

    private static long Write(Stream stream, Func<StreamWriter, long> write)
    {
        using var writer = new StreamWriter(stream, new UTF8Encoding(false), 1 << 16) { NewLine = "\n" };
        return write(writer);
    }

    private static long Predict(Model model, FeatureRows rows, bool explain, StreamWriter output, CancellationToken cancel)
    {
        var values = new float[model.FeatureCount];
        if (rows.HasIds)
            output.Write($"{FeatureRows.IdColumn},");
        output.Write("margin,probability");
        for (var f = 0; explain && f < values.Length; f++)
            output.Write($",{CsvText.Quote(model.FeatureNames.ElementAtOrDefault(f) ?? $"f{f}")}");
        output.WriteLine(explain ? ",bias" : "");
        long count = 0;
        for (; rows.Read(); count++)
        {
            cancel.ThrowIfCancellationRequested();
            if (rows.HasIds)
                output.Write($"{CsvText.Quote(rows.Id!)},");
            CsvText.Write(output, model.Margin(rows.Values));
            output.Write(',');
            CsvText.Write(output, model.Score(rows.Values));
            if (explain)
            {
                model.Contributions(rows.Values, values);
                foreach (var value in values)
                {
                    output.Write(',');
                    CsvText.Write(output, value);
                }

                output.Write(',');
                CsvText.Write(output, model.ExpectedMargin);
            }

            output.WriteLine();
        }

        return count;
    }
}
