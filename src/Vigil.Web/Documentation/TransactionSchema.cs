using System.Text.Json.Nodes;
using Microsoft.OpenApi;
using Vigil.Core.Transactions;

namespace Vigil.Web.Documentation;

/// <summary>The schema of a transaction: written by hand, because Core reads its bytes and no type mirrors them.</summary>
internal static class TransactionSchema
{
    /// <summary>Name of the schema in the document.</summary>
    public const string Name = "Transaction";

    public static OpenApiSchema Build()
    {
        var schema = new OpenApiSchema
        {
            Type = JsonSchemaType.Object,
            Description = "A payment. Any further field is kept as an attribute that rules and features can name "
                + $"(at most {Transaction.MaxAttributes}). The JSON is at most {TransactionJson.MaxLength:N0} bytes.",
            Required = new HashSet<string> { "transaction_id", "account_id", "timestamp", "amount" },
            AdditionalProperties = new OpenApiSchema(),
            Properties = new Dictionary<string, IOpenApiSchema>(),
            Examples = [Example()],
        };
        Text("transaction_id", "Yours, unique for ever: the same id again gets the first decision again.", Fields.MaxIdLength);
        Text("account_id", "The account that pays. Order is kept per account.", Fields.MaxIdLength);
        schema.Properties["timestamp"] = new OpenApiSchema
        {
            Type = JsonSchemaType.String,
            Description = "When the payment happened: ISO 8601, years 1970 to 2199; without a zone it is UTC. "
                + "Digits finer than a microsecond are cut off.",
        };
        schema.Properties["amount"] = new OpenApiSchema
        {
            Type = JsonSchemaType.Number | JsonSchemaType.String,
            Format = "decimal",
            Minimum = "0",
            ExclusiveMaximum = "1000000000000",
            Description = "Exact, in the currency's major unit: a JSON number, or the same as a text. More decimals than "
                + "the currency has are refused, never rounded (JPY has none, USD 2, KWD 3).",
        };
        schema.Properties["currency"] = new OpenApiSchema
        {
            Type = JsonSchemaType.String | JsonSchemaType.Null,
            Pattern = "^[A-Z]{3}$",
            Default = JsonValue.Create(Currency.Default),
            Description = "ISO 4217, upper case.",
        };
        Text("merchant_category", "What the merchant sells.");
        Text("merchant_id", "The merchant.");
        Text("location", "Where the payment is made.");
        Text("country", "The country of the payment.");
        Text("card_id", "The card. A token, never the number on the card.");
        Text("device_id", "The device.");
        Text("ip", "The address that the payment comes from.");
        Text("email", "The payer's e-mail address.");
        Text("channel", "How the payment is made, such as web or pos.");
        schema.Properties["is_fraud"] = new OpenApiSchema
        {
            Type = JsonSchemaType.Boolean | JsonSchemaType.Integer | JsonSchemaType.Null,
            Description = "The truth, where it is known already (true, false, 1 or 0).",
        };
        return schema;

        void Text(string name, string description, int maxLength = 0)
        {
            var required = maxLength > 0;
            schema.Properties[name] = new OpenApiSchema
            {
                Type = required ? JsonSchemaType.String : JsonSchemaType.String | JsonSchemaType.Null,
                MinLength = required ? 1 : null,
                MaxLength = required ? maxLength : Fields.MaxTextLength,
                Description = $"{description} At most {(required ? maxLength : Fields.MaxTextLength)} bytes of UTF-8, "
                    + "no control characters.",
            };
        }
    }

    public static JsonNode Example() => JsonNode.Parse(
        """
        {
          "transaction_id": "tx-1001",
          "account_id": "acc-42",
          "timestamp": "2026-01-31T23:59:59Z",
          "amount": 129.90,
          "currency": "EUR",
          "merchant_category": "Electronics",
          "location": "Berlin"
        }
        """)!;
}
