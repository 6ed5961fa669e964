namespace Vigil.Cli.Host;

/// <summary>
/// The variables of the contract (.env.example lists them): those of the environment, then those of the file .env in
/// the working folder. What is empty counts as not set. A secret may be in a file: where X_FILE names one, X is what it
/// holds, so that orchestrators need not show it to everybody who can list processes or containers.
/// </summary>
internal sealed class Settings
{
    /// <summary>What may be in a file. Not every name with _FILE: some settings of Kafka end so and mean a path.</summary>
    public static readonly IReadOnlyList<string> Secrets =
    [
        "DATABASE_URL", "PGPASSWORD", "AZURE_API_KEY", "REDIS_URL", "STRIPE_API_KEY", "STRIPE_WEBHOOK_SECRET",
        "METRICS_TOKEN", "KAFKA_SASL_PASSWORD", "KAFKA_SSL_KEY_PASSWORD", "MLFLOW_TRACKING_PASSWORD", "MLFLOW_TRACKING_TOKEN",
        "CONTROL_GROUP_KEY",
    ];

    private const string FileSuffix = "_FILE";
    private const int LongestSecret = 64 * 1024;

    private readonly Dictionary<string, string> _file;

    private Settings(Dictionary<string, string> file) => _file = file;

    /// <summary>The value of a variable; null where it is not set.</summary>
    /// <exception cref="CommandException">It is to come from a file that cannot be read, or is set twice.</exception>
    public string? this[string name]
    {
        get
        {
            var value = Plain(name);
            if (!Secrets.Contains(name) || Plain(name + FileSuffix) is not { } path)
                return value;
            return value is null
                ? Secret(name + FileSuffix, path)
                : throw new CommandException($"{name} and {name}{FileSuffix} are both set: take one of them away", ExitCode.Usage);
        }
    }

    /// <summary>The variables whose names begin so, and that are set.</summary>
    public IEnumerable<KeyValuePair<string, string>> WithPrefix(string prefix) =>
        Environment.GetEnvironmentVariables().Keys.Cast<string>().Concat(_file.Keys).Select(Named).Distinct(StringComparer.Ordinal)
            .Where(name => name.StartsWith(prefix, StringComparison.Ordinal) && this[name] is not null)
            .Select(name => KeyValuePair.Create(name, this[name]!));

    /// <summary>Reads the file .env of a folder, if there is one.</summary>
    /// <exception cref="CommandException">A line is neither a comment nor NAME=value.</exception>
    public static Settings Read(string? folder = null)
    {
        var path = Path.Combine(folder ?? Directory.GetCurrentDirectory(), ".env");
        return new Settings(File.Exists(path) ? Parse(path, File.ReadAllLines(path)) : []);
    }

    private string? Plain(string name) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } set ? set
        : _file.GetValueOrDefault(name) is { Length: > 0 } value ? value : null;

    /// <summary>The variable that a name gives a value to.</summary>
    private static string Named(string name) =>
        name.EndsWith(FileSuffix, StringComparison.Ordinal) && Secrets.Contains(name[..^FileSuffix.Length]) ? name[..^FileSuffix.Length] : name;

    private static string Secret(string variable, string path)
    {
        try
        {
            using var file = File.OpenText(path);
            var text = new char[LongestSecret + 1];
            var length = file.ReadBlock(text);
            if (length > LongestSecret)
                throw new CommandException($"{variable}: {path} is longer than a secret: {LongestSecret} characters at most", ExitCode.Usage);
            // Editors and echo end a file with a line break, which is no part of the secret.
            var secret = new string(text, 0, length).TrimEnd('\r', '\n');
            return secret.Length > 0 ? secret : throw new CommandException($"{variable}: {path} is empty", ExitCode.Usage);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new CommandException(
                $"{variable}: {path} cannot be read ({e.Message}): name a file that this user may read", ExitCode.Usage, e);
        }
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
