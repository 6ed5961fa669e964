using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using Vigil.Core.Decisions;
using Vigil.Core.Models;
using Vigil.Core.Rules;
using Vigil.Core.Rules.Lists;
using Vigil.Core.Transactions;
using Vigil.Storage.Cases;
using Vigil.Storage.Labels;
using Vigil.Storage.Rules;
using Vigil.Web.Decisions;
using Vigil.Web.Labels;
using Vigil.Web.Problems;
using Vigil.Web.Rules;
using Vigil.Web.Security;

namespace Vigil.Web.Documentation;

/// <summary>What the generator cannot see in the code.</summary>
internal static class DocumentTransformers
{
    private const string Ndjson = "application/x-ndjson";

    // The code's own comments speak to programmers.
    private static readonly Dictionary<Type, string> EnumDescriptions = new()
    {
        [typeof(Outcome)] = "What to do with the payment: let it pass, have a person look at it, or refuse it.",
        [typeof(ModelKind)] = "What gave the score: no model, boosted trees, an isolation forest (before there are labels), "
            + "or logistic regression.",
        [typeof(CaseStatus)] = "Where a flagged transaction is in its review: not looked at, being looked at, found to be "
            + "fraud, found to be legitimate.",
        [typeof(RuleAction)] = "What a match asks for: let it pass, have a person look at it, refuse it, mark it with a word, "
            + "or add to the score.",
        [typeof(RuleState)] = "Whether a rule is only checked, runs without effect, or has effect.",
        [typeof(RuleSetState)] = "Whether a version waits for a second person, may be in force, or was rejected.",
        [typeof(BacktestState)] = "How far a backtest has come.",
        [typeof(LabelKind)] = "What became of a label: stored, known already, or refused: no such transaction, the same source said "
            + "the opposite of the same moment, or a field is at fault.",
        [typeof(ListType)] = "What the values of a list are: texts, e-mail addresses, IP addresses and ranges, or numbers.",
        [typeof(RuleDiffKind)] = "What became of a rule from one version to another.",
        [typeof(RuleTestResult)] = "What became of a rule: it matched, matched without effect, could not be told because "
            + "something is missing, did not match, or was not evaluated (a draft, or expired).",
    };

    public static Task DescribeTypesAsync(
        OpenApiSchema schema, OpenApiSchemaTransformerContext context, CancellationToken cancel)
    {
        var type = Nullable.GetUnderlyingType(context.JsonTypeInfo.Type) ?? context.JsonTypeInfo.Type;
        if (type == typeof(decimal))
        {
            schema.Format = "decimal";
            schema.Pattern = null;
        }

        if (EnumDescriptions.TryGetValue(type, out var description) && schema.Enum is not null)
        {
            // The generator adds null where it meets the type as a nullable one first; those who refer to it say so too.
            schema.Enum = [.. schema.Enum.Where(value => value?.GetValueKind() == JsonValueKind.String)];
            schema.Type = JsonSchemaType.String;
            schema.Description = description;
        }

        if (context.JsonPropertyInfo?.Name is "ml_anomaly_score" or "score")
        {
            schema.Minimum = "0";
            schema.Maximum = "1";
        }

        return Task.CompletedTask;
    }

    public static Task DescribeOperationAsync(
        OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancel)
    {
        var document = context.Document!;
        var guarded = context.Description.ActionDescriptor.EndpointMetadata.OfType<IAuthorizeData>().Any();
        if (guarded)
        {
            operation.Security =
            [
                new OpenApiSecurityRequirement
                {
                    [new OpenApiSecuritySchemeReference(ApiKeyHandler.SchemeName, document)] = [],
                },
            ];
            AddProblem(operation, document, ProblemKind.Unauthorized);
            AddProblem(operation, document, ProblemKind.Forbidden);
            AddProblem(operation, document, ProblemKind.TooManyRequests);
            AddProblem(operation, document, ProblemKind.InternalError);
        }
        else
        {
            operation.Security = [];
        }

        DescribeResponses(operation);
        if (operation.Tags?.Any(tag => tag.Name is "Rules" or "Backtests" or "Lists") == true)
            RuleDocumentation.Describe(operation, document);

        switch (operation.OperationId)
        {
            case "list-anomalies":
                Parameter(operation, "limit", JsonSchemaType.Integer, "Most rows in the answer.", 1, AnomalyQuery.MaxLimit, 100);
                Parameter(operation, "offset", JsonSchemaType.Integer, "Rows to leave out.", 0, int.MaxValue, 0);
                Parameter(operation, "min_score", JsonSchemaType.Number, "Only rows with at least this score.", 0, 1, null);
                var byStatus = Parameter(operation, "status", JsonSchemaType.String, "Only cases with this status.");
                byStatus.Enum = [.. CaseStatusText.All.Select(text => (JsonNode)JsonValue.Create(text))];
                break;
            case "submit-transactions":
                DescribeSubmission(operation, document);
                break;
            case "give-labels":
                DescribeLabels(operation);
                break;
            case "get-decision" or "get-late-decision" or "update-anomaly" or "get-labels":
                operation.Parameters =
                [
                    new OpenApiParameter
                    {
                        Name = "transaction_id",
                        In = ParameterLocation.Path,
                        Required = true,
                        Description = "The transaction's id, percent-encoded.",
                        Schema = new OpenApiSchema { Type = JsonSchemaType.String, MaxLength = Fields.MaxIdLength },
                        Example = "tx-1001",
                    },
                ];
                break;
        }

        return Task.CompletedTask;
    }

    public static Task DescribeApiAsync(
        OpenApiDocument document, OpenApiDocumentTransformerContext context, CancellationToken cancel)
    {
        document.Info = new OpenApiInfo
        {
            Title = "Vigil API",
            Version = "1",
            Description = "Decides whether a payment is fraud, lists what was flagged, and keeps the rules. Times are UTC, amounts are "
                + "exact decimals. Errors are problem details (RFC 9457, application/problem+json).",
            License = new OpenApiLicense { Name = "Apache 2.0", Identifier = "Apache-2.0" },
        };
        document.Servers = [new OpenApiServer { Url = "/", Description = "The server that this document came from" }];
        document.Components ??= new OpenApiComponents();
        document.Components.Schemas ??= new Dictionary<string, IOpenApiSchema>();
        document.Components.Schemas[TransactionSchema.Name] = TransactionSchema.Build();
        // The transaction inside a decision is any JSON to the generator; below it becomes what it is.
        document.Components.Schemas.Remove("JsonElement");
        RuleDocumentation.DescribeSchemas(document);
        foreach (var (name, example) in Examples.BySchema)
            ((OpenApiSchema)document.Components.Schemas[name]).Examples = [JsonNode.Parse(example)!];
        if (document.Components.Schemas.TryGetValue("DecisionDocument", out var decision))
            decision.Properties!["transaction"] = new OpenApiSchemaReference(TransactionSchema.Name, document);
        document.Components.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>
        {
            [ApiKeyHandler.SchemeName] = new OpenApiSecurityScheme
            {
                Type = SecuritySchemeType.ApiKey,
                In = ParameterLocation.Header,
                Name = ApiKeyHandler.Header,
                Description = "A key with one of the roles decide, investigate, rules, admin.",
            },
        };
        document.Tags = new HashSet<OpenApiTag>
        {
            new() { Name = "Decisions", Description = "Is this payment fraud?" },
            new() { Name = "Cases", Description = "What was flagged, and what people made of it." },
            new() { Name = "Labels", Description = "What transactions truly were: models learn from it." },
            new() { Name = "Rules", Description = "What decides beside the model, written by analysts." },
            new() { Name = "Backtests", Description = "What rules would have done." },
            new() { Name = "Lists", Description = "Values that rules look for." },
            new() { Name = "Health", Description = "For load balancers and orchestrators." },
        };
        return Task.CompletedTask;
    }

    private static void DescribeResponses(OpenApiOperation operation)
    {
        var responses = new OpenApiResponses();
        foreach (var (status, response) in (operation.Responses ?? []).OrderBy(r => r.Key, StringComparer.Ordinal))
        {
            responses[status] = response;
            if (response.Content?.ContainsKey(ProblemResult.ContentType) != true)
                continue;
            response.Description = ProblemKind.Of(int.Parse(status, CultureInfo.InvariantCulture)).Title;
            if (status is "429" or "503")
            {
                ((OpenApiResponse)response).Headers = new Dictionary<string, IOpenApiHeader>
                {
                    ["Retry-After"] = new OpenApiHeader
                    {
                        Description = "Seconds to wait before the next attempt.",
                        Schema = new OpenApiSchema { Type = JsonSchemaType.Integer, Minimum = "1" },
                    },
                };
            }
        }

        operation.Responses = responses;
    }

    private static void DescribeSubmission(OpenApiOperation operation, OpenApiDocument document)
    {
        var transaction = new OpenApiSchemaReference(TransactionSchema.Name, document);
        var example = TransactionSchema.Example();
        operation.RequestBody = new OpenApiRequestBody
        {
            Required = true,
            Content = new Dictionary<string, OpenApiMediaType>
            {
                ["application/json"] = new() { Schema = transaction, Example = example },
                [Ndjson] = new()
                {
                    Schema = new OpenApiSchema
                    {
                        Type = JsonSchemaType.String,
                        Description = "One Transaction per line, each at most 65,536 bytes; blank lines are left out.",
                    },
                    Example = example.ToJsonString() + "\n",
                },
            },
        };
        operation.Parameters =
        [
            Query(
                DecisionTerms.DeadlineName, "Milliseconds to wait for the decision. Default: API_DECISION_DEADLINE_MS, then 1000; "
                    + "`vigil run` without that variable waits until it is decided, unless there is a fail policy.",
                new OpenApiSchema
                {
                    Type = JsonSchemaType.Integer,
                    Minimum = "1",
                    Maximum = DecisionTerms.MaxDeadlineMilliseconds.ToString(CultureInfo.InvariantCulture),
                },
                250),
            Query(
                DecisionTerms.FailPolicyName, "The outcome of the 202 where there is no decision by the deadline; null without it.",
                new OpenApiSchema
                {
                    Type = JsonSchemaType.String,
                    Enum = [.. DecisionTerms.FailPolicies.Select(policy => (JsonNode)JsonValue.Create(policy))],
                },
                "review"),
        ];
        var late = (OpenApiResponse)operation.Responses!["202"];
        late.Description = "Taken, and not decided by the deadline";
        late.Headers = new Dictionary<string, IOpenApiHeader>
        {
            ["Location"] = new OpenApiHeader
            {
                Description = "Where the decision will be.",
                Schema = new OpenApiSchema { Type = JsonSchemaType.String },
            },
            ["Retry-After"] = new OpenApiHeader
            {
                Description = "Seconds to wait before asking for it.",
                Schema = new OpenApiSchema { Type = JsonSchemaType.Integer, Minimum = "1" },
            },
        };
        var ok = operation.Responses["200"];
        ok.Content![Ndjson] = new OpenApiMediaType
        {
            Schema = new OpenApiSchema
            {
                Type = JsonSchemaType.String,
                Description = "One line for each line of the request, in order: a DecisionDocument, a PendingDecision past "
                    + "the deadline, or a Problem with its line.",
            },
        };
        ((OpenApiResponse)ok).Headers = new Dictionary<string, IOpenApiHeader>
        {
            ["Idempotent-Replayed"] = new OpenApiHeader
            {
                Description = "`true` where an earlier request with the same transaction was answered again.",
                Schema = new OpenApiSchema { Type = JsonSchemaType.String },
            },
        };
    }

    private static void DescribeLabels(OpenApiOperation operation)
    {
        var content = operation.RequestBody!.Content!;
        var one = content["application/json"].Schema!;
        content["application/json"].Schema = new OpenApiSchema
        {
            OneOf = [one, new OpenApiSchema { Type = JsonSchemaType.Array, Items = one, MaxItems = LabelStore.MaxBatch }],
        };
        content[GiveLabels.Csv] = new OpenApiMediaType
        {
            Schema = new OpenApiSchema { Type = JsonSchemaType.String, Description = "A header, then one label per line; at most 256 MiB." },
            Example = "transaction_id,is_fraud,observed_at,source,note\ntx-1002,1,2026-03-02T09:00:00Z,dispute,chargeback 4837\n",
        };
    }

    private static OpenApiParameter Query(string name, string description, OpenApiSchema schema, JsonNode example) => new()
    {
        Name = name,
        In = ParameterLocation.Query,
        Description = description,
        Schema = schema,
        Example = example,
    };

    private static OpenApiSchema Parameter(
        OpenApiOperation operation, string name, JsonSchemaType type, string description,
        long? minimum = null, long? maximum = null, int? otherwise = null)
    {
        var parameter = (OpenApiParameter)operation.Parameters!.Single(p => p.Name == name);
        var schema = new OpenApiSchema
        {
            Type = type,
            Minimum = minimum?.ToString(CultureInfo.InvariantCulture),
            Maximum = maximum?.ToString(CultureInfo.InvariantCulture),
            Default = otherwise is { } value ? JsonValue.Create(value) : null,
        };
        parameter.Description = description;
        parameter.Schema = schema;
        return schema;
    }

    private static void AddProblem(OpenApiOperation operation, OpenApiDocument document, ProblemKind kind)
    {
        operation.Responses ??= [];
        operation.Responses[kind.Status.ToString(CultureInfo.InvariantCulture)] = new OpenApiResponse
        {
            Description = kind.Title,
            Content = new Dictionary<string, OpenApiMediaType>
            {
                [ProblemResult.ContentType] = new() { Schema = new OpenApiSchemaReference("Problem", document) },
            },
        };
    }
}
