using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Vigil.Web.Problems;

namespace Vigil.Web.Requests;

/// <summary>
/// A request's JSON object, with the text of its members where they stand, so that an error inside of one has its place
/// in the body. Comments and trailing commas are allowed, as in rule sets.
/// </summary>
internal sealed class JsonBody
{
    private static readonly JsonReaderOptions Reading =
        new() { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip };

    private static readonly JsonDocumentOptions Parsing =
        new() { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip };

    private readonly Dictionary<string, (int Start, int End)> _members = new(StringComparer.Ordinal);
    private readonly byte[] _bytes;

    private JsonBody(byte[] bytes) => _bytes = bytes;

    /// <summary>The whole body.</summary>
    public string Source => Encoding.UTF8.GetString(_bytes);

    /// <summary>Reads the body of a request.</summary>
    /// <param name="context">The request.</param>
    /// <param name="limit">Most bytes.</param>
    public static async ValueTask<(JsonBody? Body, ProblemResult? Problem)> ReadAsync(HttpContext context, int limit)
    {
        if (!context.Request.HasJsonContentType())
            return (null, new ProblemResult(ProblemKind.UnsupportedMediaType, "Send the body as application/json."));
        // The server's own limit is that of a transaction.
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
            size.MaxRequestBodySize = limit;
        var body = await Body.ReadAsync(context, limit);
        if (body.Problem is not null)
            return (null, body.Problem);
        var json = new JsonBody(body.Bytes.ToArray());
        return json.Scan() is { } problem ? (null, problem) : (json, null);
    }

    /// <summary>A member as JSON; null where it is absent or null.</summary>
    public JsonElement? Find(string name)
    {
        if (!_members.TryGetValue(name, out var place))
            return null;
        using var document = JsonDocument.Parse(_bytes.AsMemory(place.Start..place.End), Parsing);
        return document.RootElement.ValueKind == JsonValueKind.Null ? null : document.RootElement.Clone();
    }

    /// <summary>A member's text as it stands, with white space before it that keeps its lines and columns in the body.</summary>
    public string? FindText(string name)
    {
        if (!_members.TryGetValue(name, out var place))
            return null;
        var text = new StringBuilder(place.End);
        foreach (var c in Encoding.UTF8.GetString(_bytes, 0, place.Start))
            text.Append(c is '\n' or '\r' or '\t' ? c : ' ');
        return text.Append(Encoding.UTF8.GetString(_bytes, place.Start, place.End - place.Start)).ToString();
    }

    /// <summary>A text member; adds what is wrong.</summary>
    public string? Text(string name, int maxLength, bool isRequired, List<FieldError> errors)
    {
        if (Find(name) is not { } value)
        {
            if (isRequired)
                errors.Add(new FieldError(name, "is missing"));
            return null;
        }

        if (value.ValueKind != JsonValueKind.String)
            errors.Add(new FieldError(name, "is no text"));
        else if (value.GetString()!.Length > maxLength)
            errors.Add(new FieldError(name, $"is longer than {maxLength} characters"));
        else if (isRequired && string.IsNullOrWhiteSpace(value.GetString()))
            errors.Add(new FieldError(name, "is empty"));
        else
            return value.GetString();
        return null;
    }

    /// <summary>True or false, false where it is absent; adds what is wrong.</summary>
    public bool Flag(string name, List<FieldError> errors)
    {
        if (Find(name) is not { } value)
            return false;
        if (value.ValueKind is not (JsonValueKind.True or JsonValueKind.False))
            errors.Add(new FieldError(name, "is neither true nor false"));
        return value.ValueKind == JsonValueKind.True;
    }

    /// <summary>A whole number; adds what is wrong.</summary>
    public int? Whole(string name, int from, int to, List<FieldError> errors)
    {
        if (Find(name) is not { } value)
            return null;
        if (value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) && number >= from && number <= to)
            return number;
        errors.Add(new FieldError(name, to == int.MaxValue ? $"is no whole number from {from} on" : $"is no whole number from {from} to {to}"));
        return null;
    }

    /// <summary>A time as ISO 8601 in microseconds; adds what is wrong.</summary>
    public long? Time(string name, bool isRequired, List<FieldError> errors)
    {
        if (Text(name, 64, isRequired, errors) is not { } text)
            return null;
        if (Core.Transactions.Timestamp.TryParse(Encoding.UTF8.GetBytes(text), out var time, out var error))
            return time;
        errors.Add(new FieldError(name, error));
        return null;
    }

    /// <summary>Says which member is none of those that the request has.</summary>
    public void RequireKnown(List<FieldError> errors, params ReadOnlySpan<string> known)
    {
        foreach (var name in _members.Keys)
        {
            if (!known.Contains(name))
                errors.Add(new FieldError(name, $"is not known here; the body has {string.Join(", ", known!)}"));
        }
    }

    private ProblemResult? Scan()
    {
        try
        {
            var reader = new Utf8JsonReader(_bytes, Reading);
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
                return new ProblemResult(ProblemKind.MalformedRequest, "The body is not one JSON object.");
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var name = reader.GetString()!;
                reader.Read();
                var start = (int)reader.TokenStartIndex;
                reader.Skip();
                if (!_members.TryAdd(name, (start, (int)reader.BytesConsumed)))
                    return new ProblemResult(ProblemKind.MalformedRequest, $"The body has {name} twice.");
            }

            return reader.Read() ? new ProblemResult(ProblemKind.MalformedRequest, "The body is not one JSON object.") : null;
        }
        catch (JsonException e)
        {
            // The reader counts lines and bytes from 0, and its own text names internals.
            return new ProblemResult(
                ProblemKind.MalformedRequest, $"The body is not valid JSON: line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1}.");
        }
        catch (InvalidOperationException)
        {
            return new ProblemResult(ProblemKind.MalformedRequest, "The body is not valid JSON in UTF-8.");
        }
    }
}
