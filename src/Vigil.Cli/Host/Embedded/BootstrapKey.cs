using Vigil.Core.Transactions;
using Vigil.Storage;
using Vigil.Web;
using Vigil.Web.Security;

namespace Vigil.Cli.Host.Embedded;

/// <summary>The administrator's first key: AZURE_API_KEY, or one that is generated once and stored as a hash.</summary>
/// <param name="Generated">The key, where it was generated just now: it is shown once and kept nowhere.</param>
/// <param name="Source">Where it comes from, for the operator.</param>
internal sealed record BootstrapKey(string? Generated, string Source)
{
    private const string Name = "bootstrap";

    public static BootstrapKey Choose(ApiOptions options, Store store)
    {
        if (!options.BootstrapKeyHash.IsEmpty)
            return new BootstrapKey(null, "the one in AZURE_API_KEY");
        if (store.Keys.List().Any(key => key.Role == Roles.Admin && key.RevokedAt is null))
            return new BootstrapKey(null, "the one shown at the first start; to choose another, set AZURE_API_KEY");
        return new BootstrapKey(KeyHash.NewKey(), "generated now and shown only this once; its SHA-256 is in the database, table api_keys");
    }

    /// <summary>At once, so that a start that is broken off does not lose it; never into the log.</summary>
    public void Show()
    {
        if (Generated is not null)
            Console.Error.WriteLine($"API key (shown only this once): {Generated}");
    }

    /// <summary>Options that let the key in from the first request on.</summary>
    public ApiOptions Apply(ApiOptions options) =>
        Generated is null ? options : options with { BootstrapKeyHash = KeyHash.Of(Generated) };

    /// <summary>Keeps the hash of a generated key: once the servers run, so that no key is stored that was never shown.</summary>
    public void Store(Store store)
    {
        if (Generated is not null)
            store.Keys.Add(Name, KeyHash.Of(Generated), Roles.Admin, null, "vigil run", Timestamp.FromDateTime(DateTime.UtcNow));
    }
}
