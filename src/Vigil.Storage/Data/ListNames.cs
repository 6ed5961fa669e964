using Vigil.Core.Rules.Lists;
using Vigil.Storage.Lists;

namespace Vigil.Storage.Data;

/// <summary>Names and types of lists by id, each asked for once: a list keeps both for ever.</summary>
internal sealed class ListNames(Database database)
{
    private readonly Dictionary<long, (string Name, ListType Type)> _lists = [];

    public (string Name, ListType Type) this[long id]
    {
        get
        {
            if (!_lists.TryGetValue(id, out var list))
            {
                var found = ListSql.Find(database, id)!;
                list = (found.Name, found.Type);
                _lists.Add(id, list);
            }

            return list;
        }
    }
}
