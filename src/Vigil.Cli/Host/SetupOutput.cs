using System.Text.Json;
using Vigil.Storage;

namespace Vigil.Cli.Host;

/// <summary>Says each step when it is done: as text, as SQL, or all of them as JSON in the end.</summary>
internal sealed class SetupOutput(bool dryRun, bool json)
{
    private readonly List<SetupAnswerStep> _steps = [];
    private string _database = "";
    private string _server = "";
    private int _before;

    public void Begin(string database, string server, int version)
    {
        (_database, _server, _before) = (database, server, version);
        if (!json)
            Say(version == 0 ? $"{database} ({server}): no tables of Vigil yet" : $"{database} ({server}): schema version {version}");
    }

    public void Add(SetupStep step)
    {
        _steps.Add(new SetupAnswerStep(step.Kind, step.What, dryRun ? step.Sql : null));
        if (json)
            return;
        Say($"  {step.What}");
        if (dryRun)
            Console.WriteLine($"BEGIN;\n{step.Sql.TrimEnd()}\nCOMMIT;\n");
    }

    public void End(int version)
    {
        if (json)
            Console.WriteLine(JsonSerializer.Serialize(new SetupAnswer(_database, _server, dryRun, _before, version, _steps), CliJson.Default.SetupAnswer));
        else
            Say(dryRun ? "nothing was changed" : version == 0 ? "no tables of Vigil" : $"schema version {version} is in place");
    }

    private void Say(string line) => Console.WriteLine(dryRun ? $"-- {line}" : line);
}
