using System.Buffers;
using System.Text.Json;

namespace Vigil.Core.Models;

/// <summary>Reads any model document that Vigil knows, by its content, and writes a model in the format of its kind.</summary>
public static class ModelFile
{
    /// <summary>Reads a document; the name of its file does not matter.</summary>
    /// <param name="utf8">The whole document.</param>
    /// <exception cref="ModelFormatException">It is damaged, or no model that Vigil supports.</exception>
    public static Model Read(ReadOnlySpan<byte> utf8) => FormatOf(utf8) switch
    {
        null => XgboostJson.Read(utf8),
        IsolationForestJson.Format => IsolationForestJson.Read(utf8),
        LogisticJson.Format => LogisticJson.Read(utf8),
        var other => throw new ModelFormatException("format", $"\"{other}\" is no model format that this Vigil knows."),
    };

    /// <summary>Writes XGBoost's JSON format for trees, Vigil's own for the others.</summary>
    /// <exception cref="NotSupportedException">Another class derives from <see cref="Model"/>.</exception>
    public static void Write(Model model, IBufferWriter<byte> output)
    {
        switch (model)
        {
            case TreeEnsemble trees:
                XgboostJson.Write(trees, output);
                break;
            case IsolationForest forest:
                IsolationForestJson.Write(forest, output);
                break;
            case LogisticModel logistic:
                LogisticJson.Write(logistic, output);
                break;
            default:
                throw new NotSupportedException($"{model?.GetType().Name ?? "null"} has no file format.");
        }
    }

    /// <summary>What Vigil's own documents say of themselves; null for XGBoost's.</summary>
    private static string? FormatOf(ReadOnlySpan<byte> utf8)
    {
        if (utf8.TrimStart(" \t\r\n"u8) is var text && !text.StartsWith("{"u8) && !text.StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF]))
            return null; // XgboostJson says what other format it is
        if (Ubjson.Is(utf8))
            return null;
        var cursor = new JsonCursor(utf8);
        cursor.Advance();
        var depth = cursor.EnterObject();
        while (cursor.NextProperty(depth, out var name))
        {
            if (name == "format" && cursor.Token == JsonTokenType.String)
                return cursor.String();
            if (name == "learner")
                return null;
            cursor.Skip();
        }

        throw new ModelFormatException("", "neither \"learner\" (XGBoost) nor \"format\" (Vigil) is there: this is no model.");
    }
}
