namespace Vigil.Cli.Host;

/// <summary>
/// The variables of the contract (.env.example lists them): those of the environment, then those of the file .env in
/// the working folder. What is empty counts as not set.
/// </summary>
internal sealed class Settings
{
    private readonly Dictionary<string, string> _file;

    private Settings(Dictionary<string, string> file) => _file = file;

    /// <summary>The value of a variable; null where it is not set.</summary>
    public string? this[string name] =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } set ? set
        : _file.GetValueOrDefault(name) is { Length: > 0 } value ? value : null;

    /// <summary>The variables whose names begin so, and that are set.</summary>
    public IEnumerable<KeyValuePair<string, string>> WithPrefix(string prefix) =>
        Environment.GetEnvironmentVariables().Keys.Cast<string>().Concat(_file.Keys).Distinct(StringComparer.Ordinal)
            .Where(name => name.StartsWith(prefix, StringComparison.Ordinal) && this[name] is not null)
            .Select(name => KeyValuePair.Create(name, this[name]!));

    /// <summary>Reads the file .env of a folder, if there is one.</summary>
    /// <exception cref="CommandException">A line is neither a comment nor NAME=value.</exception>
    public static Settings Read(string? folder = null)
    {
        var path = Path.Combine(folder ?? Directory.GetCurrentDirectory(), ".env");
        return new Settings(File.Exists(path) ? Parse(path, File.ReadAllLines(path)) : []);
    }

    private static Dictionary<string, string> Parse(string path, string[] lines)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var i = 0; i < lines.Length; i++)
        {
            var line = lines[i].Trim();
            if (line.Length == 0 || line[0] == '#')
                continue;
            if (line.StartsWith("export ", StringComparison.Ordinal))
                line = line[7..].TrimStart();
            var equals = line.IndexOf('=', StringComparison.Ordinal);
            if (equals <= 0)
                throw new CommandException($"{path}, line {i + 1}: is neither a comment nor NAME=value", ExitCode.Usage);
            values[line[..equals].TrimEnd()] = Value(line[(equals + 1)..].Trim());
        }

        return values;
    }

    /// <summary>Quotes are taken off; without quotes, a # after a space begins a comment.</summary>
    private static string Value(string text)
    {
        if (text.Length >= 2 && text[0] is '"' or '\'' && text[^1] == text[0])
            return text[1..^1];
        var comment = text.IndexOf(" #", StringComparison.Ordinal);
        return text.StartsWith('#') ? "" : comment < 0 ? text : text[..comment].TrimEnd();
    }
}
