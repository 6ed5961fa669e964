using System.Text.RegularExpressions;

namespace Vigil.Tests.Deploy;

public sealed class EnvExampleTests
{
    [Fact]
    public void Every_variable_that_the_code_reads_is_listed()
    {
        var template = Repository.Read(".env.example");
        var read = Directory.GetFiles(Repository.Path("src"), "*.cs", SearchOption.AllDirectories)
            .Where(file => !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}"))
            .SelectMany(file => Regex.Matches(
                File.ReadAllText(file), """(?:settings\[|variable\(|Variables\(|GetEnvironmentVariable\(|set\.GetValueOrDefault\()"([A-Z][A-Z_]{3,})"""))
            .Select(match => match.Groups[1].Value).Where(name => name != "PATH").ToHashSet(); // PATH is the system's, not Vigil's
        read.Count.ShouldBeGreaterThan(10, "the pattern finds them");
        foreach (var name in read)
            Regex.IsMatch(template, $"(?m)^# {name}=").ShouldBeTrue($"{name} is not in .env.example");
    }
}
