using System.Text.Json.Nodes;
using Microsoft.OpenApi;
using Vigil.Core.Rules;

namespace Vigil.Web.Documentation;

/// <summary>The schema of a rule set: written by hand, because Core reads its text and no type mirrors it.</summary>
internal static class RuleSetSchema
{
    /// <summary>Name of the schema in the document.</summary>
    public const string Name = "RuleSet";

    public static OpenApiSchema Build() => new()
    {
        Type = JsonSchemaType.Object,
        Description = "Rules that decide beside the model. Comments and trailing commas are allowed. The language of "
            + "conditions and all settings: docs/rules.md.",
        Required = new HashSet<string> { "name", "rules" },
        Properties = new Dictionary<string, IOpenApiSchema>
        {
            ["name"] = Text("Name of the set."),
            ["description"] = Text("What it is for."),
            ["model"] = new OpenApiSchema
            {
                Type = JsonSchemaType.Object,
                Description = "The model beside the rules: its state (active or shadow), and above which share of blocked "
                    + "payments (block_share, of a window, once it has at least so many decisions) it is put into shadow.",
            },
            ["points"] = new OpenApiSchema
            {
                Type = JsonSchemaType.Object,
                Description = "From how many points on score rules review and block where there is no model.",
            },
            ["rules"] = new OpenApiSchema
            {
                Type = JsonSchemaType.Array,
                MaxItems = RuleSet.MaxRules,
                Description = "The rules, in order.",
                Items = new OpenApiSchema
                {
                    Type = JsonSchemaType.Object,
                    Required = new HashSet<string> { "name", "rule" },
                    Properties = new Dictionary<string, IOpenApiSchema>
                    {
                        ["name"] = Text("Unique: a lower-case letter, then up to 63 lower-case letters, digits and underscores."),
                        ["rule"] = Text("ACTION when CONDITION; the action is allow, review, block, tag(\"name\") or score(+10)."),
                        ["says"] = Text("The reason that a match gives; values stand in braces."),
                        ["description"] = Text("What it is for."),
                        ["owner"] = Text("Whom to ask about it."),
                        ["state"] = Text("draft, shadow or active (the default)."),
                        ["percent"] = new OpenApiSchema
                        {
                            Type = JsonSchemaType.Number,
                            Minimum = "0",
                            Maximum = "100",
                            Description = "Share of the entities for which it has effect; 100 by default.",
                        },
                        ["by"] = Text("The field that names those entities; account_id by default."),
                        ["expires"] = Text("First event time at which it is no longer evaluated, ISO 8601."),
                        ["override"] = new OpenApiSchema
                        {
                            Type = JsonSchemaType.Boolean,
                            Description = "Whether it beats the model and what does not override.",
                        },
                        ["priority"] = new OpenApiSchema
                        {
                            Type = JsonSchemaType.Integer,
                            Description = "Orders the reasons, the highest first.",
                        },
                        ["breaker"] = new OpenApiSchema
                        {
                            Type = JsonSchemaType.Object,
                            Description = "Of a rule that blocks: above which share of the decisions (share, of a window, once "
                                + "it has at least so many decisions) it is put into shadow.",
                        },
                    },
                },
            },
        },
        Examples = [Example()],
    };

    public static JsonNode Example() => JsonNode.Parse(
        """
        {
          "name": "guide",
          "rules": [
            {
              "name": "burst",
              "rule": "review when count(account_id, \"1h\") >= 5 && amount >= 100",
              "says": "{count(account_id, \"1h\")} payments within an hour",
              "state": "shadow"
            },
            {"name": "blocked_address", "rule": "block when ip in list(\"blocked_ips\")"}
          ]
        }
        """)!;

    private static OpenApiSchema Text(string description) =>
        new() { Type = JsonSchemaType.String, Description = description };
}
