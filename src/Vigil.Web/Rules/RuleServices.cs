using System.Globalization;
using Microsoft.AspNetCore.Http;
using Vigil.Core.Transactions;
using Vigil.Storage;
using Vigil.Storage.Rules;
using Vigil.Web.Problems;
using Vigil.Web.Security;

namespace Vigil.Web.Rules;

/// <summary>What the endpoints about rules and lists work with.</summary>
internal sealed record RuleServices(Store Store, RuleSetSource Source, RuleApproval Approval, TimeProvider Time)
{
    /// <summary>Most characters of a note or a reason.</summary>
    public const int MaxNote = 2_000;

    /// <summary>Largest body of a request that holds no rule set, in bytes.</summary>
    public const int MaxSmallBody = 65_536;

    /// <summary>Now, microseconds since the epoch.</summary>
    public long Now => Timestamp.FromDateTime(Time.GetUtcNow().UtcDateTime);

    public static string Actor(HttpContext context) => Access.Actor(context);

    /// <summary>A number of a query, such as a limit; adds what is wrong.</summary>
    public static int Whole(string? text, string name, int from, int to, int otherwise, List<FieldError> errors)
    {
        if (text is null)
            return otherwise;
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value >= from && value <= to)
            return value;
        errors.Add(new FieldError(name, $"is not a whole number from {from} to {to}"));
        return otherwise;
    }
}
