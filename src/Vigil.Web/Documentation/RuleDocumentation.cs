using Microsoft.OpenApi;

namespace Vigil.Web.Documentation;

/// <summary>What the generator cannot see of the endpoints about rules and lists.</summary>
internal static class RuleDocumentation
{
    private static readonly Dictionary<string, (JsonSchemaType Type, string Description)> Parameters = new()
    {
        ["version"] = (JsonSchemaType.Integer, "A version of the rules, such as 7."),
        ["id"] = (JsonSchemaType.Integer, "The backtest's id."),
        ["name"] = (JsonSchemaType.String, "The name of the list, or of the rule."),
        ["value"] = (JsonSchemaType.String, "The value, in any spelling; in a path percent-encoded."),
        ["entity"] = (JsonSchemaType.String, "The field that names the entity, such as account_id."),
        ["limit"] = (JsonSchemaType.Integer, "Most rows in the answer, 1 to 1000; 100 by default."),
        ["before"] = (JsonSchemaType.Integer, "Only older ones: the smallest version or id of the page before."),
        ["after"] = (JsonSchemaType.String, "Only values after this one: the next of the page before."),
        ["from"] = (JsonSchemaType.Integer, "The former version."),
        ["to"] = (JsonSchemaType.Integer, "The later version; the one in force by default."),
        ["expires_at"] = (JsonSchemaType.String, "Expiry of lines that name none, ISO 8601; never by default."),
    };

    /// <summary>Describes the parameters and bodies of an operation.</summary>
    public static void Describe(OpenApiOperation operation, OpenApiDocument document)
    {
        if (operation.OperationId is "get-entry" or "remove-entry")
            (operation.Parameters ??= []).Add(new OpenApiParameter { Name = "value", In = ParameterLocation.Path, Required = true });
        foreach (var parameter in (operation.Parameters ?? []).OfType<OpenApiParameter>())
        {
            if (parameter.Name is null || !Parameters.TryGetValue(parameter.Name, out var known))
                continue;
            parameter.Description = known.Description;
            parameter.Schema = new OpenApiSchema { Type = known.Type };
        }

        if (operation.OperationId == "check-rules")
        {
            operation.RequestBody = new OpenApiRequestBody
            {
                Required = true,
                Content = new Dictionary<string, OpenApiMediaType>
                {
                    ["application/json"] = new()
                    {
                        Schema = new OpenApiSchemaReference(RuleSetSchema.Name, document),
                        Example = RuleSetSchema.Example(),
                    },
                },
            };
        }
    }

    /// <summary>Says what the members are that are any JSON to the generator.</summary>
    public static void DescribeSchemas(OpenApiDocument document)
    {
        var schemas = document.Components!.Schemas!;
        schemas[RuleSetSchema.Name] = RuleSetSchema.Build();
        var set = new OpenApiSchemaReference(RuleSetSchema.Name, document);
        foreach (var name in new[] { "RulesToPublish", "RulesToTest", "BacktestToRun", "RuleSetDocument" })
            schemas[name].Properties!["rule_set"] = set;
        schemas["RulesToTest"].Properties!["transactions"] = new OpenApiSchema
        {
            Type = JsonSchemaType.Array,
            Items = new OpenApiSchemaReference(TransactionSchema.Name, document),
            MinItems = 1,
            Description = "The history in the order of acceptance, and last the transaction that is tried.",
        };
        schemas["RuleTested"].Properties!["facts"] = new OpenApiSchema
        {
            Type = JsonSchemaType.Object,
            AdditionalProperties = new OpenApiSchema(),
            Description = "The values that it read; null is missing.",
        };
        schemas["RulesReport"].Properties!["windows"] = new OpenApiSchema
        {
            Description = "The windows that do not see the whole record yet, and since when they do; null where all do.",
        };
        schemas["BacktestDocument"].Properties!["report"] = new OpenApiSchema
        {
            Type = JsonSchemaType.Object | JsonSchemaType.Null,
            Description = "The report, once done: docs/rules.md explains it. Not in lists.",
        };
        // Only a description of the request is shared; what may be left out is said in words.
        Optional(schemas["RulesToPublish"], "based_on", "propose");
        Optional(schemas["RulesToTest"], "rule_set", "version");
        Optional(schemas["BacktestToRun"], "rule_set", "version", "from", "to", "mature_days", "examples");
        Optional(schemas["EntryToAdd"], "expires_at", "note");
        Optional(schemas["ListToPut"], "description");
        Optional(schemas["RulesReview"], "note");
    }

    private static void Optional(IOpenApiSchema schema, params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
            schema.Required?.Remove(name);
    }
}
