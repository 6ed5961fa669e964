namespace Vigil.Core.Rules.Lists;

/// <summary>The lists that an engine's rules look into. A list that nothing was ever put on is there, and empty.</summary>
/// <param name="seed">As of <see cref="ValueList"/>.</param>
public sealed class ListCatalog(ulong seed = 0)
{
    /// <summary>
    /// How the reserved lists begin that hold the snoozes of rules: <c>snooze/high_amount</c> has values such as
    /// <c>account_id=ACC1</c>.
    /// </summary>
    public const string SnoozePrefix = "snooze/";

    private readonly Dictionary<string, ValueList> _lists = new(StringComparer.Ordinal);

    /// <summary>Id of the last change that was applied; 0 for none.</summary>
    public long LastChangeId { get; private set; }

    /// <summary>The list of a name, the same object each time.</summary>
    public ValueList Get(string name)
    {
        if (!_lists.TryGetValue(name, out var list))
            _lists.Add(name, list = new ValueList(seed));
        return list;
    }

    /// <summary>Applies a change. Changes come in the order of their ids.</summary>
    public void Apply(in ListChange change)
    {
        Get(change.List).Apply(change);
        LastChangeId = change.Id;
    }
}
