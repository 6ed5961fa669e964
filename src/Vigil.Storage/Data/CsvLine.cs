using System.Text;

namespace Vigil.Storage.Data;

/// <summary>Lines of CSV (RFC 4180, UTF-8) whose fields hold no line breaks.</summary>
internal static class CsvLine
{
    /// <summary>Reads the next line; neither text nor problem is there at the end.</summary>
    /// <param name="reader">Throws where bytes are not UTF-8.</param>
    /// <param name="maxLength">Most characters.</param>
    /// <param name="cancel">Stops it.</param>
    public static async Task<(string? Text, string? Problem)> ReadAsync(StreamReader reader, int maxLength, CancellationToken cancel)
    {
        try
        {
            var line = await reader.ReadLineAsync(cancel);
            return line is not null && line.Length > maxLength ? (null, $"is longer than {maxLength} characters") : (line, null);
        }
        catch (DecoderFallbackException)
        {
            return (null, "this line or one of the next is not UTF-8");
        }
    }

    /// <summary>Splits a line into its fields.</summary>
    /// <returns>What is wrong with it; null for nothing.</returns>
    public static string? Split(string line, List<string> fields)
    {
        fields.Clear();
        for (var i = 0; ; i++)
        {
            if (i < line.Length && line[i] == '"')
            {
                var field = new StringBuilder();
                for (i++; ; i++)
                {
                    if (i == line.Length)
                        return "has a quote that is not closed";
                    if (line[i] != '"')
                        field.Append(line[i]);
                    else if (i + 1 < line.Length && line[i + 1] == '"')
                        field.Append(line[i++]);
                    else
                        break;
                }

                if (++i < line.Length && line[i] != ',')
                    return "has text after a closing quote";
                fields.Add(field.ToString());
            }
            else
            {
                var comma = line.IndexOf(',', i);
                var end = comma < 0 ? line.Length : comma;
                fields.Add(line[i..end]);
                i = end;
            }

            if (i == line.Length)
                return null;
        }
    }
}
