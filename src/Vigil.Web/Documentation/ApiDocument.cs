using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.OpenApi;

namespace Vigil.Web.Documentation;

/// <summary>The OpenAPI 3.1 document at /api/openapi.json and the page that shows it at /api/docs.</summary>
internal static class ApiDocument
{
    public const string Path = "/api/openapi.json";
    private const string Name = "vigil";

    public static void Add(IServiceCollection services)
    {
        // The document describes what ApiJson writes.
        services.Configure<JsonOptions>(json =>
        {
            json.SerializerOptions.PropertyNamingPolicy = ApiJson.Default.Options.PropertyNamingPolicy;
            json.SerializerOptions.NumberHandling = ApiJson.Default.Options.NumberHandling;
            foreach (var converter in ApiJson.Default.Options.Converters)
                json.SerializerOptions.Converters.Add(converter);
            json.SerializerOptions.TypeInfoResolverChain.Insert(0, ApiJson.Default);
        });
        services.AddOpenApi(Name, document =>
        {
            document.OpenApiVersion = OpenApiSpecVersion.OpenApi3_1;
            document.AddSchemaTransformer(DocumentTransformers.DescribeTypesAsync);
            document.AddOperationTransformer(DocumentTransformers.DescribeOperationAsync);
            document.AddDocumentTransformer(DocumentTransformers.DescribeApiAsync);
        });
    }

    public static void Map(IEndpointRouteBuilder app)
    {
        var provider = app.ServiceProvider.GetRequiredKeyedService<IOpenApiDocumentProvider>(Name);
        // Made once: it depends on nothing in the request, and it is open to everyone.
        var bytes = new Lazy<Task<byte[]>>(() => WriteAsync(provider));
        app.MapGet(Path, async () => TypedResults.Bytes(await bytes.Value, "application/json")).ExcludeFromDescription();
    }

    /// <summary>The page: its script, style and icons come from this server, and its policy lets it ask no other.</summary>
    public static void UsePage(WebApplication app) => app.UseSwaggerUI(page =>
    {
        page.RoutePrefix = "api/docs";
        page.DocumentTitle = "Vigil API";
        page.SwaggerEndpoint("../openapi.json", "Vigil API");
        page.EnableTryItOutByDefault();
        page.DisplayRequestDuration();
    });

    private static async Task<byte[]> WriteAsync(IOpenApiDocumentProvider provider)
    {
        var document = await provider.GetOpenApiDocumentAsync();
        var text = await document.SerializeAsJsonAsync(OpenApiSpecVersion.OpenApi3_1);
        return System.Text.Encoding.UTF8.GetBytes(text);
    }
}
