using System.Globalization;
using System.Text.RegularExpressions;

namespace Vigil.Storage.Data;

/// <summary>
/// The row of <c>schema_migrations</c> that a script ends with. A script whose first line is
/// <c>-- Works with schema N and later.</c> lets programs of schema N go on beside it: so instances can be exchanged one by
/// one, and taken back.
/// </summary>
internal static partial class MigrationRecord
{
    public static string Sql(int version, string name, string script) => FirstLine().Match(script) is { Success: true } match
        ? string.Create(CultureInfo.InvariantCulture, $"INSERT INTO schema_migrations (version, name, works_with) VALUES ({version}, '{name}', {match.Groups[1].Value});")
        : string.Create(CultureInfo.InvariantCulture, $"INSERT INTO schema_migrations (version, name) VALUES ({version}, '{name}');");

    [GeneratedRegex(@"\A-- Works with schema (\d+) and later\.", RegexOptions.CultureInvariant)]
    private static partial Regex FirstLine();
}
