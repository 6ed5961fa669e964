using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Vigil.Cli.Host.Rules;

/// <summary>Answers in the form that was asked for.</summary>
internal static class CliOutput
{
    /// <summary>Writes an answer as JSON, or as a line of text.</summary>
    public static void Write<T>(bool json, T answer, JsonTypeInfo<T> type, string text) =>
        Console.WriteLine(json ? JsonSerializer.Serialize(answer, type) : text);
}
