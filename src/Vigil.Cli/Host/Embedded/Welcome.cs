using Vigil.Detection;

namespace Vigil.Cli.Host.Embedded;

/// <summary>What a person wants to know once it serves: where, with which key, and what to try.</summary>
internal static class Welcome
{
    public static void Show(string api, string metrics, BootstrapKey key, EngineSetup setup, bool simulates)
    {
        var deciding = setup.Model is { } model
            ? $"{model.Name} {model.Version} ({model.Model.Kind}), features {setup.Features.Name}, rules {setup.Rules.Version}"
            : $"rules {setup.Rules.Version} alone, until there is enough to learn from";
        var payments = simulates ? "simulated ones stream in; yours are welcome too" : "yours";
        var shown = key.Generated ?? "$AZURE_API_KEY";
        Console.WriteLine(
            $$"""

            Vigil is serving.
              API docs   {{api}}/api/docs
              Health     {{api}}/health/ready
              Metrics    {{metrics}}/metrics
              Deciding   {{deciding}}
              Payments   {{payments}}
              API key    bootstrap: {{key.Source}}
            {{(key.Generated is null ? "" : $"             {key.Generated}\n")}}
            Try:
              curl -H "X-API-Key: {{shown}}" "{{api}}/api/v1/anomalies?limit=5"
              curl -H "X-API-Key: {{shown}}" -H "Content-Type: application/json" -d '{"transaction_id":"try-1","account_id":"C000001","timestamp":"{{DateTime.UtcNow:yyyy-MM-ddTHH:mm:ssZ}}","amount":"6200.00","merchant_category":"Jewelry"}' {{api}}/api/v1/transactions

            Ctrl-C stops.
            """);
    }
}
