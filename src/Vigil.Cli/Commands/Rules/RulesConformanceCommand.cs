using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Vigil.Cli.Host;
using Vigil.Core.Expressions.Conformance;

namespace Vigil.Cli.Commands.Rules;

/// <summary><c>vigil rules conformance</c>: holds the language against tests of the CEL specification.</summary>
internal static class RulesConformanceCommand
{
    public static Command Create()
    {
        var folder = new Argument<DirectoryInfo>("folder") { Description = "Every *.json file in it is run" };
        var json = new Option<bool>("--json") { Description = "Print the result of every test as JSON" };
        var command = new Command("conformance",
            """
            Hold the language of rules against tests of the CEL specification

            The tests are those of google/cel-spec (tests/simple) as JSON: a list of objects with id, expr, value or
            eval_error, and where needed bindings, type_env, container and disable_check. Every failure is named with
            what was expected and what came out. Ends with 1 where a test failed.

            Examples:
              vigil rules conformance cel-tests
              vigil rules conformance cel-tests --json
            """)
        { folder, json };
        command.SetAction(parsed =>
        {
            var results = Run(parsed.GetRequiredValue(folder));
            if (parsed.GetValue(json))
                Console.WriteLine(JsonSerializer.Serialize(Summarize(results), CliJson.Default.ConformanceAnswer));
            else
                Print(results);
            return results.TrueForAll(r => r.Passed) ? ExitCode.Ok : ExitCode.Incomplete;
        });
        return command;
    }

    internal sealed record ConformanceAnswer(int Passed, int Failed, IReadOnlyList<ConformanceResult> Tests);

    private static ConformanceAnswer Summarize(List<ConformanceResult> results) =>
        new(results.Count(r => r.Passed), results.Count(r => !r.Passed), results);

    private static List<ConformanceResult> Run(DirectoryInfo folder)
    {
        if (!folder.Exists)
            throw new CommandException($"there is no folder {folder}", ExitCode.Usage);
        var files = folder.GetFiles("*.json").OrderBy(f => f.Name, StringComparer.Ordinal).ToList();
        if (files.Count == 0)
            throw new CommandException($"there is no *.json file in {folder}", ExitCode.Usage);
        var results = new List<ConformanceResult>();
        foreach (var file in files)
        {
            try
            {
                results.AddRange(ConformanceSuite.Run(File.ReadAllText(file.FullName)));
            }
            catch (Exception e) when (e is JsonException or FormatException)
            {
                throw new CommandException($"{file.Name} is no file of tests: {e.Message}", ExitCode.Failed, e);
            }
        }

        return results;
    }

    private static void Print(List<ConformanceResult> results)
    {
        foreach (var failed in results.Where(r => !r.Passed))
        {
            Console.WriteLine($"FAILED {failed.Id}");
            Console.WriteLine($"  expression  {failed.Expression}");
            Console.WriteLine($"  expected    {failed.Expected}");
            Console.WriteLine($"  got         {failed.Got}");
        }

        var summary = Summarize(results);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{summary.Passed} passed, {summary.Failed} failed"));
    }
}
